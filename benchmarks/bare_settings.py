"""The same settings and middleware with nothing behind them but two bare views."""

from benchmarks.settings import *  # noqa: F403

ROOT_URLCONF = "benchmarks.bare"
