"""Signing: the dialog that shows a content, the tries to sign it, and the signature that seals it (21 CFR 11)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from records.models.record import Line, Record
from records.states import Meaning


class Challenge(models.Model):
    """A signing dialog: what was shown to whom, in which session, to be signed with which meaning.

    Good for one signature, within five minutes. It is used when a signature points at it, which happens once. The
    database sets both times and compares everything again when the signature comes (migration 0002). Bookkeeping:
    those that nobody used are swept away.
    """

    nonce_digest = models.CharField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session_digest = models.CharField(max_length=64)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    record_version = models.PositiveIntegerField()
    content_digest = models.CharField(max_length=64)
    meaning = models.CharField(max_length=20, choices=Meaning.choices)
    made_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(db_default=Now())

    bookkeeping = "what a dialog that was used showed stands on its signature"

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(meaning__in=Meaning.values), name="known_meaning_of_challenge"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.meaning} {self.record_id}"


class SigningAttempt(models.Model):
    """A try to sign whose secret was wrong, or which is still going on: it counts before it is made.

    The fifth within the window carries `locked_until`. Bookkeeping: a try that was not wrong is taken back.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    typed_name = models.CharField(max_length=150)
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    session_digest = models.CharField(max_length=64)
    client_ip = models.GenericIPAddressField(null=True)
    at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)

    bookkeeping = "a wrong secret is told by an event"

    class Meta:
        indexes = [models.Index(fields=["person", "-at"], name="attempts_by_person")]

    def __str__(self) -> str:
        return f"{self.person_id} {self.at:%Y-%m-%d %H:%M}"


class Signature(Line):
    """Who signed what, with which meaning: bound to a digest of the content that was shown. Append-only.

    Name, role and time zone are kept as they were at signing (21 CFR 11.50). The states are those of what was
    moved: the record, or a line of a higher app that the record was signed for.
    """

    class Method(models.TextChoices):
        PASSWORD = "password", _("password")
        PIN = "pin", _("badge and PIN at a shared tablet")
        DEMONSTRATION = "demonstration", _("demonstration")

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="signatures")
    record_version = models.PositiveIntegerField()
    content_digest = models.CharField(max_length=64)
    meaning = models.CharField(_("meaning"), max_length=20, choices=Meaning.choices)
    signer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="signatures")
    signer_name = models.CharField(_("name"), max_length=120)
    signer_username = models.CharField(_("user name"), max_length=150, blank=True, db_default="")
    signer_role = models.CharField(_("role"), max_length=200, blank=True)
    method = models.CharField(_("method"), max_length=20, choices=Method.choices)
    signed_at = models.DateTimeField(_("signed"))
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, db_default="")
    previous_state = models.CharField(_("state before"), max_length=24, blank=True, db_default="")
    new_state = models.CharField(_("state after"), max_length=24, blank=True, db_default="")
    client_ip = models.GenericIPAddressField(null=True)
    session_digest = models.CharField(max_length=64, blank=True, db_default="")
    challenge = models.OneToOneField(Challenge, null=True, on_delete=models.PROTECT, related_name="signature")
    note = models.TextField(_("note"), blank=True)

    append_only = True

    class Meta:
        ordering = ("signed_at", "id")
        constraints = [
            models.CheckConstraint(condition=Q(meaning__in=Meaning.values), name="known_meaning"),
            models.UniqueConstraint(
                fields=["record", "record_version", "meaning", "signer"],
                condition=Q(meaning__in=["authored", "reviewed", "approved", "released", "rejected"]),
                name="signed_once_a_version",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.signer_name}: {self.get_meaning_display()}"
