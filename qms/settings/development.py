"""A developer's machine and a first run: the embedded servers, no secrets to manage."""

from qms.settings.base import *  # noqa: F403
