#!/usr/bin/env python
"""Entry point of all commands: `python manage.py …`."""

import os
import sys


def main() -> None:
    """Run one management command with the portal's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    from portal.core.console import run

    sys.exit(run(sys.argv))


if __name__ == "__main__":
    main()
