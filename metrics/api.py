"""Measurements in: single, a batch as JSON, or CSV, at `/api/v1/measurements/`."""

import hashlib
from typing import Any, cast

from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from evidence.refusals import Refused
from metrics import permissions, selectors, services
from metrics.models import Metric, Source
from metrics.services import Receipt, RowResult
from people.models import User
from ui.api.doors import ApiDoor
from ui.api.problems import CONTENT_TYPE
from ui.api.strict import TooLarge, loads
from ui.refusals import twice

CONFLICTS = frozenset({"event-id-reused", "metric-not-active"})
LARGEST = 20 * 1024 * 1024
LONGEST_KEY = 80


class JsonRows(BaseParser):
    """Strict JSON whose numbers stay the decimals that were sent. Gives the rows and the digest of the body."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        body = _read(stream)
        return {"rows": loads(body), "digest": hashlib.sha256(body).hexdigest()}


class CsvRows(BaseParser):
    """CSV with a header line, in UTF-8."""

    media_type = "text/csv"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        body = _read(stream)
        try:
            rows = list(services.read_csv(body.decode("utf-8-sig")))
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8 text."), code="not-text") from error
        except Refused as refusal:
            raise ParseError(refusal.message, code=refusal.code) from refusal
        return {"rows": rows, "digest": hashlib.sha256(body).hexdigest()}


def _read(stream: Any) -> bytes:
    body: bytes = stream.read(LARGEST + 1)
    if len(body) > LARGEST:
        raise TooLarge(20)
    return body


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
    rows = RowAnswer(many=True)


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
    """Stores values. Sending the same event id again is harmless; evaluation happens afterwards, by a job."""

    parser_classes = [JsonRows, CsvRows]

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
        options, rows = _envelope(request)
        default = str(options.get("metric") or "")
        rows = _with_keys(rows, request)
        source, metrics = _scope(_person(request), rows, default, str(options.get("source") or ""))
        receipt = twice(
            services.add_measurements,
            rows,
            by=_person(request),
            source=source,
            metrics=metrics,
            metric=default,
            all_or_nothing=str(options.get("all_or_nothing", "")).lower() in ("1", "true", "yes"),
            digest=_parsed(request)["digest"],
        )
        sent = _parsed(request)["rows"]
        return answer(receipt, single=isinstance(sent, dict) and "rows" not in sent)


def _person(request: Request) -> User:
    return cast(User, request.user)


def _parsed(request: Request) -> dict[str, Any]:
    """What a parser of ours found: `rows` as sent, and the `digest` of the body."""
    found: Any = request.data
    if not isinstance(found, dict) or "digest" not in found:
        raise ParseError(_("There is no body."))
    return found


def _envelope(request: Request) -> tuple[dict[str, Any], list[Any]]:
    """Options and rows of a single object, a list, or an object with `rows`."""
    body = _parsed(request)["rows"]
    options: dict[str, Any] = dict(request.query_params.items())
    if isinstance(body, dict) and "rows" in body:
        options |= {name: body[name] for name in ("metric", "source", "all_or_nothing") if name in body}
        body = body["rows"]
    if isinstance(body, dict):
        body = [body]
    if not isinstance(body, list) or not body:
        raise ParseError(_("Send an object, a list of objects, or {“rows”: […]}."))
    return options, body


def _with_keys(rows: list[Any], request: Request) -> list[Any]:
    """An Idempotency-Key names the rows that have no event id, so that the request can be repeated."""
    key = request.headers.get("Idempotency-Key", "")
    if not key:
        return rows
    if len(key) > LONGEST_KEY:
        raise ParseError(_("The Idempotency-Key is too long."), code="too-long")
    return [
        {**row, "event_id": f"{key}:{index}"} if isinstance(row, dict) and not row.get("event_id") else row
        for index, row in enumerate(rows)
    ]


def _scope(user: User, rows: list[Any], default: str, code: str) -> tuple[Source, list[Metric]]:
    """The source that the user writes to, and those of the named metrics that belong to it.

    Another system's account writes into its own source only; a person into "by hand" of the metrics' site.
    """
    named = {row["metric"] for row in rows if isinstance(row, dict) and isinstance(row.get("metric"), str)}
    found = list(selectors.measurable(user, {default, *named} - {""}))
    own = [source for source in selectors.push_sources(user) if permissions.may_push(user, source)]
    if own:
        source = _chosen(own, code)
        return source, [metric for metric in found if metric.site_id == source.site_id]
    mine = [metric for metric in found if permissions.may_record(user, metric)]
    if not mine:
        raise Http404
    site = next((metric.site for metric in mine if metric.number == default), mine[0].site)
    return services.hand_source(site, by=user), [metric for metric in mine if metric.site_id == site.pk]


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
    return Response(body, status=201 if receipt.stored == len(receipt.rows) else 200)


def _problem(row: RowResult) -> Exception:
    if row.code == "unknown-metric":
        return Http404(row.message)
    if row.code in CONFLICTS:
        return Refused(row.message, code=row.code)
    return ParseError(row.message, code=row.code)
