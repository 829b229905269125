"""Records are opened with a gapless number, locked before they change, and amended with a reason."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, Stale, says_why
from people.models import Process, Site, User
from records import selectors
from records.models import Counter, Record

R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=models.Model)


@transaction.atomic
def next_number(site: Site, code: str, *, by: User, year: int = 0) -> int:
    """The next number of a site, kind and year; gapless, because the counter stays locked until commit."""
    table = Counter._meta.db_table
    sql = (
        f"INSERT INTO {table} (site_id, kind, year, value) VALUES (%s, %s, %s, 1)"
        f" ON CONFLICT (site_id, kind, year) DO UPDATE SET value = {table}.value + 1 RETURNING value"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [site.pk, code, year])
        return cursor.fetchone()[0]


@transaction.atomic
def open_record(
    model: type[R],
    *,
    by: User,
    site: Site,
    title: str,
    process: Process | None = None,
    owner: User | None = None,
    origin: Record | None = None,
    number: str = "",
    code: str = "",
    **facts: Any,
) -> R:
    """Create a record of a kind: number, initial state, history, event, search text.

    `number` is given only where it follows from another record (a revision); `code` replaces the kind's own
    code in the number (a document's type).

    Raises Refused("process-elsewhere").
    """
    _check_process(site, process)
    now = clock()
    record = model(
        number=number or _number(model, site, code or model.kind_code, now.year, by),
        kind=model.kind_code,
        title=title,
        site=site,
        process=process,
        owner=owner or by,
        origin_id=origin.pk if origin else None,
        status=model.machine.initial,
        opened_at=now,
        **facts,
    )
    record.search_text = record.searchable()
    record.save(force_insert=True)
    evidence.record_event("opened", record, by=by, note=origin.number if origin else "")
    return record


def _check_process(site: Site, process: Process | None) -> None:
    """A record's process is of its own site, or of one above it."""
    if process is None or process.site_id == site.pk:
        return
    if not Site.objects.ancestors(site).filter(pk=process.site_id).exists():
        raise Refused(_("That process belongs to another site."), code="process-elsewhere")


def _number(model: type[Record], site: Site, code: str, year: int, by: User) -> str:
    if not model.numbered_by_year:
        return f"{site.code}-{code}-{next_number(site, code, by=by):04d}"
    return f"{site.code}-{code}-{year}-{next_number(site, code, by=by, year=year):04d}"


def locked_row(subject: M) -> M:
    """The row of `subject` as it is now, locked until the transaction ends (the parent row with it)."""
    return type(subject)._base_manager.select_for_update().get(pk=subject.pk)


def locked_to_sign(record: R) -> R:
    """The same of a record, with what signing needs of it besides: `signed_with`, and whether it has an open fault."""
    model = type(record)
    own = ("self", *(link.name for link in model._meta.parents.values() if link))
    rows = model._base_manager.select_for_update(of=own).select_related(*model.signed_with)
    return rows.annotate(has_fault=Exists(selectors.open_faults().filter(record=OuterRef("pk")))).get(pk=record.pk)


def take_over(subject: models.Model, row: models.Model) -> None:
    """Bring the caller's instance up to the locked row, forgetting cached relations that changed."""
    for field in subject._meta.concrete_fields:
        value = getattr(row, field.attname)
        if getattr(subject, field.attname) != value:
            setattr(subject, field.attname, value)


def check_version(subject: models.Model, row: models.Model) -> None:
    """Raise Stale when somebody changed the record since the caller read it."""
    if getattr(subject, "version", None) != getattr(row, "version", None):
        raise Stale(
            _("Somebody changed %(record)s while you were looking at it. Read it again, then repeat.")
            % {"record": getattr(row, "number", row)}
        )


def lock(subject: M) -> M:
    """Lock `subject` for this transaction. Raises Stale when its version is old; returns it refreshed."""
    row = locked_row(subject)
    check_version(subject, row)
    take_over(subject, row)
    return subject


@transaction.atomic
def grow(record: R, *, by: User) -> R:
    """A line of a locked record was rewritten: its version grows, so that whoever read the old line is told."""
    record.version += 1
    record.save()
    return record


@transaction.atomic
def amend(
    record: R,
    *,
    by: User,
    reason: str = "",
    parts: Sequence[str] = (),
    facts: Mapping[str, Any] | None = None,
    **changes: Any,
) -> R:
    """Change fields of a record; the version grows. Outside its editable states a reason is required.

    `parts` names lines of the record that the caller has changed (its steps, its team): they count as a change too.
    `facts` are more changes, for a record with a field of its own called `reason`.

    Raises Refused: "reason-missing", "process-elsewhere".
    """
    lock(record)
    changes |= facts or {}
    if not type(record).machine.may_edit(record.status) and not says_why(reason):
        raise Refused(_("Say why: this record is no longer a draft."), code="reason-missing")
    _check_process(changes.get("site", record.site), changes.get("process"))
    changed = {name: value for name, value in changes.items() if getattr(record, name) != value}
    for name, value in changed.items():
        setattr(record, name, value)
    if not changed and not parts:
        return record
    record.version += 1
    record.search_text = record.searchable()
    record._change_reason = reason  # type: ignore[attr-defined]
    record.save()
    evidence.record_event("changed", record, by=by, note=reason, data={"fields": sorted([*changed, *parts])})
    return record
