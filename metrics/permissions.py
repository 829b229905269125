from documents.models import Revision
from metrics.models import Gauge, ImportLayout, Metric, Objective, Signal, Source, ValueImport
from people.models import Site, User
from people.permissions import holds
from people.states import Authority

OWNERS = (Authority.ENGINEER, Authority.PROCESS_OWNER, Authority.QUALITY_MANAGER)
LEADERS = (Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.MANAGER)
RECORDERS = (*OWNERS, Authority.SUPERVISOR, Authority.OPERATOR)


def may_open_metric(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *OWNERS)


def may_edit(user: User, metric: Metric) -> bool:
    return holds(user, metric.site_id, *OWNERS)


def may_activate(user: User, metric: Metric) -> bool:
    return may_edit(user, metric)


def may_change_formula(user: User, metric: Metric) -> bool:
    """Work a derived metric out otherwise."""
    return may_edit(user, metric)


def may_retire(user: User, metric: Metric) -> bool:
    return holds(user, metric.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER)


def may_record(user: User, metric: Metric) -> bool:
    """Enter values by hand."""
    return holds(user, metric.site_id, *RECORDERS)


def may_record_values(user: User, site: Site | None = None) -> bool:
    """Enter values at a site, or at any."""
    return holds(user, site, *RECORDERS)


def may_take_in(user: User, kept: ValueImport) -> bool:
    """Look at a file of values, say how it is read, import it."""
    return may_record_values(user, kept.site)


def may_replace_layout(user: User, site: Site | None = None) -> bool:
    """Put another layout of files in the place of one that somebody else keeps."""
    return holds(user, site, *OWNERS)


def may_remove_layout(user: User, layout: ImportLayout) -> bool:
    """Keep a layout of files no longer: one's own, or any where one may replace it."""
    own = user.pk == layout.kept_by_id and may_record_values(user, layout.site)
    return own or may_replace_layout(user, layout.site)


def may_push(user: User, source: Source) -> bool:
    """Send values from another system: only into the account's own source."""
    return source.is_active and source.account_id == user.pk and holds(user, source.site_id, Authority.INTEGRATION)


def may_correct(user: User, metric: Metric) -> bool:
    return holds(user, metric.site_id, *OWNERS, Authority.SUPERVISOR)


def may_exclude(user: User, metric: Metric) -> bool:
    """Take a value out of limits and watches, or put it back."""
    return may_edit(user, metric)


def may_freeze_phase(user: User, metric: Metric) -> bool:
    return may_edit(user, metric)


def may_rebaseline(user: User, metric: Metric) -> bool:
    """Make a better level the standard: not the owner alone."""
    return holds(user, metric.site_id, Authority.QUALITY_MANAGER, Authority.MANAGER)


def may_acknowledge(user: User, signal: Signal) -> bool:
    return user.pk == signal.owner_id or holds(user, signal.site_id, *OWNERS, Authority.SUPERVISOR)


def may_explain(user: User, signal: Signal) -> bool:
    return user.pk == signal.owner_id or holds(user, signal.site_id, *OWNERS)


def may_dismiss(user: User, signal: Signal) -> bool:
    return holds(user, signal.site_id, *OWNERS)


def may_draft_row(user: User, revision: Revision) -> bool:
    """Add rows to a revision of a control plan."""
    return revision.document.type.is_control_plan and holds(user, revision.site_id, *OWNERS)


def may_open_source(user: User, site: Site | None = None) -> bool:
    """Let another system send values to a site."""
    return holds(user, site, Authority.ADMINISTRATOR)


def may_see_sources(user: User) -> bool:
    return holds(user, None, Authority.ADMINISTRATOR, *OWNERS)


def may_edit_plan(user: User, revision: Revision) -> bool:
    """Write the head, the rows and the failure modes of a control plan."""
    return may_draft_row(user, revision)


def may_open_gauge(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *OWNERS)


def may_edit_gauge(user: User, gauge: Gauge) -> bool:
    return holds(user, gauge.site_id, *OWNERS)


def may_calibrate(user: User, gauge: Gauge) -> bool:
    """Record what a calibration found. Who answers for a gauge may."""
    return user.pk == gauge.owner_id or may_edit_gauge(user, gauge)


def may_quarantine(user: User, gauge: Gauge) -> bool:
    """Anybody who supervises may stop the use of a gauge at once."""
    return may_calibrate(user, gauge) or holds(user, gauge.site_id, Authority.SUPERVISOR)


def may_return_to_use(user: User, gauge: Gauge) -> bool:
    return may_edit_gauge(user, gauge)


def may_withdraw(user: User, gauge: Gauge) -> bool:
    return holds(user, gauge.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER)


def may_set_objective(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *LEADERS)


def may_edit_objective(user: User, objective: Objective) -> bool:
    return user.pk == objective.owner_id or holds(user, objective.site_id, *LEADERS)


def may_agree(user: User, objective: Objective) -> bool:
    return holds(user, objective.site_id, *LEADERS)


def may_reach(user: User, objective: Objective) -> bool:
    return may_agree(user, objective)


def may_miss(user: User, objective: Objective) -> bool:
    return may_agree(user, objective)


def may_drop(user: User, objective: Objective) -> bool:
    return may_agree(user, objective)
