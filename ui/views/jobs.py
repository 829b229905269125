"""Long work: asked for on a page, done by a worker, waited for on a page of its own; and what was given up."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from evidence.refusals import Refused
from jobs import selectors
from jobs import services as jobs
from jobs.models import Job
from people.permissions import may_administer
from records import permissions
from ui.refusals import status_of
from ui.registry import RecordPage
from ui.scope import record_for
from ui.views.records import refuse_unless

MOST_SHOWN = 200


@login_required
@require_POST
def keep_chain(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    """Have the PDF of the whole chain made and kept with the record."""
    record = record_for(page, request.user, number)
    refuse_unless(permissions.may_keep_chain(request.user, record))
    title = _("The chain of %(number)s as PDF") % {"number": record.number}
    try:
        job = jobs.start_job(title, by=request.user, task="ui.keep_chain", plural=page.plural, number=record.number)
    except Refused as refused:
        told = {"message": refused.message, "back": record.get_absolute_url()}
        return render(request, "ui/refused.html", told, status=status_of(refused))
    return redirect("ui:job", key=job.uuid)


@login_required
@never_cache
@require_safe
def job_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Progress, then the result; the page may be closed meanwhile. Only its owner sees it."""
    job = get_object_or_404(Job, uuid=key, owner=request.user)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "ui/_job.html" if part else "ui/job.html", {"job": job})


@login_required
@never_cache
@require_safe
def parked(request: HttpRequest) -> HttpResponse:
    """Tasks that were given up, for administrators."""
    refuse_unless(may_administer(request.user))
    return render(request, "ui/parked.html", {"messages_parked": selectors.parked()[:MOST_SHOWN]})


@login_required
@require_POST
def replay(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have a task that was given up tried again."""
    refuse_unless(may_administer(request.user))
    message = get_object_or_404(selectors.parked(), pk=key)
    try:
        jobs.replay(message, by=request.user, at=timezone.now())
        messages.success(request, _("It will be tried again now."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("ui:parked")
