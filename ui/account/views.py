"""The page on which people look after their own access."""

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from people import selectors, services


@login_required
@require_safe
@never_cache
def account(request: HttpRequest) -> HttpResponse:
    """Password, second factors, sessions, and what happened to the account of late."""
    found = Authenticator.objects.filter(user=request.user)
    context = {
        "totp": found.filter(type=Authenticator.Type.TOTP).first(),
        "keys": list(found.filter(type=Authenticator.Type.WEBAUTHN)),
        "codes": found.filter(type=Authenticator.Type.RECOVERY_CODES).first(),
        "sessions": UserSession.objects.filter(user=request.user).order_by("-created_at"),
        "current": request.session.session_key,
        "pin": getattr(request.user, "pin", None),
        "moments": selectors.access_events(request.user)[:12],
    }
    return render(request, "account/account.html", context)


@login_required
@require_POST
def end_session(request: HttpRequest, key: int) -> HttpResponse:
    """End one of one's own sessions; its browser is out at its next request."""
    session = get_object_or_404(UserSession, pk=key, user=request.user)
    services.tell("session ended", request.user, by=request.user, address=session.ip)
    session.end()
    messages.success(request, _("The session was ended."))
    return redirect("account")


@login_required
@require_POST
def end_other_sessions(request: HttpRequest) -> HttpResponse:
    """End all of one's sessions but this."""
    for session in UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key):
        session.end()
    services.tell("session ended", request.user, by=request.user, note="all others")
    messages.success(request, _("All other sessions were ended."))
    return redirect("account")
