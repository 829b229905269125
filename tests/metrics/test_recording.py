"""Values come in: each is stored once, exactly, or refused in plain words."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from evidence.refusals import Refused
from jobs.models import OutboxMessage
from metrics import services as metrics
from metrics.models import Batch, Measurement
from metrics.states import Better, ChartKind, Every, Family
from tests.metrics.conftest import evening, week

NOON = "2025-01-08T12:00:00Z"


def outcomes(receipt):
    return [(row.outcome, row.code) for row in receipt.rows]


@pytest.fixture
def send(scrap, push, robot):
    def rows(*given, **options):
        return metrics.add_measurements(
            list(given), by=robot, source=push.source, metrics=[scrap], metric=scrap.number, **options
        )

    return rows


def test_value_is_kept_exactly_as_written(send, scrap):
    send({"value": "0.1", "observed_at": NOON}, {"value": Decimal("12.345678901"), "observed_at": NOON})
    assert list(scrap.measurements.values_list("value", flat=True)) == [Decimal("0.1"), Decimal("12.345678901")]


@pytest.mark.parametrize(
    ("given", "stored"),
    [
        ("2025-01-08", datetime(2025, 1, 8, 11, tzinfo=UTC)),  # a day means its noon, in the time of the site
        ("2025-01-08T14:30", datetime(2025, 1, 8, 13, 30, tzinfo=UTC)),
        ("2025-01-08T14:30:00Z", datetime(2025, 1, 8, 14, 30, tzinfo=UTC)),
        ("2025-01-08T14:30:00-05:00", datetime(2025, 1, 8, 19, 30, tzinfo=UTC)),
    ],
)
def test_time_without_a_zone_is_that_of_the_site_when_a_person_enters_it(scrap, olga, given, stored):
    metrics.record_value(scrap, by=olga, observed_at=given, value="5")
    assert scrap.measurements.get().observed_at == stored


def test_a_machine_says_its_offset(send):
    assert outcomes(send({"value": "5", "observed_at": "2025-01-08T14:30"})) == [("refused", "no-offset")]


def test_same_event_again_is_a_duplicate_and_another_value_is_refused(send, scrap):
    first = {"value": "5.0", "observed_at": NOON, "event_id": "a"}
    assert outcomes(send(first)) == [("stored", "")]
    assert outcomes(send(first, {**first, "value": "5.00"}, {**first, "value": "6"})) == [
        ("duplicate", ""),
        ("duplicate", ""),
        ("refused", "event-id-reused"),
    ]
    assert scrap.measurements.count() == 1


def test_one_event_twice_in_one_batch_is_stored_once(send, scrap):
    row = {"value": "5.0", "observed_at": NOON, "event_id": "a"}
    assert outcomes(send(row, row)) == [("stored", ""), ("duplicate", "")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ({"value": "NaN"}, "not-a-number"),
        ({"value": "inf"}, "not-a-number"),
        ({"value": float("nan")}, "not-a-number"),
        ({"value": "a lot"}, "not-a-number"),
        ({"value": True}, "not-a-number"),
        ({"value": "1_000"}, "not-a-number"),
        ({"value": [1]}, "not-a-number"),
        ({"value": None}, "value-missing"),
        ({"value": " "}, "value-missing"),
        ({"value": "1e40"}, "too-many-digits"),
        ({"value": "0.1234567890"}, "too-many-digits"),
        ({"observed_at": "yesterday"}, "bad-time"),
        ({"observed_at": "2025-02-30"}, "bad-time"),
        ({"observed_at": None}, "bad-time"),
        ({"observed_at": 20250108}, "bad-time"),
        ({"observed_at": "2025-03-01"}, "in-the-future"),
        ({"observed_at": "1869-03-01"}, "long-ago"),
        ({"metric": "MUC-MET-9999"}, "unknown-metric"),
        ({"n": "-1"}, "bad-n"),
        ({"n": "0"}, "bad-n"),
        ({"n": "many"}, "not-a-number"),
        ({"subgroup": [1]}, "bad-subgroup"),
        ({"subgroup": {"a": 1}}, "bad-subgroup"),
        ({"subgroup": [1, "x"], "value": None}, "not-a-number"),
        ({"subgroup": [1, 2], "value": "9"}, "bad-subgroup"),
        ({"event_id": "x" * 121}, "too-long"),
        ({"event_id": {"a": 1}}, "not-text"),
        ({"note": "\x00"}, "too-long"),
    ],
)
def test_bad_row_is_refused_in_words_and_the_good_one_beside_it_is_kept(send, scrap, row, code):
    good = {"value": "5", "observed_at": NOON}
    receipt = send({**good, **row}, good)
    assert outcomes(receipt) == [("refused", code), ("stored", "")]
    assert receipt.rows[0].message.endswith(".")
    assert scrap.measurements.count() == 1


@pytest.mark.parametrize("row", [None, 5, "5", []])
def test_row_that_is_no_object_is_refused(send, row):
    assert outcomes(send(row)) == [("refused", "not-an-object")]


def test_all_or_nothing_stores_nothing_when_one_row_is_refused(send, scrap):
    good = {"value": "5", "observed_at": NOON}
    receipt = send(good, {**good, "value": "x"}, all_or_nothing=True)
    assert outcomes(receipt) == [("refused", "withheld"), ("refused", "not-a-number")]
    assert not scrap.measurements.exists()
    assert not Batch.objects.exists()


def test_batch_remembers_what_came_and_asks_for_one_evaluation(send, scrap):
    send(*[{"value": str(i), "observed_at": NOON} for i in range(5)], {"value": "x", "observed_at": NOON})
    batch = Batch.objects.get()
    assert (batch.stored, batch.refused, len(batch.digest)) == (5, 1, 64)
    assert OutboxMessage.objects.filter(task="metrics.evaluate_new").count() == 1


def test_value_of_an_earlier_period_is_marked_late(push, scrap, clock_at):
    clock_at(evening(3))
    push(scrap, [5, 6], first=1)
    push(scrap, [5], first=0)
    assert list(scrap.measurements.order_by("observed_at").values_list("late", flat=True)) == [True, False, False]


def test_subgroup_is_stored_with_its_mean(munich, olga, clock_at):
    clock_at(evening(0))
    rings = metrics.create_metric(
        by=olga, site=munich, title="Ring diameter", direction=Better.TARGET, target=Decimal(74), unit="mm",
        cadence=Every.WORKDAY, subgroup_size=5, chart=ChartKind.XBAR_R,
    )  # fmt: skip
    made = metrics.record_value(rings, by=olga, observed_at=week(0), subgroup="74.030 74.002 74.019 73.992 74.008")
    assert (made.value, made.n, len(made.subgroup)) == (Decimal("74.0102"), 5, 5)


def test_counts_are_whole_and_not_more_than_their_sample(munich, olga, clock_at):
    clock_at(evening(0))
    defects = metrics.create_metric(
        by=olga, site=munich, title="Defective rings", direction=Better.LOWER, family=Family.BINOMIAL, chart=ChartKind.P
    )
    for value, n, code in [("1.5", "50", "not-a-count"), ("-1", "50", "not-a-count"), ("51", "50", "more-than-n")]:
        with pytest.raises(Refused) as refused:
            metrics.record_value(defects, by=olga, observed_at=week(0), value=value, n=n)
        assert refused.value.code == code


def test_metric_on_target_needs_one(munich, olga):
    with pytest.raises(Refused) as refused:
        metrics.create_metric(by=olga, site=munich, title="x", direction=Better.TARGET)
    assert refused.value.code == "target-missing"


def test_csv_is_read_with_any_separator_and_a_decimal_comma(scrap, olga, clock_at):
    clock_at(evening(3))
    receipt = metrics.import_csv(scrap, by=olga, text="\ufeffobserved_at;value\n2025-01-06;5,5\n2025-01-13;6\n")
    assert receipt.stored == 2
    assert scrap.measurements.first().value == Decimal("5.5")


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "observed_at,value,colour\n", "observed_at,observed_at,value\n"])
def test_csv_with_a_header_that_is_not_one_is_refused(scrap, olga, text):
    with pytest.raises(Refused):
        metrics.import_csv(scrap, by=olga, text=text)


def test_same_file_is_not_imported_twice(scrap, olga, clock_at):
    clock_at(evening(3))
    text = "observed_at,value\n2025-01-06,5.5\n"
    metrics.import_csv(scrap, by=olga, text=text)
    with pytest.raises(Refused) as refused:
        metrics.import_csv(scrap, by=olga, text=text)
    assert refused.value.code == "imported-before"


def test_correction_is_a_new_row_that_points_at_the_old_one(send, scrap, olga):
    send({"value": "50", "observed_at": NOON})
    wrong = scrap.measurements.get()
    right = metrics.correct(wrong, by=olga, reason="decimal point was missing", value="5.0")
    assert (right.corrects, right.observed_at) == (wrong, datetime(2025, 1, 8, 12, tzinfo=UTC))
    assert Measurement.objects.count() == 2
    with pytest.raises(Refused) as refused:
        metrics.correct(wrong, by=olga, reason="once more", value="6")
    assert refused.value.code == "corrected-before"
