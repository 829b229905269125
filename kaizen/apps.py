from importlib import import_module

from django.apps import AppConfig


class KaizenConfig(AppConfig):
    name = "kaizen"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        import_module("kaizen.receivers")
