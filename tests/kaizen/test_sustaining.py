"""After the close-out: checks are answered, missed or contradicted; an event closes after a year."""

from datetime import timedelta

import pytest

from audits.models import Audit
from evidence.context import acting, clock
from kaizen import services as kaizen
from kaizen.models import Gain, KaizenEvent, SustainmentCheck
from kaizen.selectors import charter_gaps, summary_of, year_of_gains
from metrics import services as metrics
from metrics.models import Watch
from reviews import services as reviews
from tests.cast import client_for, fresh, in_days, queries, refusal, signing, today
from tests.stories.conftest import closed_shop


@pytest.fixture
def shop(db):
    return closed_shop()


@pytest.fixture
def held(shop):
    """Proven by thirteen values after, and holding."""
    with acting(shop.olga):
        shop.send(24, 0, 5.0)
        metrics.evaluate_metric(shop.metric, at=clock(), by=shop.olga)
    return shop


def first_check() -> SustainmentCheck:
    return SustainmentCheck.objects.select_related("gain").get(day=30)


def come(day: int) -> SustainmentCheck:
    """The check of that day, which is today."""
    SustainmentCheck.objects.filter(day=day).update(due=today())
    return SustainmentCheck.objects.select_related("gain").get(day=day)


def test_a_check_is_answered_with_the_facts_of_the_day(held):
    check = kaizen.answer_check(come(30), by=held.olga, result="held", note="It holds.")
    assert check.status == "answered"
    assert check.facts["watch"] == "Holding"
    assert check.facts["locks"]["documented"][0] == "open"


def test_day_365_is_not_answered_before_it_is_near(held):
    last = SustainmentCheck.objects.select_related("gain").get(day=365)
    with refusal("too-soon"):
        kaizen.answer_check(last, by=held.olga, result="held", note="It will surely hold.")
    assert fresh(Gain.objects.get()).status != "sustained"


def test_held_is_refused_while_the_data_say_otherwise(shop):
    with acting(shop.olga):
        shop.send(24, 12, 5.0)
        shop.send(11, 0, 9.0)
        metrics.evaluate_metric(shop.metric, at=clock(), by=shop.olga)
        metrics.evaluate_metric(shop.metric, at=clock(), by=shop.olga)
        with refusal("contradicts-the-data"):
            kaizen.answer_check(come(30), by=shop.olga, result="held", note="Looks fine.")
    assert first_check().status == "planned"


def test_held_is_refused_while_nobody_measures(held):
    Watch.objects.update(silent_since=today())
    with refusal("contradicts-the-data"):
        kaizen.answer_check(come(30), by=held.olga, result="held", note="Looks fine.")


def test_a_check_that_nobody_answers_is_missed_after_a_week_and_can_be_made_up_for(shop):
    due = first_check().due
    assert kaizen.miss_unanswered_checks(on=due + timedelta(days=7), by=shop.axel) == 0
    assert kaizen.miss_unanswered_checks(on=due + timedelta(days=8), by=shop.axel) == 1
    assert kaizen.miss_unanswered_checks(on=due + timedelta(days=8), by=shop.axel) == 0
    assert kaizen.answer_check(come(30), by=shop.olga, result="too-early", note="Late.").status == "answered"


def test_the_audit_of_a_check_is_planned_once_with_an_independent_auditor(shop):
    soon = first_check().due - timedelta(days=10)
    assert kaizen.plan_due_checks(on=soon, by=shop.axel) == 1
    assert kaizen.plan_due_checks(on=soon, by=shop.axel) == 0
    audit = Audit.objects.get()
    assert audit.owner != shop.olga
    assert audit.origin_id == Gain.objects.get().pk
    assert audit.checklist.questions.filter(aspect="waste").exists()


def test_an_event_is_not_closed_before_day_365(held):
    with refusal("not-sustained"):
        kaizen.close(KaizenEvent.objects.get(), by=held.axel)


def test_an_event_closes_when_day_365_held_and_no_lock_is_broken(held):
    kaizen.answer_check(come(365), by=held.olga, result="held", note="A year on, it holds.")
    assert kaizen.close(KaizenEvent.objects.get(), by=held.axel).status == "closed"


def test_a_review_locks_the_gain_for_the_year(held):
    gain = Gain.objects.get()
    review = reviews.plan_review(
        by=held.axel, site=held.site, title="R", chair=held.mona, period_from=in_days(-90), period_to=today(),
        planned_for=today(),
    )  # fmt: skip
    kaizen.mark_reviewed(gain, review=review, on=today(), by=held.mona)
    assert fresh(gain).reviewed_on == today()
    assert fresh(gain).review_due == in_days(365)


def test_the_status_follows_the_locks(held):
    assert kaizen.refresh_gain(Gain.objects.get(), by=held.axel).status == "proven"
    Watch.objects.update(silent_since=today())
    assert kaizen.refresh_gain(Gain.objects.get(), by=held.axel).status == "at-risk"


def test_the_year_shows_before_after_now_and_how_we_know(held):
    row = year_of_gains(held.axel, year=today().year, on=today())[0]
    assert (round(row.before), round(row.after), round(row.now)) == (10, 5, 5)
    assert row.kept_percent > 80
    assert "a loss of 50 %" in row.words
    assert summary_of([row]).gains == 1


def test_a_silent_gain_claims_nothing(held):
    Watch.objects.update(silent_since=today())
    row = year_of_gains(held.axel, year=today().year, on=today())[0]
    assert (row.now, row.kept_percent) == (None, None)
    assert "nobody knows" in row.words


def test_a_stranger_sees_no_gain(held, sam):
    assert year_of_gains(sam, year=today().year, on=today()) == []
    client = client_for(sam)
    assert client.get(f"/sustainment-checks/{first_check().uuid}/").status_code == 404
    assert client.get(f"/api/v1/gains/{Gain.objects.get().number}/locks/").status_code == 404


def test_the_year_asks_as_many_questions_for_one_gain_as_for_many(held):
    client = client_for(held.axel)
    page = f"/improvements/{today().year}/"
    one = len(queries(client, page))
    first = Gain.objects.get()
    for number in range(2, 6):
        metric = metrics.create_metric(by=held.axel, site=held.site, title=f"M{number}", direction="lower")
        Gain.objects.create(
            number=f"MUC-GAIN-2026-{number:04d}",
            kind="GAIN",
            title="G",
            site=held.site,
            owner=held.olga,
            status="claimed",
            opened_at=clock(),
            event=first.event,
            metric=metric,
            since=today(),
        )
    assert len(queries(client, page)) == one


def test_a_charter_says_everything_that_it_lacks(held):
    bare = kaizen.propose_event(
        by=held.olga, site=held.site, title="E", problem="P", sponsor=held.mona, line_manager=held.olga,
        starts_on=today(), ends_on=today(),
    )  # fmt: skip
    assert len(charter_gaps(bare)) == 5
    with refusal("charter-incomplete"):
        kaizen.charter(bare, by=held.mona, signing=signing(bare, held.mona, "approved"))


def test_the_leader_is_not_the_sponsor(held):
    with refusal("sponsor-leads"):
        kaizen.propose_event(
            by=held.olga, site=held.site, title="E", problem="P", sponsor=held.olga, line_manager=held.olga,
            starts_on=today(), ends_on=today(),
        )  # fmt: skip


def test_an_idea_is_answered(held):
    idea = kaizen.raise_idea(by=held.pedro, site=held.site, title="Light", description="It is dark.")
    with refusal("reason-missing"):
        kaizen.decline(idea, by=held.axel, reason="no")
    assert kaizen.accept(idea, by=held.axel, answer="Just do it").status == "accepted"


def many_ideas(shop, count):
    for number in range(count):
        kaizen.raise_idea(by=shop.pedro, site=shop.site, title=f"Idea {number}", description="Light")


def many_events(shop, count):
    for number in range(count):
        kaizen.propose_event(
            by=shop.olga, site=shop.site, title=f"Event {number}", problem="P", sponsor=shop.mona,
            line_manager=shop.olga, starts_on=today(), ends_on=today(), process=shop.process,
        )  # fmt: skip


def many_reviews(shop, count):
    for number in range(count):
        reviews.plan_review(
            by=shop.axel, site=shop.site, title=f"Review {number}", chair=shop.mona, period_from=in_days(-9),
            period_to=today(), planned_for=today(),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("plural", "many"), [("ideas", many_ideas), ("kaizen-events", many_events), ("reviews", many_reviews)]
)
def test_a_list_asks_as_many_questions_for_thirty_rows_as_for_one(shop, plural, many):
    client = client_for(shop.axel)
    many(shop, 1)
    client.get(f"/{plural}/")
    one = len(queries(client, f"/{plural}/"))
    many(shop, 29)
    assert len(queries(client, f"/{plural}/")) == one <= 10


def test_the_pages_of_an_event_and_a_gain_ask_twelve_questions_at_most(held):
    client = client_for(held.axel)
    for page in (held.event.get_absolute_url(), Gain.objects.get().get_absolute_url()):
        client.get(page)
        assert len(queries(client, page)) <= 12, page
