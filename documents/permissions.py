from documents.models import Document, Revision
from people.models import Site, User
from people.permissions import holds
from people.states import Authority

AUTHORS = (Authority.ENGINEER, Authority.PROCESS_OWNER, Authority.QUALITY_MANAGER, Authority.SUPERVISOR)
APPROVERS = (Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.MANAGER)


def may_open_document(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *AUTHORS)


def may_start_revision(user: User, document: Document) -> bool:
    return holds(user, document.site_id, *AUTHORS)


def may_edit_document(user: User, document: Document) -> bool:
    return holds(user, document.site_id, *AUTHORS)


def may_retire(user: User, document: Document) -> bool:
    return holds(user, document.site_id, Authority.QUALITY_MANAGER)


def may_edit_revision(user: User, revision: Revision) -> bool:
    return holds(user, revision.site_id, *AUTHORS)


def may_translate(user: User, revision: Revision) -> bool:
    return holds(user, revision.site_id, *AUTHORS)


def may_submit(user: User, revision: Revision) -> bool:
    return may_edit_revision(user, revision)


def may_request_changes(user: User, revision: Revision) -> bool:
    return user.pk != revision.owner_id and holds(user, revision.site_id, *APPROVERS)


def may_approve(user: User, revision: Revision) -> bool:
    """Whoever wrote it does not approve it (segregation of duties)."""
    return user.pk != revision.owner_id and holds(user, revision.site_id, *APPROVERS)


def may_issue(user: User, revision: Revision) -> bool:
    return holds(user, revision.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.ENGINEER)


def may_withdraw(user: User, revision: Revision) -> bool:
    return user.pk == revision.owner_id or holds(user, revision.site_id, Authority.QUALITY_MANAGER)
