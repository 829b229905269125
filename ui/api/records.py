"""List, detail, creation and verbs of any registered kind, over the same forms and services as the pages."""

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response

from evidence.refusals import Stale
from records import selectors
from records.models import Record
from records.signing import Signing
from ui import listing
from ui.api.doors import ApiDoor
from ui.api.once import repeatable
from ui.api.problems import BadInput, TokensNeverSign, VersionMissing
from ui.api.schema import KindSchema
from ui.api.serializers import related_names, serializer_for
from ui.api.strict import misfits
from ui.filters import filters_of, sort_of
from ui.forms import VerbForm
from ui.registry import RecordPage
from ui.scope import record_for, records_of
from ui.verbs import Verb, offered

MOST, USUAL = 200, 50
PAGING = frozenset({"after", "before", "limit", "sort"})
OWN = frozenset({"version", "once", "password", "digest"})
EDIT = "edit"


class KindDoor(ApiDoor):
    """A view of one kind; `page` is set on the class."""

    page: RecordPage
    schema = KindSchema()

    def record(self, number: str) -> Any:
        return record_for(self.page, self.request.user, number)

    def represent(self, record: Any) -> dict[str, Any]:
        """The detail: facts, ETag in the header, and what the user can do now."""
        facts = serializer_for(self.page.model)(record, context={"request": self.request}).data
        base = f"/api/v1/{self.page.plural}/{record.number}/"
        can = [
            {"verb": verb.name, "label": str(verb.title(self.page.model)), "url": f"{base}{verb.name}/",
             "signed": verb.is_signed(self.page.model)}
            for verb in offered(self.page.verbs, record, self.request.user)
        ]  # fmt: skip
        return {**facts, "links": {"self": base, "chain": f"{base}chain/", "available": can}}

    def answer(self, record: Any, status: int = 200) -> Response:
        return Response(self.represent(record), status=status, headers={"ETag": etag(record)})


def etag(record: Any) -> str:
    return f'"{record.number}-{record.version}"'


def check_match(request: Any, record: Any) -> None:
    """Raises VersionMissing (428) without If-Match, Stale (412) for another version than the present one."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise VersionMissing
    wanted = {tag.strip().removeprefix("W/") for tag in given.split(",")}
    if not wanted & {"*", etag(record)}:
        raise Stale(f"{record.number} is at version {record.version} now. Read it again, then repeat.")


class ListApi(KindDoor):
    """GET lists, POST opens one."""

    def get(self, request: Any) -> Response:
        query = request.query_params
        filters = filters_of(self.page, query, records_of(self.page, request.user), request)
        check_query(filters, query)
        model: Any = self.page.model
        rows = filters.qs.select_related(*related_names(model))
        found = listing.window(
            rows,
            sort_of(self.page, query),
            after=query.get("after", ""),
            before=query.get("before", ""),
            size=limit(query),
        )
        data = serializer_for(self.page.model)(found.rows, many=True, context={"request": request}).data
        neighbours = {"next": turned(request, after=found.after), "previous": turned(request, before=found.before)}
        return Response({"results": data, **neighbours, "total": found.total})

    @repeatable
    def post(self, request: Any) -> Response:
        verb = self.page.create
        if verb is None:
            raise MethodNotAllowed("POST")
        if not verb.is_allowed(request.user, None):
            raise PermissionDenied
        form = filled(verb, body_of(request), user=request.user)
        site = form.cleaned_data.get("site")
        if site is not None and not verb.is_allowed(request.user, site):
            raise PermissionDenied
        made = verb.service(by=request.user, **form.facts)
        response = self.answer(self.record(made.number), status=201)
        response["Location"] = f"/api/v1/{self.page.plural}/{made.number}/"
        return response


class DetailApi(KindDoor):
    """GET reads, PATCH is the verb "edit"."""

    def get(self, request: Any, number: str) -> Response:
        record = self.record(number)
        if request.headers.get("If-None-Match") == etag(record):
            return Response(status=304, headers={"ETag": etag(record)})
        return self.answer(record)

    @repeatable
    def patch(self, request: Any, number: str) -> Response:
        verb = self.page.verb(EDIT)
        if verb is None:
            raise MethodNotAllowed("PATCH")
        return perform(self, verb, number)


class VerbApi(KindDoor):
    """POST does a verb. `verb` is set on the class."""

    verb: Verb

    @repeatable
    def post(self, request: Any, number: str) -> Response:
        return perform(self, self.verb, number)


class ContentApi(KindDoor):
    """What a signature of the record would cover, and the digest to send with it."""

    def get(self, request: Any, number: str) -> Response:
        record = self.record(number)
        return Response({"digest": selectors.content_digest(record), "content": selectors.content(record)})


class ChainApi(KindDoor):
    """The chain of cause and effect, from its root down."""

    def get(self, request: Any, number: str) -> Response:
        nodes = selectors.chain(self.record(number), request.user)
        return Response({"chain": [_node(node.record, node.depth) for node in nodes]})


def _node(record: Record, depth: int) -> dict[str, Any]:
    return {
        "number": record.number,
        "kind": record.kind,
        "title": record.title,
        "status": record.status,
        "depth": depth,
        "url": record.get_absolute_url(),
    }


def perform(door: KindDoor, verb: Verb, number: str) -> Response:
    """Do a verb to a record: permission, version, form, service; the same order as in the pages."""
    request = door.request
    record = door.record(number)
    signed = verb.is_signed(door.page.model)
    if signed and door.by_token:
        raise TokensNeverSign
    if not verb.is_allowed(request.user, record):
        raise PermissionDenied
    check_match(request, record)
    form = filled(verb, body_of(request), user=request.user, record=record)
    extra = {"signing": signing_of(form)} if signed else {}
    result = verb.service(record, by=request.user, **form.facts, **extra)
    response = door.answer(door.record(number))
    if isinstance(result, Record) and result.pk != record.pk:
        response["Location"] = f"/api/v1/{result.plural}/{result.number}/"
        response.data["made"] = result.number
    return response


def signing_of(form: VerbForm) -> Signing:
    return Signing(password=form.cleaned_data["password"], digest=form.cleaned_data["digest"])


def body_of(request: Any) -> dict[str, Any]:
    """The JSON object of the request. Raises BadInput for anything else."""
    data = request.data
    if isinstance(data, QueryDict):
        data = {}
    if not isinstance(data, dict):
        raise BadInput.of({"": "Send a JSON object."}, code="not-an-object")
    return data


def filled(verb: Verb, body: dict[str, Any], *, user: Any, record: Any = None) -> VerbForm:
    """The verb's form filled from JSON and valid. Raises BadInput."""
    blank = verb.form(user=user, record=record, verb=verb)
    if wrong := misfits(blank, {name: value for name, value in body.items() if name != "version"}):
        raise BadInput.of(wrong)
    begin = beginning(blank) if verb.name == EDIT else {}
    form: VerbForm = verb.form({**begin, **body, "version": None}, user=user, record=record, verb=verb)
    if not form.is_valid():
        raise BadInput.of_form(form)
    return form


def beginning(form: forms.BaseForm) -> dict[str, Any]:
    """The values that the form begins with, as if they had been sent: PATCH changes only what it names."""
    values = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items() if name not in OWN}
    return {name: form.fields[name].prepare_value(value) for name, value in values.items() if value is not None}


def check_query(filters: Any, query: Any) -> None:
    """Raises BadInput for filters that do not exist (a typing error would list everything) or do not fit."""
    known = {*PAGING, *filters.filters}
    ranges = {f"{name}_{end}" for name in filters.filters for end in ("after", "before")}
    if unknown := {name: "There is no such filter." for name in query if name not in known | ranges}:
        raise BadInput.of(unknown)
    if not filters.is_valid():
        raise BadInput.of_form(filters.form)


def limit(query: Any) -> int:
    text = query.get("limit", str(USUAL))
    if not (text.isascii() and text.isdigit() and len(text) < 9 and 1 <= int(text) <= MOST):
        raise BadInput.of({"limit": f"Give a number from 1 to {MOST}."})
    return int(text)


def turned(request: Any, **cursor: str) -> str | None:
    """The address of a neighbouring page, or None where there is none."""
    if not any(cursor.values()):
        return None
    query = request.query_params.copy()
    for name in ("after", "before"):
        query.pop(name, None)
    query.update(cursor)
    return f"{request.path}?{query.urlencode()}"
