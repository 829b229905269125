"""What ui itself puts into its registry: actions are work, and My work is on the navigation."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from people.permissions import may_administer, may_change_holdings
from records import selectors
from records.permissions import may_see_faults
from ui.registry import NavItem, WorkItem, register_navigation, register_work


def actions_of(user: Any, on: date) -> Iterator[WorkItem]:
    """My open actions of all records."""
    for action in selectors.actions_for(user):
        url = f"{action.record.get_absolute_url()}actions/"
        note = f"{_('Action')} · {action.record.number}"
        yield WorkItem(action.what, url, action.due, note, action.due < on)


register_work(actions_of)
register_navigation(NavItem(_("My work"), "ui:work", "checklist", "home", order=0))
register_navigation(
    NavItem(_("People"), "people:people", icon="users", section="people", order=10, shown=may_change_holdings)
)
register_navigation(
    NavItem(
        _("Job roles"), "people:job-roles", icon="id-badge-2", section="people", order=20, shown=may_change_holdings
    )
)
register_navigation(
    NavItem(_("Processes"), "people:processes", icon="route", section="people", order=30, shown=may_change_holdings)
)
register_navigation(
    NavItem(_("Sites"), "people:sites", icon="building-factory", section="people", order=40, shown=may_change_holdings)
)
register_navigation(
    NavItem(
        _("Stations"),
        "people:stations",
        icon="tool",
        section="people",
        order=24,
        shown=may_change_holdings,
    )
)
register_navigation(
    NavItem(_("Shifts"), "people:shifts", icon="clock", section="people", order=28, shown=may_change_holdings)
)
register_navigation(
    NavItem(_("Integrity"), "ui:integrity", icon="shield-check", section="review", order=60, shown=may_see_faults)
)
register_navigation(
    NavItem(_("Failed tasks"), "ui:parked", icon="alert-triangle", section="people", order=90, shown=may_administer)
)
