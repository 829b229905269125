from documents.services.drafting import Rows, create_document, edit_document, edit_revision, start_revision
from documents.services.issuing import confirm_ready, issue, make_due_effective, make_effective, retire, withdraw
from documents.services.picturing import LARGEST_PICTURE, add_picture
from documents.services.reminding import remind
from documents.services.reviewing import approve, request_changes, submit

__all__ = [
    "LARGEST_PICTURE",
    "Rows",
    "add_picture",
    "approve",
    "confirm_ready",
    "create_document",
    "edit_document",
    "edit_revision",
    "issue",
    "make_due_effective",
    "make_effective",
    "remind",
    "request_changes",
    "retire",
    "start_revision",
    "submit",
    "withdraw",
]
