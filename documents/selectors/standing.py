"""What a revision is worth to somebody who holds it in his hand: in force, not yet, no longer."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from documents.models import Revision
from documents.states import ReadinessPolicy, RevisionStatus

CURRENT, SUPERSEDED, WITHDRAWN, NOT_YET, DRAFT = "current", "superseded", "withdrawn", "not-yet", "draft"


@dataclass(frozen=True)
class Standing:
    """`words` for the page, `mark` across each sheet of paper; `since` and `by` where something came after it."""

    code: str
    words: str
    tone: str
    mark: str = ""
    since: date | None = None
    by: Revision | None = None

    @property
    def mark_words(self) -> list[str]:
        """A number or a day is not broken across the sheet."""
        return self.mark.split()

    @property
    def is_current(self) -> bool:
        return self.code == CURRENT


def standing(revision: Revision) -> Standing:
    """Whether the revision may be worked by. One query where a later one took its place, none otherwise."""
    if revision.effective_at:
        return _of_past(revision) if revision.superseded_at else _of_current(revision)
    if revision.withdrawn_at:
        day = _day(revision.withdrawn_at)
        return _marked(WITHDRAWN, _("Withdrawn on %(day)s. Do not use it.") % {"day": day}, _("WITHDRAWN"), day)
    if revision.status == RevisionStatus.ISSUED:
        return _of_issued(revision)
    if revision.status == RevisionStatus.APPROVED:
        words = _("Approved and not issued yet. Do not work by it.")
        return _marked(DRAFT, words, _("NOT ISSUED – not for use"), tone="info")
    return _marked(DRAFT, _("A draft. Do not work by it."), _("DRAFT – not for use"), tone="info")


def _of_current(revision: Revision) -> Standing:
    since = _day(revision.effective_at)
    return Standing(CURRENT, _("In force since %(day)s.") % {"day": since}, "success", since=since)


def _of_issued(revision: Revision) -> Standing:
    told = {"day": revision.effective_on}
    words = _("Not in force yet: it is to take effect on %(day)s.") % told
    return _marked(NOT_YET, words, _("NOT IN FORCE before %(day)s") % told, revision.effective_on, tone="info")


def _of_past(revision: Revision) -> Standing:
    day = _day(revision.superseded_at)
    later = successor(revision)
    if later is None or revision.status == RevisionStatus.OBSOLETE:
        words = _("Taken out of use on %(day)s. Do not use it.") % {"day": day}
        return _marked(WITHDRAWN, words, _("OBSOLETE since %(day)s") % {"day": day}, day)
    told = {"by": later.number, "day": day}
    words, mark = _("Superseded by %(by)s since %(day)s. Do not use it."), _("SUPERSEDED by %(by)s since %(day)s")
    return _marked(SUPERSEDED, words % told, mark % told, day, by=later)


def _marked(
    code: str, words: str, mark: str, since: date | None = None, *, tone: str = "danger", by: Revision | None = None
) -> Standing:
    return Standing(code, words, tone, mark, since, by)


def _day(at: datetime | None) -> date | None:
    return timezone.localtime(at).date() if at else None


def successor(revision: Revision) -> Revision | None:
    """The revision that took the place of one that is no longer in force."""
    later = Revision.objects.filter(document=revision.document_id, no__gt=revision.no, effective_at__isnull=False)
    return later.order_by("no").first()


@dataclass(frozen=True)
class TrainingState:
    """What unfinished training means for a revision, by the policy of its type."""

    policy: str
    words: str
    tone: str


def training_state(revision: Revision) -> TrainingState | None:
    """Nothing where training is finished and always was."""
    kind = revision.document.type
    policy = ReadinessPolicy(kind.readiness)
    is_ready = revision.trained_share is not None and revision.trained_share >= kind.ready_share
    told = {"count": trained_words(revision), "day": revision.effective_on, "share": kind.ready_share}
    if revision.status == RevisionStatus.ISSUED and not is_ready:
        return TrainingState(policy, _waiting(policy) % told, "warning" if policy == "block" else "info")
    if revision.status != RevisionStatus.EFFECTIVE:
        return None
    if policy == ReadinessPolicy.WARN and revision.trained_share is not None and not is_ready:
        return TrainingState(policy, _("In force, but training is not finished: %(count)s.") % told, "warning")
    if revision.untrained_at_effect:
        words = _("Not trained when it took effect: %(people)d.") % {"people": revision.untrained_at_effect}
        return TrainingState(policy, words, "info")
    return None


def trained_words(revision: Revision) -> str:
    """7 of 9 people; where nobody told how many, the share."""
    if revision.people_to_train is not None and revision.trained_people is not None:
        told = {"done": revision.trained_people, "of": revision.people_to_train}
        return _("%(done)d of %(of)d people trained") % told
    return _("%(share)d %% trained") % {"share": revision.trained_share or 0}


def _waiting(policy: str) -> str:
    if policy == ReadinessPolicy.BLOCK:
        return _("Waits for training: %(count)s. It takes effect from %(day)s on, once %(share)d %% are trained.")
    if policy == ReadinessPolicy.WARN:
        return _("%(count)s. It takes effect on %(day)s in any case; its owner is warned if training is not finished.")
    return _("%(count)s. It takes effect on %(day)s in any case; how many are not trained by then is recorded.")
