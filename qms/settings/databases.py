"""Databases: "default" is the application's role, "owner" migrates, "sealer" seals the ledger."""

from typing import Any

from qms.settings.environment import env

ENGINE = "evidence.postgresql"
NOT_STARTED = "postgres://qms_app@/holdfast"

# Web requests wait 5 s for a lock and 30 s for an answer, then fail; long work sets its own limits.
WEB_LIMITS = {"lock_timeout": "5s", "statement_timeout": "30s", "idle_in_transaction_session_timeout": "60s"}
OWNER_LIMITS = {"lock_timeout": "10s"}


def database(name: str, *, limits: dict[str, str], default: str | None = None) -> dict[str, Any]:
    """Django's settings of the database whose URL the variable `name` holds."""
    settings = env.dj_db_url(name, default, engine=ENGINE, conn_max_age=60, conn_health_checks=True)
    options = " ".join(f"-c {option}={value}" for option, value in limits.items())
    settings.setdefault("OPTIONS", {})["options"] = options
    return settings


def databases() -> dict[str, dict[str, Any]]:
    """All aliases that the environment names; "default" always."""
    found = {"default": database("DATABASE_URL", limits=WEB_LIMITS, default=NOT_STARTED)}
    for alias, name in (("owner", "DATABASE_OWNER_URL"), ("sealer", "DATABASE_SEALER_URL")):
        if env.str(name, ""):
            found[alias] = database(name, limits=OWNER_LIMITS)
    return found
