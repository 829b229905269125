"""`manage.py migrate`, acting as "migration": the database takes no write without an actor, from migrations neither."""

from typing import Any

from django.core.management.commands import migrate

from evidence.context import in_force
from evidence.ledger.installing import MIGRATION


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        with in_force(MIGRATION):
            super().handle(*args, **options)
