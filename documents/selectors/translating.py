import hashlib
import json
from dataclasses import dataclass

from django.core.serializers.json import DjangoJSONEncoder

from documents.models import Revision, Step, Translation

STEP_TEXTS = ("what", "key_point", "reason", "tools", "ppe")


@dataclass(frozen=True)
class StepIn:
    """A step with its texts in the reader's language; key, times, marks and photo are those of `step`."""

    step: Step
    what: str
    key_point: str
    reason: str
    tools: str
    ppe: str


def text_digest(revision: Revision) -> str:
    """SHA-256 of what the revision tells its reader: title, text, reaction plan and steps.

    Who owns it, what it asks of people and its other files may change without making a translation wrong.
    """
    steps = [step.content() for step in revision.steps.all()]
    told = [revision.title, revision.body, revision.reaction_plan, steps]
    text = json.dumps(told, cls=DjangoJSONEncoder, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def translations_of(revision: Revision) -> list[Translation]:
    """All translations of a revision, by language."""
    return list(revision.translations.select_related("made_by", "checked_by"))


@dataclass(frozen=True)
class Language:
    """A language that a revision can be read in, and whether its translation was compared with the present text."""

    code: str
    is_checked: bool


def languages_of(revision: Revision) -> list[Language]:
    """The languages of its translations, in order; nothing is asked of the steps where there is none."""
    found = list(revision.translations.values_list("language", "checked_digest"))
    digest = text_digest(revision) if found else ""
    return [Language(code, bool(checked) and checked == digest) for code, checked in found]


def translation_of(revision: Revision, language: str) -> Translation | None:
    """The translation of exactly this revision; None where there is none and the original is to be shown."""
    return revision.translations.select_related("made_by", "checked_by").filter(language=language).first()


def mark_of(translation: Translation | None) -> str:
    """By what somebody who saves one shows that they have seen the one before."""
    return translation.made_at.isoformat() if translation else "none"


def is_checked(translation: Translation, digest: str) -> bool:
    """Whether somebody compared it with what the revision says now; `digest` as `text_digest` gives it."""
    return bool(translation.checked_digest) and translation.checked_digest == digest


def steps_in(revision: Revision, language: str, translation: Translation | None = None) -> list[StepIn]:
    """The steps for a reader of that language; texts without a translation are those of the original."""
    translation = translation or translation_of(revision, language)
    texts = translation.steps if translation else {}
    return [_step_in(step, texts.get(step.key, {})) for step in revision.steps.all()]


def _step_in(step: Step, texts: dict[str, str]) -> StepIn:
    return StepIn(step=step, **{name: texts.get(name) or getattr(step, name) for name in STEP_TEXTS})
