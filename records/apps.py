from django.apps import AppConfig

from evidence.ledger.verifying import register_check


class RecordsConfig(AppConfig):
    name = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from records.selectors import check_files  # noqa: PLC0415  models are loaded by now

        register_check(check_files)
