"""The REST door of people, sites, processes and job roles."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from people import permissions, services
from people.models import Holding
from people.selectors import tokens_of
from ui.api.doors import ApiDoor
from ui.api.once import repeatable
from ui.api.problems import BadInput
from ui.api.records import body_of
from ui.api.schema import DoorSchema
from ui.api.strict import misfits
from ui.forms.fields import site_key
from ui.people import rules, shapes, verbs
from ui.verbs import Verb

MOST = 500


def facts_of(verb: Verb, request: Request) -> dict[str, Any]:
    """The facts for the verb's service. Raises BadInput, or PermissionDenied for a site of somebody else's."""
    body = body_of(request)
    form = verb.form(body, user=request.user, verb=verb)
    if wrong := misfits(form, body):
        raise BadInput.of(wrong)
    if not form.is_valid():
        raise BadInput.of_form(form)
    if not verbs.may_there(verb, form.cleaned_data, request.user):
        raise PermissionDenied
    facts: dict[str, Any] = form.facts
    return facts


class Described(ApiDoor):
    """Base: a door whose description is made of what it says here. POST takes an `Idempotency-Key`."""

    schema = DoorSchema()
    shape: type[Any]
    listed = False
    made: dict[int, type[Any] | None]
    is_repeatable = True


class Things(Described):
    """GET lists what the user sees, POST adds one."""

    verb: Verb
    rows: Callable[[Any], Any]
    shown: Callable[[Any], dict[str, Any]]
    listed = True

    def __init_subclass__(cls, **facts: Any) -> None:
        super().__init_subclass__(**facts)
        cls.made = {201: cls.shape}

    def get(self, request: Request) -> Response:
        if not rules.may_look(request.user):
            raise PermissionDenied
        return Response({"results": [self.shown(row) for row in self.rows(request.user)[:MOST]]})

    @repeatable
    def post(self, request: Request) -> Response:
        if not self.verb.is_allowed(request.user, None):
            raise PermissionDenied
        made = self.verb.service(by=request.user, **facts_of(self.verb, request))
        return Response(self.shown(made), status=201)


def person_data(person: Any) -> dict[str, Any]:
    return {
        "username": person.username,
        "full_name": person.full_name,
        "email": person.email,
        "badge": person.badge,
        "shift": person.shift,
        "site": person.site.code if person.site else None,
        "is_active": person.is_active,
    }


def holding_data(holding: Holding) -> dict[str, Any]:
    return {
        "id": holding.pk,
        "job_role": site_key(holding.job_role),
        "since": holding.since,
        "until": holding.until,
    }


class PeopleApi(Things):
    shape = shapes.PersonSerializer
    verb, rows, shown = verbs.ADD_PERSON, staticmethod(rules.people), staticmethod(person_data)


class SitesApi(Things):
    shape = shapes.SiteSerializer
    verb, rows = verbs.ADD_SITE, staticmethod(rules.sites)

    @staticmethod
    def shown(site: Any) -> dict[str, Any]:
        parent = site.parent.code if site.parent else None
        return {
            "code": site.code,
            "name": site.name,
            "parent": parent,
            "time_zone": site.time_zone,
            "country": site.country,
        }


class ProcessesApi(Things):
    shape = shapes.ProcessSerializer
    verb, rows = verbs.ADD_PROCESS, staticmethod(rules.processes)

    @staticmethod
    def shown(process: Any) -> dict[str, Any]:
        return {"code": site_key(process), "name": process.name, "owner": process.owner.username}


class JobRolesApi(Things):
    shape = shapes.PlaceSerializer
    verb, rows = verbs.ADD_JOB_ROLE, staticmethod(rules.job_roles)

    @staticmethod
    def shown(role: Any) -> dict[str, Any]:
        return {
            "code": site_key(role),
            "name": role.name,
            "process": f"{role.site.code}/{role.process.code}" if role.process else None,
        }


class StationsApi(Things):
    shape = shapes.PlaceSerializer
    verb, rows = verbs.ADD_STATION, staticmethod(rules.stations)

    @staticmethod
    def shown(station: Any) -> dict[str, Any]:
        process = f"{station.site.code}/{station.process.code}" if station.process else None
        return {"code": site_key(station), "name": station.name, "process": process}


class ShiftsApi(Things):
    shape = shapes.ShiftSerializer
    verb, rows = verbs.ADD_SHIFT, staticmethod(rules.shifts)

    @staticmethod
    def shown(shift: Any) -> dict[str, Any]:
        when = {"starts": shift.starts, "ends": shift.ends, "weekdays": shift.weekdays}
        return {"site": shift.site.code, "name": shift.name, **when}


class PersonApi(Described):
    """A person with the job roles held, past ones too."""

    shape = shapes.PersonAndRolesSerializer

    def get(self, request: Request, username: str) -> Response:
        found = rules.person(request.user, username)
        held = found.holdings.select_related("job_role__site")
        return Response({**person_data(found), "holdings": [holding_data(row) for row in held]})


class PersonVerbApi(Described):
    """POST gives a job role (answers with it), appoints or deactivates (answers with the person)."""

    made = {200: shapes.PersonSerializer, 201: shapes.HoldingSerializer}

    @repeatable
    def post(self, request: Request, username: str, name: str) -> Response:
        found = rules.person(request.user, username)
        verb = {verb.name: verb for verb in verbs.OF_A_PERSON}.get(name)
        if verb is None:
            raise Http404(name)
        if not verb.is_allowed(request.user, found):
            raise PermissionDenied
        made = verb.service(found, by=request.user, **facts_of(verb, request))
        if isinstance(made, Holding):
            return Response(holding_data(made), status=201)
        found.refresh_from_db()
        return Response(person_data(found))


def token_data(token: Any) -> dict[str, Any]:
    """Everything but the secret, which nobody has any more."""
    return {
        "key": token.token_key,
        "name": token.name,
        "scopes": token.scopes,
        "sites": [site.code for site in token.sites.all()],
        "created": token.created,
        "expires": token.expiry,
        "last_used": token.last_used_at,
        "given_by": token.created_by.username,
    }


class TokenDoor(Described):
    """Tokens of an account. Only a person's session comes through: no token makes or ends another.

    They take no `Idempotency-Key`: a secret is told once and kept nowhere.
    """

    is_repeatable = False

    def account(self, username: str) -> Any:
        found = rules.person(self.request.user, username)
        if self.by_token or not rules.may_keep(self.request.user, found):
            raise PermissionDenied
        return found


class TokensApi(TokenDoor):
    """GET lists with when each was last used; POST makes one, and tells its secret this once."""

    shape, listed, verb = shapes.TokenSerializer, True, verbs.NEW_TOKEN
    made = {201: shapes.NewTokenSerializer}

    def get(self, request: Request, username: str) -> Response:
        return Response({"results": [token_data(token) for token in tokens_of(self.account(username))]})

    def post(self, request: Request, username: str) -> Response:
        found, verb = self.account(username), verbs.NEW_TOKEN
        token, secret = verb.service(found, by=request.user, **facts_of(verb, request))
        return Response({**token_data(token), "token": secret}, status=201)


class EndTokenApi(TokenDoor):
    """POST ends a token at once."""

    made = {204: None}

    def post(self, request: Request, username: str, key: str) -> Response:
        token = get_object_or_404(tokens_of(self.account(username)), token_key=key)
        services.revoke_token(token, by=request.user)
        return Response(status=204)


class LeaveRoleApi(Described):
    """POST ends a job role; `until` is the first day without it."""

    verb = verbs.LEAVE_ROLE
    made = {200: shapes.HoldingSerializer}

    @repeatable
    def post(self, request: Request, username: str, key: int) -> Response:
        found = rules.person(request.user, username)
        holding = get_object_or_404(Holding.objects.select_related("job_role__site"), pk=key, person=found)
        if not permissions.may_change_holdings(request.user, holding.job_role.site_id):
            raise PermissionDenied
        verb = verbs.LEAVE_ROLE
        return Response(holding_data(verb.service(holding, by=request.user, **facts_of(verb, request))))
