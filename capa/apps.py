from django.apps import AppConfig


class CapaConfig(AppConfig):
    name = "capa"
    default_auto_field = "django.db.models.BigAutoField"
