from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks
from django.db.models.signals import post_migrate

from evidence.grants import restrict
from evidence.ledger.installing import install


class EvidenceConfig(AppConfig):
    name = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(restrict, sender=self, dispatch_uid="evidence.grants")
        post_migrate.connect(install, sender=self, dispatch_uid="evidence.ledger")
        checks.register(history_is_on)


def history_is_on(**_: Any) -> list[checks.CheckMessage]:
    """No setting may switch history off."""
    if getattr(settings, "SIMPLE_HISTORY_ENABLED", True):
        return []
    return [checks.Error("SIMPLE_HISTORY_ENABLED must not be false: history is evidence.", id="evidence.E001")]
