"""`python -m tests.harness COMMAND …`: a manage.py command on the tests' migrated template database."""

import os
import subprocess
import sys

from tests.harness import servers

if __name__ == "__main__":
    running = servers.start()
    try:
        environment = {**os.environ, **running.cluster.urls(running.template), "REDIS_URL": running.valkey.url}
        done = subprocess.run([sys.executable, "manage.py", *sys.argv[1:]], env=environment, check=False)
    finally:
        running.stop()
    sys.exit(done.returncode)
