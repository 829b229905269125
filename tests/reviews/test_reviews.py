"""A management review: inputs frozen and hashed, every letter concluded, decisions followed until verified."""

import pytest

from evidence.context import acting
from records import services as records
from records.selectors import manifestations
from reviews import services as reviews
from reviews.models import Review
from reviews.selectors import digest_of
from reviews.states import Decision, Input
from tests.cast import fresh, in_days, refusal, signing, today
from tests.stories.conftest import closed_shop

LETTERS = ["a", "b", "c1", "c2", "c3", "c4", "c5", "c6", "c7", "d", "e", "f"]


@pytest.fixture
def shop(db):
    return closed_shop()


@pytest.fixture
def review(shop) -> Review:
    return reviews.plan_review(
        by=shop.axel, site=shop.site, title="R", chair=shop.mona, period_from=in_days(-400), period_to=today(),
        planned_for=today(),
    )  # fmt: skip


@pytest.fixture
def held(review, shop) -> Review:
    reviews.freeze(review, by=shop.axel)
    reviews.conclude(review, by=shop.axel, conclusions=[{"letter": one, "conclusion": "Seen."} for one in LETTERS])
    return reviews.hold(review, by=shop.axel, held_on=today(), attendees="Mona, Axel", minutes="It holds.")


def test_the_letters_are_those_of_the_standard():
    assert Input.values == LETTERS
    assert Decision.values == ["a", "b", "c"]


def test_freezing_gathers_every_letter_and_seals_it(review, shop):
    reviews.freeze(review, by=shop.axel)
    items = list(review.agenda.all())
    assert [item.letter for item in items] == LETTERS
    assert all(item.digest == digest_of(item.snapshot) for item in items)
    assert review.digest == digest_of([item.digest for item in items])
    gains = next(item for item in items if item.letter == "c3").snapshot
    assert [row["number"] for row in gains["rows"]] == ["MUC-GAIN-2026-0001".replace("2026", str(today().year))]


def test_what_was_frozen_stays_what_it_was(review, shop):
    reviews.freeze(review, by=shop.axel)
    before = review.agenda.get(letter="f").snapshot
    with acting(shop.olga):
        records.amend(fresh(shop.event), by=shop.olga, reason="Renamed later", title="Something else")
    assert review.agenda.get(letter="f").snapshot == before


def test_every_letter_needs_a_conclusion(review, shop):
    reviews.freeze(review, by=shop.axel)
    reviews.hold(review, by=shop.axel, held_on=today(), attendees="M", minutes="M")
    with refusal("conclusion-missing"):
        reviews.approve(review, by=shop.mona, signing=signing(review, shop.mona, "approved"))


def test_approving_counts_the_gains_in_it_as_reviewed(held, shop):
    reviews.approve(held, by=shop.mona, signing=signing(held, shop.mona, "approved"))
    gain = shop.event.gains.get()
    assert gain.reviewed_on == today()
    assert fresh(held).status == "approved"
    assert [one.is_superseded for one in manifestations(fresh(held))] == [False]


def test_a_decision_becomes_an_action_and_is_followed_until_verified(held, shop):
    output = reviews.decide(held, by=shop.axel, letter="a", text="Carry over", who=shop.olga, due=in_days(30))
    reviews.approve(held, by=shop.mona, signing=signing(held, shop.mona, "approved"))
    assert fresh(held).status == "actions-open"
    with refusal("outputs-unfinished"):
        reviews.close(held, by=shop.axel)
    records.finish_action(output.action, by=shop.olga, result="Done")
    with refusal("self-verified"):
        records.verify_action(output.action, by=shop.olga)
    records.verify_action(output.action, by=shop.axel)
    assert reviews.close(held, by=shop.axel).status == "closed"


def test_approved_minutes_are_not_changed(held, shop):
    reviews.approve(held, by=shop.mona, signing=signing(held, shop.mona, "approved"))
    with refusal("not-in-session"):
        reviews.decide(held, by=shop.axel, letter="a", text="Later", who=shop.olga, due=in_days(30))


def test_a_meeting_is_not_recorded_before_it_took_place(review, shop):
    reviews.freeze(review, by=shop.axel)
    with refusal("held-in-the-future"):
        reviews.hold(review, by=shop.axel, held_on=in_days(1), attendees="M", minutes="M")


def test_a_period_begins_before_it_ends(shop):
    with refusal("dates-out-of-order"):
        reviews.plan_review(
            by=shop.axel, site=shop.site, title="R", chair=shop.mona, period_from=today(), period_to=today(),
            planned_for=today(),
        )  # fmt: skip
