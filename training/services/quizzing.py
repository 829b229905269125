"""Questions are written by authors, answered by those who read; every answer is kept as it was given."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Document
from evidence import services as evidence
from evidence.context import clock
from evidence.refusals import Refused
from people.models import User
from people.selectors import people_with
from people.states import Authority
from records import services as records
from training import selectors
from training.models import Attempt, Question, QuizRule, Reading
from training.services.reading import check_tries
from training.states import Method, QuestionKind

FEWEST, MOST_OPTIONS = 2, 8


@transaction.atomic
def add_question(
    document: Document,
    *,
    by: User,
    kind: str,
    text: str,
    options: Sequence[Mapping[str, Any]],
    step_key: str = "",
    explanation: str = "",
    translations: Mapping[str, Any] | None = None,
) -> Question:
    """Write a question about a document, or about the step with that key.

    Raises Refused: "unknown-step", "too-few-answers", "no-right-answer", "answer-twice", "translation-differs".
    """
    checked = _checked(document, kind, options, step_key, translations or {})
    question = Question.objects.create(
        document=document, kind=kind, text=text, explanation=explanation, step_key=step_key, **checked
    )
    evidence.record_event("question added", document, by=by, note=text)
    return question


@transaction.atomic
def edit_question(question: Question, *, by: User, **facts: Any) -> Question:
    """Say a question otherwise: its version grows. Attempts keep what they showed.

    Raises Refused: "retired", "too-few-answers", "answer-twice", "no-right-answer", "unknown-step",
    "translation-differs".
    """
    row = Question.objects.select_for_update().select_related("document").get(pk=question.pk)
    if row.retired_at:
        raise Refused(_("This question is retired."), code="retired")
    said = {name: facts.get(name, getattr(row, name)) for name in ("kind", "options", "step_key", "translations")}
    checked = _checked(row.document, said["kind"], said["options"], said["step_key"], said["translations"] or {})
    for name, value in {**facts, **checked}.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    evidence.record_event("question changed", row.document, by=by, note=row.text)
    return row


def _checked(
    document: Document, kind: str, options: Sequence[Mapping[str, Any]], step_key: str, translations: Mapping[str, Any]
) -> dict[str, Any]:
    kept = [{"text": str(one["text"]).strip(), "is_right": bool(one.get("is_right"))} for one in options]
    _check_options(kind, kept)
    if step_key and step_key not in selectors.step_keys(document):
        raise Refused(_("The document has no such step."), code="unknown-step")
    for said in translations.values():
        if len(said.get("options") or kept) != len(kept):
            raise Refused(
                _("Translate every answer: a translation has as many answers as the question."),
                code="translation-differs",
            )
    return {"options": kept, "translations": dict(translations)}


def _check_options(kind: str, options: list[dict[str, Any]]) -> None:
    right = sum(option["is_right"] for option in options)
    if not FEWEST <= len(options) <= MOST_OPTIONS or not all(option["text"] for option in options):
        raise Refused(_("A question has two to eight answers to choose from."), code="too-few-answers")
    if len({option["text"] for option in options}) < len(options):
        raise Refused(_("Two answers say the same."), code="answer-twice")
    if right == 0 or (kind != QuestionKind.MULTIPLE and right != 1):
        raise Refused(_("Mark the answer that is right; only one unless several may be."), code="no-right-answer")


@transaction.atomic
def retire_question(question: Question, *, by: User) -> Question:
    """It is asked no more; what was answered stays. Raises Refused("last-question") where a requirement needs one."""
    row = Question.objects.select_for_update().select_related("document").get(pk=question.pk)
    if row.retired_at is None:
        _check_not_last(row)
        row.retired_at = clock()
        row.save()
        evidence.record_event("question retired", row.document, by=by, note=row.text)
    return row


def _check_not_last(row: Question) -> None:
    others = selectors.questions_of(row.document).exclude(pk=row.pk)
    needing = selectors.live_requirements(row.document).filter(method=Method.QUIZ).first()
    if needing and not others.exists():
        raise Refused(
            _("It is the last question, and %(number)s is passed by answering. Write another first.")
            % {"number": needing.number},
            code="last-question",
        )


@transaction.atomic
def set_quiz_rule(document: Document, *, by: User, pass_mark: int, questions: int, tries: int) -> QuizRule:
    """Say what counts as passed for this document."""
    facts = {"pass_mark": pass_mark, "questions": questions, "tries": tries}
    rule, _created = QuizRule.objects.update_or_create(document=document, defaults=facts)
    evidence.record_event("quiz rule set", document, by=by, note=f"{pass_mark} %", data=facts)
    return rule


@transaction.atomic
def answer(reading: Reading, *, by: User, draw: UUID, answers: Mapping[str, Sequence[str]]) -> Attempt:
    """Answer the questions that were drawn, all at once. Sent twice, the first answer stands.

    Raises Refused: "not-yours", "draw-unknown" when other questions were drawn meanwhile, "quiz-wait",
    "answers-missing".
    """
    row = Reading.objects.select_for_update(of=("self",)).select_related("revision__document").get(pk=reading.pk)
    if by.pk != row.person_id:
        raise Refused(_("This training is not yours."), code="not-yours")
    known = Attempt.objects.filter(uuid=draw, assignment=row.assignment_id).first()
    if known:
        return known
    if row.draw.get("uuid") != str(draw):
        raise Refused(_("These questions are no longer asked. Look at the new ones."), code="draw-unknown")
    check_tries(row)
    return _kept(row, draw, answers, by)


def _kept(row: Reading, draw: UUID, answers: Mapping[str, Sequence[str]], by: User) -> Attempt:
    questions = [_answered(question, answers.get(question["uuid"], ())) for question in row.draw["questions"]]
    if not all(question["chosen"] for question in questions):
        raise Refused(_("Answer every question."), code="answers-missing")
    rule = selectors.rule_of(row.revision.document_id)
    right = sum(question["is_right"] for question in questions)
    attempt = Attempt.objects.create(
        uuid=draw,
        assignment_id=row.assignment_id,
        person=by,
        revision_id=row.revision_id,
        no=Attempt.objects.filter(assignment=row.assignment_id).count() + 1,
        questions=questions,
        right=right,
        asked=len(questions),
        pass_mark=rule.pass_mark,
        is_passed=100 * right >= rule.pass_mark * len(questions),
        language=row.language,
        kiosk_id=row.kiosk_id,
        shown_at=datetime.fromisoformat(row.draw["at"]),
        answered_at=clock(),
    )
    if attempt.is_passed:
        row.attempt = attempt
        row.save(update_fields=["attempt"])
    evidence.record_event("quiz answered", row.revision, by=by, note=f"{right}/{len(questions)}")
    _tell_after_last_try(row, rule, by)
    return attempt


def _answered(question: dict[str, Any], chosen: Sequence[str]) -> dict[str, Any]:
    known = {option["id"] for option in question["options"]}
    kept = sorted({one for one in chosen if one in known})
    if question["kind"] != QuestionKind.MULTIPLE:
        kept = kept[:1]
    return {**question, "chosen": kept, "is_right": selectors.is_answered_right(question, kept)}


def _tell_after_last_try(row: Reading, rule: Any, by: User) -> None:
    """Supervisors hear of somebody who tried in vain as often as the rule allows."""
    if row.attempt_id or selectors.wait_until(row.assignment, rule, at=clock()) is None:
        return
    text = _("%(person)s did not pass the questions about %(title)s. Go through it together.") % {
        "person": by, "title": row.revision.title,
    }  # fmt: skip
    for person in people_with(row.revision.site, Authority.SUPERVISOR):
        records.notify(
            person, text=text, url=row.assignment.get_absolute_url(), key=f"quiz-{row.pk}-{clock():%Y-%m-%d}", by=by
        )
