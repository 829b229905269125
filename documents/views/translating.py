"""A revision in the reader's language, and the page on which it is translated."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from documents import forms, permissions, selectors, services
from documents.models import Revision, Translation
from documents.states import TRANSLATABLE
from ui.registry import page_of
from ui.scope import record_for
from ui.views.records import crumbs, refuse_unless


def read_url(revision: Revision, language: str) -> str:
    return f"{revision.get_absolute_url()}in/{language}/"


@login_required
@require_safe
def read(request: HttpRequest, number: str, language: str) -> HttpResponse:
    """A revision in another language, with what is to be known of its translation."""
    revision = record_for(page_of(Revision), request.user, number)
    found = selectors.translation_of(revision, language)
    if found is None:
        raise Http404(_("There is no translation into this language."))
    context = {
        **frame(revision),
        "translation": found,
        "language": forms.NAMES.get(language, language),
        "code": language,
        "languages": [
            (one.code, forms.NAMES.get(one.code, one.code), one.is_checked) for one in selectors.languages_of(revision)
        ],
        "is_checked": selectors.is_checked(found, selectors.text_digest(revision)),
        "steps": selectors.steps_in(revision, language, found),
        "may_translate": may_translate(request, revision),
    }
    return render(request, "documents/translation.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def translate(request: HttpRequest, number: str, language: str = "") -> HttpResponse:
    """Write a translation beside the original."""
    revision = record_for(page_of(Revision), request.user, number)
    refuse_unless(permissions.may_translate(request.user, revision))
    given = [request.POST] if request.method == "POST" else []
    form = forms.TranslationForm(*given, record=revision, user=request.user, asked=language)
    if given and form.is_valid() and form.attempt(services.translate, revision, by=request.user):
        made: Translation = form.result
        messages.success(request, _("The translation is saved."))
        return redirect(read_url(revision, made.language))
    if form.refusal and form.refusal.code == "stale":
        form.show_beside(revision)
    context = {
        **frame(revision),
        "form": form,
        "steps": list(revision.steps.all()),
        "is_possible": revision.status in TRANSLATABLE,
        "theirs": _theirs(revision, form),
    }
    return render(request, "documents/translate.html", context, status=form.status if given else 200)


def _theirs(revision: Revision, form: forms.TranslationForm) -> str:
    """Where to read what somebody else saved meanwhile."""
    seen = form.data.get("seen", "none") if form.is_bound else "none"
    return read_url(revision, form.data.get("language", "")) if seen != "none" else ""


def may_translate(request: HttpRequest, revision: Revision) -> bool:
    return revision.status in TRANSLATABLE and permissions.may_translate(request.user, revision)


def frame(revision: Revision) -> dict[str, Any]:
    page = page_of(Revision)
    return {
        "page": page,
        "record": revision,
        "crumbs": [*crumbs(page), (revision.number, revision.get_absolute_url())],
        "back": revision.get_absolute_url(),
    }
