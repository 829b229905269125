from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from documents import anchoring, rich_text
from documents.models import Remark, Revision
from documents.selectors.reviewing import carried_remarks, remarks_of
from documents.significance import Words
from documents.states import Place

REMARKABLE: dict[str, Words] = {
    "title": _("Title"),
    "reason": _("Why this revision"),
    "change_summary": _("What changed"),
    "takt_seconds": _("Takt"),
    "standard_wip": _("Standard work in process"),
    "reaction_plan": _("Reaction plan"),
    "training": _("Training"),
}


@dataclass(frozen=True)
class Placed:
    """A remark with where it is now. `is_lost`: the words, the step or the field are there no longer."""

    remark: Remark
    where: Words
    anchor: str
    is_lost: bool
    is_changed: bool = False
    came_from: str = ""


@dataclass(frozen=True)
class MarkedText:
    """The text of a revision with the places of remarks marked, and all remarks, in the order of the text."""

    html: SafeString
    remarks: list[Placed]


def is_quoted(revision: Revision, exact: str) -> bool:
    """Whether the words stand in the text of the revision."""
    words = anchoring.squeezed(exact)
    return bool(words) and words in anchoring.plain(rich_text.clean(revision.body))


def marked_text(revision: Revision) -> MarkedText:
    """The text with all remarks of this revision, and those of earlier ones that nobody settled."""
    remarks = [*remarks_of(revision), *carried_remarks(revision)]
    quoted = [remark for remark in remarks if remark.place == Place.QUOTE]
    quotes = [anchoring.Quote(str(one.uuid), one.exact, one.prefix, one.suffix) for one in quoted]
    marked = anchoring.mark(rich_text.clean(revision.body), quotes)
    steps = {step.key: step.position for step in revision.steps.all()}
    placed = [_placed(remark, revision, marked, steps) for remark in remarks]
    placed.sort(key=lambda one: _order(one, marked, steps))
    return MarkedText(mark_safe(marked.html), placed)  # noqa: S308 - a sanitised body and our own marks


def _placed(remark: Remark, revision: Revision, marked: anchoring.Marked, steps: dict[str, int]) -> Placed:
    came_from = "" if remark.revision_id == revision.pk else remark.revision.number
    if remark.place == Place.QUOTE:
        span = marked.found.get(str(remark.uuid))
        changed = span is not None and not span.is_exact
        return Placed(remark, _("In the text"), f"remark-{remark.uuid}", span is None, changed, came_from)
    if remark.place == Place.STEP:
        number = steps.get(remark.target)
        words = _("Step %(number)s") % {"number": number} if number else _("A step")
        return Placed(remark, words, f"step-{remark.target}", number is None, came_from=came_from)
    if remark.place == Place.FIELD:
        return Placed(remark, REMARKABLE.get(remark.target, remark.target), "facts", False, came_from=came_from)
    return Placed(remark, _("The whole revision"), "", False, came_from=came_from)


def _order(placed: Placed, marked: anchoring.Marked, steps: dict[str, int]) -> tuple[int, int, int]:
    """The whole and fields first, then steps, then the text; what is lost last."""
    remark = placed.remark
    if placed.is_lost:
        return 3, 0, remark.pk
    if remark.place == Place.QUOTE:
        return 2, marked.found[str(remark.uuid)].start, remark.pk
    return (1, steps[remark.target], remark.pk) if remark.place == Place.STEP else (0, 0, remark.pk)
