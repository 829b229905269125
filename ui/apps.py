from importlib import import_module

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules, module_has_submodule


class UiConfig(AppConfig):
    name = "ui"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let every app register its pages, as the admin does, and then what it adds to the API."""
        autodiscover_modules("pages")
        import_module("ui.account.trail").connect()
        for config in apps.get_app_configs():
            if module_has_submodule(config.module, "verbs") and module_has_submodule(config.module, "api"):
                import_module(f"{config.name}.api")
