#!/usr/bin/env python
"""Holdfast's command line: `manage.py up` serves, `manage.py help` lists the rest."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qms.settings")
    execute_from_command_line(sys.argv)
