"""PostgreSQL as Django knows it, telling each outermost transaction who acts."""

from django.db.backends.postgresql import base

from evidence.context import ANNOUNCE, announcement, current


class DatabaseWrapper(base.DatabaseWrapper):
    """Announces the audit context whenever a transaction is opened."""

    def _set_autocommit(self, autocommit: bool) -> None:
        super()._set_autocommit(autocommit)  # type: ignore[misc]
        context = current()
        if not autocommit and context is not None:
            with self.wrap_database_errors:
                self.connection.execute(ANNOUNCE, announcement(context))
