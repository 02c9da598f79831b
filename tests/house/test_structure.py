"""Doors, sizes, docstrings and annotations."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.house.files import ROOMS, ROOT, functions, relative, sources, templates, tree

MOST_LINES = 450
MOST_TEMPLATE_LINES = 200


RULES = (
    "orgs/supervision.py",
    "orgs/checklists.py",
    "portal/core/score_sheets.py",
    "branches/formation.py",
    "branches/coverage.py",
    "branches/terms.py",
    "branches/elections.py",
    "training/compliance.py",
    "portal/core/arithmetic.py",
    "portal/core/validity.py",
    "portal/core/policy.py",
)


@pytest.mark.parametrize("rule", RULES)
def test_rule_modules_know_no_web(rule):
    """The import contract forbids whole packages only; of Django a rule may know models and nothing of pages."""
    web = ("django.http", "django.views", "django.urls", "django.shortcuts", "django.template", "django.contrib")
    imported = set()
    for node in ast.walk(tree(ROOT / rule)):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add(node.module or "")
    assert not [name for name in imported if name.startswith(web)]


#: what only the engine, imports and commands may do; pages and the API read within a scope
FORBIDDEN_IN_DOORS = {
    r"\.everyone\(": "reads without a scope",
    r"\b[A-Z]\w*\.rows\b": "reads by the plain manager",
    r"\bconnection\.cursor\(": "runs SQL of its own",
    r"\.raw\(": "runs SQL of its own",
    r"\* *100\b|\b100 *\*|\b10000\b|\b10_000\b": "computes a rate of its own",
}

#: what looks like one of these and is none, each with its reason
ALLOWED = {
    # the width of a bar, from the counts of the engine
    "portal/desk/charts.py": "width = Decimal(100 * count) / rate.eligible",
    # the name of what one's own grant is bound to, which the grant already names by its code
    "portal/desk/views/sign_in.py": "PartyOrganization.objects.everyone().filter(code=grant.party_organization)",
}


def _doors() -> list[Path]:
    """Pages and API; their commands act for the city."""
    return [
        path
        for path in sources()
        if relative(path).startswith(("portal/desk/", "portal/api/")) and "/management/" not in relative(path)
    ]


@pytest.mark.parametrize("pattern", FORBIDDEN_IN_DOORS, ids=FORBIDDEN_IN_DOORS.get)
def test_pages_and_api_read_within_a_scope_and_count_nothing_themselves(pattern):
    found = [
        f"{relative(path)}:{number}: {line.strip()}"
        for path in _doors()
        for number, line in enumerate(_code(path).splitlines(), 1)
        if re.search(pattern, line) and ALLOWED.get(relative(path), "\0") not in line
    ]
    assert not found, "\n".join(found)


def _code(path: Path) -> str:
    """A file without its docstrings and comments, lines kept."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    return "\n".join(line.split("  #")[0] for line in lines)


def test_no_file_is_too_long():
    long = {relative(p): len(p.read_text(encoding="utf-8").splitlines()) for p in sources(tests=True)}
    long = {name: count for name, count in long.items() if count > MOST_LINES}
    assert not long


def test_no_template_is_too_long():
    long = {relative(p): len(p.read_text(encoding="utf-8").splitlines()) for p in templates()}
    assert not {name: count for name, count in long.items() if count > MOST_TEMPLATE_LINES}


def test_sizes(record_property):
    """Aims, reported and not enforced: half of all functions within 8 lines, 95 % within 30."""
    sizes = sorted((node.end_lineno or 0) - node.lineno + 1 for path in sources() for node in functions(path))
    record_property("median", sizes[len(sizes) // 2])
    record_property("95th percentile", sizes[len(sizes) * 95 // 100])
    print(f"函数 {len(sizes)} 个,中位 {sizes[len(sizes) // 2]} 行,95% 在 {sizes[len(sizes) * 95 // 100]} 行内")
    assert sizes[-1] <= 80, "a function of more than 80 lines is several"


def _public(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and not node.name.startswith("_")


def test_every_public_module_class_and_function_says_what_it_is():
    missing = []
    for path in sources():
        module = tree(path)
        if module.body and not ast.get_docstring(module):
            missing.append(relative(path))
        holders = [module, *(node for node in module.body if isinstance(node, ast.ClassDef) and _public(node))]
        for holder in holders:
            missing += [
                f"{relative(path)}:{node.lineno} {node.name}"
                for node in holder.body
                if _public(node) and not _needs_no_docstring(node) and not ast.get_docstring(node)
            ]
    assert not missing, "\n".join(missing)


def _needs_no_docstring(node: ast.AST) -> bool:
    """Django's inner Meta, overloads, and the one-line members of a protocol (`…`)."""
    if isinstance(node, ast.ClassDef):
        return node.name in ("Meta", "Media")
    assert isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    body = node.body[0]
    return isinstance(body, ast.Expr) and isinstance(body.value, ast.Constant) and body.value.value is Ellipsis


def test_every_function_is_annotated():
    bare = []
    for path in sources():
        for node in functions(path):
            arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
            unnamed = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
            if node.returns is None or unnamed:
                bare.append(f"{relative(path)}:{node.lineno} {node.name}")
    assert not bare, "\n".join(bare)


def test_rooms_stand_where_the_map_says():
    """The top level is fixed; README and the map of the house name every room."""
    text = (ROOT / "docs/house.md").read_text(encoding="utf-8")
    assert all(f"`{room}" in text or f"**{room}**" in text for room in ROOMS)
