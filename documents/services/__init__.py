from documents.services.authoring import (
    LONGEST_AUTOSAVE,
    Imported,
    autosave,
    converted,
    create_from_word,
    discard_autosave,
    import_word,
    keep_presence,
    leave,
    offer_word,
    open_from_word,
)
from documents.services.drafting import Rows, create_document, edit_document, edit_revision, start_revision
from documents.services.issuing import confirm_ready, issue, make_due_effective, make_effective, retire, withdraw
from documents.services.picturing import LARGEST_PICTURE, add_picture
from documents.services.reminding import remind
from documents.services.reviewing import approve, request_changes, submit
from documents.services.translating import translate

__all__ = [
    "LARGEST_PICTURE",
    "LONGEST_AUTOSAVE",
    "Imported",
    "Rows",
    "add_picture",
    "approve",
    "autosave",
    "confirm_ready",
    "converted",
    "create_document",
    "create_from_word",
    "discard_autosave",
    "edit_document",
    "edit_revision",
    "import_word",
    "issue",
    "keep_presence",
    "leave",
    "make_due_effective",
    "make_effective",
    "offer_word",
    "open_from_word",
    "remind",
    "request_changes",
    "retire",
    "start_revision",
    "submit",
    "translate",
    "withdraw",
]
