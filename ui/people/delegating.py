"""Who signs for whom while somebody is away: one's own delegations, and for quality managers those of their people."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from rest_framework.response import Response

from evidence.refusals import Refused
from people import permissions, selectors, services
from people.models import Delegation
from ui.api.doors import ApiDoor
from ui.api.once import repeatable
from ui.api.records import body_of, filled
from ui.api.schema import DoorSchema
from ui.forms import PersonField, VerbForm
from ui.people.forms import day
from ui.people.shapes import DelegationSerializer
from ui.verbs import Verb
from ui.views.plain import posted, show_verb
from ui.views.records import refuse_unless

MOST = 200


class DelegationForm(VerbForm):
    """Who, for whom, from when to when, and why."""

    person = PersonField(label=gettext_lazy("Who is away"), required=False, help_text=gettext_lazy("Left empty: you."))
    deputy = PersonField(label=gettext_lazy("Who signs meanwhile"))
    since = day(label=gettext_lazy("First day"))
    until = day(label=gettext_lazy("Last day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300)

    def clean(self) -> dict[str, Any] | None:
        """Oneself, or somebody for whom one may."""
        cleaned = super().clean() or self.cleaned_data
        cleaned["person"] = cleaned.get("person") or self.user
        if not permissions.may_delegate_for(self.user, cleaned["person"]):
            self.add_error("person", _("You may name a deputy for yourself only."))
        return cleaned


DELEGATE = Verb(
    "delegate",
    services.delegate,
    DelegationForm,
    label=gettext_lazy("Name a deputy"),
    may=lambda user, _subject: permissions.may_delegate(user),
)


def _rows(user: Any) -> list[dict[str, Any]]:
    today = timezone.localdate()
    found = selectors.delegations_seen(user)[:MOST]
    return [
        {
            "delegation": one,
            "is_now": one.ended_at is None and one.since <= today <= one.until,
            "is_over": one.ended_at is not None or one.until < today,
            "may_end": one.ended_at is None and one.until >= today and permissions.may_end_delegation(user, one),
        }
        for one in found
    ]


@login_required
@require_safe
@never_cache
def delegations(request: HttpRequest) -> HttpResponse:
    """Who stands in for whom."""
    may = permissions.may_delegate(request.user)
    return render(request, "ui/people/delegations.html", {"rows": _rows(request.user), "may_delegate": may})


@login_required
@require_http_methods(["GET", "POST"])
def new_delegation(request: HttpRequest) -> HttpResponse:
    """Name a deputy."""
    refuse_unless(permissions.may_delegate(request.user))
    form = DelegationForm(posted(request), user=request.user, verb=DELEGATE)
    if form.is_bound and form.is_valid() and form.attempt(services.delegate, by=request.user):
        messages.success(request, _("%(deputy)s signs for %(person)s.") % form.facts)
        return redirect("people:delegations")
    return show_verb(request, DELEGATE, form, back=reverse("people:delegations"))


def _seen(user: Any, key: UUID) -> Delegation:
    found = get_object_or_404(selectors.delegations_seen(user), uuid=key)
    refuse_unless(permissions.may_end_delegation(user, found))
    return found


@login_required
@require_POST
def end_delegation(request: HttpRequest, key: UUID) -> HttpResponse:
    """The person is back."""
    found = _seen(request.user, key)
    try:
        services.end_delegation(found, by=request.user)
        messages.success(request, _("It ended."))
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("people:delegations")


def delegation_data(one: Delegation) -> dict[str, Any]:
    return {
        "uuid": str(one.uuid),
        "person": one.person.username,
        "deputy": one.deputy.username,
        "since": one.since,
        "until": one.until,
        "reason": one.reason,
        "made_by": one.made_by.username,
        "ended_at": one.ended_at,
    }


class DelegationsApi(ApiDoor):
    """GET lists the delegations that one sees, POST names a deputy."""

    schema = DoorSchema()
    shape, listed, form, is_repeatable = DelegationSerializer, True, DelegationForm, True
    made = {201: DelegationSerializer}

    def get(self, request: Any) -> Response:
        return Response({"results": [delegation_data(row["delegation"]) for row in _rows(request.user)]})

    @repeatable
    def post(self, request: Any) -> Response:
        refuse_unless(permissions.may_delegate(request.user))
        form = filled(DELEGATE, body_of(request), user=request.user)
        return Response(delegation_data(services.delegate(by=request.user, **form.facts)), status=201)


class EndDelegationApi(ApiDoor):
    """POST ends a delegation."""

    schema = DoorSchema()
    made, is_repeatable = {200: DelegationSerializer}, True

    @repeatable
    def post(self, request: Any, key: UUID) -> Response:
        return Response(delegation_data(services.end_delegation(_seen(request.user, key), by=request.user)))
