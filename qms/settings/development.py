"""A developer's machine and a first run: the embedded servers, no secrets to manage."""

from importlib.util import find_spec

from qms.settings.base import *  # noqa: F403
from qms.settings.base import INSTALLED_APPS

if find_spec("django_migration_linter"):  # one of the tools of `make check`
    INSTALLED_APPS.append("django_migration_linter")
