"""Taking in the values of a file that somebody brings: looked at first, then stored as one batch."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import IO, Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from metrics import files
from metrics.files import Layout
from metrics.models import ImportLayout, ValueImport
from metrics.selectors import MetricsAt
from metrics.selectors.filing import NAMED_HERE, faults_in, is_named_here, opened, pieces, reused
from metrics.selectors.reading import REFUSED
from metrics.services.describing import file_source
from metrics.services.recording import Receipt, take_in
from people.models import Site, User

MOST_KEPT = 500  # faults that are kept of what was left out


@transaction.atomic
def upload_values(*, by: User, site: Site, file: IO[bytes], layout: ImportLayout | None = None) -> ValueImport:
    """Keep a file of values to be looked at, read like others of its kind or as its headings suggest.

    Raises Refused: "other-site" for a layout of another site, and what cannot be read within its limits.
    """
    if layout is not None and layout.site_id != site.pk:
        raise Refused(_("This layout is of another site."), code="other-site")
    chosen, missing = _laid_out(file, site, layout)
    name = str(getattr(file, "name", "") or "values.csv")[-200:]
    kept = ValueImport(site=site, made_by=by, made_at=clock(), name=name, layout={**chosen.kept(), **missing})
    file.seek(0)
    kept.file.save("values", File(file), save=False)
    kept.save()
    evidence.record_event("values uploaded", kept, by=by, note=kept.name, data={"sha256": files.digest(file)})
    return kept


def _laid_out(file: IO[bytes], site: Site, layout: ImportLayout | None) -> tuple[Layout, dict[str, list[str]]]:
    """How the file is read, and which headings of the kept layout it lacks. Of a workbook the sheet that the layout
    names, else the first one with a table on it, or with anything.
    """
    sheet = layout.layout.get("sheet", "") if layout else ""
    sheet = sheet if sheet and sheet in files.sheets(file) else files.first_table(file)
    rows = files.rows(file, sheet=sheet)
    headings = next(rows)[1]
    if layout is not None:
        found, missing = files.laid_out(layout.layout, headings)
        return replace(found, sheet=sheet), {"missing": missing} if missing else {}
    return _guessed(file, site, sheet), {}


def _guessed(file: IO[bytes], site: Site, sheet: str) -> Layout:
    rows = files.rows(file, sheet=sheet)
    headings = next(rows)[1]
    found = files.guess(headings, (cells for _number, cells in rows), MetricsAt(site).numbers, site.time_zone)
    return replace(found, sheet=sheet)


@transaction.atomic
def arrange_values(
    kept: ValueImport, *, by: User, layout: Layout, keep_as: str = "", replace_kept: bool = False
) -> ValueImport:
    """Say how a file is read; under a name, so that files of its kind are read like it. Another sheet is guessed anew.

    With `replace_kept` also in the place of what somebody else keeps by that name. Raises Refused: "import-done",
    "layout-incomplete", "layout-of-another", and what a file refuses.
    """
    row = _open_import(kept)
    with opened(row) as file:
        if layout.sheet != row.layout.get("sheet", ""):
            layout = _guessed(file, row.site, layout.sheet)
        if keep_as:
            if layout.lack:
                raise Refused(
                    _("It can be kept when nothing is missing. %(lack)s") % {"lack": layout.lack}, "layout-incomplete"
                )
            facts = {"layout": files.by_heading(layout, next(files.rows(file, sheet=layout.sheet))[1])}
            _keep(row.site, keep_as, {**facts, "kept_by": by, "kept_at": clock()}, replace_kept=replace_kept)
    row.layout = layout.kept()
    row.save()
    return row


def _keep(site: Site, name: str, facts: dict[str, Any], *, replace_kept: bool) -> None:
    row, created = ImportLayout.objects.select_for_update(of=("self",)).get_or_create(
        site=site, name=name, defaults=facts
    )
    if created:
        return
    if row.kept_by != facts["kept_by"] and not replace_kept:
        told = _("%(person)s keeps a layout of this name. Choose another name, or say that it is replaced if you may.")
        raise Refused(told % {"person": row.kept_by}, code="layout-of-another")
    for fact, value in facts.items():
        setattr(row, fact, value)
    row.save()


@transaction.atomic
def remove_layout(layout: ImportLayout, *, by: User) -> None:
    """Keep a layout no longer. What was read like it stays as it is. Raises Refused("layout-gone")."""
    row = ImportLayout.objects.select_for_update(of=("self",)).filter(pk=layout.pk).first()
    if row is None:
        raise Refused(_("Somebody else has removed this layout meanwhile."), code="layout-gone")
    row.delete()


def _open_import(kept: ValueImport) -> ValueImport:
    row = ValueImport.objects.select_for_update(of=("self",)).select_related("site").get(pk=kept.pk)
    if row.done_at:
        raise Refused(_("This file has been imported already."), code="import-done")
    return row


@transaction.atomic
def import_values(kept: ValueImport, *, by: User, seen: str = "", leave_wrong: bool = False) -> ValueImport:
    """Store the values of a file as one batch: all of them, or with `leave_wrong` those that are right.

    `seen` is the digest of the layout by which they were looked at, that of `kept` unless it is said. What was stored
    before is left as it is. Raises Refused: "import-done", "layout-changed", "layout-incomplete", "rows-at-fault",
    "nothing-right", and what a file refuses.
    """
    row = _open_import(kept)
    if Layout.of(row.layout).digest != (seen or Layout.of(kept.layout).digest):
        told = _("Meanwhile it was said otherwise how this file is read. Look at its values again before you import.")
        raise Refused(told, code="layout-changed")
    with opened(row) as file:
        digest = files.digest(file)
    metrics, origins = MetricsAt(row.site), Origins()
    receipt = take_in(
        origins.given(row, metrics),
        by=by,
        source=file_source(row.site, by=by),
        find=metrics.find,
        digest=lambda: digest,
        all_or_nothing=not leave_wrong,
        by_hand=True,
    )
    if receipt.batch is None:
        raise Refused(_("Values of the file are wrong, so nothing was imported."), code="rows-at-fault")
    if receipt.refused == receipt.sent:
        raise Refused(_("No value of the file is right, so nothing was imported."), code="nothing-right")
    row.done_at, row.batch, row.faults = clock(), receipt.batch, _faults(row, receipt, origins)
    row.save()
    counts = {"stored": receipt.stored, "known": receipt.duplicates, "left out": receipt.refused}
    evidence.record_event("values imported", row, by=by, note=row.name, data={**counts, "sha256": digest})
    return row


class Origins:
    """Where the rows of a batch stood in the file, by their index, and whether their event id is not of the file."""

    def __init__(self) -> None:
        self.rows: list[tuple[int, str, bool]] = []

    def given(self, kept: ValueImport, metrics: MetricsAt) -> Iterator[list[Any]]:
        for piece in pieces(kept, metrics):
            self.rows += [(value.row, value.heading, is_named_here(value)) for value in piece]
            yield [value.given for value in piece]


def _faults(kept: ValueImport, receipt: Receipt, origins: Origins) -> list[list[Any]]:
    """What was left out: row, heading and why. A receipt tells of so many rows only; then the file is read again."""
    found = []
    for told in receipt.rows:
        if told.outcome == REFUSED:
            row, heading, named_here = origins.rows[told.index]
            again = reused(NAMED_HERE if named_here else "") if told.code == "event-id-reused" else told.message
            found.append([row, heading, again])
    if len(found) < min(receipt.refused, MOST_KEPT):
        found = [[one.value.row, one.value.heading, one.message] for one in islice(faults_in(kept), MOST_KEPT)]
    return found[:MOST_KEPT]
