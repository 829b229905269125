"""`manage.py demo`: make the demo plant, make it again, or begin with an empty plant."""

import secrets
import time
from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from evidence.context import acting, in_force
from evidence.ledger.anchors import set_aside
from evidence.ledger.installing import MIGRATION, begin_again
from evidence.selectors import is_demo_database
from people import services as people
from people.models import Site
from people.selectors import system_user
from people.states import Authority
from qms.demo import logins
from qms.demo.build import build

KEPT = {"django_migrations", "django_content_type", "auth_permission", "documents_documenttype"}


class Command(BaseCommand):
    help = "Make the demo plant: a year of a group with two works, on real and made-up numbers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--reset", action="store_true", help="throw the demo plant away and make it again")
        parser.add_argument("--empty", action="store_true", help="make an empty plant with one administrator")

    def handle(self, *, reset: bool, empty: bool, **options: Any) -> None:
        if not (settings.DEMO or empty):
            raise CommandError(
                "HOLDFAST_DEMO is false: this installation takes no demo plant. --empty begins one of your own."
            )
        if reset:
            self._empty_database()
        if Site.objects.exists():
            raise CommandError("There is a plant already. A demo plant is made again with --reset.")
        began = time.monotonic()
        if empty:
            self._begin_empty()
            return
        build(today=timezone.localdate())
        self.stdout.write(self.style.SUCCESS(f"The demo plant is ready (after {time.monotonic() - began:.0f} s)."))
        for line in logins():
            self.stdout.write(line)

    def _empty_database(self) -> None:
        if Site.objects.exists() and not is_demo_database():
            raise CommandError("This is no demo database; its records are not thrown away.")
        begin_again("owner", sorted({m._meta.db_table for m in apps.get_models(include_auto_created=True)} - KEPT))
        set_aside(settings.LEDGER_ANCHORS)
        with in_force(MIGRATION):
            people.ensure_system_user()

    @transaction.atomic
    def _begin_empty(self) -> None:
        password = secrets.token_urlsafe(12)
        system = system_user()
        with acting(system, reason="empty plant"):
            site = people.add_site(by=system, code="MAIN", name="Main site")
            admin = people.add_person(
                by=system, username="admin", full_name="Administrator", site=site, password=password
            )
            people.appoint(admin, authority=Authority.ADMINISTRATOR, site=site, by=system)
        self.stdout.write(self.style.SUCCESS(f"An empty plant. Log in as admin with the password {password}"))
