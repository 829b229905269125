"""Questions about what changed: drawn, answered once, kept as shown; and nothing tells what is right before."""

import random
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from records.models import Notification
from tests.cast import api_for, client_for, fresh, refusal, signing
from tests.training import station as at
from training import selectors
from training import services as training
from training.models import Acknowledgement, Assignment, Attempt, Question, Reading

SPANISH = {"text": "¿Cómo se carga el anillo?", "options": ["Con las dos manos", "Izquierda", "Gancho"]}
OPTIONS = [{"text": "With both hands", "is_right": True}, {"text": "With the left hand"}, {"text": "With the hook"}]


@pytest.fixture
def question(rings, olga) -> Question:
    return training.add_question(
        rings, by=olga, kind="single", text="How is the ring loaded?", options=OPTIONS, step_key="load",
        explanation="Rings fell out of one hand.",
        translations={"es": SPANISH},
    )  # fmt: skip


@pytest.fixture
def asked(rings, question, olga, axel) -> Assignment:
    """A changed step, and the verdict that its questions are answered."""
    at.next_revision(rings, olga, verdict="quiz")
    return Assignment.objects.get(revision=at.issue(rings, olga, axel))


def read_all(assignment, person) -> Reading:
    reading = training.begin_reading(assignment, by=person)
    while fresh(reading).read_at is None:
        training.turn_page(reading, by=person, place=fresh(reading).place)
    return fresh(reading)


def chosen(reading: Reading, *, right: bool) -> dict[str, list[str]]:
    return {
        one["uuid"]: [option["id"] for option in one["options"] if option["is_right"] is right][:1]
        for one in reading.draw["questions"]
    }


def answer(reading, person, *, right: bool):
    return training.answer(reading, by=person, draw=reading.draw["uuid"], answers=chosen(reading, right=right))


def test_a_quiz_that_is_asked_for_comes_before_the_signature(asked, pedro):
    reading = read_all(asked, pedro)
    with refusal("quiz-first"):
        training.acknowledge(asked, by=pedro, signing=signing(asked.revision, pedro, "acknowledged"), reading=reading)
    attempt = answer(reading, pedro, right=True)
    assert (attempt.is_passed, attempt.right, attempt.asked, attempt.pass_mark) == (True, 1, 1, 80)
    training.acknowledge(asked, by=pedro, signing=signing(asked.revision, pedro, "acknowledged"), reading=reading)
    assert Acknowledgement.objects.get(assignment=asked).attempt == attempt


def test_an_attempt_is_kept_as_it_was_shown(asked, pedro, question, olga):
    reading = read_all(asked, pedro)
    attempt = answer(reading, pedro, right=False)
    training.edit_question(question, by=olga, text="How do you load it?")
    kept = fresh(attempt).questions[0]
    assert (kept["text"], kept["version"], kept["is_right"]) == ("How is the ring loaded?", 1, False)
    assert kept["chosen"] == chosen(reading, right=False)[str(question.uuid)]
    assert fresh(question).version == 2


def test_what_is_sent_twice_is_one_attempt(asked, pedro):
    reading = read_all(asked, pedro)
    first = answer(reading, pedro, right=False)
    again = training.answer(reading, by=pedro, draw=first.uuid, answers=chosen(reading, right=True))
    assert again == first
    assert Attempt.objects.count() == 1


def test_every_question_is_answered_and_only_those_that_were_drawn(asked, pedro, sven):
    reading = read_all(asked, pedro)
    with refusal("answers-missing"):
        training.answer(reading, by=pedro, draw=reading.draw["uuid"], answers={})
    with refusal("draw-unknown"):
        training.answer(reading, by=pedro, draw=uuid4(), answers=chosen(reading, right=True))
    with refusal("not-yours"):
        answer(reading, sven, right=True)


def test_after_too_many_tries_one_waits_and_the_supervisor_hears_of_it(asked, pedro, sven):
    reading = read_all(asked, pedro)
    for _try in range(settings.QUIZ_TRIES - 1):
        answer(reading, pedro, right=False)
        reading = training.ask_again(reading, by=pedro)
    answer(reading, pedro, right=False)
    with refusal("quiz-wait"):
        training.ask_again(reading, by=pedro)
    again = training.turn_back(reading, by=pedro, place=0)
    for place in range(len(again.screens)):
        again = training.turn_page(again, by=pedro, place=place)
    with refusal("quiz-wait"):
        answer(again, pedro, right=True)
    assert Notification.objects.filter(person=sven, text__contains="Go through it together").count() == 1
    later = Attempt.objects.order_by("-id").first().answered_at + timedelta(minutes=settings.QUIZ_WAIT_MINUTES)
    rule = selectors.rule_of(asked.revision.document_id)
    assert selectors.wait_until(asked, rule, at=later) is None


def test_a_standard_whose_questions_nobody_wrote_says_so(rings, olga, axel, pedro):
    at.next_revision(rings, olga, verdict="quiz")
    mine = Assignment.objects.get(revision=at.issue(rings, olga, axel))
    reading = read_all(mine, pedro)
    with refusal("no-questions"):
        training.acknowledge(mine, by=pedro, signing=signing(mine.revision, pedro, "acknowledged"), reading=reading)


def test_its_owner_hears_at_issue_that_questions_are_missing(rings, olga, axel):
    at.next_revision(rings, olga, verdict="quiz")
    at.issue(rings, olga, axel)
    told = Notification.objects.get(key__endswith="-questions")
    assert (told.person, told.url) == (olga, f"/training/documents/{rings.number}/questions/")


def test_a_quiz_is_not_required_where_there_are_no_questions(rings, skill, munich, olga, axel, sven):
    course = training.add_course(by=olga, site=munich, title="First aid")
    for what in ({"skill": skill, "level": 3}, {"course": course}, {"document": rings}):
        with refusal("no-questions"):
            training.require_now(by=axel, person=sven, method="quiz", **what)
    draft = training.require(by=axel, person=sven, document=rings, method="quiz")
    typed = {"person": "olga", "document": rings.number, "method": "quiz"}
    answer = client_for(axel).post("/requirements/new/", typed)
    assert (answer.status_code, "Nobody has written questions about" in answer.content.decode()) == (422, True)
    only = training.add_question(rings, by=olga, kind="single", text="Which hand?", options=OPTIONS)
    assert training.activate(draft, by=axel).status == "active"
    with refusal("last-question"):
        training.retire_question(only, by=olga)
    training.add_question(rings, by=olga, kind="single", text="Which ring?", options=OPTIONS)
    assert training.retire_question(only, by=olga).retired_at


def test_where_it_is_only_read_the_questions_may_be_left_out(changed, question, pedro):
    reading = read_all(changed, pedro)
    assert selectors.stage(reading) == "quiz"
    reading = training.leave_out(reading, by=pedro)
    assert selectors.stage(reading) == "sign"
    training.acknowledge(changed, by=pedro, signing=signing(changed.revision, pedro, "acknowledged"), reading=reading)


def test_a_step_that_did_not_change_is_not_asked_about(rings, olga, pedro, changed):
    training.add_question(rings, by=olga, kind="true-false", text="Any ring?", step_key="measure",
                          options=[{"text": "True"}, {"text": "False", "is_right": True}])  # fmt: skip
    assert selectors.stage(read_all(changed, pedro)) == "sign"


def test_nothing_tells_what_is_right_before_it_is_answered(asked, tablet, question):
    at.come(tablet)
    tablet.post(f"/kiosk/open/{asked.uuid}/")
    reading = Reading.objects.get()
    pages = [tablet.get(f"/kiosk/read/{reading.uuid}/").content.decode()]
    tablet.post(f"/kiosk/read/{reading.uuid}/on/", {"place": "0"})
    page = tablet.get(f"/kiosk/quiz/{reading.uuid}/")
    pages.append(page.content.decode())
    assert "With the hook" in pages[1]
    for text in ("is_right", "Rings fell out of one hand."):
        assert text not in pages[1]
    assert all("is_right" not in option for one in page.context["questions"] for option in one["options"])


def test_the_quiz_at_the_tablet(asked, tablet, pedro):
    at.come(tablet)
    tablet.post(f"/kiosk/open/{asked.uuid}/")
    reading = Reading.objects.get()
    tablet.post(f"/kiosk/read/{reading.uuid}/on/", {"place": "0"})
    assert tablet.get(f"/kiosk/sign/{reading.uuid}/").url == f"/kiosk/quiz/{reading.uuid}/"
    url, draw = f"/kiosk/quiz/{reading.uuid}/", fresh(reading).draw["uuid"]
    assert tablet.post(url, {"draw": draw}).status_code == 422
    assert tablet.post(url, {"draw": "nonsense"}).status_code == 409
    wrong = {f"q-{key}": letters for key, letters in chosen(fresh(reading), right=False).items()}
    page = tablet.post(url, {"draw": draw, **wrong}).content.decode()
    assert "Rings fell out of one hand." in page
    back = tablet.get(url).content.decode()
    assert "Try again" in back, "whoever comes back is not asked what was answered already"
    assert "q-" not in back
    assert tablet.post(url, {"do": "again"}).url == f"/kiosk/read/{reading.uuid}/"
    right = {f"q-{key}": letters for key, letters in chosen(fresh(reading), right=True).items()}
    done = tablet.post(url, {"draw": fresh(reading).draw["uuid"], **right})
    assert done.url == f"/kiosk/sign/{reading.uuid}/"
    assert "Rings fell out of one hand." in tablet.get(done.url).content.decode()
    assert tablet.get(url).url == f"/kiosk/read/{reading.uuid}/"
    assert tablet.get(f"/kiosk/sign/{reading.uuid}/").status_code == 200


def test_the_quiz_at_a_desk(asked, pedro):
    client = client_for(pedro)
    training.open_assignment(asked, by=pedro)
    assert "Answer the questions" in client.get(asked.get_absolute_url()).content.decode()
    url = f"/training/assignments/{asked.uuid}/quiz/"
    assert client.post(url, {"do": "begin"}).url == url
    reading = Reading.objects.get()
    assert "With the hook" in client.get(url).content.decode()
    right = {f"q-{key}": letters for key, letters in chosen(reading, right=True).items()}
    assert "Well done" in client.post(url, {"draw": reading.draw["uuid"], **right}).content.decode()
    training.acknowledge(fresh(asked), by=pedro, signing=signing(asked.revision, pedro, "acknowledged"))
    assert Acknowledgement.objects.get(assignment=asked).attempt is not None


def test_questions_are_asked_in_the_language_of_the_person(asked, pedro, question):
    shown = selectors.as_shown(question, language="es", chance=random.Random(1))
    assert shown["text"] == "¿Cómo se carga el anillo?"
    assert [one["text"] for one in shown["options"] if one["is_right"]] == ["Con las dos manos"]


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"options": OPTIONS[:1]}, "too-few-answers"),
        ({"options": [{"text": "a"}, {"text": "b"}]}, "no-right-answer"),
        ({"options": [{"text": "a", "is_right": True}, {"text": "b", "is_right": True}]}, "no-right-answer"),
        ({"options": [{"text": "a", "is_right": True}, {"text": "a"}]}, "answer-twice"),
        ({"step_key": "no such step"}, "unknown-step"),
        ({"translations": {"es": {"text": "x", "options": ["una"]}}}, "translation-differs"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused(rings, olga, facts, code):
    with refusal(code):
        training.add_question(rings, by=olga, **{"kind": "single", "text": "How?", "options": OPTIONS, **facts})


def test_authors_write_and_operators_do_not_look(rings, olga, pedro, sam, question):
    page = f"/training/documents/{rings.number}/questions/"
    assert "With both hands" in client_for(olga).get(page).content.decode()
    assert client_for(pedro).get(page).status_code == 403
    assert client_for(sam).get(page).status_code == 404
    sent = {
        "kind": "single", "text": "Which side?", "step_key": "load", "options-count": "2",
        "options-0-text": "Face down", "options-0-is_right": "on", "options-1-text": "Face up",
        "translations-count": "1", "translations-0-language": "es", "translations-0-text": "¿Qué lado?",
        "translations-0-options": "Abajo\nArriba",
    }  # fmt: skip
    assert client_for(olga).post(f"{page}add-question/", sent).url == page
    made = Question.objects.get(text="Which side?")
    assert made.options == [{"text": "Face down", "is_right": True}, {"text": "Face up", "is_right": False}]
    assert made.translations["es"]["options"] == ["Abajo", "Arriba"]
    assert client_for(olga).post(f"/training/questions/{made.uuid}/retire/").url == page
    assert fresh(made).retired_at is not None
    rule = {"pass_mark": "100", "questions": "2", "tries": "1"}
    assert client_for(olga).post(f"{page}set-rule/", rule).url == page
    assert selectors.rule_of(rings) == selectors.quizzes.Rule(100, 2, 1)


def test_programs_write_questions_and_see_attempts(rings, olga, pedro, sam, asked):
    body = {"document": rings.number, "kind": "single", "text": "Which?", "options": OPTIONS, "step_key": "grind"}
    made = api_for(olga).post("questions/", body)
    assert made.status_code == 201, made.content
    key = made.json()["uuid"]
    assert [one["text"] for one in api_for(olga).get(f"questions/?document={rings.number}").json()["results"]] == [
        "How is the ring loaded?", "Which?",
    ]  # fmt: skip
    assert api_for(olga).post(f"questions/{key}/retire/").status_code == 200
    assert api_for(pedro).get(f"questions/?document={rings.number}").status_code == 403
    assert api_for(pedro).post("questions/", body).status_code == 403
    assert api_for(sam).get(f"questions/?document={rings.number}").status_code == 404
    assert api_for(sam).get(f"questions/{key}/").status_code == 404
    answer(read_all(asked, pedro), pedro, right=True)
    url = f"quiz-attempts/?revision={asked.revision.number}"
    assert [one["person"] for one in api_for(pedro).get(url).json()["results"]] == ["pedro"]
    assert len(api_for(olga).get(url).json()["results"]) == 1


@given(
    st.lists(st.sampled_from(["load", "grind", ""]), max_size=12),
    st.sets(st.sampled_from(["load", "grind"])),
    st.integers(1, 5),
    st.booleans(),
    st.integers(),
)
def test_a_draw_prefers_what_changed_and_never_exceeds_its_number(keys, changed, most, is_needed, seed):
    bank = [Question(step_key=key) for key in keys]
    found = selectors.chosen_questions(bank, changed, most=most, is_needed=is_needed, chance=random.Random(seed))
    about = sum(question.step_key in changed for question in bank)
    assert len(found) == len({id(one) for one in found}) <= most
    assert sum(question.step_key in changed for question in found) == min(about, most)
    assert len(found) == min(len(bank) if is_needed else about, most)
