"""Review and approval of a revision (7.5.2 c): signed round by round, each by who was asked."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from documents import selectors
from documents.models import Approval, Revision
from documents.selectors import Question
from documents.services.routing import ask_next, begin_round, drop_rest
from documents.significance import weight
from documents.states import (
    APPROVE,
    APPROVE_IT,
    REFUSE_IT,
    REQUEST_CHANGES,
    REVIEW_IT,
    SUBMIT,
    ApprovalStatus,
    RevisionStatus,
    Task,
    TrainingVerdict,
)
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from records import services as records
from records.models import Signature
from records.selectors import content_digest
from records.signing import Signing
from records.states import Transition

BOTH = (Task.REVIEW, Task.APPROVE)


@transaction.atomic
def submit(revision: Revision, *, by: User) -> Revision:
    """Hand a draft to review (7.5.2 c): whoever is on the route of its type is asked, the first stage at once.

    Raises Refused: "empty", "change-not-described".
    """
    kind = revision.document.type
    written_elsewhere = kind.is_control_plan or kind.is_external
    if not (revision.body.strip() or revision.steps.exists() or written_elsewhere):
        raise Refused(_("There is nothing to review: write the text or the steps first."), code="empty")
    if revision.no > 1 and not (revision.reason.strip() and revision.change_summary.strip()):
        raise Refused(_("Say why there is a new revision and what changed."), code="change-not-described")
    proposed = selectors.proposal_for(revision).verdict
    explained = revision.significance_reason if revision.significance_proposed == proposed else ""
    records.move(revision, SUBMIT, by=by, significance_proposed=proposed, significance_reason=explained)
    begin_round(revision, by)
    return revision


@transaction.atomic
def weigh_training(revision: Revision, *, by: User, training: str, reason: str = "") -> Revision:
    """Confirm what training a revision in review asks for, or decide otherwise and say why.

    It is sealed with the approval, so it is decided before the first one.

    Raises Refused: "not-in-review", "self-weighed", "already-approved", "override-not-explained".
    """
    records.lock(revision)
    if revision.status != RevisionStatus.IN_REVIEW:
        raise Refused(_("The training is decided while the revision is in review."), code="not-in-review")
    if by.pk == revision.owner_id:
        raise Refused(_("Someone other than the author decides it."), code="self-weighed")
    approved = Approval.objects.filter(revision=revision, status=ApprovalStatus.APPROVED)
    if approved.filter(round=selectors.current_round(revision)).exists():
        raise Refused(_("Somebody has approved it as it is. Request changes instead."), code="already-approved")
    is_as_proposed = training == revision.significance_proposed
    if not (is_as_proposed or reason.strip()):
        raise Refused(_("Say why it is not as proposed."), code="override-not-explained")
    note = reason.strip() or _("As proposed.")
    return records.amend(
        revision, by=by, reason=note, training=training, significance_reason="" if is_as_proposed else reason.strip()
    )


@transaction.atomic
def review(revision: Revision, *, by: User, signing: Signing) -> Revision:
    """Sign as reviewed, on a route that asks for it. The next stage is asked when this one is complete.

    Raises Refused: "not-asked", "changed-since-signed".
    """
    question = _question(revision, by, (Task.REVIEW,))
    if question is None:
        raise Refused(_("You are not asked to review this."), code="not-asked")
    signature = _sign(revision, question, by, REVIEW_IT, signing)
    _answer(question, by, REVIEW_IT, signature)
    _go_on(revision, by)
    return revision


@transaction.atomic
def approve(revision: Revision, *, by: User, signing: Signing) -> Revision:
    """Approve the text as shown (7.5.2 c). Whoever wrote it does not approve it.

    On a route this is one answer of a round; the revision is approved with the last.

    Raises Refused: "self-approved", "not-asked", "changed-since-signed", "training-not-explained".
    """
    if by.pk == revision.owner_id:
        raise Refused(_("Someone other than the author must approve."), code="self-approved")
    question = _question(revision, by, (Task.APPROVE,))
    _check_training(revision)
    is_last = question is None or _is_last(question.approval)
    signature = _sign(revision, question, by, APPROVE, signing, is_last=is_last)
    if question is not None:
        _answer(question, by, APPROVE_IT, signature)
    if is_last:
        return records.move(revision, APPROVE, by=by, signature=signature, approved_at=clock())
    _go_on(revision, by)
    return revision


@transaction.atomic
def request_changes(revision: Revision, *, by: User, reason: str, signing: Signing) -> Revision:
    """Refuse a revision as shown and send it back to its author, saying what is wrong. A signature, as approval is.

    The round ends; remarks that nobody settled go back with it.

    Raises Refused: "self-reviewed", "not-asked", "changed-since-signed".
    """
    if by.pk == revision.owner_id:
        raise Refused(_("Someone other than the author must review."), code="self-reviewed")
    question = _question(revision, by, BOTH, must_match=False)
    signature = _sign(revision, question, by, REQUEST_CHANGES, replace(signing, note=reason), is_last=True)
    if question is not None:
        _answer(question, by, REFUSE_IT, signature, note=reason)
        drop_rest(revision, by)
    open_remarks = selectors.unsettled(revision).count()
    _tell_author(revision, by, reason, open_remarks)
    return records.move(revision, REQUEST_CHANGES, by=by, note=reason, signature=signature)


def _tell_author(revision: Revision, by: User, reason: str, open_remarks: int) -> None:
    text = _("%(person)s asks for changes to %(number)s: %(reason)s") % {
        "person": by, "number": revision.number, "reason": reason,
    }  # fmt: skip
    if open_remarks:
        text = _("%(count)d open remarks. ") % {"count": open_remarks} + text
    url = f"{revision.get_absolute_url()}remarks/"
    records.notify(revision.owner, text=text, url=url, key=f"changes-{revision.number}-{revision.version}", by=by)


def _question(revision: Revision, by: User, tasks: tuple[Task, ...], *, must_match: bool = True) -> Question | None:
    """What `by` is asked, under the lock of the revision; None where there is no route."""
    if not selectors.open_approvals(revision).exists():
        return None
    row = Revision.objects.select_for_update(of=("self",)).get(pk=revision.pk)
    if row.status != RevisionStatus.IN_REVIEW:
        return None
    found = selectors.question_for(row, by, tasks=tasks, on=clock().date())
    if found is None:
        raise Refused(_("You are not asked for this now, or have answered in this round."), code="not-asked")
    if must_match:
        _check_unchanged(row, found.approval)
    found.approval.revision = revision
    return found


def _check_unchanged(revision: Revision, approval: Approval) -> None:
    """What others signed in this round is what is signed now, or the round is void."""
    signed = Signature.objects.filter(approval__revision=revision, approval__round=approval.round)
    digests = {one.meaning: content_digest(revision, meaning=one.meaning) for one in signed}
    if any(one.content_digest != digests[one.meaning] for one in signed):
        raise Refused(
            _("The content changed after others had signed it. Request changes, so that a new round begins."),
            code="changed-since-signed",
        )


def _check_training(revision: Revision) -> None:
    """Less training than the change asks for needs a reason (7.2)."""
    proposed = revision.significance_proposed or TrainingVerdict.NONE
    if weight(revision.training) < weight(proposed) and not revision.significance_reason.strip():
        raise Refused(
            _("The change asks for “%(proposed)s”. Decide the training first, and say why it is less.")
            % {"proposed": TrainingVerdict(proposed).label},
            code="training-not-explained",
        )


def _is_last(approval: Approval) -> bool:
    rest = Approval.objects.filter(
        revision=approval.revision_id, round=approval.round, status__in=[ApprovalStatus.WAITING, ApprovalStatus.OPEN]
    )
    return not rest.exclude(pk=approval.pk).exists()


def _sign(
    revision: Revision,
    question: Question | None,
    by: User,
    arrow: Transition,
    signing: Signing,
    *,
    is_last: bool = False,
) -> Signature:
    """The signature says in whose name it was given, where somebody stood in."""
    if question is not None and question.on_behalf is not None:
        words = _("for %(person)s") % {"person": question.on_behalf}
        signing = replace(signing, note=f"{words}\n{signing.note}".strip())
    subject = None if question is None or is_last else question.approval
    return records.sign(revision, by=by, transition=arrow, signing=signing, subject=subject)


def _answer(question: Question, by: User, arrow: Transition, signature: Signature, note: str = "") -> None:
    records.move(
        question.approval,
        arrow,
        by=by,
        note=note,
        signature=signature,
        answered_by=by,
        answered_for=question.on_behalf,
        answered_at=clock(),
    )


def _go_on(revision: Revision, by: User) -> None:
    """The stage is complete: the next one is asked."""
    if not selectors.open_approvals(revision).exists():
        ask_next(revision, by)
