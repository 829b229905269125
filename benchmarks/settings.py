"""The product's settings, and the commands that fill and time a database."""

from qms.settings import *  # noqa: F403
from qms.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks"]
