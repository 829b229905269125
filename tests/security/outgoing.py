"""Who in our own code could call another machine: found in the imports."""

import ast
from pathlib import Path

from django.conf import settings

CLIENTS = {"requests", "httpx", "urllib3", "aiohttp", "http", "ftplib", "telnetlib", "xmlrpc", "urllib.request"}
LOCAL = {"qms/management/commands/up.py"}  # asks the server that it has just started


def callers() -> list[str]:
    """Modules of ours that import a client."""
    root = Path(settings.BASE_DIR)
    found = []
    for app in [*settings.HOUSE, "qms"]:
        for file in sorted((root / app).rglob("*.py")):
            path = str(file.relative_to(root))
            if path not in LOCAL and _imported(file) & CLIENTS:
                found.append(path)
    return found


def _imported(file: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module)
    return names | {name.partition(".")[0] for name in names}
