from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Revision
from people.selectors import authorities
from people.states import Authority
from training import permissions, selectors, verbs
from training.models import Requirement
from ui.registry import (
    Column,
    NavItem,
    Panel,
    RecordPage,
    WorkItem,
    register_landing,
    register_navigation,
    register_page,
    register_panel,
    register_work,
)

register_page(
    RecordPage(
        model=Requirement,
        icon="certificate",
        section="standards",
        order=40,
        noun=_("training requirement"),
        nouns=_("training requirements"),
        queryset=selectors.requirements,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("job_role", label=_("Job role")),
            Column("document__number", label=_("Document")),
            Column("method"),
            Column("status", phone=True),
        ),
        filters=("status", "site", "process", "owner"),
        overview="training/_requirement.html",
        context=selectors.requirement_overview,
        create=verbs.REQUIRE,
        verbs=verbs.REQUIREMENT,
        about=_("Who must know what: a document is required of a job role."),
    )
)
register_panel(
    Panel(
        on=Revision,
        slug="training",
        title=_("Training"),
        template="training/_revision_panel.html",
        context=selectors.revision_panel,
        order=50,
        wide=True,
    )
)
register_panel(
    Panel(
        on=Document,
        slug="training",
        title=_("Required of"),
        template="training/_document_panel.html",
        context=selectors.document_panel,
        order=50,
    )
)
register_navigation(NavItem(_("My standards"), "training:mine", icon="book", section="standards", order=5))
register_navigation(
    NavItem(
        _("Training matrix"), "training:matrix", "grid-dots", "standards", order=45, shown=permissions.may_see_matrix
    )
)


def my_training(user: Any, on: date) -> Iterable[WorkItem]:
    for assignment in selectors.open_assignments(user):
        yield WorkItem(
            title=_("Read %(number)s %(title)s")
            % {"number": assignment.revision.number, "title": assignment.revision.title},
            url=assignment.get_absolute_url(),
            due=assignment.due,
            kind=_("Training"),
            overdue=assignment.due < on,
        )


def operators_begin_here(user: Any) -> str | None:
    """Who is only an operator begins with the standards that wait for them."""
    held = frozenset().union(*authorities(user).values())
    return reverse("training:mine") if held == {Authority.OPERATOR} else None


register_work(my_training)
register_landing(operators_begin_here)
