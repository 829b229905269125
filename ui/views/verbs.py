"""The one HTML door of all verbs: GET shows the form, POST attempts the service."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache

from records import selectors
from ui.cells import shown
from ui.forms import VerbForm
from ui.registry import RecordPage
from ui.scope import record_for
from ui.signing import Dialog, dialog_of
from ui.verbs import Verb
from ui.views.records import crumbs, refuse_unless

OWN = frozenset({"site", "process", "owner"})


@dataclass(frozen=True)
class Fact:
    """One field of what is about to be signed."""

    label: str
    value: str


def signed_facts(record: Any, meaning: str = "") -> list[Fact]:
    """The fields that the digest covers, in words."""
    covered = selectors.content(record, meaning=meaning)["facts"]
    fields = [field for field in record._meta.concrete_fields if field.name in covered]
    values = [(str(field.verbose_name), _display(record, field)) for field in fields]
    return [Fact(label[:1].upper() + label[1:], value) for label, value in values if value]


def _display(record: Any, field: Any) -> str:
    reader = getattr(record, f"get_{field.name}_display", None)
    return shown(reader() if reader else getattr(record, field.name))


def read_before_signing(page: RecordPage, record: Any, user: Any) -> dict[str, Any]:
    """The record as its page shows it: nobody signs for a text that is cut off or still in HTML."""
    own = page.context(record, user) if page.context else {}
    return {**own, "overview": page.overview}


@method_decorator([login_required, never_cache], name="dispatch")
class RecordVerb(View):
    """A verb of a record: `/<plural>/<number>/do/<verb>/`."""

    page: RecordPage
    record: Any
    verb: Verb

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self.page = kwargs["page"]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        verb = self.page.verb(kwargs["verb"])
        if verb is None:
            raise Http404(kwargs["verb"])
        self.verb = verb
        self.record = record_for(self.page, request.user, kwargs["number"])
        refuse_unless(verb.is_allowed(request.user, self.record))
        return super().dispatch(request, *args, **kwargs)

    def form(self, *data: Any) -> VerbForm:
        dialog = dialog_of(self.request)
        if not data and self.is_signed and self.verb.is_possible(self.record):
            dialog = self.shown(dialog)
        made: VerbForm = self.verb.form(
            *data, record=self.record, user=self.request.user, verb=self.verb, dialog=dialog
        )
        return made

    @property
    def is_signed(self) -> bool:
        return self.verb.is_signed(self.page.model)

    def shown(self, dialog: Dialog) -> Dialog:
        return dialog.shown(self.record, by=self.request.user, meaning=self.verb.meaning_on(self.page.model))

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.form(request.POST, request.FILES)
        if form.is_valid() and form.attempt(self.verb.service, self.record, by=request.user):
            messages.success(request, _("Done: %(verb)s.") % {"verb": self.verb.title(self.page.model)})
            return redirect(after(form.result, self.record))
        if form.is_signed:
            self.show_anew(form)
        return self.show(form, status=form.status)

    def show_anew(self, form: VerbForm) -> None:
        """The record as it is now, under a challenge of its own."""
        self.record = record_for(self.page, self.request.user, self.record.number)
        form.show_again(self.record, self.shown(dialog_of(self.request)))

    def show(self, form: VerbForm, status: int = 200) -> HttpResponse:
        model, record = self.page.model, self.record
        context = {
            **(read_before_signing(self.page, record, self.request.user) if form.is_signed else {}),
            "page": self.page,
            "record": record,
            "verb": self.verb,
            "title": self.verb.title(model),
            "tone": self.verb.button_tone(model) or "primary",
            "meaning": self.verb.signing_meaning(model),
            "signs_for": self.verb.signs_for(record, self.request.user) if form.is_signed else None,
            "crumbs": [*crumbs(self.page), (record.number, record.get_absolute_url())],
            "form": form,
            "back": record.get_absolute_url(),
            "facts": signed_facts(record, self.verb.meaning_on(model)) if form.is_signed else [],
            "parts": selectors.content(record)["parts"] if form.is_signed else {},
            "digest": form.dialog.digest if form.dialog else "",
            "is_possible": self.verb.is_possible(record),
        }
        return render(self.request, "ui/verb.html", context, status=status)


def after(result: Any, record: Any) -> Any:
    """Where a verb leads: to the record it made, else back to its own."""
    made = (
        isinstance(result, Model) and hasattr(result, "get_absolute_url") and result.pk != getattr(record, "pk", None)
    )
    return result if made else record


@method_decorator([login_required, never_cache], name="dispatch")
class CreateRecord(View):
    """The making of a record: `/<plural>/new/`."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.page: RecordPage = kwargs["page"]
        if self.page.create is None:
            raise Http404
        refuse_unless(self.page.create.is_allowed(request.user, None))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        begin = {key: value for key, value in request.GET.items() if value}
        return self.show(self.verb.form(user=request.user, verb=self.verb, initial=begin))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.verb.form(request.POST, request.FILES, user=request.user, verb=self.verb)
        if (
            form.is_valid()
            and may_here(self.verb, form, request.user)
            and form.attempt(self.verb.service, by=request.user)
        ):
            messages.success(request, _("%(record)s was opened.") % {"record": form.result})
            return HttpResponseRedirect(form.result.get_absolute_url())
        return self.show(form, status=form.status)

    @property
    def verb(self) -> Verb:
        if self.page.create is None:
            raise Http404
        return self.page.create

    def show(self, form: VerbForm, status: int = 200) -> HttpResponse:
        context = {
            "page": self.page,
            "verb": self.verb,
            "title": self.verb.title(self.page.model),
            "tone": "primary",
            "crumbs": crumbs(self.page),
            "form": form,
            "back": self.page.url,
            "is_possible": True,
        }
        return render(self.request, "ui/verb.html", context, status=status)


def may_here(verb: Verb, form: VerbForm, user: Any) -> bool:
    """Whether a creating verb is allowed at the site that was chosen; says so at the field when not."""
    site = form.cleaned_data.get("site")
    if site is None or verb.is_allowed(user, site):
        return True
    form.add_error("site", _("You may not do this at %(site)s.") % {"site": site})
    return False
