import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from documents import redline, rich_text
from documents.comparing import Change, StepChange
from documents.models import Revision, Step
from documents.parts import told_parts_of
from documents.selectors.revising import steps_changed
from documents.significance import Changes, Proposal, Words, propose

MOST_ROWS = 500
FACTS = ("title", "process", "takt_seconds", "standard_wip", "reaction_plan", "training")
MARKS = {"is_safety", "is_quality"}
NAMES = {Change.ADDED: _("New"), Change.CHANGED: _("Changed"), Change.MOVED: _("Moved"), Change.REMOVED: _("Removed")}


@dataclass(frozen=True)
class FieldDiff:
    """One fact in two states, and its words compared."""

    name: str
    label: Words
    before: str
    after: str

    @property
    def html(self) -> SafeString:
        return mark_safe(redline.words(self.before, self.after))  # noqa: S308 - made of escaped words

    @property
    def was(self) -> SafeString:
        """Its words before, with what went marked."""
        return self._without("ins")

    @property
    def now(self) -> SafeString:
        """Its words after, with what came marked."""
        return self._without("del")

    def _without(self, tag: str) -> SafeString:
        kept = re.sub(rf"<{tag}>.*?</{tag}>", "", self.html, flags=re.DOTALL)
        return mark_safe(kept)  # noqa: S308 - the same with less in it


@dataclass(frozen=True)
class StepDiff:
    """One step that is not as it was, with the numbers it had and has."""

    change: StepChange
    what: str
    number_before: int | None
    number_after: int | None
    fields: tuple[FieldDiff, ...]

    @property
    def label(self) -> Words:
        return NAMES[self.change.change]


@dataclass(frozen=True)
class BlockDiff:
    """A block of the text, ready to be shown."""

    both: SafeString
    before: SafeString
    after: SafeString
    is_changed: bool


@dataclass(frozen=True)
class Redline:
    """Everything that is otherwise in one revision than in another."""

    before: Revision
    after: Revision
    facts: tuple[FieldDiff, ...]
    steps: tuple[StepDiff, ...]
    blocks: tuple[BlockDiff, ...]
    parts: tuple[FieldDiff, ...]
    is_coarse: bool
    proposal: Proposal

    @property
    def is_text_changed(self) -> bool:
        return any(block.is_changed for block in self.blocks)

    @property
    def is_changed(self) -> bool:
        return bool(self.facts or self.steps or self.parts or self.is_text_changed)


def base_of(revision: Revision) -> Revision | None:
    """What people worked by before: the newest earlier revision that was ever in effect."""
    earlier = Revision.objects.filter(document=revision.document_id, no__lt=revision.no, effective_at__isnull=False)
    return earlier.select_related("process").order_by("-no").first()


def comparable(revision: Revision) -> list[Revision]:
    """The other revisions of the document, newest first."""
    found = Revision.objects.filter(document=revision.document_id).exclude(pk=revision.pk)
    return list(found.select_related("process", "site").order_by("-no"))


def laid_beside(revision: Revision, others: Sequence[Revision], number: str) -> Revision | None:
    """The one of `others` with that number; without a number what was in force before, or else any earlier one.

    Raises Revision.DoesNotExist for a number of another document.
    """
    if number:
        found = next((other for other in others if other.number == number), None)
        if found is None:
            raise Revision.DoesNotExist(number)
        return found
    earlier = [other for other in others if other.no < revision.no]
    return next((other for other in earlier if other.effective_at), earlier[0] if earlier else None)


def in_order(one: Revision, other: Revision) -> tuple[Revision, Revision]:
    """The older revision first, whichever was asked for."""
    return (one, other) if one.no < other.no else (other, one)


def redline_of(before: Revision, after: Revision) -> Redline:
    """Lay two revisions of a document beside one another: facts, steps, text, and what higher apps keep."""
    text = redline.compare(rich_text.clean(before.body), rich_text.clean(after.body))
    changes = steps_changed(before, after)
    return Redline(
        before=before,
        after=after,
        facts=tuple(_facts(before, after)),
        steps=tuple(_step_diff(change) for change in changes),
        blocks=tuple(_shown(block) for block in text.blocks),
        parts=tuple(_parts(before, after)),
        is_coarse=text.is_coarse,
        proposal=propose(_changes(before, after, changes)),
    )


def proposal_for(revision: Revision) -> Proposal:
    """What training the revision asks for, compared with what people worked by before."""
    before = base_of(revision)
    return propose(Changes(is_first=True) if before is None else _changes(before, revision))


def _changes(before: Revision, after: Revision, steps: Iterable[StepChange] | None = None) -> Changes:
    return Changes(
        steps=tuple(steps_changed(before, after) if steps is None else steps),
        text_before=redline.plain(before.body),
        text_after=redline.plain(after.body),
        fields={diff.name for diff in _facts(before, after)} - {"training"},
        parts={diff.name for diff in _parts(before, after)},
    )


def _facts(before: Revision, after: Revision) -> Iterable[FieldDiff]:
    for name in FACTS:
        was, now = _said(before, name), _said(after, name)
        if was != now:
            yield FieldDiff(name, str(Revision._meta.get_field(name).verbose_name).capitalize(), was, now)  # type: ignore[union-attr]


def _said(holder: Any, name: str) -> str:
    reader = getattr(holder, f"get_{name}_display", None)
    value = reader() if reader else getattr(holder, name)
    return "" if value is None else str(value)


def _step_diff(change: StepChange) -> StepDiff:
    before, after = change.before or {}, change.after or {}
    worth = [name for name in Step.FIELDS if _worth(after or before, name)]
    names = change.fields if change.change == Change.CHANGED else worth
    return StepDiff(
        change,
        str((change.after or before)["what"]),
        before.get("position"),
        after.get("position"),
        tuple(_of_step(name, before, after) for name in names) if change.change != Change.MOVED else (),
    )


def _worth(said: Any, name: str) -> bool:
    """Whether a step that came or went says anything there."""
    return bool(said.get(name)) and name != "worker"


def _of_step(name: str, before: Any, after: Any) -> FieldDiff:
    label = str(Step._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return FieldDiff(name, label[:1].upper() + label[1:], _value(name, before), _value(name, after))


def _value(name: str, said: Any) -> str:
    value = said.get(name)
    if name in MARKS:
        return "" if value is None else str(_("yes") if value else _("no"))
    if name == "photo" and value:
        return str(_("picture %(digest)s") % {"digest": str(value)[:8]})
    return "" if value is None else str(value)


def _shown(block: redline.Block) -> BlockDiff:
    both, before, after = (mark_safe(text) for text in (block.both, block.before, block.after))  # noqa: S308 - sanitised
    return BlockDiff(both, before, after, block.is_changed)


def _parts(before: Revision, after: Revision) -> Iterable[FieldDiff]:
    """What higher apps keep, row by row, and the files."""
    was, now = _kept(before), _kept(after)
    for name in [*now, *(name for name in was if name not in now)]:
        yield from _rows(name, was.get(name, []), now.get(name, []))


def _kept(revision: Revision) -> dict[str, list[str]]:
    kept = {name: _lines(part) for name, part in told_parts_of(revision).items()}
    files = revision.attachments.exclude(content_type__startswith="image/").values_list("name", "sha256")
    return {**kept, "files": sorted(f"{name} ({sha256[:8]})" for name, sha256 in files)}


def _lines(part: Any) -> list[str]:
    rows = list(part.items()) if isinstance(part, dict) else list(part or [])
    return [_line(row) for row in rows[:MOST_ROWS]]


def _line(row: Any) -> str:
    if isinstance(row, dict):
        return " · ".join(f"{name}: {value}" for name, value in row.items() if value not in (None, "", [], {}))
    return ": ".join(map(str, row)) if isinstance(row, tuple) else str(row)


def _rows(name: str, before: list[str], after: list[str]) -> Iterable[FieldDiff]:
    for tag, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        was, now = before[a:b], after[c:d]
        for index in range(max(len(was), len(now))):
            yield FieldDiff(name, name.capitalize(), "".join(was[index : index + 1]), "".join(now[index : index + 1]))
