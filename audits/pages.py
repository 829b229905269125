from collections.abc import Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from audits import permissions, selectors, verbs
from audits.models import Audit, Finding, TrailReview
from capa.models import Capa
from capa.states import Trigger
from documents.models import Document
from people.models import User
from records.selectors import site_ids
from ui.registry import (
    Column,
    NavItem,
    Panel,
    RecordPage,
    WorkItem,
    register_navigation,
    register_page,
    register_panel,
    register_work,
)

MOST_SHOWN = 6


def findings_behind(capa: Capa, user: User) -> dict[str, Any]:
    return {"findings": list(selectors.findings_behind(capa).filter(site__in=site_ids(user, Finding)))}


def seen_of(document: Document, user: User) -> dict[str, Any]:
    """How often audits found this standard followed, and what they saw last."""
    answers = selectors.answers_about(document).filter(audit__site__in=site_ids(user, Audit))
    return {"adherence": selectors.adherence(answers.order_by()), "answers": list(answers[:MOST_SHOWN])}


def my_audits(user: Any, on: date) -> Iterator[WorkItem]:
    for audit in selectors.work(user):
        yield WorkItem(
            title=f"{audit.number} {audit.title}",
            url=audit.get_absolute_url(),
            due=audit.planned_on,
            kind=f"{audit.get_type_display()} · {audit.status_label}",
            overdue=audit.planned_on < on,
        )


def my_findings(user: Any, on: date) -> Iterator[WorkItem]:
    for finding in selectors.findings_to_answer(user):
        yield WorkItem(
            title=_("Answer %(number)s %(title)s") % {"number": finding.number, "title": finding.title},
            url=finding.get_absolute_url(),
            due=finding.response_due,
            kind=_("Finding"),
            overdue=finding.response_due < on,
        )


register_page(
    RecordPage(
        model=Audit,
        icon="clipboard-check",
        section="correct",
        order=40,
        noun=_("audit"),
        nouns=_("audits"),
        queryset=selectors.audits,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("type"),
            Column("status", phone=True),
            Column("process"),
            Column("owner", label=_("Auditor")),
            Column("planned_on", phone=True),
        ),
        filters=("status", "type", "site", "process", "owner", "planned_on"),
        overview="audits/_audit.html",
        context=selectors.audit_overview,
        create=verbs.PLAN,
        verbs=verbs.AUDIT_VERBS,
        about=_("Go and see: is the standard followed, does it perform, what is wasted?"),
    )
)
register_page(
    RecordPage(
        model=Finding,
        icon="flag",
        section="correct",
        order=60,
        noun=_("finding"),
        nouns=_("findings"),
        queryset=selectors.findings,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("grade"),
            Column("status", phone=True),
            Column("audit__number", label=_("Audit")),
            Column("process"),
            Column("owner"),
            Column("response_due"),
        ),
        filters=("status", "grade", "site", "process", "owner", "audit"),
        overview="audits/_finding.html",
        context=selectors.finding_overview,
        verbs=verbs.FINDING_VERBS,
        about=_("Requirement, evidence and the gap between them, raised from an audit."),
    )
)
register_page(
    RecordPage(
        model=TrailReview,
        icon="history",
        section="review",
        order=50,
        noun=_("review of the trail"),
        nouns=_("reviews of the trail"),
        queryset=selectors.reviews,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("site__code", label=_("Site")),
            Column("owner", label=_("By")),
            Column("entries", end=True),
        ),
        filters=("status", "site", "owner"),
        overview="audits/_trail_review.html",
        context=selectors.review_overview,
        create=verbs.BEGIN_REVIEW,
        verbs=verbs.REVIEW_VERBS,
        about=_("Somebody has read who changed what in a time, and signed it."),
    )
)
register_navigation(
    NavItem(
        _("Trail of all changes"),
        "audits:trail",
        icon="history",
        section="review",
        order=40,
        shown=permissions.may_read_trail,
    )
)
register_navigation(
    NavItem(
        _("Checklists"),
        "audits:checklists",
        icon="list-check",
        section="correct",
        order=50,
        shown=permissions.may_see_checklists,
    )
)
register_panel(
    Panel(
        on=Capa,
        slug="findings",
        title=_("Audit finding"),
        template="audits/_findings_panel.html",
        context=findings_behind,
        order=40,
        shown=lambda capa: capa.trigger == Trigger.FINDING,
    )
)
register_panel(
    Panel(
        on=Document,
        slug="audits",
        title=_("Seen in audits"),
        template="audits/_document_panel.html",
        context=seen_of,
        order=60,
    )
)
register_work(my_audits)
register_work(my_findings)
