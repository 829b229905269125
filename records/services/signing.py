"""Signing: a dialog is shown (`open_challenge`), and what it showed is signed (`sign`), or nothing is."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import check_password
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from evidence import services as evidence
from evidence.context import clock, current
from evidence.refusals import Refused, Stale
from people.models import User
from people.selectors import authorities_at
from people.states import Authority
from records import selectors
from records.models import Challenge, Record, Signature
from records.selectors import content_digest
from records.services.opening import locked_to_sign
from records.signing import Opened, Signing, WrongSecret
from records.states import Meaning, Transition

MOST_OPEN = 300  # dialogs of one person: six pages of fifty standards


@transaction.atomic
def open_challenge(record: Record, *, by: User, meaning: str, session: str) -> Opened:
    """Begin to sign: remember what is shown to whom, in which session, and for which meaning ("unknown-meaning")."""
    if meaning not in Meaning.values:
        raise Refused(_("There is no signature with this meaning."), code="unknown-meaning")
    _sweep(by)
    nonce = secrets.token_urlsafe(32)
    made = Challenge.objects.create(
        nonce_digest=_digest(nonce),
        user=by,
        session_digest=session,
        record_id=record.pk,
        record_version=record.version,
        content_digest=content_digest(record, meaning=meaning),
        meaning=meaning,
    )
    return Opened(nonce, made.content_digest, made.expires_at)


def _sweep(by: User) -> None:
    """Unused dialogs go an hour after their time, and the oldest where somebody opens very many."""
    unused = Challenge.objects.filter(user=by, signature=None)
    surplus = unused.order_by("-pk").values("pk")[MOST_OPEN - 1 :]
    unused.filter(Q(expires_at__lt=Now() - timedelta(hours=1)) | Q(pk__in=surplus)).delete()


def _digest(nonce: str) -> str:
    return hashlib.sha256(nonce.encode()).hexdigest()


@transaction.atomic
def sign(record: Record, *, by: User, transition: Transition, signing: Signing, subject: Any = None) -> Signature:
    """Sign the content of `record` as it was shown (21 CFR 11.50, 11.70), for a transition of it or of `subject`.

    Raises Refused: "integrity-fault" while one is open; "signing-locked"; "challenge-unknown", "challenge-used" or
    "challenge-expired"; WrongSecret "wrong-password"; "content-changed" when the record differs from what was shown;
    "no-demonstration" for a demonstration signature outside a demo database.
    """
    row = locked_to_sign(record)
    _check_integrity(row)
    digest = content_digest(row, meaning=transition.meaning)
    bound = _demonstrated(by) if signing.is_demonstration else _met(signing, row, by, transition.meaning, digest)
    by = bound["signer"]
    signature = Signature.objects.create(
        record_id=row.pk,
        record_version=row.version,
        content_digest=digest,
        meaning=transition.meaning,
        signer_name=by.get_full_name(),
        signer_username=by.get_username(),
        signer_role=_role(by, row),
        signed_at=clock(),
        time_zone=row.site.time_zone,
        previous_state=(subject or row).status,
        new_state=transition.target,
        note=signing.note,
        **bound,
    )
    note = signature.get_meaning_display()
    evidence.record_event("signed", record, by=by, note=note, data={"digest": digest, "signature": str(signature.uuid)})
    return signature


def _check_integrity(row: Record) -> None:
    if row.has_fault:  # type: ignore[attr-defined]
        raise Refused(
            _("Verifying found that this record was changed behind the system's back. Nobody signs it before that is"
              " handled."),
            code="integrity-fault",
        )  # fmt: skip


def _demonstrated(by: User) -> dict[str, Any]:
    context = current()
    if not (context and context.demonstration):
        raise Refused(_("Only the demo plant signs for demonstration."), code="no-demonstration")
    return {"method": Signature.Method.DEMONSTRATION, "signer": User.objects.get(pk=by.pk)}


def _met(signing: Signing, row: Record, by: User, meaning: str, digest: str) -> dict[str, Any]:
    """Everything that a signature with the password needs; what it gives goes into the signature."""
    challenge = _challenge(signing, row, by, meaning)
    check_secret(signing, challenge.user, is_at_kiosk=challenge.is_at_kiosk)  # type: ignore[attr-defined]
    if not hmac.compare_digest(digest, challenge.content_digest):
        raise Refused(
            _("The content changed after it was shown to you. Read it again before you sign."), code="content-changed"
        )
    if row.version != challenge.record_version:
        raise Stale(_("%(record)s moved on after it was shown to you. Read it again, then repeat.") % {"record": row})
    return {
        "method": Signature.Method.PIN if signing.at_kiosk else Signature.Method.PASSWORD,
        "signer": challenge.user,
        "challenge": challenge,
        "session_digest": challenge.session_digest,
        "client_ip": signing.address or None,
    }


def _challenge(signing: Signing, row: Record, by: User, meaning: str) -> Challenge:
    """The dialog that is answered, with its person as they are now and not as the session remembers.

    That of another person, session, record or meaning is not known here.
    """
    late = ExpressionWrapper(Q(expires_at__lte=Now()), output_field=BooleanField())
    found = (
        Challenge.objects.annotate(is_late=late, is_used=~Q(signature=None), **_facts("user", signing))
        .filter(nonce_digest=_digest(signing.challenge), user=by, session_digest=signing.session)
        .filter(record=row.pk, meaning=meaning)
        .select_related("user__pin")
        .first()
    )
    if found is None:
        signer(signing, by)
        raise Refused(_("This signing dialog is not yours or not known. Open it again."), code="challenge-unknown")
    check_lock(found.locked_until)  # type: ignore[attr-defined]
    if found.is_used:
        raise Refused(_("This was signed already. Look at the record before you sign again."), code="challenge-used")
    if found.is_late:
        raise Refused(
            _("It was shown to you more than five minutes ago. Read it again, then sign."), code="challenge-expired"
        )
    return found


def _facts(person: str, signing: Signing) -> dict[str, Any]:
    """The try that is going on does not count."""
    return selectors.signing_facts(person, on=clock(), session=signing.session, but=signing.attempt)


def signer(signing: Signing, by: User) -> User:
    """Who signs, as they are now, with `is_at_kiosk`. Raises Refused("signing-locked")."""
    found = User.objects.select_related("pin").annotate(**_facts("pk", signing)).get(pk=by.pk)
    check_lock(found.locked_until)  # type: ignore[attr-defined]
    return found


def check_lock(until: datetime | None) -> None:
    """Raises Refused("signing-locked") while signing is locked, after too many wrong secrets."""
    if until:
        raise Refused(
            _("Too many wrong passwords: you can sign again at %(time)s UTC. The quality manager knows.")
            % {"time": f"{until:%H:%M}"},
            code="signing-locked",
        )


def check_secret(signing: Signing, by: User, *, is_at_kiosk: bool) -> None:
    """Whether the secret is that of the person. Both parts are always compared, so that the time taken tells nothing.

    Raises WrongSecret; at a shared tablet Refused: "kiosk-session-over", "no-own-pin".
    """
    if signing.confirmed_for == by.pk and by.is_active:
        return
    if signing.at_kiosk:
        _check_badge_and_pin(signing, by, is_here=is_at_kiosk)
        return
    same_password = check_password(signing.password, by.password)
    if not (_is(signing.username, by.username) and same_password and by.is_active and not by.is_system):
        raise WrongSecret(_("User name or password is not right. Nothing was signed."), code="wrong-password")


def _is(typed: str, known: str) -> bool:
    return hmac.compare_digest(typed.strip().casefold().encode(), known.casefold().encode())


def _check_badge_and_pin(signing: Signing, by: User, *, is_here: bool) -> None:
    """Good only in the session of that person at a shared tablet, and with a PIN that the person chose."""
    if not is_here:
        raise Refused(_("You are no longer at this tablet. Scan your badge again."), code="kiosk-session-over")
    pin = getattr(by, "pin", None)
    if pin is None or pin.is_first:
        raise Refused(_("Choose a PIN of your own before you sign."), code="no-own-pin")
    named = _is(signing.username, by.username) | (bool(by.badge) and _is(signing.username, by.badge or ""))
    right = check_password(signing.password, pin.secret)
    if not (named and right and by.is_active and not by.is_system):
        raise WrongSecret(_("Badge or PIN is not right. Nothing was signed."), code="wrong-pin")


def _role(by: User, record: Record) -> str:
    held = authorities_at(by, record.site)
    return ", ".join(str(Authority(name).label) for name in sorted(held))[:200]
