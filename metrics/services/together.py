"""The values of a shift, entered together: all of them or none."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from evidence.refusals import Refused
from metrics.models import Metric
from metrics.selectors.reading import LONGEST_EVENT_ID
from metrics.services.describing import hand_source
from metrics.services.recording import Receipt, add_measurements
from people.models import User


@transaction.atomic
def record_together(
    values: Sequence[tuple[Metric, Mapping[str, Any]]], *, by: User, observed_at: Any, token: str = ""
) -> Receipt:
    """Store what a person entered for several metrics of one site at one time: value, n and note of each.

    All or none: the receipt tells of each in its order. The same `token` again stores nothing twice.
    Raises Refused: "no-rows", "other-site".
    """
    sites = {metric.site for metric, _given in values}
    if not sites:
        raise Refused(_("Enter at least one value."), code="no-rows")
    if len(sites) > 1:
        raise Refused(_("Enter the values of one site at a time."), code="other-site")
    key = (token or secrets.token_hex(12))[: LONGEST_EVENT_ID // 2]
    rows = [
        {"metric": metric.number, "observed_at": observed_at, "event_id": f"{key}:{metric.pk}", **given}
        for metric, given in values
    ]
    return add_measurements(
        rows,
        by=by,
        source=hand_source(sites.pop(), by=by),
        metrics=[metric for metric, _given in values],
        all_or_nothing=True,
        by_hand=True,
    )
