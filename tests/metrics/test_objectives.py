"""Quality objectives and the planning to achieve them (ISO 9001, 6.2)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from metrics import services as metrics
from metrics.models import Objective
from metrics.selectors import objectives
from metrics.states import ObjectiveStatus
from reviews import services as reviews
from tests.cast import Api, client_for, fresh, refusal
from tests.metrics.conftest import evening

PLAN = {"what": "Dress the wheel every shift", "due": date(2026, 3, 31)}


@pytest.fixture
def halved(munich, scrap, axel, olga, clock_at):
    clock_at(evening(10))
    made = metrics.set_objective(
        by=axel, site=munich, title="Halve the scrap", metric=scrap, baseline=8, target=4, owner=olga,
        resources="Two days of Sven", evaluation="Chart of the scrap", **PLAN,
    )  # fmt: skip
    return metrics.agree(made, by=axel)


def progress(objective):
    return objectives().get(pk=objective.pk).progress_percent


def test_progress_is_what_the_metric_says(halved, push, scrap):
    assert progress(halved) is None
    push(scrap, [8, 8, 8, 7], first=0)
    assert progress(halved) == 8  # the newest three: 8, 8, 7
    push(scrap, [4, 4, 4], first=4)
    assert progress(halved) == 100
    push(scrap, [10, 10, 10], first=7)
    assert progress(halved) == -50, "it went the wrong way"


def test_progress_of_counts_is_weighed_by_their_exposure(munich, axel, olga, clock_at):
    clock_at(evening(10))
    share = metrics.create_metric(
        by=olga, site=munich, title="Rejects", direction="lower", family="binomial", chart="p"
    )
    made = metrics.set_objective(
        by=axel, site=munich, title="Fewer", metric=share, baseline="0.10", target="0.02", **PLAN
    )
    for day, (bad, n) in enumerate(((10, 100), (10, 300), (0, 100)), start=6):
        metrics.record_value(share, by=olga, observed_at=f"2025-01-{day:02}", value=str(bad), n=str(n))
    assert float(objectives().get(pk=made.pk).now) == pytest.approx(20 / 500)
    assert progress(made) == 75


def test_a_corrected_value_counts_as_corrected(halved, scrap, olga):
    for day in (6, 13):
        metrics.record_value(scrap, by=olga, observed_at=f"2025-01-{day:02}", value="6")
    wrong = metrics.record_value(scrap, by=olga, observed_at="2025-01-20", value="60")
    metrics.correct(wrong, by=olga, reason="decimal point was missing", value="6")
    assert progress(halved) == 50


def test_what_the_metric_denies_is_not_reached(halved, push, scrap, axel, clock_at):
    push(scrap, [5, 5, 5], first=0)
    with refusal("not-there-yet"):
        metrics.reach(fresh(halved), by=axel, reason="Nearly there, I think")
    push(scrap, [4, 4, 4], first=3)
    metrics.reach(fresh(halved), by=axel, reason="Three weeks at 4 %")
    assert (fresh(halved).status, fresh(halved).conclusion) == (ObjectiveStatus.REACHED, "Three weeks at 4 %")
    clock_at(evening(20))
    push(scrap, [9, 9, 9], first=17)
    assert progress(halved) == 100, "what comes after the conclusion does not change it"


def test_what_is_pursued_changes_with_a_reason(halved, axel):
    with refusal("reason-missing"):
        metrics.edit_objective(fresh(halved), by=axel, due=date(2026, 6, 30))
    metrics.edit_objective(fresh(halved), by=axel, due=date(2026, 6, 30), reason="The new wheel comes in May")
    assert fresh(halved).due == date(2026, 6, 30)


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"due": date(2024, 1, 1)}, "due-in-the-past"),
        ({"baseline": None}, "no-way-to-go"),
        ({"target": 8}, "no-way-to-go"),
    ],
)
def test_an_objective_that_cannot_be_is_refused(munich, scrap, axel, facts, code):
    said = {"metric": scrap, "baseline": 8, "target": 4, **PLAN, **facts}
    with refusal(code):
        metrics.set_objective(by=axel, site=munich, title="Halve the scrap", **said)


def test_the_database_asks_for_a_way_to_go(halved):
    with pytest.raises(IntegrityError), transaction.atomic():
        Objective.objects.filter(pk=halved.pk).update(target=None)


def test_the_management_review_reads_how_far_each_objective_is(halved, push, scrap, munich, axel):
    push(scrap, [6, 6, 6], first=0)
    review = reviews.plan_review(
        by=axel, site=munich, title="Review", period_from=date(2025, 1, 1), period_to=date(2025, 3, 31),
        planned_for=date(2025, 4, 10), chair=axel,
    )  # fmt: skip
    reviews.freeze(review, by=axel)
    said = review.agenda.get(letter="c2").snapshot
    assert said["facts"][0] == ["Objectives", 1]
    assert (said["rows"][0]["number"], said["rows"][0]["note"]) == (halved.number, "50 % of the way, until 2026-03-31")


def test_an_objective_is_set_in_the_browser_and_read_over_the_api(munich, scrap, push, axel, clock_at):
    clock_at(evening(10))
    push(scrap, [6, 6, 6], first=0)
    client = client_for(axel)
    sent = {"site": "MUC", "title": "Halve", "metric": scrap.number, "baseline": "8", "target": "4", "what": "w"}
    sent["due"] = "2026-03-31"
    assert client.post("/objectives/new/", sent).status_code == 302
    made = Objective.objects.get()
    assert client.post(f"{made.get_absolute_url()}do/agree/", {"version": "1"}).status_code == 302
    page = client.get(made.get_absolute_url()).content.decode()
    assert ("50 %" in page, "mean of the newest three values" in page) == (True, True)
    assert client.get(f"{made.get_absolute_url()}record.pdf").content[:5] == b"%PDF-"
    said = Api(axel).get(f"objectives/{made.number}/").json()
    assert (said["metric"], said["progress_percent"], float(said["now"])) == (scrap.number, 50, 6.0)
    late = Api(axel).post(f"objectives/{made.number}/reach/", {"reason": "It must be"})
    assert (late.status_code, late.json()["code"]) == (409, "not-there-yet")


@pytest.mark.parametrize(("who", "status"), [("axel", 200), ("olga", 200), ("aud", 403), ("pedro", 404), ("sam", 404)])
def test_who_may_conclude(request, halved, who, status):
    url = f"{halved.get_absolute_url()}do/miss/"
    assert client_for(request.getfixturevalue(who)).get(url).status_code == status


def test_the_list_takes_the_same_number_of_queries_with_many_rows(
    halved, munich, scrap, push, axel, django_assert_max_num_queries
):
    push(scrap, [6, 6, 6], first=0)
    for number in range(30):
        metrics.set_objective(
            by=axel, site=munich, title=f"Objective {number}", metric=scrap, baseline=8, target=4, **PLAN
        )
    client = client_for(axel)
    for url in ("/objectives/", "/api/v1/objectives/"):
        client.get(url)
        with django_assert_max_num_queries(12):
            assert client.get(url).status_code == 200
