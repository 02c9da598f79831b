"""Debian's Chromium: which program, and how it is started."""

from __future__ import annotations

import shutil

ARGUMENTS = ["--lang=zh-CN", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
#: the shell without windows first: the same engine for half of the processor's time
_PROGRAMS = ("chromium-headless-shell", "chromium")


def program() -> str | None:
    """The path of the program; None where neither is installed."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)
