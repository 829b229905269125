"""Questions: which are asked, what counts as passed, whether one more try is possible."""

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from documents.models import Document, Step
from people.models import User
from training.models import Assignment, Attempt, PracticalItem, Question, QuizRule, Reading
from training.selectors.assigned import method_of
from training.states import Method

LETTERS = "abcdefghijklmnop"
USUAL_QUESTIONS = 3


@dataclass(frozen=True)
class Rule:
    """What holds for quizzes of a document: per cent to pass, questions at once, tries until one waits."""

    pass_mark: int
    questions: int
    tries: int


def rule_of(document: Document | int) -> Rule:
    """The rule of a document's quizzes: its own, or the usual one."""
    key = document if isinstance(document, int) else document.pk
    kept = QuizRule.objects.filter(document=key).first()
    if kept:
        return Rule(kept.pass_mark, kept.questions, kept.tries)
    return Rule(settings.QUIZ_PASS_MARK, USUAL_QUESTIONS, settings.QUIZ_TRIES)


def questions_of(document: Document | int) -> QuerySet[Question]:
    """The questions that may be asked, in the order in which they were written."""
    return Question.objects.filter(document=document, retired_at=None).order_by("id")


def question_bank(document: Document) -> QuerySet[Question]:
    """All questions of a document, those that may be asked first."""
    return Question.objects.filter(document=document).order_by("retired_at", "id")


def step_keys(document: Document) -> set[str]:
    """The keys of all steps that the document ever had."""
    return set(Step.objects.filter(revision__document=document).values_list("key", flat=True))


def needs_quiz(assignment: Assignment) -> bool:
    """Whether it is passed only with the questions answered."""
    return assignment.revision is not None and method_of(assignment) == Method.QUIZ


def chosen_questions(
    questions: Sequence[Question], changed: Iterable[str], *, most: int, is_needed: bool, chance: random.Random
) -> list[Question]:
    """At most `most`, drawn at random: those of changed steps first; others only where a quiz is needed."""
    keys = set(changed)
    groups = [
        [question for question in questions if question.step_key and question.step_key in keys],
        [question for question in questions if not question.step_key],
        [question for question in questions if question.step_key and question.step_key not in keys],
    ]
    found: list[Question] = []
    for group in groups if is_needed else groups[:1]:
        found += chance.sample(group, min(len(group), most - len(found)))
    return found


def as_shown(question: Question, *, language: str, chance: random.Random) -> dict[str, Any]:
    """A question with its answers in any order. What is right is in it too: doors show it after the answer only."""
    texts = question.translations.get(language) or {}
    said = texts.get("options") or [option["text"] for option in question.options]
    options = [
        {"text": text, "is_right": option["is_right"]} for text, option in zip(said, question.options, strict=False)
    ]
    if question.kind != "true-false":
        chance.shuffle(options)
    return {
        "uuid": str(question.uuid),
        "version": question.version,
        "step_key": question.step_key,
        "kind": question.kind,
        "text": texts.get("text") or question.text,
        "options": [{"id": letter, **option} for letter, option in zip(LETTERS, options, strict=False)],
        "explanation": texts.get("explanation") or question.explanation,
    }


def without_answers(shown: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The questions as a person may see them before answering."""
    names = ("uuid", "kind", "text")
    return [
        {**{name: one[name] for name in names}, "options": [{"id": o["id"], "text": o["text"]} for o in one["options"]]}
        for one in shown
    ]


def is_answered_right(question: dict[str, Any], chosen: Iterable[str]) -> bool:
    """All that is right was chosen, and nothing else."""
    return {option["id"] for option in question["options"] if option["is_right"]} == set(chosen)


def wait_until(assignment: Assignment, rule: Rule, *, at: datetime) -> datetime | None:
    """When the next try is possible after too many, or None when that is now."""
    window = timedelta(minutes=settings.QUIZ_WAIT_MINUTES)
    recent = Attempt.objects.filter(assignment=assignment, is_passed=False, answered_at__gt=at - window)
    times = list(recent.order_by("answered_at").values_list("answered_at", flat=True))
    return times[-1] + window if len(times) >= rule.tries else None


def tried(reading: Reading) -> Attempt | None:
    """The answers to the questions that were drawn last, where they were given already and were not enough."""
    return Attempt.objects.filter(assignment=reading.assignment_id, uuid=reading.draw["uuid"]).first()


def passed_quiz(assignment: Assignment) -> Attempt | None:
    return Attempt.objects.filter(assignment=assignment, is_passed=True).order_by("-id").first()


def attempts() -> QuerySet[Attempt]:
    """Newest first."""
    return Attempt.objects.select_related("person", "revision").order_by("-answered_at", "-id")


def asking_panel(document: Document, user: User) -> dict[str, Any]:
    """How much is asked about it; what is right is on a page of its own."""
    items = PracticalItem.objects.filter(document=document, retired_at=None).count()
    return {"live": questions_of(document).count(), "items": items, "rule": rule_of(document), "document": document}
