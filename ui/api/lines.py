"""Verbs of lines: details without a number and a version, known by their uuid."""

from typing import Any

from ui.api.doors import ApiDoor
from ui.api.records import body_of, check_may, done, filled
from ui.verbs import Verb


def perform_on(door: ApiDoor, verb: Verb, line: Any) -> Any:
    """Do a verb to a line: permission, form, service; signed verbs answer a challenge, and never come by a token."""
    check_may(door, verb, line)
    form = filled(verb, body_of(door.request), user=door.request.user, record=line)
    return done(door, verb, line, form)
