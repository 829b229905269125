"""Pages of people, sites, processes and job roles. Strangers find nothing; only administrators change anything."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from evidence.refusals import Refused
from people import permissions, services
from people.models import Appointment, Holding, User
from people.selectors import authorities, holdings_on, tokens_of, visible_site_ids
from people.states import Authority
from ui.people import rules, verbs
from ui.verbs import Verb
from ui.views.plain import posted, show_verb
from ui.views.records import refuse_unless

A_PAGE = 50


@contextmanager
def _told(request: HttpRequest) -> Iterator[None]:
    """A refusal of what has no form is told on the next page."""
    try:
        yield
    except Refused as refused:
        messages.error(request, refused.message)


def _url(person: User) -> str:
    return reverse("people:person", args=[person.username])


@login_required
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Who works here, with their roles and authorities."""
    refuse_unless(rules.may_look(request.user))
    words = request.GET.get("q", "").strip()
    found = rules.people(request.user).order_by("full_name", "pk")
    if words:
        found = found.filter(Q(full_name__icontains=words) | Q(username__icontains=words))
    today, seen = timezone.localdate(), visible_site_ids(request.user)
    held = Prefetch("holdings", holdings_on(today).select_related("job_role"), to_attr="held")
    given = Prefetch("appointments", Appointment.objects.filter(site__in=seen).select_related("site"), to_attr="given")
    page = Paginator(found.prefetch_related(held, given), A_PAGE).get_page(request.GET.get("page"))
    may_add = permissions.may_administer(request.user)
    return render(request, "ui/people/people.html", {"page": page, "words": words, "may_add": may_add})


@login_required
@require_safe
@never_cache
def person(request: HttpRequest, username: str) -> HttpResponse:
    """One person: job roles held, authorities, and what may be done."""
    return _show_person(request, rules.person(request.user, username))


def _show_person(request: HttpRequest, found: User, secret: str = "") -> HttpResponse:
    user, seen = request.user, visible_site_ids(request.user)
    holdings = found.holdings.filter(job_role__site__in=seen).select_related("job_role__site", "job_role__process")
    offered = [verb for verb in verbs.OF_A_PERSON if verb.is_allowed(user, found)]
    may_keep = rules.may_keep(user, found)
    context = {
        "person": found,
        "holdings": [(row, permissions.may_change_holdings(user, row.job_role.site_id)) for row in holdings],
        "appointments": [
            (row, row.person_id != user.pk and permissions.may_administer(user, row.site_id))
            for row in found.appointments.filter(site__in=seen).select_related("site")
        ],
        "verbs": offered if found.is_active else [],
        "is_account": may_keep and any(Authority.INTEGRATION in held for held in authorities(found).values()),
        "tokens": tokens_of(found) if may_keep else [],
        "secret": secret,
    }
    return render(request, "ui/people/person.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def person_verb(request: HttpRequest, username: str, name: str) -> HttpResponse:
    """Give a job role, appoint, restore access or deactivate."""
    found = rules.person(request.user, username)
    verb = {verb.name: verb for verb in verbs.OF_A_PERSON}.get(name)
    refuse_unless(verb is not None and verb.is_allowed(request.user, found))
    return _attempt(request, verb, found, subject=found, back=_url(found))


@login_required
@require_http_methods(["GET", "POST"])
def leave_role(request: HttpRequest, username: str, key: int) -> HttpResponse:
    """End a job role."""
    found = rules.person(request.user, username)
    holding = get_object_or_404(Holding.objects.select_related("job_role"), pk=key, person=found)
    refuse_unless(permissions.may_change_holdings(request.user, holding.job_role.site_id))
    return _attempt(request, verbs.LEAVE_ROLE, holding, subject=holding, back=_url(found))


@login_required
@require_POST
def dismiss(request: HttpRequest, username: str, key: int) -> HttpResponse:
    """Take an authority back."""
    found = rules.person(request.user, username)
    appointment = get_object_or_404(Appointment, pk=key, person=found)
    may = appointment.person_id != request.user.pk and permissions.may_administer(request.user, appointment.site_id)
    refuse_unless(may)
    with _told(request):
        services.dismiss(appointment, by=request.user)
    return redirect(_url(found))


@login_required
@require_http_methods(["GET", "POST"])
@never_cache
def new_token(request: HttpRequest, username: str) -> HttpResponse:
    """A token for an account of another system; its secret is shown in this answer only."""
    found = rules.person(request.user, username)
    refuse_unless(rules.may_keep(request.user, found))
    verb = verbs.NEW_TOKEN
    form = verb.form(posted(request), user=request.user, verb=verb)
    if form.is_bound and form.is_valid() and form.attempt(verb.service, found, by=request.user):
        return _show_person(request, found, form.result[1])
    return show_verb(request, verb, form, back=_url(found), about=found)


@login_required
@require_POST
def end_token(request: HttpRequest, username: str, key: str) -> HttpResponse:
    """Revoke a token."""
    found = rules.person(request.user, username)
    refuse_unless(rules.may_keep(request.user, found))
    services.revoke_token(get_object_or_404(tokens_of(found), token_key=key), by=request.user)
    return redirect(_url(found))


def listing(verb: Verb, rows: Callable[[Any], Any], template: str) -> Callable[[HttpRequest], HttpResponse]:
    """A page that lists sites, processes or job roles."""

    @login_required
    @require_safe
    def show(request: HttpRequest) -> HttpResponse:
        refuse_unless(rules.may_look(request.user))
        may_add = verb.is_allowed(request.user, None)
        return render(request, template, {"rows": rows(request.user), "may_add": may_add, "add_label": verb.label})

    return show


def adding(verb: Verb, back: str) -> Callable[[HttpRequest], HttpResponse]:
    """A page that adds a person, a site, a process or a job role."""

    @login_required
    @require_http_methods(["GET", "POST"])
    def add(request: HttpRequest) -> HttpResponse:
        refuse_unless(verb.is_allowed(request.user, None))
        return _attempt(request, verb, back=reverse(back))

    return add


def _attempt(request: HttpRequest, verb: Any, *subjects: Any, back: str, subject: Any = None) -> HttpResponse:
    form = verb.form(posted(request), user=request.user, verb=verb)
    if (
        form.is_valid()
        and _is_here(verb, form, request.user)
        and form.attempt(verb.service, *subjects, by=request.user)
    ):
        messages.success(request, _("Done: %(verb)s.") % {"verb": verb.label})
        return redirect(_url(form.result) if isinstance(form.result, User) else back)
    return show_verb(request, verb, form, back=back, about=subject)


def _is_here(verb: Verb, form: Any, user: Any) -> bool:
    if verbs.may_there(verb, form.cleaned_data, user):
        return True
    form.add_error(None, _("You may not do this at that site."))
    return False


sites = listing(verbs.ADD_SITE, rules.sites, "ui/people/sites.html")
processes = listing(verbs.ADD_PROCESS, rules.processes, "ui/people/processes.html")
job_roles = listing(verbs.ADD_JOB_ROLE, rules.job_roles, "ui/people/job_roles.html")
stations = listing(verbs.ADD_STATION, rules.stations, "ui/people/stations.html")
shifts = listing(verbs.ADD_SHIFT, rules.shifts, "ui/people/shifts.html")
new_person = adding(verbs.ADD_PERSON, "people:people")
new_site = adding(verbs.ADD_SITE, "people:sites")
new_process = adding(verbs.ADD_PROCESS, "people:processes")
new_job_role = adding(verbs.ADD_JOB_ROLE, "people:job-roles")
new_station = adding(verbs.ADD_STATION, "people:stations")
new_shift = adding(verbs.ADD_SHIFT, "people:shifts")
