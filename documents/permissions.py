from documents import selectors
from documents.models import (
    Approval,
    ChangeRequest,
    Distribution,
    Document,
    DocumentType,
    RegisterImport,
    Remark,
    Revision,
)
from documents.states import Task
from evidence.context import clock
from people.models import Site, User
from people.permissions import holds
from people.selectors import top_authorities
from people.states import Authority
from records.permissions import WRITERS
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


def may_translate(user: User, revision: Revision) -> bool:
    return holds(user, revision.site_id, *AUTHORS)


def may_submit(user: User, revision: Revision) -> bool:
    return may_edit_revision(user, revision)


def may_request_changes(user: User, revision: Revision) -> bool:
    """Whoever is asked on its route; without a route whoever may approve."""
    return _may_answer(user, revision, Task.REVIEW, Task.APPROVE)


def may_approve(user: User, revision: Revision) -> bool:
    """Whoever wrote it does not approve it (segregation of duties); a route says who does."""
    return _may_answer(user, revision, Task.APPROVE)


def may_review(user: User, revision: Revision) -> bool:
    """Only a route asks for reviews."""
    if user.pk == revision.owner_id or not selectors.is_routed(revision):
        return False
    return selectors.question_for(revision, user, tasks=[Task.REVIEW], on=clock().date()) is not None


def _may_answer(user: User, revision: Revision, *tasks: str) -> bool:
    if user.pk == revision.owner_id:
        return False
    if not selectors.is_routed(revision):
        return may_approve_unrouted(user, revision)
    return selectors.question_for(revision, user, tasks=tasks, on=clock().date()) is not None


def may_approve_unrouted(user: User, revision: Revision) -> bool:
    """Where nobody in particular is asked: whoever has the authority, without a question to the database."""
    return user.pk != revision.owner_id and holds(user, revision.site_id, *APPROVERS)


def may_weigh_training(user: User, revision: Revision) -> bool:
    """Decide the training: whoever approves, or a quality manager; never the author."""
    if user.pk == revision.owner_id:
        return False
    return holds(user, revision.site_id, Authority.QUALITY_MANAGER) or may_approve(user, revision)


def may_issue(user: User, revision: Revision) -> bool:
    return holds(user, revision.site_id, Authority.QUALITY_MANAGER, Authority.PROCESS_OWNER, Authority.ENGINEER)


def may_withdraw(user: User, revision: Revision) -> bool:
    return user.pk == revision.owner_id or holds(user, revision.site_id, Authority.QUALITY_MANAGER)


def may_keep_types(user: User, kind: DocumentType | None = None) -> bool:
    """Their rules hold for all sites, as their routes do."""
    return may_set_route(user, kind)


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


def may_remark(user: User, revision: Revision) -> bool:
    return holds(user, revision.site_id, *WRITERS) or may_request_changes(user, revision)


def may_answer(user: User, remark: Remark) -> bool:
    """The author of the text answers; while the author is away, a quality manager."""
    is_author = user.pk == remark.revision.owner_id
    return is_author or holds(user, remark.revision.site_id, Authority.QUALITY_MANAGER)


def may_settle(user: User, remark: Remark) -> bool:
    return user.pk == remark.author_id or may_answer(user, remark)


def may_reopen(user: User, remark: Remark) -> bool:
    return user.pk == remark.author_id or holds(user, remark.revision.site_id, Authority.QUALITY_MANAGER)


def may_review_approval(user: User, approval: Approval) -> bool:
    return may_review(user, approval.revision)


def may_approve_approval(user: User, approval: Approval) -> bool:
    return may_approve(user, approval.revision)


def may_request_changes_approval(user: User, approval: Approval) -> bool:
    return may_request_changes(user, approval.revision)


def may_set_route(user: User, type: DocumentType | None = None) -> bool:
    """Types are the same at all sites: a quality manager or administrator of the topmost."""
    wanted = {Authority.QUALITY_MANAGER, Authority.ADMINISTRATOR}
    return any(held & wanted for held in top_authorities(user))


def may_suggest_change(user: User, document: Document) -> bool:
    """Whoever works with the document, operators too."""
    return holds(user, document.site_id, *WRITERS, Authority.OPERATOR)


def may_open_changerequest(user: User, site: Site | None = None) -> bool:
    return holds(user, site, *WRITERS)


def may_edit_changerequest(user: User, request: ChangeRequest) -> bool:
    owns = user.pk in (request.owner_id, request.raised_by_id)
    return owns or holds(user, request.site_id, Authority.QUALITY_MANAGER)


def may_submit_changerequest(user: User, request: ChangeRequest) -> bool:
    return may_edit_changerequest(user, request)


def may_assess(user: User, request: ChangeRequest) -> bool:
    return holds(user, request.site_id, *AUTHORS)


def may_send_back(user: User, request: ChangeRequest) -> bool:
    return holds(user, request.site_id, *AUTHORS, Authority.MANAGER)


def may_approve_changerequest(user: User, request: ChangeRequest) -> bool:
    """Whoever raised or owns a request does not decide it."""
    owns = user.pk in (request.owner_id, request.raised_by_id)
    return not owns and holds(user, request.site_id, *APPROVERS)


def may_reject(user: User, request: ChangeRequest) -> bool:
    return may_approve_changerequest(user, request)


def may_verify(user: User, request: ChangeRequest) -> bool:
    return user.pk != request.owner_id and holds(user, request.site_id, *APPROVERS, Authority.INTERNAL_AUDITOR)


def may_withdraw_changerequest(user: User, request: ChangeRequest) -> bool:
    return may_edit_changerequest(user, request)
