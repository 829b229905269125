from audits.models import Audit, Checklist, Finding, TrailReview
from evidence.context import clock
from people.models import Process, Site, User
from people.permissions import holds
from people.selectors import holdings_on, sites_where
from people.states import Authority
from records.selectors import site_ids

AUDITORS = (Authority.INTERNAL_AUDITOR, Authority.QUALITY_MANAGER)

READERS = (*AUDITORS, Authority.AUDITOR, Authority.ADMINISTRATOR)


def is_independent(auditor: User, process: Process | None) -> bool:
    """Nobody audits their own process (9.2.2 c): neither its owner nor who works in it."""
    if process is None:
        return True
    works_there = holdings_on(clock().date()).filter(person=auditor, job_role__process=process).exists()
    return auditor.pk != process.owner_id and not works_there


def may_open_audit(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *AUDITORS)


def may_keep_checklist(user: User, checklist: Checklist) -> bool:
    return holds(user, checklist.site_id, *AUDITORS)


def may_edit_audit(user: User, audit: Audit) -> bool:
    return holds(user, audit.site_id, *AUDITORS)


def may_start(user: User, audit: Audit) -> bool:
    return user.pk == audit.owner_id or holds(user, audit.site_id, Authority.QUALITY_MANAGER)


def may_answer(user: User, audit: Audit) -> bool:
    return may_start(user, audit)


def may_raise_finding(user: User, audit: Audit) -> bool:
    return may_start(user, audit)


def may_report(user: User, audit: Audit) -> bool:
    return user.pk == audit.owner_id


def may_follow(user: User, audit: Audit) -> bool:
    return may_start(user, audit)


def may_close(user: User, audit: Audit) -> bool:
    return holds(user, audit.site_id, *AUDITORS)


def may_respond(user: User, finding: Finding) -> bool:
    return user.pk == finding.owner_id or holds(
        user, finding.site_id, Authority.PROCESS_OWNER, Authority.QUALITY_MANAGER, Authority.ENGINEER
    )


def may_act(user: User, finding: Finding) -> bool:
    return may_respond(user, finding)


def may_verify(user: User, finding: Finding) -> bool:
    """Somebody other than who responded."""
    return user.pk != finding.responded_by_id and holds(user, finding.site_id, *AUDITORS)


def may_close_finding(user: User, finding: Finding) -> bool:
    return holds(user, finding.site_id, *AUDITORS)


def may_open_capa(user: User, finding: Finding) -> bool:
    return may_respond(user, finding) or holds(user, finding.site_id, *AUDITORS)


def may_open_checklist(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *AUDITORS)


def may_see_checklists(user: User) -> bool:
    """Whoever sees audits sees what they ask."""
    return bool(site_ids(user, Audit))


def may_read_trail(user: User, site: Site | int | None = None) -> bool:
    """See who changed what, field by field, across all records of a site."""
    return holds(user, site, *READERS)


def trail_sites(user: User) -> tuple[frozenset[int], bool]:
    """Sites whose trail the user reads, and whether those are all there are."""
    sites = sites_where(user, *READERS)
    return sites, bool(sites) and not Site.objects.exclude(pk__in=sites).exists()


def may_begin_review(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *AUDITORS)


def may_conclude(user: User, review: TrailReview) -> bool:
    return user.pk == review.owner_id and holds(user, review.site_id, *AUDITORS)


def may_withdraw_trailreview(user: User, review: TrailReview) -> bool:
    return holds(user, review.site_id, *AUDITORS)
