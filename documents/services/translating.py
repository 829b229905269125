"""Translations stand beside a revision: what is approved is its own language."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from documents import rich_text, selectors
from documents.models import Revision, Translation
from documents.services.indexing import index
from documents.states import TRANSLATABLE
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused, Stale
from people.models import User

LONGEST_STEP_TEXT = 300


@transaction.atomic
def translate(
    revision: Revision,
    *,
    by: User,
    language: str,
    title: str,
    body: str = "",
    reaction_plan: str = "",
    steps: Mapping[str, Mapping[str, str]] | None = None,
    shown: str = "",
    seen: str = "",
    checked: bool = False,
) -> Translation:
    """Say in another language what a revision says; what is approved stays as it is, in its own language.

    `steps` holds texts by the key of the step. `shown` is the digest of the text that the translator had before him
    (`selectors.text_digest`), `seen` the translation that it replaces (`selectors.mark_of`); `checked` declares that
    the translation was compared with exactly that text. Raises Refused: "not-translatable", "unknown-step",
    "picture-unknown", "too-deep", and Stale when the text has changed, or somebody else has translated it meanwhile.
    """
    if revision.status not in TRANSLATABLE:
        raise Refused(
            _("%(number)s is %(state)s and needs no translation any more.")
            % {"number": revision.number, "state": revision.status_label},
            code="not-translatable",
        )
    digest = selectors.text_digest(revision)
    if shown and shown != digest:
        raise Stale(_("The text has changed since you began. Compare it with what it says now, then save again."))
    made = Translation.objects.select_for_update().filter(revision=revision, language=language).first()
    if seen and seen != selectors.mark_of(made):
        raise Stale(_("Somebody else has translated this meanwhile. Look at theirs; saved again, yours replaces it."))
    made = made or Translation(revision=revision, language=language)
    made.title, made.reaction_plan = title, reaction_plan
    made.body = _body(revision, body)
    made.steps = _steps(revision, steps or {})
    made.made_by, made.made_at = by, clock()
    made.checked_by, made.checked_at = (by, clock()) if checked else (None, None)
    made.checked_digest = digest if checked else ""
    made.save()
    index(revision.document, by=by)
    evidence.record_event("translated", revision, by=by, note=language, data={"checked": checked})
    return made


def _body(revision: Revision, body: str) -> str:
    """The text as it is kept; it shows only the pictures of its revision."""
    if rich_text.is_too_deep(body):
        raise Refused(_("The text is nested more than 30 levels deep."), code="too-deep")
    kept = rich_text.clean(body)
    if rich_text.pictures_in(kept) - set(revision.attachments.values_list("sha256", flat=True)):
        raise Refused(
            _("The translation shows a picture that is not among the files of the revision."), code="picture-unknown"
        )
    return kept


def _steps(revision: Revision, given: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    keys = set(revision.steps.values_list("key", flat=True))
    if unknown := sorted(set(given) - keys):
        raise Refused(_("There is no step “%(key)s” in this revision.") % {"key": unknown[0]}, code="unknown-step")
    named = {key: _texts(texts) for key, texts in given.items()}
    return {key: texts for key, texts in named.items() if texts}


def _texts(texts: Mapping[str, str]) -> dict[str, str]:
    return {
        name: texts[name][:LONGEST_STEP_TEXT] for name in selectors.STEP_TEXTS if str(texts.get(name) or "").strip()
    }
