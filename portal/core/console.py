"""The command line speaks Chinese and answers with the exit codes of the contract.

0 success, 1 the input has faults (nothing half-written), 2 it could not run; and always one clear line.
"""

from __future__ import annotations

import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import BaseCommand, CommandError, ManagementUtility


def run(argv: list[str]) -> int:
    """Run a management command and return its exit code."""
    try:
        ManagementUtility(argv).execute()
    except ImproperlyConfigured as error:
        print(f"设置有误:{error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0
