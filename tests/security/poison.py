"""A plant in which every text that somebody could type tries to become something else."""

import io
import itertools
from typing import Any

from django.db import DatabaseError, models, transaction

from evidence.context import acting
from people.models import JobRole, Process, Site, User
from records import services as records
from records.models import Record
from tests.security.plant import World, build
from ui.registry import pages

KINDS = [page.plural for page in pages()]
KEPT = {"number", "kind", "status", "search", "search_text", "currency", "code", "username", "password", "key",
        "sha256", "content_type", "file", "time_zone", "record_digest", "email", "badge", "language"}  # fmt: skip


def text_columns(model: type[Any]) -> list[Any]:
    return [
        field
        for field in model._meta.fields
        if isinstance(field, models.CharField | models.TextField) and not field.choices and field.name not in KEPT
    ]


class Poison:
    """Fills every column of text, with as many payloads as it holds, until each has been somewhere."""

    def __init__(self, payloads: list[str]) -> None:
        self.payloads, self.placed = payloads, set[str]()
        self.turn = itertools.cycle(payloads)

    def text(self, longest: int) -> str:
        found: list[str] = []
        for payload in itertools.islice(self.turn, 40):
            if len(" ".join([*found, payload])) <= longest:
                found.append(payload)
        self.placed.update(found)
        return " ".join(found)

    def fill(self, thing: Any) -> int:
        done = 0
        for field in text_columns(type(thing)):
            before = getattr(thing, field.name)
            setattr(thing, field.name, self.text(min(field.max_length or 3000, 3000)) or before)
            try:
                with transaction.atomic():
                    thing.save()
                done += 1
            except DatabaseError:  # a column that the database itself keeps in shape
                setattr(thing, field.name, before)
        return done


def poisoned(payloads: list[str]) -> tuple[World, Poison]:
    world, poison = build(), Poison(payloads)
    place = world.here
    with acting(place.owner):
        while True:
            for plural in KINDS:
                poison.fill(place.records[plural])
                poison.fill(place.actions[plural])
                records.comment(place.records[plural].record_ptr, text=poison.text(3000), by=place.owner)
                file = io.BytesIO(b"<script>hfx()</script>")
                records.attach(place.records[plural].record_ptr, file=file, name=poison.text(190), by=place.owner)
            if poison.placed >= set(payloads):
                break
        for line in place.lines.values():
            poison.fill(line)
        for model in (Site, Process, JobRole, User):
            for thing in model.objects.filter(**{} if model is Site else {"site": place.site}):
                poison.fill(thing)
        first = place.records[KINDS[0]].record_ptr
        for plural in KINDS[1:]:
            records.link(first, place.records[plural].record_ptr, kind="see-also", by=place.owner)
            Record.objects.filter(pk=place.records[plural].pk).update(origin=first)
    return world, poison
