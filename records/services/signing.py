import hmac

from django.db import transaction
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock, current
from evidence.refusals import Refused
from people.models import User
from people.selectors import authorities
from people.states import Authority
from records.models import Record, Signature
from records.selectors import content_digest
from records.signing import Signing


@transaction.atomic
def sign(record: Record, *, by: User, meaning: str, signing: Signing) -> Signature:
    """Sign the content of `record` as it was shown (21 CFR 11.50, 11.70).

    Raises Refused: "wrong-password", "content-changed" when the record differs from what was shown,
    "no-demonstration" for a demonstration signature outside a demo database.
    """
    digest = content_digest(record)
    method = _method(by, signing)
    if method == Signature.Method.PASSWORD and not hmac.compare_digest(digest.encode(), signing.digest.encode()):
        raise Refused(
            _("The content changed after it was shown to you. Read it again before you sign."),
            code="content-changed",
        )
    signature = Signature.objects.create(
        record_id=record.pk,
        record_version=record.version,
        content_digest=digest,
        meaning=meaning,
        signer=by,
        signer_name=by.get_full_name(),
        signer_role=_role(by, record),
        method=method,
        signed_at=clock(),
        note=signing.note,
    )
    evidence.record_event("signed", record, by=by, note=signature.get_meaning_display(), data={"digest": digest})
    return signature


def _method(by: User, signing: Signing) -> str:
    if signing.is_demonstration:
        context = current()
        if not (context and context.demonstration):
            raise Refused(_("Only the demo plant signs for demonstration."), code="no-demonstration")
        return Signature.Method.DEMONSTRATION
    if not signing.password or not by.is_active or not by.check_password(signing.password):
        raise Refused(_("The password is not right. Nothing was signed."), code="wrong-password")
    return Signature.Method.PASSWORD


def _role(by: User, record: Record) -> str:
    held = authorities(by).get(record.site_id, frozenset())
    return ", ".join(str(Authority(name).label) for name in sorted(held))[:200]
