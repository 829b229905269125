"""What a change asks of those who work by the document. Pure: what is otherwise in, a proposal with its reasons out.

Weighed as a lean plant weighs it: who works by a safety mark, a key point or another order of the steps must have
done it or shown that they know it; who only finds other times or a corrected word need not.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from documents.comparing import Change, Content, StepChange
from documents.states import TrainingVerdict

Words = str | Promise
ORDER = tuple(TrainingVerdict)
WORD = re.compile(r"\w+", re.UNICODE)
TYPO = 0.75  # a word as alike as this to the one before is the same word, spelt otherwise
MOST_WORDS = 4000

TIMES = frozenset({"manual_seconds", "machine_seconds", "walk_seconds"})
OF_A_STEP: dict[str, tuple[TrainingVerdict, Words]] = {
    "is_safety": (TrainingVerdict.PRACTICAL, _("the safety mark changed")),
    "ppe": (TrainingVerdict.PRACTICAL, _("the protective equipment changed")),
    "is_quality": (TrainingVerdict.QUIZ, _("the quality mark changed")),
    "key_point": (TrainingVerdict.QUIZ, _("the key point changed")),
    "what": (TrainingVerdict.READ, _("what is done changed")),
    "tools": (TrainingVerdict.READ, _("the tools changed")),
    "photo": (TrainingVerdict.READ, _("the photo changed")),
    "worker": (TrainingVerdict.READ, _("who does it changed")),
    "reason": (TrainingVerdict.NOTIFY, _("only the reason is said otherwise")),
}
OF_A_REVISION: dict[str, tuple[TrainingVerdict, Words]] = {
    "reaction_plan": (TrainingVerdict.QUIZ, _("The reaction plan changed.")),
    "takt_seconds": (TrainingVerdict.READ, _("The takt changed.")),
    "standard_wip": (TrainingVerdict.READ, _("The standard work in process changed.")),
    "title": (TrainingVerdict.NOTIFY, _("The title changed.")),
    "process": (TrainingVerdict.NOTIFY, _("The process changed.")),
}


@dataclass(frozen=True)
class Changes:
    """What is otherwise in a revision than in the one before. `is_first`: there was none."""

    is_first: bool = False
    steps: Sequence[StepChange] = ()
    text_before: str = ""
    text_after: str = ""
    fields: Collection[str] = ()
    parts: Collection[str] = ()


@dataclass(frozen=True)
class Proposal:
    """The training that the change asks for, and why, the weightiest reason first."""

    verdict: TrainingVerdict
    reasons: tuple[str, ...]


def weight(verdict: str) -> int:
    """How much a verdict asks: none 0 … practical 4."""
    return ORDER.index(TrainingVerdict(verdict))


def propose(changes: Changes) -> Proposal:
    """What a change asks: the most that any part of it asks."""
    if changes.is_first:
        return Proposal(TrainingVerdict.READ, (str(_("It is the first revision: nobody knows it yet.")),))
    found = sorted(_findings(changes), key=lambda finding: -weight(finding[0]))
    if not found:
        return Proposal(TrainingVerdict.NONE, (str(_("Nothing changed that anybody works by.")),))
    return Proposal(found[0][0], tuple(dict.fromkeys(str(reason) for _verdict, reason in found)))


Finding = tuple[TrainingVerdict, Words]


def _findings(changes: Changes) -> Iterator[Finding]:
    for step in changes.steps:
        yield from _of_step(step)
    yield from (OF_A_REVISION[name] for name in OF_A_REVISION if name in changes.fields)
    yield from _of_text(changes.text_before, changes.text_after)
    if changes.parts:
        yield TrainingVerdict.READ, _("What other modules keep with it changed, such as rows of a control plan.")


def _of_step(step: StepChange) -> Iterator[Finding]:
    if step.change == Change.CHANGED:
        yield from _of_changed(step)
    said = step.after or step.before or {}
    name = _named(step)
    if step.is_moved:
        verdict = TrainingVerdict.PRACTICAL if said.get("is_safety") else TrainingVerdict.QUIZ
        yield verdict, format_lazy(_("{step}: it is done at another place in the sequence."), step=name)
    if step.change in (Change.CHANGED, Change.MOVED):
        return
    words = _("{step}: a new step.") if step.change == Change.ADDED else _("{step}: the step is gone.")
    yield _of_whole(said), format_lazy(words, step=name)


def _of_whole(said: Content) -> TrainingVerdict:
    """What a step that came or went asks, by its marks."""
    if said.get("is_safety"):
        return TrainingVerdict.PRACTICAL
    return TrainingVerdict.QUIZ if said.get("is_quality") or said.get("key_point") else TrainingVerdict.READ


def _of_changed(step: StepChange) -> Iterator[Finding]:
    name = _named(step)
    before, after = step.before or {}, step.after or {}
    for field in step.fields:
        if field in TIMES:
            continue
        verdict, words = OF_A_STEP.get(field, (TrainingVerdict.READ, _("it says something else")))
        texts = str(before.get(field) or ""), str(after.get(field) or "")
        if field in ("what", "key_point", "reason") and is_editorial(*texts):
            yield TrainingVerdict.NONE, format_lazy(_("{step}: only punctuation or capitals changed."), step=name)
            continue
        if after.get("is_safety") and field in ("what", "key_point"):
            verdict = TrainingVerdict.PRACTICAL
            words = format_lazy(_("{words}, and it has a safety mark"), words=words)
        yield verdict, format_lazy(_("{step}: {words}."), step=name, words=words)
    if set(step.fields) & TIMES:
        yield TrainingVerdict.NOTIFY, format_lazy(_("{step}: the times changed."), step=name)


def _named(step: StepChange) -> Words:
    said = step.after or step.before or {}
    return format_lazy(_("Step “{what}”"), what=str(said.get("what", ""))[:60])


def _of_text(before: str, after: str) -> Iterator[Finding]:
    if " ".join(before.split()) == " ".join(after.split()):
        return
    if is_editorial(before, after):
        yield TrainingVerdict.NONE, _("Only punctuation or capitals changed in the text.")
    elif is_respelt(before, after):
        yield (
            TrainingVerdict.NOTIFY,
            _("Single words are spelt otherwise. Look whether they still mean the same."),
        )
    else:
        yield TrainingVerdict.READ, _("The text says something else.")


def is_editorial(before: str, after: str) -> bool:
    """Whether two texts have the same words in the same order."""
    return _words(before) == _words(after)


def is_respelt(before: str, after: str) -> bool:
    """Whether each word of one is a word much like it in the other; never another number, never one more or less.

    That is most often a corrected spelling, and may still be “safe” for “unsafe”: a person must look.
    """
    old, new = _words(before), _words(after)
    return len(old) == len(new) <= MOST_WORDS and all(map(_much_alike, old, new))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in WORD.findall(text)]


def _much_alike(one: str, other: str) -> bool:
    if one == other:
        return True
    if any(letter.isdigit() for letter in one + other) or min(len(one), len(other)) < 4:
        return False
    return SequenceMatcher(None, one, other).ratio() >= TYPO
