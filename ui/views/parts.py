"""Actions, files and remarks of any record."""

import uuid
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from records import permissions
from records import services as records
from records.models import Action
from ui.forms.parts import ACTION_FORMS, ActionForm, CommentForm, FileForm
from ui.registry import RecordPage
from ui.scope import record_for
from ui.views.plain import posted
from ui.views.records import crumbs, refuse_unless, show_tab, tab_url

SERVICES = {
    "finish": records.finish_action,
    "verify": records.verify_action,
    "reopen": records.reopen_action,
    "withdraw": records.withdraw_action,
}


@login_required
@require_POST
def add_action(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    record = record_for(page, request.user, number)
    refuse_unless(permissions.may_add_action(request.user, record))
    form = ActionForm(request.POST, user=request.user)
    if form.is_valid() and form.attempt(records.add_action, record, by=request.user):
        return redirect(tab_url(record, "actions"))
    return show_tab(request, page, record, "actions", status=form.status, form=form)


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def act(request: HttpRequest, page: RecordPage, number: str, key: uuid.UUID, verb: str) -> HttpResponse:
    """Finish, verify, reopen or withdraw an action."""
    record = record_for(page, request.user, number)
    action = get_object_or_404(Action.objects.select_related("who"), record_id=record.pk, uuid=key)
    action.record = record
    if verb not in SERVICES:
        raise Http404(verb)
    refuse_unless(permissions.allowed(request.user, action, verb))
    form = ACTION_FORMS[verb](posted(request), user=request.user)
    if form.is_bound and form.is_valid() and form.attempt(SERVICES[verb], action, by=request.user):
        return redirect(tab_url(record, "actions"))
    return _show(request, page, record, action, form, verb)


def _show(request: HttpRequest, page: RecordPage, record: Any, action: Action, form: Any, verb: str) -> HttpResponse:
    arrow = Action.machine.named(verb)
    context = {
        "page": page,
        "record": record,
        "title": f"{arrow.label}: {action.what}" if arrow else verb,
        "button": arrow.label if arrow else verb,
        "tone": "primary",
        "crumbs": [*crumbs(page), (record.number, record.get_absolute_url())],
        "form": form,
        "back": tab_url(record, "actions"),
        "is_possible": True,
    }
    return render(request, "ui/verb.html", context, status=form.status if form.is_bound else 200)


@login_required
@require_POST
def add_file(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    record = record_for(page, request.user, number)
    refuse_unless(permissions.may_attach(request.user, record))
    form = FileForm(request.POST, request.FILES, user=request.user)
    if form.is_valid() and form.attempt(records.attach, record, by=request.user):
        messages.success(request, _("The file is kept."))
        return redirect(tab_url(record, "files"))
    return show_tab(request, page, record, "files", status=form.status, form=form)


@login_required
@require_safe
def download(request: HttpRequest, page: RecordPage, number: str, key: uuid.UUID) -> FileResponse:
    """A file as it was kept. Never shown inside our own pages: it comes from users."""
    record = record_for(page, request.user, number)
    attachment = get_object_or_404(record.attachments, uuid=key)
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["ETag"] = f'"{attachment.sha256}"'
    return response


@login_required
@require_POST
def add_comment(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    record = record_for(page, request.user, number)
    refuse_unless(permissions.may_comment(request.user, record))
    form = CommentForm(request.POST, user=request.user)
    if form.is_valid() and form.attempt(records.comment, record, by=request.user):
        return redirect(tab_url(record, "timeline"))
    return show_tab(request, page, record, "timeline", status=form.status, form=form)
