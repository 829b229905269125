"""Reads settings from the environment, from files named by `NAME_FILE`, and from the embedded run.

Every name starts with HOLDFAST_, except the URLs that everybody knows: DATABASE_URL,
DATABASE_OWNER_URL, DATABASE_SEALER_URL, REDIS_URL. `.env.example` lists them all.
"""

import json
import os
from pathlib import Path

from environs import FileAwareEnv

ROOT = Path(__file__).resolve().parents[2]
VAR = Path(os.environ.get("HOLDFAST_VAR", ROOT / "var"))
EMBEDDED_RUN = VAR / "run.json"

env = FileAwareEnv()
production = env.str("HOLDFAST_ENV", "development") == "production"


def adopt_embedded_run() -> None:
    """Take what `manage.py up` wrote, unless the environment names a database itself."""
    named = "DATABASE_URL" in os.environ or "DATABASE_URL_FILE" in os.environ
    if production or named or not os.access(EMBEDDED_RUN, os.R_OK):
        return
    for name, value in json.loads(EMBEDDED_RUN.read_text()).items():
        os.environ.setdefault(name, value)


adopt_embedded_run()
