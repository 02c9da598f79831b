"""The files of the house, read once."""

from __future__ import annotations

import ast
import functools
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("portal", "orgs", "members", "branches", "training", "demonstration")


@functools.cache
def tracked() -> tuple[Path, ...]:
    """Every file of the house: what is under version control, else what lies there."""
    done = subprocess.run(["git", "ls-files", "-z", "--cached"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0 and done.stdout:
        return tuple(ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file())
    hidden = {".venv", ".git", "var", "staticfiles", "__pycache__"}
    return tuple(p for p in ROOT.rglob("*") if p.is_file() and not hidden & set(p.relative_to(ROOT).parts))


def relative(path: Path) -> str:
    """The path as the house says it."""
    return path.relative_to(ROOT).as_posix()


@functools.cache
def sources(*, tests: bool = False) -> tuple[Path, ...]:
    """Python of the rooms, without migrations; with `tests` also what proves them."""
    tops = (*ROOMS, "tests", "benchmarks") if tests else ROOMS
    return tuple(
        p
        for p in tracked()
        if p.suffix == ".py" and relative(p).split("/")[0] in tops and "/migrations/" not in relative(p)
    )


def templates() -> list[Path]:
    """Every template."""
    return [p for p in tracked() if relative(p).startswith("templates/") and p.suffix in (".html", ".txt")]


@functools.cache
def tree(path: Path) -> ast.Module:
    """The syntax of a source file."""
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function of a file, methods and inner ones included."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
