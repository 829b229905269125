from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from evidence.context import clock
from metrics import selectors, verbs
from metrics.models import Gauge
from metrics.selectors.gauges import due_seen_by
from people.models import User
from records.selectors import sees
from ui.registry import Column, RecordPage, Tile, WorkItem, register_page, register_tile, register_work


def gauge_overview(gauge: Gauge, user: User) -> dict[str, Any]:
    """Its calibrations, what is measured with it, and what a bad calibration puts in question."""
    doubt = selectors.last_doubt(gauge)
    return {
        "calibrations": list(selectors.calibrations_of(gauge)[:50]),
        "doubt": doubt,
        "in_question": [one for one in doubt.found if sees(user, one.metric)] if doubt else [],
        "values": selectors.values_in_question(doubt, user)[:30] if doubt else [],
        "metrics": selectors.metrics_with(gauge, user),
        "rows": [row for row in selectors.rows_with(gauge)[:50] if sees(user, row.revision)],
    }


def standing(gauge: Gauge) -> str:
    """Its status in words, overdue also before the night has told so."""
    on = clock().date()
    if gauge.is_overdue:
        return str(_("overdue"))
    if gauge.is_open and gauge.due_on and gauge.due_on <= on + selectors.SOON:
        return str(_("due soon"))
    return ""


def gauges_due(user: Any, on: date) -> Iterator[WorkItem]:
    """Calibrations that I answer for."""
    for gauge in selectors.gauges_due_for(user, on):
        yield WorkItem(
            title=_("Calibrate %(gauge)s") % {"gauge": gauge},
            url=gauge.get_absolute_url(),
            due=gauge.due_on,
            kind=_("Gauge"),
            overdue=gauge.is_overdue,
        )


def to_calibrate(user: Any, on: date) -> dict[str, Any] | None:
    """The tile of the home page; nothing while nothing is due."""
    found = due_seen_by(user, on)
    return {"gauges": found} if found else None


register_page(
    RecordPage(
        model=Gauge,
        icon="ruler-measure",
        section="measure",
        noun=_("gauge"),
        nouns=_("gauges"),
        order=40,
        queryset=selectors.gauges,
        columns=(
            Column("number", phone=True),
            Column("title", label=_("Name"), phone=True),
            Column("status", phone=True),
            Column("due_on", label=_("Due"), phone=True),
            Column(standing, label=_("Calibration")),
            Column("sort"),
            Column("owner"),
            Column("serial"),
        ),
        filters=("status", "site", "process", "owner", "sort", "due_on"),
        overview="metrics/_gauge.html",
        context=gauge_overview,
        create=verbs.OPEN_GAUGE,
        verbs=verbs.GAUGE_VERBS,
        pdf="metrics/gauge_pdf.html",
        about=_("What is measured with, and whether it can be believed (ISO 9001, 7.1.5)."),
    )
)
register_work(gauges_due)
register_tile(Tile("gauges", _("Gauges to calibrate"), "metrics/_gauges_tile.html", to_calibrate, order=60))
