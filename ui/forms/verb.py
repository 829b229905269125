"""The form of a verb: its fields, the version that was shown, and for signed verbs the password and the digest."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from evidence.refusals import Refused
from records.signing import Signing
from ui.forms.fields import Scoped
from ui.refusals import refusal_of
from ui.verbs import Verb

OWN = frozenset({"version", "password", "digest"})
FIELD_OF_REFUSAL = {"wrong-password": "password"}


class VerbForm(forms.Form):
    """Subclass it with the fields that the service takes. `record` is None for a creating verb.

    Fields that choose among things offer only what `user` sees. `attempt` calls the service and turns a refusal
    into an error of the form. A subclass may set `initial_from(record)` to begin with values of the record.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        record: Any = None,
        user: Any = None,
        verb: Verb | None = None,
        digest: str = "",
        **kwargs: Any,
    ) -> None:
        self.record, self.user, self.verb = record, user, verb
        self.refusal: Refused | None = None
        self.result: Any = None
        if record is not None:
            begin = {"version": getattr(record, "version", None), "digest": digest, **self.initial_from(record)}
            kwargs["initial"] = {**begin, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self._add_signing()
        for field in self.fields.values():
            if isinstance(field, Scoped):
                field.limit_to(user)
        self.prepare()

    def initial_from(self, record: Any) -> dict[str, Any]:
        """Values that the form begins with, from the record."""
        return {}

    def prepare(self) -> None:
        """Last changes to `self.fields`, when `self.record` and `self.user` are known."""

    @property
    def is_signed(self) -> bool:
        return bool(self.verb and self.record is not None and self.verb.is_signed(type(self.record)))

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes: the cleaned data without what belongs to the door."""
        return {name: value for name, value in self.cleaned_data.items() if name not in OWN}

    @property
    def signing(self) -> Signing:
        return Signing(password=self.cleaned_data["password"], digest=self.cleaned_data["digest"])

    def attempt(self, service: Callable[..., Any], *subject: Any, by: Any, **more: Any) -> bool:
        """Call `service(*subject, by=by, **facts)`; the result is in `self.result`, a refusal among the errors."""
        extra = {"signing": self.signing} if self.is_signed else {}
        shown = self.cleaned_data.get("version")
        if subject and shown is not None and hasattr(subject[0], "version"):
            subject[0].version = shown
        try:
            self.result = service(*subject, by=by, **self.facts, **extra, **more)
        except Exception as error:
            refused = refusal_of(error)
            if refused is None:
                raise
            self.refuse(refused)
            return False
        return True

    def refuse(self, refused: Refused) -> None:
        """Show a refusal in the form."""
        self.refusal = refused
        field = FIELD_OF_REFUSAL.get(refused.code)
        self.add_error(field if field in self.fields else None, refused.message)

    def _add_signing(self) -> None:
        if not self.is_signed:
            return
        self.fields["password"] = forms.CharField(
            label=_("Your password"),
            help_text=_("Enter it again: your signature is as binding as on paper."),
            strip=False,
            max_length=200,
            widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        )
        self.fields["digest"] = forms.CharField(max_length=64, widget=forms.HiddenInput, label=_("Content digest"))


class ReasonForm(VerbForm):
    """For verbs that ask only why. The service takes `reason`."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
