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
from documents.services.copies import collect_copy, destroy_copy, recall_copies, recall_copy, register_copy, report_lost
from documents.services.drafting import Rows, create_document, edit_document, edit_revision, start_revision
from documents.services.importing import adopt, confirm_import, map_columns, take_over, upload_register
from documents.services.indexing import index, index_forgotten, read_files
from documents.services.issuing import confirm_ready, issue, make_due_effective, make_effective, retire, withdraw
from documents.services.picturing import LARGEST_PICTURE, add_picture
from documents.services.register import add_type, classify, confirm_valid, dispose, edit_type, retire_type
from documents.services.remarking import answer_remark, remark, reopen_remark, settle_remark
from documents.services.reminding import remind, remind_of_approvals
from documents.services.reviewing import approve, request_changes, review, submit, weigh_training
from documents.services.routing import set_route

__all__ = [
    "LARGEST_PICTURE",
    "Rows",
    "add_picture",
    "add_type",
    "adopt",
    "answer_remark",
    "approve",
    "approve_request",
    "assess",
    "classify",
    "collect_copy",
    "confirm_import",
    "confirm_ready",
    "confirm_valid",
    "create_document",
    "destroy_copy",
    "dispose",
    "edit_document",
    "edit_request",
    "edit_revision",
    "edit_type",
    "index",
    "index_forgotten",
    "issue",
    "make_due_effective",
    "make_effective",
    "map_columns",
    "read_files",
    "recall_copies",
    "recall_copy",
    "register_copy",
    "reject",
    "remark",
    "remind",
    "remind_of_approvals",
    "reopen_remark",
    "report_lost",
    "request_change",
    "request_changes",
    "retire",
    "retire_type",
    "review",
    "send_back",
    "set_route",
    "settle_remark",
    "start_revision",
    "submit",
    "submit_request",
    "suggest_change",
    "take_over",
    "upload_register",
    "verify_request",
    "weigh_training",
    "withdraw",
    "withdraw_request",
]
