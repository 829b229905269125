"""Who may, what is refused, what bad input is told, and who wins when two do the same at once."""

import threading
from contextvars import copy_context

import pytest
from django.db import connections

from capa import permissions
from capa import services as capas
from capa.models import Capa, Nonconformity
from capa.states import CapaStatus, CauseState, Leg, NonconformityStatus, Source
from evidence.refusals import Refused
from people.models import Process, Site
from people.states import Authority
from records import services as records
from records.selectors import manifestations
from tests.capa.conftest import drive, drive_complaint
from tests.cast import CAST, api_for, client_for, fresh, in_days, person, refusal, signing, today

SOLVERS = {"olga", "axel", "sven"}
MAY = {
    "may_open_nonconformity": SOLVERS | {"pedro", "mona", "ines"},
    "may_open_capa": SOLVERS | {"ines"},
}
MAY_NC = {
    "may_edit_nonconformity": SOLVERS,
    "may_contain": SOLVERS,
    "may_evaluate": {"olga", "axel"},
    "may_dispose": {"olga", "axel"},
    "may_reply": SOLVERS,
    "may_open_capa_nonconformity": SOLVERS | {"ines"},
    "may_close_nonconformity": {"olga", "axel"},
    "may_cancel": {"axel"},
}
MAY_CAPA = {
    "may_edit_capa": {"olga", "axel"},
    "may_contain": SOLVERS,
    "may_add_cause": SOLVERS,
    "may_find_cause": SOLVERS,
    "may_plan": {"olga", "axel"},
    "may_plan_action": {"olga", "axel"},
    "may_complete": {"olga", "axel"},
    "may_start_check": {"olga", "axel"},
    "may_close": {"axel", "mona"},
    "may_reopen": {"axel", "mona"},
    "may_cancel": {"axel"},
}


def allowed(cast, predicate, subject):
    return {name for name in CAST if predicate(cast[name], subject)}


@pytest.mark.parametrize("name", MAY)
def test_who_may_open(cast, munich, name):
    assert allowed(cast, getattr(permissions, name), munich) == MAY[name]


@pytest.mark.parametrize("name", MAY_NC)
def test_who_may_with_a_complaint(cast, complaint, name):
    assert allowed(cast, getattr(permissions, name), complaint) == MAY_NC[name]


@pytest.mark.parametrize("name", MAY_CAPA)
def test_who_may_with_a_capa(cast, capa, name):
    """Olga owns it."""
    assert allowed(cast, getattr(permissions, name), capa) == MAY_CAPA[name]


@pytest.mark.parametrize("verb", ["contain", "plan-action", "edit", "add-cause"])
def test_who_may_not_is_turned_away_at_the_door(capa, aud, pedro, verb):
    for user, page in ((aud, 403), (pedro, 404)):
        assert client_for(user).post(f"{capa.get_absolute_url()}do/{verb}/", {}).status_code == page
        assert api_for(user).post(f"capas/{capa.number}/{verb}/", {}).status_code == page
    assert fresh(capa).version == 1


def test_complaint_refusals(complaint, olga, munich):
    with refusal("customer-missing"):
        capas.raise_nonconformity(
            by=olga, site=munich, title="t", description="d", detected_on=today(), source=Source.COMPLAINT
        )
    with refusal("detected-in-the-future"):
        capas.raise_nonconformity(by=olga, site=munich, title="t", description="d", detected_on=in_days(1))
    with refusal("dates-out-of-order"):
        capas.reply(complaint, by=olga, replied_on=in_days(1))
    drive_complaint(complaint, NonconformityStatus.DISPOSITIONED, by=olga)
    with refusal("reply-missing"):
        capas.close_nonconformity(complaint, by=olga)
    capas.reply(complaint, by=olga, replied_on=today())
    capas.close_nonconformity(complaint, by=olga)
    with refusal("closed"):
        capas.open_from_nonconformity(complaint, by=olga)
    with refusal("closed"):
        capas.edit_nonconformity(complaint, by=olga, reason="A better title", title="x")
    with refusal("not-now"):
        capas.cancel_nonconformity(complaint, by=olga, reason="It was none")


def test_a_cause_that_must_go_needs_a_capa(complaint, olga):
    capas.contain_nonconformity(complaint, by=olga, containment="Blocked")
    capas.evaluate(complaint, by=olga, evaluation="Often", needs_capa=True)
    capas.dispose(complaint, by=olga, disposition="scrap", disposition_note="Axel")
    capas.reply(complaint, by=olga, replied_on=today())
    with refusal("capa-missing"):
        capas.close_nonconformity(complaint, by=olga)
    capa = capas.open_from_nonconformity(complaint, by=olga)
    with refusal("capa-exists"):
        capas.open_from_nonconformity(complaint, by=olga)
    assert (capa.origin_id, capa.trigger) == (complaint.pk, "nonconformity")
    assert capas.close_nonconformity(complaint, by=olga).status == NonconformityStatus.CLOSED


@pytest.mark.parametrize("words", ["Human error", "operator mistake", " Worker's inattention! "])
def test_human_error_alone_is_no_root_cause(capa, olga, words):
    with refusal("human-error-alone"):
        capas.add_cause(
            capa, by=olga, statement=words, leg=Leg.MADE, proof="seen", verdict=CauseState.CONFIRMED, is_root=True
        )


def test_causes_are_proven_and_belong_to_their_capa(capa, olga, munich):
    with refusal("root-not-proven"):
        capas.add_cause(capa, by=olga, statement="Worn dresser", leg=Leg.MADE, is_root=True)
    other = capas.open_capa(by=olga, site=munich, title="Other", problem="p")
    cause = capas.add_cause(other, by=olga, statement="Other", leg=Leg.MADE)
    with refusal("foreign-cause"):
        capas.add_cause(capa, by=olga, statement="Why", leg=Leg.MADE, parent=cause)
    with refusal("foreign-cause"):
        capas.judge_cause(capa, by=olga, cause=cause, verdict=CauseState.CONFIRMED, proof="x")
    drive(capa, CapaStatus.DONE, by=olga)
    with refusal("not-now"):
        capas.add_cause(capa, by=olga, statement="Too late", leg=Leg.MADE)


def test_a_plan_is_more_than_training(capa, olga):
    drive(capa, CapaStatus.CAUSE_FOUND, by=olga)
    with refusal("no-actions"):
        capas.plan(capa, by=olga, read_across="Line 2")
    records.add_action(capa, what="Train", who=olga, due=in_days(3), by=olga, topic="training")
    with refusal("training-alone"):
        capas.plan(capa, by=olga, read_across="Line 2")


def test_open_actions_hold_completion_up(capa, olga):
    drive(capa, CapaStatus.PLANNED, by=olga)
    with refusal("open-actions"):
        capas.complete(capa, by=olga, risks_changed=False, qms_changed=False)


def test_the_effect_is_seen_by_somebody_else(capa, olga, axel, mona):
    drive(capa, CapaStatus.AWAITING_EFFECTIVENESS, by=olga)
    with refusal("self-verified"):
        capas.close(capa, by=olga, signing=signing(capa, olga, "verified"), conclusion="It works, I say so")
    with refusal("conclusion-missing"):
        capas.close(capa, by=axel, signing=signing(capa, axel, "verified"), conclusion="ok")
    with refusal("wrong-password"):
        capas.close(
            capa, by=axel, signing=signing(capa, axel, "verified", "wrong"), conclusion="Nothing seen in 30 days"
        )
    assert fresh(capa).status == CapaStatus.AWAITING_EFFECTIVENESS
    capas.close(capa, by=axel, signing=signing(capa, axel, "verified"), conclusion="Nothing seen in 30 days")
    assert fresh(capa).checks.get().confirmed_by == axel
    assert [one.is_superseded for one in manifestations(fresh(capa))] == [False]


def test_what_did_not_work_is_reopened_and_done_again(capa, olga, axel):
    drive(capa, CapaStatus.AWAITING_EFFECTIVENESS, by=olga)
    with refusal("reason-missing"):
        capas.reopen(capa, by=axel, reason="", signing=signing(capa, axel, "rejected"))
    capas.reopen(capa, by=axel, reason="Wide rings came back", signing=signing(capa, axel, "rejected"))
    assert (capa.status, capa.checks.get().confirmed_verdict) == (CapaStatus.REOPENED, "ineffective")
    capas.contain(capa, by=olga, correction="Sorted again", containment="Check all")
    assert capa.status == CapaStatus.CONTAINED


def test_a_new_due_date_needs_a_reason(capa, olga):
    with refusal("reason-missing"):
        capas.edit_capa(capa, by=olga, due=in_days(200))
    with refusal("due-in-the-past"):
        capas.open_capa(by=olga, site=capa.site, title="t", problem="p", due=in_days(-1))


def test_two_close_at_once_and_one_wins(committed_db):
    munich = Site.objects.create(code="MUC", name="Munich")
    olga = person("olga", munich, Authority.ENGINEER, Authority.PROCESS_OWNER)
    axel, mona = person("axel", munich, Authority.QUALITY_MANAGER), person("mona", munich, Authority.MANAGER)
    grinding = Process.objects.create(site=munich, code="GRIND", name="Grinding", owner=olga)
    capa = capas.open_capa(by=olga, site=munich, title="Rings", problem="p", process=grinding)
    drive(capa, CapaStatus.AWAITING_EFFECTIVENESS, by=olga)
    gate, told = threading.Barrier(2), []

    def close(user):
        mine = Capa.objects.get(pk=capa.pk)
        shown = signing(mine, user, "verified")
        gate.wait()
        try:
            capas.close(mine, by=user, signing=shown, conclusion="Nothing seen in 30 days")
            told.append("closed")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=copy_context().run, args=[close, user]) for user in (axel, mona)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(told)[0] == "closed"
    assert sorted(told)[1] in {"not-now", "stale", "content-changed"}
    assert fresh(capa).signatures.count() == 1


NC = {"site": "MUC", "title": "t", "description": "d", "detected_on": "2026-01-05"}
BAD_NC = [
    {}, {**NC, "title": ""}, {**NC, "detected_on": "NaN"}, {**NC, "detected_on": "2026-02-30"}, {**NC, "site": "LYS"},
    {**NC, "site": "nowhere"}, {**NC, "quantity": "NaN"}, {**NC, "quantity": "many"}, {**NC, "quantity": "-1"},
    {**NC, "quantity": "1e400"}, {**NC, "quantity": "99999999999"}, {**NC, "process": "LYS/WELD"},
    {**NC, "source": "rumour"}, {**NC, "severity": "x"}, {**NC, "owner": "sam"}, {**NC, "owner": "nobody"},
    {**NC, "source": "complaint"}, {**NC, "reply_due": "2026-01-01"}, {**NC, "detected_on": "2999-01-01"},
 {**NC, "title": "x" * 201}, {**NC, "description": "x" * 10_001},
]  # fmt: skip


@pytest.mark.parametrize("data", BAD_NC)
def test_bad_nonconformities_are_told_and_nothing_is_written(olga, grinding, welding, data):
    page = client_for(olga).post("/nonconformities/new/", data)
    assert page.status_code == 422
    assert "Please check" in page.content.decode()
    answer = api_for(olga).post("nonconformities/", data)
    assert answer.status_code in (400, 409), answer.content
    assert Nonconformity.objects.count() == 0


CAPA = {"site": "MUC", "title": "t", "problem": "p"}
BAD_CAPA = [
    {}, {**CAPA, "due": "soon"}, {**CAPA, "due": "2020-01-01"}, {**CAPA, "origin": "MUC-NC-1999-0001"},
    {**CAPA, "origin": "LYS-CAPA-2026-0001"}, {**CAPA, "process": "LYS/WELD"}, {**CAPA, "site": "LYS"},
    {**CAPA, "owner": "sam"}, {**CAPA, "problem": ""},
]  # fmt: skip


@pytest.mark.parametrize("data", BAD_CAPA)
def test_bad_capas_are_told_and_nothing_is_written(olga, sam, lyon, grinding, welding, data):
    capas.open_capa(by=sam, site=lyon, title="Theirs", problem="p")
    assert client_for(olga).post("/capas/new/", data).status_code == 422
    assert api_for(olga).post("capas/", data).status_code in (400, 409)
    assert Capa.objects.count() == 1


@pytest.mark.parametrize(
    ("verb", "data"),
    [
        ("contain", {}), ("contain", {"correction": "x"}), ("contain", {"correction": ["x"], "containment": "y"}),
        ("add-cause", {}), ("add-cause", {"statement": "x" * 301}), ("add-cause", {"statement": "x", "leg": "arm"}),
        ("add-cause", {"statement": "x", "parent": "not-a-uuid"}),
        ("add-cause", {"statement": "x", "parent": "00000000-0000-0000-0000-000000000000"}),
        ("add-cause", {"statement": "x", "bone": "shin"}), ("judge-cause", {"verdict": "confirmed", "proof": "x"}),
        ("plan-action", {"what": "x", "who": "olga", "topic": "corrective"}),
        ("plan-action", {"what": "x", "who": "sam", "due": "2099-01-01", "topic": "corrective"}),
        ("plan-action", {"what": "x", "who": "olga", "due": "2020-01-01", "topic": "corrective"}),
        ("plan-action", {"what": "x", "who": "olga", "due": "2099-01-01", "topic": "hope"}),
        ("edit", {"due": "2099-13-01"}), ("edit", {"owner": "sam"}), ("edit", {"process": "LYS/WELD"}),
        ("cancel", {}), ("cancel", {"reason": "no"}), ("cancel", {"reason": "   "}),
    ],
)  # fmt: skip
def test_bad_input_of_verbs_is_told_and_nothing_is_written(capa, olga, axel, sam, welding, verb, data):
    who = axel if verb == "cancel" else olga
    answer = api_for(who).post(f"capas/{capa.number}/{verb}/", data)
    assert answer.status_code in (400, 409), answer.content
    flat = {name: value for name, value in data.items() if not isinstance(value, list)}
    assert client_for(who).post(f"{capa.get_absolute_url()}do/{verb}/", flat).status_code == 422
    assert (fresh(capa).version, capa.causes.count(), capa.actions.count()) == (1, 0, 0)


@pytest.mark.parametrize("answer", ["maybe", "", None, 1])
def test_an_open_question_is_not_a_no(capa, olga, answer):
    drive(capa, CapaStatus.PLANNED, by=olga)
    for action in capa.actions.all():
        records.finish_action(action, by=olga, result="Done")
    body = {"risks_changed": answer, "qms_changed": False}
    assert api_for(olga).post(f"capas/{capa.number}/complete/", body).status_code == 400
    assert fresh(capa).status == CapaStatus.PLANNED


def test_two_who_judge_one_cause_do_not_overwrite_each_other(munich, olga, axel):
    """The cause is a line of the CAPA; rewriting it makes the CAPA's version grow."""
    capa = capas.open_capa(by=olga, site=munich, title="Slips", problem="p")
    cause = capas.add_cause(capa, by=olga, statement="The wheel is worn", leg=Leg.MADE)
    seen = fresh(capa)
    capas.judge_cause(capa, by=olga, cause=cause, verdict="confirmed", proof="Measured.")
    with refusal("stale"):
        capas.judge_cause(seen, by=axel, cause=cause, verdict="ruled-out", proof="Looks fine.")
    assert fresh(cause).verdict == "confirmed"
