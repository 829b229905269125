"""Whether a number can be a value of a metric of its kind."""

from decimal import Decimal

from django.utils.translation import gettext as _

from evidence.refusals import Refused
from metrics.models import Metric
from metrics.states import COUNTS, POSITIVE, Family


def check_family(value: Decimal, n: Decimal, metric: Metric) -> None:
    """Whether a value, with `n` behind it, is of the metric's kind. Raises Refused."""
    counts = metric.family in COUNTS
    if n < 0:
        raise Refused(_("What stands behind a value is not negative."), code="bad-n")
    if counts and (value < 0 or value != value.to_integral_value()):
        raise Refused(_("A count is a whole number, zero or more."), code="not-a-count")
    if metric.family == Family.BINOMIAL and value > n:
        raise Refused(_("There cannot be more defectives than parts checked."), code="more-than-n")
    if metric.family in POSITIVE and value <= 0:
        raise Refused(_("The value must be greater than zero."), code="not-positive")
    if not counts and n == 0:
        raise Refused(_("A value needs at least one measurement behind it."), code="bad-n")
