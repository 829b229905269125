"""Who was excused from a training."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from training import permissions, selectors


@login_required
@require_safe
def waivers(request: HttpRequest) -> HttpResponse:
    """Those that hold, and those that are over and what came of them."""
    if not permissions.may_see_matrix(request.user):  # type: ignore[arg-type]
        raise PermissionDenied
    rows = selectors.waivers(request.user, on=timezone.localdate())  # type: ignore[arg-type]
    return render(request, "training/waivers.html", {"rows": rows})
