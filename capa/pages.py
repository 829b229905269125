from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from capa import selectors, verbs
from capa.models import Capa, Cause, Nonconformity
from capa.states import CAPA
from evidence.context import clock
from metrics.counted import Countable, register_countable
from metrics.models import Metric, Signal
from metrics.selectors import failures_answered_by
from people.models import User
from records.models import Record
from records.selectors import site_ids, visible
from training import selectors as training
from training.states import Reason
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

MOST_SHOWN = 6


def _seen(capas: QuerySet[Capa], user: User) -> QuerySet[Capa]:
    """Those at sites that the user sees: a chain may lead to another site."""
    return capas.filter(site__in=site_ids(user, Capa))


def training_of(capa: Capa, user: User) -> dict[str, Any]:
    """Who is trained because of it, and how far they are."""
    return {"rows": training.trained_because(capa, user, reason=Reason.CAPA, on=clock().date())}


def nonconformity_overview(record: Nonconformity, user: User) -> dict[str, Any]:
    return {"capas": list(_seen(selectors.led_to_capa(record), user))}


def capa_overview(capa: Capa, user: User) -> dict[str, Any]:
    """The evidence in words, the causes, the plan and the check."""
    return {
        "slip": selectors.slip_in_words(capa),
        "tree": selectors.cause_tree(capa),
        "plan": selectors.actions_by_topic(capa),
        "checks": list(capa.checks.select_related("confirmed_by", "watch__metric")),
    }


def capas_of_signal(signal: Signal, user: User) -> dict[str, Any]:
    return {"capas": list(_seen(selectors.capas_of_signal(signal), user)[:MOST_SHOWN])}


def capas_on_metric(metric: Metric, user: User) -> dict[str, Any]:
    return {"capas": list(_seen(selectors.capas_on(metric), user)[:MOST_SHOWN])}


def failures_answered(capa: Capa, user: User) -> dict[str, Any]:
    return {"failures": failures_answered_by(capa, user)}


def next_step(capa: Capa) -> str:
    """What leads on from its state, in the words of the table."""
    return next((str(arrow.label) for arrow in CAPA.leaving(capa.status) if arrow.primary), "")


def my_capas(user: Any, on: date) -> Iterator[WorkItem]:
    for capa in selectors.work(user):
        yield WorkItem(
            title=f"{capa.number} {capa.title}",
            url=capa.get_absolute_url(),
            due=capa.due,
            kind=_("CAPA, next: %(step)s") % {"step": next_step(capa)},
            overdue=capa.due < on,
        )


def my_replies(user: Any, on: date) -> Iterator[WorkItem]:
    for complaint in selectors.replies_due(user):
        yield WorkItem(
            title=_("Answer %(customer)s: %(title)s") % {"customer": complaint.customer, "title": complaint.title},
            url=complaint.get_absolute_url(),
            due=complaint.reply_due,
            kind=_("Complaint"),
            overdue=bool(complaint.reply_due and complaint.reply_due < on),
        )


def open_capas(user: Any, on: date) -> dict[str, Any] | None:
    """The tile: how many stand where, and which are overdue."""
    seen = visible(Capa, user)
    counted = [(CAPA.label(status), CAPA.tone(status), n) for status, n in selectors.by_status(seen).items()]
    overdue = seen.filter(pk__in=selectors.overdue_capas(on).values("pk")).select_related("owner").order_by("due")
    return {"counted": counted, "overdue": list(overdue[:MOST_SHOWN])} if counted else None


def capa_marks(record: Record) -> Iterable[Mark]:
    """When CAPAs about this metric were opened and closed."""
    if not isinstance(record, Metric):
        return
    for capa in selectors.capas_on(record):
        label = _("%(capa)s opened") % {"capa": capa.number}
        yield Mark(capa.opened_at, label, "warning", capa.get_absolute_url(), capa)
        if capa.closed_at:
            label = _("%(capa)s closed") % {"capa": capa.number}
            yield Mark(capa.closed_at, label, "success", capa.get_absolute_url(), capa)


register_page(
    RecordPage(
        model=Nonconformity,
        icon="alert-triangle",
        section="correct",
        order=10,
        noun=_("nonconformity"),
        nouns=_("nonconformities"),
        queryset=selectors.nonconformities,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("source"),
            Column("severity"),
            Column("status", phone=True),
            Column("process"),
            Column("owner"),
            Column("detected_on"),
            Column("reply_due"),
        ),
        filters=("status", "source", "severity", "site", "process", "owner", "customer", "detected_on"),
        overview="capa/_nonconformity.html",
        context=nonconformity_overview,
        create=verbs.RAISE,
        verbs=verbs.NONCONFORMITY_VERBS,
        about=_("What did not meet a requirement: found inside, at a supplier, by an audit or by a customer."),
    )
)
register_page(
    RecordPage(
        model=Capa,
        icon="shield-check",
        section="correct",
        order=30,
        noun=_("CAPA"),
        nouns=_("CAPAs"),
        queryset=selectors.capas,
        columns=(
            Column("number", phone=True),
            Column("title", phone=True),
            Column("status", phone=True),
            Column("trigger"),
            Column("process"),
            Column("owner"),
            Column("due", phone=True),
        ),
        filters=("status", "trigger", "site", "process", "owner", "due"),
        overview="capa/_capa.html",
        context=capa_overview,
        create=verbs.OPEN_CAPA,
        verbs=verbs.CAPA_VERBS,
        about=_("From the problem to the proof that its cause is gone."),
    )
)
register_navigation(
    NavItem(_("Complaints"), "/nonconformities/?source=complaint", icon="message-report", section="correct", order=20)
)
register_verb(Signal, verbs.ESCALATE)
register_panel(
    Panel(on=Signal, slug="capas", title=_("CAPAs"), template="capa/_panel.html", context=capas_of_signal, order=40)
)
register_panel(
    Panel(
        on=Capa,
        slug="failure-modes",
        title=_("Failure modes that it answers"),
        template="metrics/_failures.html",
        context=failures_answered,
        order=60,
    )
)
register_panel(
    Panel(on=Metric, slug="capas", title=_("CAPAs"), template="capa/_panel.html", context=capas_on_metric, order=40)
)
register_panel(
    Panel(on=Capa, slug="training", title=_("Training"), template="capa/_training.html", context=training_of, order=45)
)
register_work(my_capas)
register_work(my_replies)
register_tile(Tile("capas", _("Open CAPAs"), "capa/_tile.html", open_capas, order=30))
register_marks(capa_marks)
register_countable(
    Countable(
        slug="nonconformities",
        title=_("Nonconformities and complaints"),
        model=Nonconformity,
        rows=lambda user: visible(Nonconformity, user),
        day="detected_on",
        by={
            "process": (_("Process"), "process__name"),
            "severity": (_("Severity"), "severity"),
            "source": (_("Source"), "source"),
            "product": (_("Product"), "product"),
            "customer": (_("Customer"), "customer"),
            "site": (_("Site"), "site__name"),
        },
        amounts={"cost": (_("Cost"), "cost"), "quantity": (_("Quantity"), "quantity")},
        label=str,
        url=lambda row: row.get_absolute_url(),
    )
)
register_countable(
    Countable(
        slug="causes",
        title=_("Root causes of CAPAs"),
        model=Cause,
        rows=lambda user: Cause.objects.filter(is_root=True, capa__in=visible(Capa, user)).select_related("capa"),
        day="capa__opened_at",
        by={
            "bone": (_("Bone"), "bone"),
            "leg": (_("Question"), "leg"),
            "process": (_("Process"), "capa__process__name"),
        },
        site="capa__site",
        label=lambda row: f"{row.capa.number}: {row.statement}",
        url=lambda row: row.capa.get_absolute_url(),
    )
)
