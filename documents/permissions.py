from documents.models import Distribution, Document, DocumentType, RegisterImport, Revision
from evidence.context import clock
from people.models import Site, User
from people.permissions import holds
from people.states import Authority
from records.selectors import sees_kind

AUTHORS = (Authority.ENGINEER, Authority.PROCESS_OWNER, Authority.QUALITY_MANAGER, Authority.SUPERVISOR)
REVIEWERS = (Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER)
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


def may_keep_types(user: User, kind: DocumentType | None = None) -> bool:
    """Types hold for all sites; whoever manages quality at one of them keeps them."""
    return holds(user, None, Authority.QUALITY_MANAGER)


def may_classify(user: User, document: Document) -> bool:
    return holds(user, document.site_id, *AUTHORS)


def may_confirm_valid(user: User, document: Document) -> bool:
    """Whoever owns the document, or manages quality or the process there."""
    owns = user.pk == document.owner_id and holds(user, document.site_id, *AUTHORS)
    return owns or holds(user, document.site_id, *REVIEWERS)


def may_adopt(user: User, revision: Revision) -> bool:
    """Only what came with an old register, and only by whoever manages quality there."""
    imported = revision.document.imported_by_id is not None and revision.no == 1
    return imported and holds(user, revision.site_id, Authority.QUALITY_MANAGER)


def may_dispose(user: User, revision: Revision) -> bool:
    """Past its retention, by whoever manages quality there."""
    past = revision.retain_until is not None and revision.retain_until <= clock().date()
    return past and holds(user, revision.site_id, Authority.QUALITY_MANAGER)


def may_import(user: User, site: Site | None = None) -> bool:
    return holds(user, site, Authority.QUALITY_MANAGER)


def may_take_over(user: User, kept: RegisterImport) -> bool:
    return may_import(user, kept.site)


def may_give_out(user: User, revision: Revision) -> bool:
    """Give out printed copies."""
    return holds(user, revision.site_id, *AUTHORS)


def may_recall(user: User, copy: Distribution) -> bool:
    return holds(user, copy.revision.site_id, *AUTHORS)


def may_collect(user: User, copy: Distribution) -> bool:
    """Whoever answers for the copy, also without any other authority."""
    return user.pk == copy.holder_id or may_recall(user, copy)


def may_destroy(user: User, copy: Distribution) -> bool:
    return may_collect(user, copy)


def may_report_lost(user: User, copy: Distribution) -> bool:
    return may_collect(user, copy)


def may_search(user: User) -> bool:
    return sees_kind(user, Document)
