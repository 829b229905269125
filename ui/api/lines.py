"""Verbs of lines: details without a number and a version, known by their uuid."""

import hashlib
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from evidence.refusals import Stale
from ui.api.doors import ApiDoor
from ui.api.problems import VersionMissing
from ui.api.records import body_of, check_may, done, filled
from ui.verbs import Verb


def line_etag(line: Model) -> str:
    """The tag of a line: it has no version, so its contents tell one state from another."""
    row = type(line)._base_manager.filter(pk=line.pk).values_list().get()
    return f'"{line.uuid}-{hashlib.sha256(repr(row).encode()).hexdigest()[:16]}"'  # type: ignore[attr-defined]


def check_line(request: Any, line: Any) -> None:
    """Raises VersionMissing (428) without If-Match, Stale (412) when the line is not as it was read."""
    given = request.headers.get("If-Match", "")
    if not given:
        raise VersionMissing
    if not {tag.strip() for tag in given.split(",")} & {"*", line_etag(line)}:
        raise Stale(_("This has changed since you read it. Read it again, then repeat."))


def perform_on(door: ApiDoor, verb: Verb, line: Any) -> Any:
    """Do a verb to a line: permission, the state that was read, form, service.

    Signed verbs answer a challenge, and never come by a token.
    """
    check_may(door, verb, line)
    check_line(door.request, line)
    form = filled(verb, body_of(door.request), user=door.request.user, record=line)
    return done(door, verb, line, form)
