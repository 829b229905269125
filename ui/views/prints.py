"""What leaves the house: PDFs of a record and of the whole chain it stands in, and its signatures as a file."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from evidence import services as evidence
from records import selectors
from records.models import Record
from ui import exports, pdf
from ui.registry import NotRegistered, RecordPage, page_of_kind
from ui.scope import record_for
from ui.timeline import timeline
from ui.views.verbs import signed_facts

RECORD = "ui/pdf/record.html"
CHAIN = "ui/pdf/chain.html"


def nobody(done: int, total: int) -> None:
    """Nobody waits for progress."""


@login_required
@require_safe
def record_pdf(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    """The record on paper, with its signatures and the day on which it was current."""
    record = record_for(page, request.user, number)
    evidence.record_copy(record, by=request.user, what=_("PDF"))  # type: ignore[arg-type]
    context = {**sheet(page, record, request.user), "printed": timezone.now(), "printed_by": request.user}
    return answer(request, page.pdf or RECORD, context, f"{number}.pdf")


@login_required
@require_safe
def chain_pdf(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    """Every record of the chain that the user sees, in one document."""
    record = record_for(page, request.user, number)
    evidence.record_copy(record, by=request.user, what=_("PDF of the chain"))  # type: ignore[arg-type]
    return answer(request, CHAIN, chain_context(page, record, request.user), f"{number}-chain.pdf")


@login_required
@require_safe
def signatures_csv(request: HttpRequest, page: RecordPage, number: str) -> StreamingHttpResponse:
    """Every signature of a record, acknowledgements too."""
    record = record_for(page, request.user, number)
    evidence.record_copy(record, by=request.user, what=_("signatures as CSV"))  # type: ignore[arg-type]
    pieces = exports.csv_pieces(exports.signature_table(record, record.signatures.all()))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{number}-signatures.csv"'
    return response


@login_required
@require_safe
def signatures_xlsx(request: HttpRequest, page: RecordPage, number: str) -> FileResponse:
    """The same as a workbook."""
    record = record_for(page, request.user, number)
    evidence.record_copy(record, by=request.user, what=_("signatures as XLSX"))  # type: ignore[arg-type]
    file = exports.xlsx_file(exports.signature_table(record, record.signatures.all()), number)
    return FileResponse(file, as_attachment=True, filename=f"{number}-signatures.xlsx", content_type=exports.XLSX)


def chain_context(
    page: RecordPage, record: Any, user: Any, told: Callable[[int, int], None] = nobody
) -> dict[str, Any]:
    """What the PDF of a chain shows; `told(done, total)` hears how far the gathering is."""
    nodes = selectors.chain(record, user)
    sheets = []
    for done, node in enumerate(nodes):
        told(done, len(nodes) + 1)
        sheets.append(_sheet_of(node.record, user))
    told(len(nodes), len(nodes) + 1)
    return {
        "record": record,
        "page": page,
        "nodes": nodes,
        "sheets": sheets,
        "printed": timezone.now(),
        "printed_by": user,
    }


def _sheet_of(record: Record, user: Any) -> dict[str, Any]:
    child = selectors.as_child(record)
    try:
        page = page_of_kind(record.kind)
    except NotRegistered:
        return {"record": child, "facts": signed_facts(child), "signatures": [], "moments": []}
    return sheet(page, child, user)


def sheet(page: RecordPage, record: Any, user: Any) -> dict[str, Any]:
    """What the PDF of a record shows, besides what its page gives."""
    gather = page.pdf_context or page.context
    own = gather(record, user) if gather else {}
    return {
        "page": page,
        "record": record,
        "facts": signed_facts(record),
        "signatures": selectors.manifestations(record),
        "actions": list(record.actions.select_related("who", "verified_by")),
        "moments": list(reversed(timeline(record))),
        **own,
    }


def answer(request: HttpRequest, template: str, context: dict[str, Any], name: str) -> HttpResponse:
    """The PDF, or a page that says what must be installed."""
    try:
        body = pdf.render(template, context)
    except pdf.PdfUnavailable as missing:
        return render(request, "ui/unavailable.html", {"message": str(missing)}, status=503)
    except pdf.TooLarge as refused:
        return render(request, "ui/unavailable.html", {"message": refused.message}, status=422)
    return HttpResponse(
        body, content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'}
    )
