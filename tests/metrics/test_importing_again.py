"""Files of values that were brought before, put right and brought again; and files that are out of the ordinary."""

import pytest

from metrics import services as metrics
from metrics.models import Measurement
from tests.metrics.conftest import evening
from tests.metrics.test_importing import counts, csv, uploaded


@pytest.fixture
def now(scrap, clock_at):
    clock_at(evening(9))
    return evening(9)


@pytest.mark.parametrize("wrong", ["abc,", "4,x"])
def test_a_wrong_value_put_right_moves_none_of_those_below_it(now, munich, scrap, olga, wrong):
    lines = "date,metric,value,n\n2025-01-06,{0},{1}\n2025-01-06,{0},5,\n"
    metrics.import_values(uploaded(csv(lines.format(scrap.number, wrong)), munich, olga), by=olga, leave_wrong=True)
    right = uploaded(csv(lines.format(scrap.number, "4,")), munich, olga)
    assert counts(right) == (1, 1, 0)
    metrics.import_values(right, by=olga)
    assert sorted(Measurement.objects.values_list("value", flat=True)) == [4, 5]
