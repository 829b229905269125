"""The form of a verb: its fields, the version that was shown, and for signed verbs who signs what was shown."""

import copy
import hashlib
import uuid
from collections.abc import Callable
from typing import Any

from django import forms
from django.apps import apps
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from evidence.refusals import Refused
from jobs import services as jobs
from records import services as records
from records.signing import Signing
from ui.forms.fields import Scoped, WholeField, readable
from ui.refusals import TOO_MANY, UNPROCESSABLE, refusal_of, status_of, twice
from ui.signing import FIELDS, Dialog, fields
from ui.verbs import Verb

UNSENT = frozenset({"csrfmiddlewaretoken", "once", "pin", *FIELDS})  # secrets are not part of a digest that is kept
FIELD_OF_REFUSAL = {"wrong-password": "password", "wrong-pin": "password"}


def reference(result: Any) -> dict[str, Any]:
    """What is kept of a service's result, so that it can be found again."""
    return {"model": result._meta.label, "pk": result.pk} if isinstance(result, Model) else {}


def referred(kept: dict[str, Any]) -> Any:
    """The result that was kept; None when the service made nothing."""
    return apps.get_model(kept["model"])._base_manager.get(pk=kept["pk"]) if kept else None


def file_digest(file: Any) -> str:
    """Name and contents of an upload, which is read again from its beginning afterwards."""
    found = hashlib.sha256()
    for piece in file.chunks():
        found.update(piece)
    file.seek(0)
    return f"{file.name} {found.hexdigest()}"


class VerbForm(forms.Form):
    """Subclass it with the fields that the service takes. `record` is None for a creating verb.

    Fields that choose among things offer only what `user` sees. `attempt` calls the service and turns a refusal
    into an error of the form; a form that is sent twice (a double click, the back button) does its work once. A
    subclass may set `initial_from(record)` to begin with values of the record.
    """

    version = WholeField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        record: Any = None,
        user: Any = None,
        verb: Verb | None = None,
        dialog: Dialog | None = None,
        **kwargs: Any,
    ) -> None:
        self.record, self.user, self.verb, self.dialog = record, user, verb, dialog
        self.refusal: Refused | None = None
        self.result: Any = None
        if record is not None:
            shown = {"version": getattr(record, "version", None), "challenge": dialog.challenge if dialog else ""}
            begin = {**shown, **self.initial_from(record)}
            kwargs["initial"] = {**begin, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self._add_signing()
        if not self.is_signed:  # its challenge is good for once already
            self.fields["once"] = forms.UUIDField(required=False, widget=forms.HiddenInput, initial=uuid.uuid4)
        for field in self.fields.values():
            if isinstance(field, Scoped):
                field.limit_to(user)
        self.prepare()

    def initial_from(self, record: Any) -> dict[str, Any]:
        """Values that the form begins with, from the record."""
        return {}

    def prepare(self) -> None:
        """Last changes to `self.fields`, when `self.record` and `self.user` are known."""

    def full_clean(self) -> None:
        """Cleans as ever, and takes out what turns a text around; a text of nothing else counts as none."""
        super().full_clean()
        for name, value in list(getattr(self, "cleaned_data", {}).items()):
            if name in FIELDS:  # a password is what it is
                continue
            self.cleaned_data[name] = readable(value)
            if value and self.cleaned_data[name] == "" and self.fields[name].required:
                self.add_error(name, self.fields[name].error_messages["required"])

    @property
    def is_signed(self) -> bool:
        return bool(self.verb and self.record is not None and self.verb.is_signed(type(self.record)))

    @property
    def facts(self) -> dict[str, Any]:
        """What the service takes: the cleaned data without what belongs to the door."""
        return {name: value for name, value in self.cleaned_data.items() if name not in self.own}

    @property
    def own(self) -> frozenset[str]:
        """Fields that belong to the door."""
        return frozenset({"version", "once", *(FIELDS if self.is_signed else ())})

    @property
    def signing(self) -> Signing:
        assert self.dialog, "a signed verb has a dialog"
        return self.dialog.signing(self.cleaned_data)

    def attempt(self, service: Callable[..., Any], *subject: Any, by: Any, **more: Any) -> bool:
        """Call `service(*subject, by=by, **facts)`; the result is in `self.result`, a refusal among the errors."""
        shown = self.cleaned_data.get("version")
        if subject and shown is not None and hasattr(subject[0], "version"):
            subject[0].version = shown

        def do() -> Any:
            untouched = map(copy.copy, subject)  # a second try must not begin with what the first one left
            return self._call(service, *untouched, by=by, **self.facts, **more)

        try:
            self.result = self._once(do, subject, by)
        except Exception as error:
            refused = refusal_of(error)
            if refused is None:
                raise
            self.refuse(refused)
            return False
        return True

    def _call(self, service: Callable[..., Any], *subject: Any, **facts: Any) -> Any:
        if not self.is_signed:
            return service(*subject, **facts)
        return records.attempt(service, *subject, signing=self.signing, about=subject[0].signed_record, **facts)

    def show_again(self, record: Any, dialog: Dialog) -> None:
        """After a refusal: everything typed but the password, under what is shown now."""
        self.record, self.dialog = record, dialog
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"], data["challenge"] = getattr(record, "version", ""), dialog.challenge
        self.data = data

    def _once(self, do: Callable[[], Any], subject: tuple[Any, ...], by: Any) -> Any:
        """The result of `do`, or of the same form sent before."""
        key = self.cleaned_data.get("once")
        if not key:
            return twice(do)
        made: list[Any] = []

        def kept() -> dict[str, Any]:
            made[:] = [do()]
            return reference(made[0])

        found, is_new = twice(jobs.once, str(key), by=by, digest=self._digest(subject), do=kept, wait=True)
        return made[0] if is_new else referred(found)

    def _digest(self, subject: tuple[Any, ...]) -> str:
        """What was sent: the same form about the same thing with the same contents."""
        values = sorted((name, self.data.getlist(name)) for name in self.data if name not in UNSENT)  # type: ignore[attr-defined]
        files = sorted((name, file_digest(file)) for name, file in self.files.items())
        about = [(type(one).__name__, getattr(one, "pk", None)) for one in subject]
        return hashlib.sha256(repr((type(self).__name__, about, values, files)).encode()).hexdigest()

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form again."""
        found = status_of(self.refusal) if self.refusal else UNPROCESSABLE
        return found if found >= TOO_MANY else UNPROCESSABLE

    def refuse(self, refused: Refused) -> None:
        """Show a refusal in the form."""
        self.refusal = refused
        field = FIELD_OF_REFUSAL.get(refused.code)
        self.add_error(field if field in self.fields else None, refused.message)

    def _add_signing(self) -> None:
        if self.is_signed:
            self.fields.update(fields(at_kiosk=bool(self.dialog and self.dialog.at_kiosk)))


class ReasonForm(VerbForm):
    """For verbs that ask only why. The service takes `reason`."""

    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
