"""My work: what waits for me, and the tiles that apps put beside it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from records import services as records
from records.models import Notification
from ui import registry

REMINDERS = 5


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """My work and tiles; somebody with a better place to begin is led there."""
    landing = registry.landing_of(request.user)
    if landing and landing != request.path:
        return redirect(landing)
    return render(request, "ui/home.html", work_context(request))


@login_required
@require_safe
def my_work(request: HttpRequest) -> HttpResponse:
    """The same, also for those who begin elsewhere."""
    return render(request, "ui/home.html", work_context(request))


@login_required
@require_POST
def read_reminder(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take a reminder off the page."""
    found = get_object_or_404(Notification, uuid=key, person=request.user)
    records.mark_read(found, by=request.user)
    return redirect("ui:home")


def work_context(request: HttpRequest) -> dict[str, Any]:
    today = timezone.localdate()
    work = registry.work_of(request.user, today)
    shown = ((tile, tile.context(request.user, today)) for tile in registry.tiles())
    return {
        "work": work,
        "overdue": sum(item.overdue for item in work),
        "tiles": [(tile, context) for tile, context in shown if context is not None],
        "reminders": Notification.objects.filter(person=request.user, read_at=None)[:REMINDERS],
        "today": today,
    }
