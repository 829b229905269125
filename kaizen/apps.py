from django.apps import AppConfig
from django.utils.module_loading import import_module


class KaizenConfig(AppConfig):
    name = "kaizen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("kaizen.receivers")
