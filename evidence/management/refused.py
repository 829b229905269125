"""Commands of the history library that would rewrite evidence, and what they answer here."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError


class RefusedCommand(BaseCommand):
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.parse_args = lambda *args, **options: parser.parse_known_args(*args, **options)[0]  # type: ignore

    def handle(self, *args: Any, **options: Any) -> None:
        raise CommandError("History is evidence: nothing takes rows out of it or makes rows up.")
