"""List, detail, creation and verbs of any registered kind, over the same forms and services as the pages."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from rest_framework.exceptions import MethodNotAllowed
from rest_framework.response import Response

from evidence.refusals import Stale
from records import selectors
from records import services as records
from records.models import Record, Signature
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
from ui.signing import dialog_of
from ui.verbs import Verb, offered

MOST, USUAL, MOST_SIGNATURES = 200, 50, 1000
PAGING = frozenset({"after", "before", "limit", "sort"})
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


class ChallengeApi(KindDoor):
    """POST opens a signing dialog of a verb. `verb` is set on the class."""

    verb: Verb

    def post(self, request: Any, number: str) -> Response:
        return Response(asked_challenge(self, self.verb, self.record(number)), status=201)


class SignaturesApi(KindDoor):
    """Who signed the record, as its page shows it; acknowledgements of a standard with `?meaning=acknowledged`."""

    def get(self, request: Any, number: str) -> Response:
        record = self.record(number)
        meaning = request.query_params.get("meaning")
        found = record.signatures.filter(meaning=meaning)[:MOST_SIGNATURES] if meaning else None
        return Response({"results": [signature_data(one) for one in selectors.manifestations(record, found)]})


def signature_data(shown: selectors.Manifestation) -> dict[str, Any]:
    """A signature as the page and the paper show it, and the same for programs."""
    signature: Signature = shown.signature
    return {
        "uuid": str(signature.uuid),
        "name": shown.name,
        "username": shown.username,
        "role": shown.role,
        "meaning": shown.meaning,
        "local": shown.local,
        "utc": shown.utc,
        "digest": shown.digest,
        "superseded": shown.is_superseded,
        "note": signature.note,
        "method": signature.method,
        "meaning_code": signature.meaning,
        "signed_at": signature.signed_at,
        "version": signature.record_version,
        "previous_state": signature.previous_state,
        "new_state": signature.new_state,
    }


class ContentApi(KindDoor):
    """What a signature of the record would cover, and its digest."""

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
    check_may(door, verb, record)
    check_match(request, record)
    form = filled(verb, body_of(request), user=request.user, record=record)
    result = done(door, verb, record, form)
    response = door.answer(door.record(number))
    if isinstance(result, Record) and result.pk != record.pk:
        response["Location"] = f"/api/v1/{result.plural}/{result.number}/"
        response.data["made"] = result.number
    return response


def check_may(door: ApiDoor, verb: Verb, subject: Any) -> None:
    """Raises TokensNeverSign and PermissionDenied."""
    if verb.is_signed(type(subject)) and door.by_token:
        raise TokensNeverSign
    if not verb.is_allowed(door.request.user, subject):
        raise PermissionDenied


def done(door: ApiDoor, verb: Verb, subject: Any, form: VerbForm) -> Any:
    """Call the verb's service with what the form holds; a signed one as an attempt to sign."""
    by: Any = door.request.user
    if not verb.is_signed(type(subject)):
        return verb.service(subject, by=by, **form.facts)
    signing = dialog_of(door.request).signing(form.cleaned_data)
    return records.attempt(verb.service, subject, by=by, signing=signing, about=subject.signed_record, **form.facts)


def challenge_for(door: ApiDoor, verb: Verb, subject: Any) -> dict[str, Any]:
    """Open a signing dialog: what a signature of this verb would seal, and the challenge that it answers."""
    check_may(door, verb, subject)
    meaning, record = verb.meaning_on(type(subject)), subject.signed_record
    shown = dialog_of(door.request).shown(subject, by=door.request.user, meaning=meaning)
    return {
        "challenge": shown.challenge,
        "meaning": meaning,
        "expires_in": 300,
        "digest": shown.digest,
        "content": selectors.content(record, meaning=meaning),
    }


def asked_challenge(door: ApiDoor, verb: Verb, subject: Any) -> dict[str, Any]:
    """The same for a request that asks for one verb: nothing is sent, what a signature means is in its table."""
    check_may(door, verb, subject)
    if body := body_of(door.request):
        raise BadInput.of(dict.fromkeys(body, "There is no such field."))
    return challenge_for(door, verb, subject)


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


def beginning(form: VerbForm) -> dict[str, Any]:
    """The values that the form begins with, as if they had been sent: PATCH changes only what it names."""
    asked = {name: field for name, field in form.fields.items() if name not in form.own}
    values = {name: form.get_initial_for_field(field, name) for name, field in asked.items()}
    return {name: form.fields[name].prepare_value(value) for name, value in values.items() if value is not None}


def check_query(filters: Any, query: Any) -> None:
    """Raises BadInput for filters that do not exist (a typing error would list everything) or do not fit."""
    ranges = {f"{name}_{end}" for name in filters.filters for end in ("after", "before")}
    check_names(query, {*PAGING, *filters.filters, *ranges})
    if not filters.is_valid():
        raise BadInput.of_form(filters.form)


def check_names(query: Any, known: set[str]) -> None:
    if unknown := {name: "There is no such filter." for name in query if name not in known}:
        raise BadInput.of(unknown)


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
