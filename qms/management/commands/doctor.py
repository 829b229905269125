from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from qms import doctor


class Command(BaseCommand):
    help = "Name what this machine lacks and the command that installs it."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        doctor.add_arguments(parser)

    def handle(self, *, install: bool, tests: bool, brief: bool, **options: Any) -> None:
        if not doctor.examine(install=install, tests=tests, brief=brief, tell=self.stdout.write):
            raise CommandError("Holdfast cannot run before this is installed.")
