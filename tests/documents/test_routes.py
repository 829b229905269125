"""A route: who is asked, in which order, and what becomes of their answers."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from documents import permissions, selectors
from documents import services as documents
from documents.models import Approval, DocumentType, Revision
from documents.pages import waiting_for_review
from people import services as people
from people.states import Authority
from records.models import Notification, Signature
from records.selectors import manifestations
from tests.cast import client_for, dialog, fresh, in_days, person, refusal, signing, today

QM, MANAGER = Authority.QUALITY_MANAGER, Authority.MANAGER


def step(stage, task, whom="authority", **named):
    return {"stage": stage, "task": task, "whom": whom, **named}


REVIEW_THEN_APPROVE = [
    step(1, "review", "authority", authority=Authority.SUPERVISOR),
    step(2, "approve", "authority", authority=QM),
]


def draft_of(code, site, author, **facts) -> Revision:
    made = documents.create_document(
        by=author, site=site, type=DocumentType.objects.get(code=code), title="Grind", body="<p>Hold it.</p>", **facts
    )
    return selectors.revision_on_its_way(made)


@pytest.fixture
def routed(axel):
    kind = DocumentType.objects.get(code="WI")
    return documents.set_route(kind, by=axel, steps=REVIEW_THEN_APPROVE)


@pytest.fixture
def draft(routed, munich, olga, sven, grinding) -> Revision:
    return draft_of("WI", munich, olga, process=grinding)


def review(revision, by):
    return documents.review(fresh(revision), by=by, signing=signing(revision, by, "reviewed"))


def approve(revision, by):
    return documents.approve(fresh(revision), by=by, signing=signing(revision, by, "approved"))


def refuse(revision, by, reason="The second step is missing."):
    shown = signing(revision, by, "rejected")
    return documents.request_changes(fresh(revision), by=by, reason=reason, signing=shown)


def states(revision):
    return [(one.stage, one.task, one.status) for one in Approval.objects.filter(revision=revision).order_by("id")]


def test_the_second_stage_opens_when_the_first_is_complete(draft, olga, sven, axel):
    documents.submit(draft, by=olga)
    assert states(draft) == [(1, "review", "open"), (2, "approve", "waiting")]
    with refusal("not-asked"):
        approve(draft, axel)
    review(draft, sven)
    assert states(draft) == [(1, "review", "reviewed"), (2, "approve", "open")]
    assert fresh(draft).status == "in-review"
    assert approve(draft, axel).status == "approved"
    assert states(draft) == [(1, "review", "reviewed"), (2, "approve", "approved")]
    assert [one.meaning for one in Signature.objects.order_by("id")] == ["reviewed", "approved"]
    assert [one.is_superseded for one in manifestations(fresh(draft))] == [False, False]


def test_a_type_without_a_route_is_approved_by_one_with_the_authority(munich, olga, axel):
    draft = draft_of("PR", munich, olga)
    documents.submit(draft, by=olga)
    assert states(draft) == []
    assert approve(draft, axel).status == "approved"


def test_whoever_was_not_asked_does_not_answer(draft, olga, mona, ines):
    documents.submit(draft, by=olga)
    with refusal("not-asked"):
        review(draft, mona)
    assert not permissions.may_review(ines, fresh(draft))
    assert Signature.objects.count() == 0


def test_changes_requested_end_the_round_and_a_new_one_begins(draft, olga, sven, axel):
    documents.submit(draft, by=olga)
    review(draft, sven)
    refuse(draft, axel)
    assert fresh(draft).status == "changes-requested"
    told = Notification.objects.get(person=olga, key__startswith="changes-")
    assert "The second step is missing." in told.text
    edited = documents.edit_revision(fresh(draft), by=olga, body="<p>Hold it tight.</p>")
    documents.submit(edited, by=olga)
    assert selectors.current_round(draft) == 2
    assert states(draft)[2:] == [(1, "review", "open"), (2, "approve", "waiting")]
    review(draft, sven)
    assert approve(draft, axel).status == "approved"


def test_a_refusal_in_the_first_stage_drops_those_who_wait(draft, olga, sven):
    documents.submit(draft, by=olga)
    refuse(draft, sven)
    assert states(draft) == [(1, "review", "changes-requested"), (2, "approve", "dropped")]


def test_all_of_them_are_asked_at_once(munich, olga, axel, mona):
    second = person("second", munich, QM)
    kind = DocumentType.objects.get(code="WI")
    everybody = {**step(1, "approve", authority=QM), "everybody": True}
    documents.set_route(kind, by=axel, steps=[everybody, step(1, "approve", authority=MANAGER)])
    draft = draft_of("WI", munich, olga)
    documents.submit(draft, by=olga)
    assert {one.asked for one in Approval.objects.filter(revision=draft)} == {axel, second, None}
    for who in (axel, second):
        assert approve(draft, who).status == "in-review"
    assert approve(draft, mona).status == "approved"


def test_nobody_answers_twice_in_a_round(munich, olga, axel):
    kind = DocumentType.objects.get(code="WI")
    other = person("second", munich, QM)
    documents.set_route(kind, by=axel, steps=[step(1, "approve", authority=QM), step(1, "approve", authority=QM)])
    draft = draft_of("WI", munich, olga)
    documents.submit(draft, by=olga)
    approve(draft, axel)
    with refusal("not-asked"):
        approve(draft, axel)
    done = Approval.objects.get(answered_by=axel)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.exclude(pk=done.pk).update(answered_by=axel, answered_at=done.answered_at)
    assert approve(draft, other).status == "approved"


def test_a_route_that_needs_more_people_than_there_are_is_refused(munich, olga, axel):
    kind = DocumentType.objects.get(code="WI")
    documents.set_route(kind, by=axel, steps=[step(1, "review", authority=QM), step(2, "approve", authority=QM)])
    with refusal("too-few-people"):
        documents.submit(draft_of("WI", munich, olga), by=olga)


def test_the_author_is_never_asked_a_quality_manager_stands_for_the_process_owner(munich, olga, axel, grinding):
    kind = DocumentType.objects.get(code="WI")
    documents.set_route(kind, by=axel, steps=[step(1, "approve", "process-owner")])
    draft = draft_of("WI", munich, olga, process=grinding)
    documents.submit(draft, by=olga)
    asked = Approval.objects.get(revision=draft)
    assert (asked.asked, asked.authority) == (None, QM)
    with refusal("self-approved"):
        approve(draft, olga)
    assert approve(draft, axel).status == "approved"


def test_a_job_role_and_a_person_are_asked(munich, olga, axel, mona, pedro, grinder):
    people.take_role(pedro, job_role=grinder, since=in_days(-9), by=axel)
    kind = DocumentType.objects.get(code="WI")
    route = [step(1, "review", "job-role", job_role=grinder), step(2, "approve", "person", person=mona)]
    documents.set_route(kind, by=axel, steps=route)
    draft = draft_of("WI", munich, olga)
    documents.submit(draft, by=olga)
    review(draft, pedro)
    with refusal("not-asked"):
        approve(draft, axel)
    assert approve(draft, mona).status == "approved"


@pytest.mark.parametrize(
    ("steps", "code"),
    [
        ([step(2, "approve", authority=QM)], "stages-not-in-order"),
        ([step(1, "approve", authority=QM), step(2, "review", authority=QM)], "ends-in-a-review"),
        ([step(1, "approve", authority=QM)] * 21, "route-too-long"),
    ],
)
def test_a_route_that_cannot_be_is_refused(axel, steps, code):
    with refusal(code):
        documents.set_route(DocumentType.objects.get(code="WI"), by=axel, steps=steps)


def test_what_changed_after_a_review_is_not_approved(draft, olga, sven, axel):
    documents.submit(draft, by=olga)
    review(draft, sven)
    Revision.objects.filter(pk=draft.pk).update(body="<p>Let it go.</p>")
    with refusal("changed-since-signed"):
        approve(draft, axel)
    assert refuse(draft, axel).status == "changes-requested"


def test_a_deputy_answers_in_the_name_of_who_is_away(draft, olga, sven, axel, mona):
    people.delegate(by=axel, person=axel, deputy=mona, since=today(), until=in_days(5), reason="On leave")
    documents.submit(draft, by=olga)
    review(draft, sven)
    assert approve(draft, mona).status == "approved"
    given = Approval.objects.get(revision=draft, task="approve")
    assert (given.answered_by, given.answered_for) == (mona, axel)
    assert given.signature.note == "for Axel Approver"
    assert given.signature.signer == mona


def test_a_deputy_sees_in_whose_name_the_signature_is(draft, olga, sven, axel, mona):
    people.delegate(by=axel, person=axel, deputy=mona, since=today(), until=in_days(3), reason="On holiday")
    documents.submit(draft, by=olga)
    review(draft, sven)
    asked = f"{draft.get_absolute_url()}do/approve/"
    assert f"You sign as {mona}, for {axel}" in client_for(mona).get(asked).content.decode()
    assert f"You sign as {axel}<" in client_for(axel).get(asked).content.decode()


def test_an_author_does_not_approve_as_a_deputy(draft, olga, sven, axel):
    people.delegate(by=axel, person=axel, deputy=olga, since=today(), until=in_days(5), reason="On leave")
    documents.submit(draft, by=olga)
    review(draft, sven)
    with refusal("self-approved"):
        approve(draft, olga)


def test_a_deputy_does_not_add_a_second_answer(munich, olga, axel, mona):
    kind = DocumentType.objects.get(code="WI")
    documents.set_route(kind, by=axel, steps=[step(1, "approve", authority=QM), step(1, "approve", authority=MANAGER)])
    people.delegate(by=axel, person=axel, deputy=mona, since=today(), until=in_days(5), reason="On leave")
    draft = draft_of("WI", munich, olga)
    documents.submit(draft, by=olga)
    approve(draft, mona)  # in her own name
    with refusal("not-asked"):
        approve(draft, mona)
    assert approve(draft, axel).status == "approved"


def test_for_who_was_asked_by_name_and_has_left_a_quality_manager_answers(munich, olga, axel, sven, mona):
    kind = DocumentType.objects.get(code="WI")
    documents.set_route(kind, by=axel, steps=[step(1, "approve", "person", person=mona)])
    draft = draft_of("WI", munich, olga)
    documents.submit(draft, by=olga)
    with refusal("not-asked"):
        approve(draft, axel)
    people.deactivate(mona, by=axel, on=today())
    assert [one.username for one in selectors.can_be_asked(Approval.objects.get(), on=today())] == ["axel"]
    with refusal("not-asked"):
        approve(draft, sven)
    assert approve(draft, axel).status == "approved"


@pytest.mark.parametrize(("since", "until", "ended"), [(1, 5, False), (-5, -1, False), (-1, 5, True)])
def test_a_delegation_holds_from_its_first_to_its_last_day(draft, olga, sven, axel, mona, since, until, ended):
    begin, end = in_days(since), in_days(until)
    if until < 0:
        with refusal("in-the-past"):
            people.delegate(by=axel, person=axel, deputy=mona, since=begin, until=end, reason="Away")
    else:
        made = people.delegate(by=axel, person=axel, deputy=mona, since=begin, until=end, reason="Away")
        if ended:
            people.end_delegation(made, by=axel)
    documents.submit(draft, by=olga)
    review(draft, sven)
    with refusal("not-asked"):
        approve(draft, mona)


def test_one_deputy_at_a_time_and_never_oneself(axel, mona, sven):
    people.delegate(by=axel, person=axel, deputy=mona, since=today(), until=in_days(5), reason="Away")
    with refusal("delegated-already"):
        people.delegate(by=axel, person=axel, deputy=sven, since=in_days(5), until=in_days(9), reason="Away")
    with refusal("own-deputy"):
        people.delegate(by=axel, person=axel, deputy=axel, since=in_days(6), until=in_days(9), reason="Away")
    with refusal("dates-out-of-order"):
        people.delegate(by=axel, person=axel, deputy=sven, since=in_days(9), until=in_days(6), reason="Away")


def test_my_work_lists_what_waits_for_me_and_for_whom_i_stand_in(draft, olga, sven, axel, mona):
    documents.submit(draft, by=olga)
    assert [item.title for item in waiting_for_review(sven, today())] == ["Review MUC-WI-0001-r1 Grind"]
    assert list(waiting_for_review(axel, today())) == []
    review(draft, sven)
    assert list(waiting_for_review(sven, today())) == []
    assert [item.title for item in waiting_for_review(axel, today())] == ["Approve MUC-WI-0001-r1 Grind"]
    assert list(waiting_for_review(mona, today())) == []
    people.delegate(by=axel, person=axel, deputy=mona, since=today(), until=in_days(5), reason="Away")
    assert len(list(waiting_for_review(mona, today()))) == 1


def test_reminders_come_once_a_day_from_the_second_day_on(draft, olga, sven, system):
    documents.submit(draft, by=olga)
    assert Notification.objects.filter(person=sven).count() == 1
    assert documents.remind_of_approvals(on=today(), by=system) == 0
    tomorrow = today() + timedelta(days=1)
    assert documents.remind_of_approvals(on=tomorrow, by=system) == 1
    assert documents.remind_of_approvals(on=tomorrow, by=system) == 0
    assert documents.remind_of_approvals(on=tomorrow + timedelta(days=1), by=system) == 1


def test_the_reviewer_signs_in_the_browser(draft, olga, sven):
    documents.submit(draft, by=olga)
    browser, door = client_for(sven), f"{draft.get_absolute_url()}do/review/"
    assert "Sign as reviewed" in browser.get(f"{draft.get_absolute_url()}remarks/").content.decode()
    assert browser.post(door, dialog(browser, door)).status_code == 302
    assert states(draft)[0] == (1, "review", "reviewed")


def test_reviews_are_signed_together(routed, munich, olga, sven, axel):
    drafts = [draft_of("WI", munich, olga) for _number in range(2)]
    for draft in drafts:
        documents.submit(draft, by=olga)
    browser = client_for(sven)
    page = browser.get("/revisions/together/review/")
    sent = {"username": "sven", "password": "a good long password", "chosen": [draft.number for draft in drafts]}
    for row in page.context["rows"]:
        sent[f"challenge-{row['record'].number}"] = row["dialog"].challenge
    assert browser.post("/revisions/together/review/", sent).status_code == 302
    assert Approval.objects.filter(status="reviewed", answered_by=sven).count() == 2


def test_the_route_of_a_type_is_set_on_a_page(axel, olga):
    page = client_for(axel)
    row = {"stage": 1, "task": "approve", "whom": "authority", "authority": QM}
    sent = {"steps-count": 1, **{f"steps-0-{name}": value for name, value in row.items()}, "asks_change_request": "on"}
    assert page.post("/review-routes/WI/", sent).status_code == 302
    kind = DocumentType.objects.get(code="WI")
    assert [str(one) for one in kind.route.all()] == ["1. Approve: Quality manager"]
    assert kind.asks_change_request
    missing = {"steps-count": 1, "steps-0-stage": 1, "steps-0-task": "approve", "steps-0-whom": "job-role"}
    assert page.post("/review-routes/WI/", missing).status_code == 422
    assert client_for(olga).get("/review-routes/WI/").status_code == 403
