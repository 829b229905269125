"""Verbs of lines: details without a number and a version, known by their uuid."""

import hashlib
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from rest_framework.exceptions import PermissionDenied

from evidence.refusals import Stale
from ui.api.doors import ApiDoor
from ui.api.problems import TokensNeverSign, VersionMissing
from ui.api.records import body_of, filled, signing_of
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

    Signed verbs take password and digest, and never a token.
    """
    signed = verb.is_signed(type(line))
    if signed and door.by_token:
        raise TokensNeverSign
    if not verb.is_allowed(door.request.user, line):
        raise PermissionDenied
    check_line(door.request, line)
    form = filled(verb, body_of(door.request), user=door.request.user, record=line)
    extra = {"signing": signing_of(form)} if signed else {}
    return verb.service(line, by=door.request.user, **form.facts, **extra)
