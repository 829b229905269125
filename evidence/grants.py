"""What the application role may not do: history and events are append-only by privilege.

Run after each migration by the owner; idempotent. A database without the role (a plain development
server) is left alone.
"""

from typing import Any

from django.apps import apps
from django.db import connections

from evidence.ledger.controlled import is_append_only

APPLICATION_ROLE = "qms_app"


def append_only_tables() -> list[str]:
    """History tables and every model that says `append_only = True`."""
    return sorted(model._meta.db_table for model in apps.get_models() if is_append_only(model))


def restrict(using: str, **_: Any) -> None:
    """Take UPDATE, DELETE and TRUNCATE of append-only tables from the application role."""
    connection = connections[using]
    existing = set(connection.introspection.table_names())
    tables = [connection.ops.quote_name(name) for name in append_only_tables() if name in existing]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolname <> current_user", [APPLICATION_ROLE])
        if cursor.fetchone() and tables:
            cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {', '.join(tables)} FROM {APPLICATION_ROLE}")
