from django.apps import AppConfig
from django.db.models.signals import post_migrate

from evidence.grants import restrict


class EvidenceConfig(AppConfig):
    name = "evidence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(restrict, sender=self, dispatch_uid="evidence.grants")
