from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from metrics import permissions, selectors, verbs
from ui.views.plain import posted, show_verb
from ui.views.verbs import may_here


@login_required
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Where values come from: systems with their accounts, and people's hands."""
    if not permissions.may_see_sources(request.user):
        raise PermissionDenied
    found = selectors.sources_seen_by(request.user)
    may_add = permissions.may_open_source(request.user)
    return render(request, "metrics/sources.html", {"sources": found, "may_add": may_add})


@login_required
@require_http_methods(["GET", "POST"])
def new_source(request: HttpRequest) -> HttpResponse:
    """Name a system that pushes values; its token is made on the page of its account."""
    verb = verbs.NEW_SOURCE
    if not verb.is_allowed(request.user, None):
        raise PermissionDenied
    form = verb.form(posted(request), user=request.user, verb=verb)
    if form.is_valid() and may_here(verb, form, request.user) and form.attempt(verb.service, by=request.user):
        messages.success(request, _("Values can now come from %(source)s.") % {"source": form.result})
        return redirect("metrics:sources")
    return show_verb(request, verb, form, back=reverse("metrics:sources"))
