"""A close-out locks every gain in, or leaves nothing: refusals in plain words, waivers, killed half-way, raced."""

import threading
from contextvars import copy_context
from datetime import date, timedelta

import pytest
from django.db import connections

from audits.models import Checklist, CheckQuestion
from capa.models import Capa
from documents.models import Revision
from evidence.context import acting, clock
from evidence.models import Event
from evidence.refusals import Refused
from jobs.models import OutboxMessage
from kaizen import services as kaizen
from kaizen.models import Gain, GainStandard, KaizenEvent, SustainmentCheck, Waiver
from kaizen.plans import CloseOutPlan, StandardPlan
from kaizen.selectors import locks_of
from kaizen.services import answer_backslide, closing
from metrics import services as metrics
from metrics.models import ControlPlanRow, Signal, Watch
from records.models import Signature
from records.selectors import manifestations
from tests.cast import refusal, signing, today
from tests.stories.conftest import open_shop

TRACES = (
    Gain,
    GainStandard,
    SustainmentCheck,
    Waiver,
    Watch,
    ControlPlanRow,
    Checklist,
    CheckQuestion,
    Signature,
    Event,
)


def traces() -> dict[str, int]:
    """How much of a close-out there is in the database."""
    counts = {model.__name__: model.objects.count() for model in (*TRACES, Revision, OutboxMessage)}
    return counts | {"sustaining": KaizenEvent.objects.filter(status="sustaining").count()}


INCOMPLETE = {
    "no standard": ({"standards": []}, "no-standard"),
    "a standard without name": ({"standards": [StandardPlan(change_summary="x")]}, "no-standard"),
    "no watch": ({"is_watched": False}, "no-watch"),
    "no control plan": ({"control_plan": None}, "no-control-plan"),
    "no reaction plan": ({"control_row": {"characteristic": "Roundness", "reaction_plan": " "}}, "no-control-plan"),
    "checks end too soon": ({"check_days": (30, 60)}, "no-checks"),
    "no checks": ({"check_days": ()}, "no-checks"),
    "no questions": ({"questions": [" "]}, "no-questions"),
    "no review": ({"review_due": None}, "no-review"),
    "a review in the past": ({"review_due": date(2020, 1, 1)}, "review-in-the-past"),
}


@pytest.mark.parametrize(("changes", "code"), INCOMPLETE.values(), ids=INCOMPLETE)
def test_a_close_out_that_lacks_something_says_what_and_leaves_nothing(shop, changes, code):
    before = traces()
    with refusal(code):
        shop.close_out(**changes)
    assert traces() == before


def test_a_changed_standard_says_what_changes(shop):
    with refusal("change-not-described"):
        shop.close_out(standards=[StandardPlan(change_summary=" ", document=shop.standard)])


def test_a_new_standard_names_who_must_know_it(shop):
    new = StandardPlan(change_summary="New", title="Set the offset", type=shop.standard.type)
    with refusal("no-audience"):
        shop.close_out(standards=[new])


def test_no_signature_of_an_event_is_superseded_by_its_own_next_steps(shop):
    """A charter says nothing of results, and a close-out is not changed by what it sets."""
    event = shop.close_out()
    shown = manifestations(KaizenEvent.objects.get(pk=event.pk))
    assert [(one.signature.meaning, one.is_superseded) for one in shown] == [("approved", False), ("released", False)]
    KaizenEvent.objects.filter(pk=event.pk).update(results="Something else")
    assert [one.is_superseded for one in manifestations(KaizenEvent.objects.get(pk=event.pk))] == [False, True]
    KaizenEvent.objects.filter(pk=event.pk).update(problem="Another problem")
    assert [one.is_superseded for one in manifestations(KaizenEvent.objects.get(pk=event.pk))] == [True, True]


def test_every_goal_of_the_event_is_in_the_plan(shop):
    with refusal("goal-missing"):
        kaizen.close_out(
            shop.event, by=shop.olga, plan=CloseOutPlan([]), signing=signing(shop.event, shop.olga, "released")
        )


def test_a_goal_is_locked_in_once(shop):
    gain = shop.plan()
    with refusal("goal-twice"):
        kaizen.close_out(
            shop.event,
            by=shop.olga,
            plan=CloseOutPlan([gain, gain]),
            signing=signing(shop.event, shop.olga, "released"),
        )


def test_the_signature_says_what_was_decided(shop):
    shop.close_out()
    note = Signature.objects.filter(record=shop.event.pk).latest("pk").note
    assert note.startswith(f"Rings are round: standards {shop.standard.number}; control plan ")
    assert "reaction Stop and sort.; checks after days 30, 60, 90, 180, 365; review by" in note


def test_a_complete_plan_locks_the_gain_in(shop):
    event = shop.close_out()
    gain = Gain.objects.get()
    assert event.status == "sustaining"
    assert gain.origin_id == event.pk
    assert gain.standards.get().revision.status == "draft"
    assert [step.what for step in gain.standards.get().revision.steps.all()] == ["Load", "Grind"]
    assert Watch.objects.get().protects_id == gain.pk
    assert ControlPlanRow.objects.get().revision.document_id == shop.control_plan.pk
    assert ControlPlanRow.objects.get().metric_id == shop.metric.pk
    assert [(check.day, check.due) for check in gain.checks.all()] == [
        (day, today() + timedelta(days=day)) for day in (30, 60, 90, 180, 365)
    ]
    assert CheckQuestion.objects.filter(checklist__type="layered").get().asked_until == today() + timedelta(days=90)
    assert {lock.name: lock.state for lock in locks_of(gain, on=today())} == {
        "documented": "open",
        "trained": "open",
        "watched": "open",
        "reviewed": "open",
        "answered": "closed",
    }


def test_a_lock_is_waived_with_a_reason_and_a_signature(shop):
    shop.close_out(review_due=None, waivers={"reviewed": "The plant closes in March."})
    waiver = Waiver.objects.get()
    assert waiver.reason == "The plant closes in March."
    assert (waiver.signature.signer, waiver.signature.meaning) == (shop.olga, "released")
    reviewed = next(lock for lock in locks_of(Gain.objects.get(), on=today()) if lock.name == "reviewed")
    assert reviewed.state == "waived"


def test_an_empty_reason_waives_nothing(shop):
    with refusal("no-review"):
        shop.close_out(review_due=None, waivers={"reviewed": "  "})


def test_a_wrong_password_signs_nothing(shop):
    before = traces()
    with refusal("wrong-password"):
        kaizen.close_out(
            shop.event,
            by=shop.olga,
            plan=CloseOutPlan([shop.plan()]),
            signing=signing(shop.event, shop.olga, "released", "guess"),
        )
    assert traces() == before


def test_a_close_out_killed_half_way_leaves_nothing(shop, monkeypatch):
    before = traces()

    def dies(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(closing.metrics, "draft_row", dies)
    with pytest.raises(KeyboardInterrupt):
        shop.close_out()
    assert traces() == before
    monkeypatch.undo()
    assert shop.close_out().status == "sustaining"


def test_two_people_close_out_at_once_and_one_is_told(committed_db):
    shop = open_shop()
    start, outcomes = threading.Barrier(2), []
    plan = CloseOutPlan([shop.plan()])
    seen = {person: KaizenEvent.objects.get(pk=shop.event.pk) for person in (shop.olga, shop.axel)}
    secrets = {person: signing(shop.event, person, "released") for person in seen}

    def close(person):
        start.wait()
        try:
            kaizen.close_out(seen[person], by=person, plan=plan, signing=secrets[person])
            outcomes.append("closed")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=[close, person]) for person in seen]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(outcomes)[0] == "closed"
    assert sorted(outcomes)[1] in {"not-now", "stale"}
    assert Gain.objects.count() == 1
    assert Watch.objects.count() == 1


def test_red_twice_opens_one_capa_with_the_evidence_in_it(shop):
    with acting(shop.olga):
        shop.close_out()
        shop.send(24, 12, 5.0)
        shop.send(11, 0, 9.0)
        evaluated(shop)
        watch = evaluated(shop)
        assert watch.status in ("backsliding", "lost")
        capa = Capa.objects.get()
        answer_backslide(Signal.objects.get(alarm="red"), watch=watch, at=clock(), by=shop.axel)
    assert Capa.objects.get() == capa
    assert capa.watch == watch
    assert capa.diagnosis == "never-adopted", "its standard is still a draft"
    assert capa.evidence["lost_percent"] >= 50
    assert Gain.objects.get().status in ("backsliding", "lost")


def evaluated(shop):
    metrics.evaluate_metric(shop.metric, at=clock(), by=shop.olga)
    return Watch.objects.get()
