"""Writing a draft in the browser: the editor, Word files, and the pictures that texts show."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import TooManyFieldsSent
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from documents import forms, permissions, selectors, services
from documents.models import Document, Revision
from ui.forms import VerbForm
from ui.registry import page_of
from ui.scope import record_for
from ui.verbs import Verb
from ui.views.records import crumbs, refuse_unless
from ui.views.verbs import CreateRecord, RecordVerb

EDIT = "edit"
DAY = 86_400


@login_required
@require_safe
def picture(request: HttpRequest, sha256: str) -> FileResponse:
    """A picture of a text or a step, for whoever sees a record that it is kept with. Its bytes never change."""
    found = selectors.picture(sha256, request.user)
    if found is None:
        raise Http404
    response = FileResponse(found.file.open("rb"), content_type=found.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = f"private, max-age={DAY}"
    response["ETag"] = f'"{sha256}"'
    return response


def edit_url(draft: Revision) -> str:
    return f"{draft.get_absolute_url()}do/{EDIT}/"


class EditRevision(RecordVerb):
    """The verb "edit" of a revision on a page of its own: nothing typed is lost, and who else writes is told."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **{**kwargs, "page": self.page, "verb": EDIT})

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **{**kwargs, "page": page_of(Revision)})

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        kept = selectors.autosave_of(self.record, request.user)
        if kept and "recover" in request.GET:
            return self.show(self.form(recovered(kept.fields, kept.version)))
        return self.show(self.form())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """As ever; and who was told that somebody else had saved may put his text in the place of theirs."""
        data = request.POST.copy()
        if data.get("over"):
            data["version"] = str(data["over"])
        form = self.form(data, request.FILES)
        if form.is_valid() and form.attempt(self.verb.service, self.record, by=request.user):
            services.leave(self.record, by=request.user)
            messages.success(request, _("%(number)s is saved.") % {"number": self.record.number})
            return redirect(self.record)
        return self.show(form, status=form.status)

    def show(self, form: VerbForm, status: int = 200) -> HttpResponse:
        record, user = self.record, self.request.user
        is_stale = bool(form.refusal and form.refusal.code == "stale")
        now_saved = selectors.revisions().get(pk=record.pk)
        context = {
            "page": self.page,
            "record": record,
            "title": _("Edit %(number)s") % {"number": record.number},
            "crumbs": [*crumbs(self.page), (record.number, record.get_absolute_url())],
            "form": form,
            "is_possible": self.verb.is_possible(record),
            "has_steps": record.document.type.has_steps or record.steps.exists(),
            "kept": None if form.is_bound else selectors.autosave_of(record, user),
            "others": selectors.editing(record, but=user, at=timezone.now()),
            "saved_by": selectors.last_change(record) if is_stale else None,
            "version_now": now_saved.version if is_stale else None,
        }
        return render(self.request, "documents/edit.html", context, status=status)


def recovered(fields: str, version: int) -> QueryDict:
    """What the browser had kept, as if it were sent now."""
    try:
        data = QueryDict(fields, mutable=True)
    except TooManyFieldsSent:
        data = QueryDict(mutable=True)
    data["version"] = str(version)
    data["once"] = str(uuid.uuid4())
    return data


FROM_WORD = Verb(
    "from-word",
    services.create_from_word,
    forms.CreateFromWordForm,
    label=_("New document from Word"),
    may=permissions.may_open_document,
)


class NewFromWord(CreateRecord):
    """Open a document whose draft says what a Word file says."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().dispatch(request, *args, **{**kwargs, "page": page_of(Document)})

    @property
    def verb(self) -> Verb:
        return FROM_WORD


@method_decorator([login_required, never_cache], name="dispatch")
class WordIntoDraft(View):
    """Take the text of a Word file into the editor of a draft. What is there is replaced when its writer saves it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.draft = record_for(page_of(Revision), request.user, kwargs["number"])
        refuse_unless(permissions.may_edit_revision(request.user, self.draft))
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.show(forms.WordForm(record=self.draft, user=request.user))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        form = forms.WordForm(request.POST, request.FILES, record=self.draft, user=request.user)
        if form.is_valid() and form.attempt(services.offer_word, self.draft, by=request.user, begun=self.begun()):
            messages.warning(request, form.result.words)
            return redirect(f"{edit_url(self.draft)}?recover=1")
        return self.show(form, status=form.status)

    def begun(self) -> str:
        """The form as it begins, or as its writer had left it."""
        kept = selectors.autosave_of(self.draft, self.request.user)
        return kept.fields if kept else as_sent(forms.EditRevisionForm(record=self.draft, user=self.request.user))

    def show(self, form: VerbForm, status: int = 200) -> HttpResponse:
        page, draft = page_of(Revision), self.draft
        context = {
            "page": page,
            "record": draft,
            "title": _("Take the text from Word"),
            "tone": "primary",
            "crumbs": [*crumbs(page), (draft.number, draft.get_absolute_url())],
            "form": form,
            "back": edit_url(draft),
            "is_possible": Revision.machine.may_edit(draft.status),
        }
        return render(self.request, "ui/verb.html", context, status=status)


def as_sent(form: VerbForm) -> str:
    """What a browser would send of a form that nobody has touched."""
    data = QueryDict(mutable=True)
    for field in form:
        value = field.value()
        if isinstance(value, list):
            data[f"{field.name}-count"] = str(len(value))
            cells = {f"{field.name}-{no}-{name}": cell for no, row in enumerate(value) for name, cell in row.items()}
            data.update(
                {name: "on" if cell is True else str(cell) for name, cell in cells.items() if cell is not False}
            )
        elif value is not None and field.name not in form.own:
            data[field.name] = str(value)
    return data.urlencode()
