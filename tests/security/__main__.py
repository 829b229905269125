"""`python -m tests.security`: write docs/access.md anew from what the doors answer. Read the difference."""

import os
import sys

import pytest

os.environ["HOLDFAST_WRITE_ACCESS"] = "1"
sys.exit(pytest.main(["-q", "tests/security/test_access_matrix.py"]))
