from django.apps import AppConfig


class KaizenConfig(AppConfig):
    name = "kaizen"
    default_auto_field = "django.db.models.BigAutoField"
