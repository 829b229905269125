"""Measurements in: single, a batch as JSON, or CSV, at `/api/v1/measurements/`."""

from collections.abc import Iterator
from itertools import chain, count
from typing import Any, cast

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.request import Request
from rest_framework.response import Response

from evidence.refusals import Refused
from metrics import permissions, selectors, services
from metrics.api.bodies import CsvRows, JsonLines, JsonRows, accept_pieces
from metrics.models import Metric, Source
from metrics.selectors import Find, RowResult
from metrics.services import Receipt
from people.models import User
from ui.api.doors import ApiDoor
from ui.api.problems import CONTENT_TYPE

CONFLICTS = frozenset({"event-id-reused", "metric-not-active", "derived"})
LONGEST_NUMBER = 60
LONGEST_KEY = 80


class RowAnswer(serializers.Serializer[RowResult]):
    index = serializers.IntegerField()
    outcome = serializers.ChoiceField(["stored", "duplicate", "refused"])
    uuid = serializers.UUIDField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()


class BatchAnswer(serializers.Serializer[Receipt]):
    batch = serializers.UUIDField(source="batch.uuid", allow_null=True, default=None)
    stored = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    refused = serializers.IntegerField()
    untold = serializers.IntegerField(help_text="rows that were not stored and are not among `rows`")
    rows = RowAnswer(many=True, help_text="each row; of more than 1,000, the first 1,000 that were not stored")


class MeasurementIn(serializers.Serializer[Any]):
    """One value. A batch is a list of these, or {"metric": …, "rows": […]}."""

    metric = serializers.CharField(help_text="number of the metric; may be given once for the batch")
    observed_at = serializers.CharField(help_text="2026-03-31, or a time with its offset: 2026-03-31T14:00:00+02:00")
    value = serializers.CharField(required=False, help_text="a decimal, kept exactly")
    n = serializers.CharField(required=False, help_text="parts checked, or exposure, of a count")
    subgroup = serializers.ListField(child=serializers.CharField(), required=False)
    event_id = serializers.CharField(required=False, help_text="makes sending again harmless")
    note = serializers.CharField(required=False)
    unit = serializers.CharField(required=False, help_text="must be the metric's own; nothing is converted")


class Measurements(ApiDoor):
    """Stores values. Sending the same event id again is harmless; evaluation happens afterwards, by a job.

    JSON: an object, a list, or {"rows": […]}, up to 20 MB. CSV and lines of JSON (`application/x-ndjson`) are stored
    while they come in, however many, and may come in pieces (`Transfer-Encoding: chunked`); where the next ones are
    waited for longer than 20 seconds, nothing is stored ("too-slow"). All may be packed (`Content-Encoding: gzip`).
    """

    parser_classes = [JsonRows, CsvRows, JsonLines]

    def initialize_request(self, request: Any, *args: Any, **kwargs: Any) -> Request:
        accept_pieces(request)
        return super().initialize_request(request, *args, **kwargs)

    @extend_schema(
        request=MeasurementIn,
        responses={200: BatchAnswer, 201: BatchAnswer},
        parameters=[
            OpenApiParameter("metric", description="number of the metric for rows that name none"),
            OpenApiParameter("source", description="code of the source, for an account with several"),
            OpenApiParameter("all_or_nothing", bool, description="store nothing when one row is refused"),
        ],
    )
    def post(self, request: Request) -> Response:
        options, chunks, single = _envelope(request)
        default = str(options.get("metric") or "")
        first, chunks = _peek(_keyed(chunks, request))
        source, find = _scope(_person(request), first, default, str(options.get("source") or ""))
        receipt = services.take_in(
            chunks,
            by=_person(request),
            source=source,
            find=find,
            metric=default,
            all_or_nothing=str(options.get("all_or_nothing", "")).lower() in ("1", "true", "yes"),
            digest=_parsed(request)["body"].digest,
        )
        return answer(receipt, single=single)


def _person(request: Request) -> User:
    return cast(User, request.user)


def _parsed(request: Request) -> dict[str, Any]:
    """What a parser of ours found: the `body`, and its `rows` or the `chunks` in which they come."""
    found: Any = request.data
    if not isinstance(found, dict) or "body" not in found:
        raise ParseError(_("There is no body."))
    return found


def _envelope(request: Request) -> tuple[dict[str, Any], Iterator[list[Any]], bool]:
    """Options, the rows in chunks, and whether it is a single value: an object that is no list and has no `rows`."""
    options: dict[str, Any] = dict(request.query_params.items())
    found = _parsed(request)
    if "chunks" in found:
        return options, found["chunks"], False
    body = found["rows"]
    single = isinstance(body, dict) and "rows" not in body
    if isinstance(body, dict) and not single:
        options |= {name: body[name] for name in ("metric", "source", "all_or_nothing") if name in body}
        body = body["rows"]
    rows = [body] if single else body
    if not isinstance(rows, list) or not rows:
        raise ParseError(_("Send an object, a list of objects, or {“rows”: […]}."))
    if len(rows) > services.MOST_ROWS:
        raise Refused(
            _("Send at most %(most)d rows at a time as JSON, or lines of JSON.") % {"most": services.MOST_ROWS},
            code="too-many-rows",
        )
    return options, (rows[start : start + services.PIECE] for start in range(0, len(rows), services.PIECE)), single


def _keyed(chunks: Iterator[list[Any]], request: Request) -> Iterator[list[Any]]:
    """An Idempotency-Key names the rows that have no event id, so that the request can be repeated."""
    key = request.headers.get("Idempotency-Key", "")
    if len(key) > LONGEST_KEY:
        raise ParseError(_("The Idempotency-Key is too long."), code="too-long")
    return _named(chunks, key) if key else chunks


def _named(chunks: Iterator[list[Any]], key: str) -> Iterator[list[Any]]:
    number = count()
    for chunk in chunks:
        yield [
            {**row, "event_id": f"{key}:{index}"} if isinstance(row, dict) and not row.get("event_id") else row
            for row, index in zip(chunk, number, strict=False)
        ]


def _peek(chunks: Iterator[list[Any]]) -> tuple[list[Any], Iterator[list[Any]]]:
    """The first chunk, and all of them."""
    first = next(chunks, [])
    return first, chain([first], chunks)


def _scope(user: User, rows: list[Any], default: str, code: str) -> tuple[Source, Find]:
    """The source that the user writes to, and what finds the metrics that belong to it.

    Another system's account writes into its own source only; a person into "by hand" of the site of the first metric.
    """
    own = [source for source in selectors.push_sources(user) if permissions.may_push(user, source)]
    if own:
        source = _chosen(own, code)
        return source, lambda number: _measurable(user, number, source.site_id)
    named = {row["metric"] for row in rows if isinstance(row, dict) and isinstance(row.get("metric"), str)}
    wanted = {number for number in {default, *named} - {""} if len(number) <= LONGEST_NUMBER}
    mine = [metric for metric in selectors.measurable(user, wanted) if permissions.may_record(user, metric)]
    if not mine:
        raise Http404
    site = next((metric.site for metric in mine if metric.number == default), mine[0].site)

    def find(number: str) -> Metric | None:
        metric = _measurable(user, number, site.pk)
        return metric if metric and permissions.may_record(user, metric) else None

    return services.hand_source(site, by=user), find


def _measurable(user: User, number: str, site: int) -> Metric | None:
    if len(number) > LONGEST_NUMBER or "\x00" in number:
        return None
    return selectors.measurable(user, {number}).filter(site=site).first()


def _chosen(own: list[Source], code: str) -> Source:
    matching = [source for source in own if source.code == code] if code else own
    if len(matching) != 1:
        raise ParseError(
            _("Say which source you send to: %(codes)s.") % {"codes": ", ".join(source.code for source in own)},
            code="source-missing",
        )
    return matching[0]


def answer(receipt: Receipt, *, single: bool) -> Response:
    """201 when everything was stored, else 200 with a verdict for each row; a single refused value is a problem.

    Raises Http404, Refused (409) or ParseError (400) for a single value.
    """
    if single and receipt.refused:
        raise _problem(receipt.rows[0])
    body = BatchAnswer(receipt).data
    if receipt.batch is None:
        title = {"type": "urn:holdfast:problem:rows-refused", "title": _("Nothing was stored"), "code": "rows-refused"}
        return Response({**body, **title, "status": 409}, status=409, content_type=CONTENT_TYPE)
    return Response(body, status=201 if receipt.stored == receipt.sent else 200)


def _problem(row: RowResult) -> Exception:
    if row.code == "unknown-metric":
        return Http404(row.message)
    if row.code in CONFLICTS:
        return Refused(row.message, code=row.code)
    return ParseError(row.message, code=row.code)
