from documents.services.changing import (
    approve_request,
    assess,
    edit_request,
    reject,
    request_change,
    send_back,
    submit_request,
    suggest_change,
    verify_request,
    withdraw_request,
)
from documents.services.drafting import Rows, create_document, edit_document, edit_revision, start_revision
from documents.services.issuing import confirm_ready, issue, make_due_effective, make_effective, retire, withdraw
from documents.services.picturing import LARGEST_PICTURE, add_picture
from documents.services.remarking import answer_remark, remark, reopen_remark, settle_remark
from documents.services.reminding import remind, remind_of_approvals
from documents.services.reviewing import approve, request_changes, review, submit, weigh_training
from documents.services.routing import set_route

__all__ = [
    "LARGEST_PICTURE",
    "Rows",
    "add_picture",
    "answer_remark",
    "approve",
    "approve_request",
    "assess",
    "confirm_ready",
    "create_document",
    "edit_document",
    "edit_request",
    "edit_revision",
    "issue",
    "make_due_effective",
    "make_effective",
    "reject",
    "remark",
    "remind",
    "remind_of_approvals",
    "reopen_remark",
    "request_change",
    "request_changes",
    "retire",
    "review",
    "send_back",
    "set_route",
    "settle_remark",
    "start_revision",
    "submit",
    "submit_request",
    "suggest_change",
    "verify_request",
    "weigh_training",
    "withdraw",
    "withdraw_request",
]
