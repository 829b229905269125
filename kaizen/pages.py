from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _

from capa.models import Capa
from kaizen import charts, permissions, selectors, verbs
from kaizen.models import Gain, Idea, KaizenEvent
from kaizen.states import EventStatus, GainStatus
from metrics.models import Metric
from records.selectors import visible
from training.results import Result, register_results
from ui.registry import (
    Column,
    Mark,
    NavItem,
    Panel,
    RecordPage,
    Tile,
    WorkItem,
    register_marks,
    register_navigation,
    register_page,
    register_panel,
    register_tile,
    register_verb,
    register_work,
)

register_page(
    RecordPage(
        model=Gain,
        icon="lock",
        section="improve",
        order=10,
        noun=_("gain"),
        nouns=_("gains"),
        queryset=selectors.gains,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("metric__title", label=_("Metric")),
            Column("since", label=_("Since")),
            Column("owner"),
        ),
        overview="kaizen/_gain.html",
        context=selectors.gain_overview,
        pdf="kaizen/gain_pdf.html",
        pdf_context=charts.gain_on_paper,
        about=_("What has actually improved, and whether it is still holding."),
    )
)
register_page(
    RecordPage(
        model=KaizenEvent,
        icon="bolt",
        section="improve",
        order=20,
        noun=_("kaizen event"),
        nouns=_("kaizen events"),
        queryset=selectors.events,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("owner", label=_("Leader")),
            Column("starts_on", label=_("Starts")),
            Column("process"),
        ),
        overview="kaizen/_event.html",
        context=selectors.event_overview,
        create=verbs.PROPOSE,
        verbs=verbs.EVENT_VERBS,
        about=_("A team improves a process in a few days, and locks the gain in."),
    )
)
register_page(
    RecordPage(
        model=Idea,
        icon="bulb",
        section="improve",
        order=30,
        noun=_("idea"),
        nouns=_("ideas"),
        queryset=selectors.ideas,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("owner", label=_("Raised by")),
            Column("process"),
        ),
        overview="kaizen/_idea.html",
        create=verbs.RAISE_IDEA,
        verbs=verbs.IDEA,
        about=_("What people see that could be better."),
    )
)
register_panel(
    Panel(
        on=Gain, slug="locks", title=_("Five locks"), template="kaizen/_locks.html", context=charts.locks_panel, order=1
    )
)
register_panel(
    Panel(
        on=Gain,
        slug="progress",
        title=_("Before, after, now"),
        template="kaizen/_progress.html",
        context=charts.progress_panel,
        order=2,
        wide=True,
    )
)
register_panel(
    Panel(
        on=Gain,
        slug="checks",
        title=_("Sustainment checks and standards"),
        template="kaizen/_checks.html",
        context=selectors.checks_panel,
        order=3,
        wide=True,
    )
)
register_verb(Capa, verbs.CHARTER_FROM_CAPA)
register_panel(
    Panel(
        on=Metric,
        slug="gains",
        title=_("Gains"),
        template="kaizen/_metric_panel.html",
        context=selectors.metric_panel,
        order=30,
    )
)
register_navigation(
    NavItem(
        _("The year's gains"),
        "kaizen:year",
        icon="chart-arrows-vertical",
        section="improve",
        order=5,
        shown=permissions.may_see_year,
    )
)


def checks_waiting(user: Any, on: date) -> Iterable[WorkItem]:
    """Sustainment checks that are due for the gains this person owns."""
    for check in selectors.checks_due(on).filter(gain__owner=user):
        yield WorkItem(
            title=_("Day %(day)s: is %(gain)s still there?") % {"day": check.day, "gain": check.gain.number},
            url=check.get_absolute_url(),
            due=check.due,
            kind=_("Sustainment check"),
            overdue=check.due < on,
        )


def charters_waiting(user: Any, on: date) -> Iterable[WorkItem]:
    """Charters that wait for this sponsor's signature."""
    for event in selectors.events().filter(status=EventStatus.PROPOSED, sponsor=user):
        if permissions.may_charter(user, event):
            yield WorkItem(
                title=_("Sign the charter of %(number)s %(title)s") % {"number": event.number, "title": event.title},
                url=event.get_absolute_url(),
                kind=_("Signature"),
            )


def slipping(user: Any, on: date) -> dict[str, Any] | None:
    """The tile of gains that slip or are at risk."""
    states = [GainStatus.LOST, GainStatus.BACKSLIDING, GainStatus.AT_RISK, GainStatus.RECOVERING]
    gains = list(visible(Gain, user).filter(status__in=states).select_related("metric").order_by("-id")[:8])
    return {"gains": gains}


def event_marks(metric: Any) -> Iterable[Mark]:
    """When kaizen events moved this metric."""
    for gain in selectors.gains().filter(metric=metric):
        label = _("%(number)s: %(title)s") % {"number": gain.number, "title": gain.title}
        yield Mark(at=gain.opened_at, label=label, tone="success", url=gain.get_absolute_url(), record=gain)
    for goal in selectors.goals_on(metric):
        event = goal.event
        at = datetime.combine(event.starts_on, time(12), ZoneInfo(event.site.time_zone))
        label = _("%(number)s begins: %(title)s") % {"number": event.number, "title": event.title}
        yield Mark(at=at, label=label, tone="success", url=event.get_absolute_url(), record=event)


register_work(checks_waiting)
register_work(charters_waiting)
register_tile(
    Tile(slug="gains-at-risk", title=_("Gains at risk"), template="kaizen/_slipping.html", context=slipping, order=10)
)
register_marks(event_marks)


@register_results
def what_a_training_was_for(requirements: list[Any]) -> Iterable[tuple[int, Result]]:
    """The metric of the gain that a training came from, and whether it holds (Kirkpatrick 4)."""
    gains = Gain.objects.filter(pk__in={one.origin_id for one in requirements if one.origin_id}).select_related(
        "metric"
    )
    by_key = {gain.pk: gain for gain in gains}
    for one in requirements:
        if gain := by_key.get(one.origin_id):
            yield one.pk, Result(gain.metric.title, gain.status_label, gain.status_tone, gain.get_absolute_url())
