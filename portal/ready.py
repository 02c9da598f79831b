"""`python -m portal.ready`: whether the web server of this container is ready; exit 0 or 1, for a health check."""

from __future__ import annotations

import os
import sys
import urllib.request


def main() -> int:
    """Ask `/readyz` of this machine, by the first name that the portal goes by."""
    host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].lstrip(".")
    address = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/readyz"
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers={"Host": host}), timeout=5) as answer:
            return 0 if answer.status == 200 else 1
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
