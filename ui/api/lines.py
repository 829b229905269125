"""Verbs of lines: details without a number and a version, known by their uuid."""

from typing import Any

from rest_framework.exceptions import PermissionDenied

from ui.api.doors import ApiDoor
from ui.api.problems import TokensNeverSign
from ui.api.records import body_of, filled, signing_of
from ui.verbs import Verb


def perform_on(door: ApiDoor, verb: Verb, line: Any) -> Any:
    """Do a verb to a line: permission, form, service; signed verbs take password and digest, and never a token."""
    signed = verb.is_signed(type(line))
    if signed and door.by_token:
        raise TokensNeverSign
    if not verb.is_allowed(door.request.user, line):
        raise PermissionDenied
    form = filled(verb, body_of(door.request), user=door.request.user, record=line)
    extra = {"signing": signing_of(form)} if signed else {}
    return verb.service(line, by=door.request.user, **form.facts, **extra)
