"""Long work: asked for on a page, done by a worker, waited for on a page of its own."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from jobs import services as jobs
from jobs.models import Job
from records import permissions
from ui.registry import RecordPage
from ui.scope import record_for
from ui.views.records import refuse_unless


@login_required
@require_POST
def keep_chain(request: HttpRequest, page: RecordPage, number: str) -> HttpResponse:
    """Have the PDF of the whole chain made and kept with the record."""
    record = record_for(page, request.user, number)
    refuse_unless(permissions.may_keep_chain(request.user, record))
    title = _("The chain of %(number)s as PDF") % {"number": record.number}
    job = jobs.start_job(title, by=request.user, task="ui.keep_chain", plural=page.plural, number=record.number)
    return redirect("ui:job", key=job.uuid)


@login_required
@never_cache
@require_safe
def job_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Progress, then the result; the page may be closed meanwhile. Only its owner sees it."""
    job = get_object_or_404(Job, uuid=key, owner=request.user)
    part = request.headers.get("HX-Request") == "true"
    return render(request, "ui/_job.html" if part else "ui/job.html", {"job": job})
