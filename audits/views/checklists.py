from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from audits import permissions, selectors, verbs
from audits.models import Checklist
from ui.verbs import Verb
from ui.views.plain import posted, show_verb
from ui.views.verbs import may_here


def _checklist(request: HttpRequest, key: UUID) -> Checklist:
    """One that the user sees. Anything else does not exist."""
    return get_object_or_404(selectors.visible_checklists(request.user), uuid=key)


@login_required
@require_safe
def checklists(request: HttpRequest) -> HttpResponse:
    """All checklists of the sites that one sees."""
    if not permissions.may_see_checklists(request.user):
        raise PermissionDenied
    found = selectors.counted_checklists(request.user, timezone.localdate())
    may_open = permissions.may_open_checklist(request.user)
    return render(request, "audits/checklists.html", {"checklists": found, "may_open": may_open})


@login_required
@require_safe
def checklist(request: HttpRequest, key: UUID) -> HttpResponse:
    """One checklist with its questions, those no longer asked below."""
    found = _checklist(request, key)
    rows = selectors.questions_of(found, on=timezone.localdate())
    context = {
        "checklist": found,
        "asked": [row.question for row in rows if row.is_asked],
        "rested": [row.question for row in rows if not row.is_asked],
        "may_keep": permissions.may_keep_checklist(request.user, found),
    }
    return render(request, "audits/checklist.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_checklist(request: HttpRequest) -> HttpResponse:
    """Write a checklist with its first questions."""
    verb = verbs.NEW_CHECKLIST
    if not verb.is_allowed(request.user, None):
        raise PermissionDenied
    form = verb.form(posted(request), user=request.user, verb=verb)
    if form.is_valid() and may_here(verb, form, request.user) and form.attempt(verb.service, by=request.user):
        return redirect(form.result)
    return show_verb(request, verb, form, back=reverse("audits:checklists"))


@login_required
@require_http_methods(["GET", "POST"])
def add_question(request: HttpRequest, key: UUID) -> HttpResponse:
    """One more question, asked from today."""
    return _keep(request, _checklist(request, key), verbs.ADD_QUESTION)


@login_required
@require_http_methods(["GET", "POST"])
def drop_question(request: HttpRequest, key: UUID, question: UUID) -> HttpResponse:
    """Ask a question no more."""
    found = _checklist(request, key)
    return _keep(request, found, verbs.DROP_QUESTION, get_object_or_404(found.questions, uuid=question))


def _keep(request: HttpRequest, found: Checklist, verb: Verb, subject: Any = None) -> HttpResponse:
    if not permissions.may_keep_checklist(request.user, found):
        raise PermissionDenied
    subject = subject or found
    form = verb.form(posted(request), user=request.user)
    if form.is_valid() and form.attempt(verb.service, subject, by=request.user):
        messages.success(request, _("Done: %(verb)s.") % {"verb": verb.label})
        return redirect(found)
    return show_verb(request, verb, form, back=found.get_absolute_url(), about=subject)
