"""Sign-on from elsewhere is wired by settings alone, so its tests run with settings of their own."""

import json
import os
import subprocess
import sys

from tests.embedded.test_up import free_port
from tests.harness import servers


def test_without_settings_there_is_no_sign_on(db, client, settings):
    assert not settings.SIGN_ON
    assert client.get("/accounts/sign-on/oidc/oidc/login/").status_code == 404


def test_round_trip_to_a_provider(harness: servers.Handle):
    """A provider of OpenID Connect on this machine: who comes in, and who does not."""
    wired = {
        "HOLDFAST_OIDC_SERVER": f"http://127.0.0.1:{free_port()}",
        "HOLDFAST_OIDC_CLIENT_ID": "holdfast",
        "HOLDFAST_OIDC_CLIENT_SECRET": "secret",
        servers.OUTER: json.dumps(harness.told()),
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/security/sign_on.py"],
        cwd=servers.ROOT,
        env={**kept, **wired},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:]
