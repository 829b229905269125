from records.models.attached import Attachment, Comment, content_path
from records.models.following_up import Action, Notification
from records.models.integrity import IntegrityFault
from records.models.record import KINDS, Counter, Line, Link, LivingLine, Record
from records.models.signing import Challenge, Signature, SigningAttempt

__all__ = [
    "KINDS",
    "Action",
    "Attachment",
    "Challenge",
    "Comment",
    "Counter",
    "IntegrityFault",
    "Line",
    "Link",
    "LivingLine",
    "Notification",
    "Record",
    "Signature",
    "SigningAttempt",
    "content_path",
]
