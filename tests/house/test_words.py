"""One term, one name; Chinese for users; no addresses of this or that machine."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.files import ROOT, relative, sources, templates, tracked, tree

#: another word for a term of the table → the word of the house
SYNONYMS = {
    "organisation": "organization",
    "ngo": "social_organization",
    "nonprofit": "social_organization",
    "uscc": "credit_code",
    "usci": "credit_code",
    "party_branch": "party_organization",
    "party_group": "party_organization",
    "party_org": "party_organization",
    "coverage_link": "covering_link",
    "supervisor_unit": "supervising_unit",
    "supervisory_unit": "supervising_unit",
    "business_unit": "professional_unit",
    "registration_unit": "registering_unit",
    "registry_unit": "registering_unit",
    "in_charge_unit": "responsible_unit",
    "accountable_unit": "responsible_unit",
    "county": "district",
    "township": "subdistrict",
    "street_office": "subdistrict",
    "counsellor": "instructor",
    "advisor": "instructor",
    "re_election": "election",
    "class_mate": "attendance",
    "deficit": "shortfall",
}


def _names(path) -> set[str]:
    """Names that a file defines: functions, classes, arguments, variables, attributes."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.arg):
            found.add(node.arg)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return found


def _words(name: str) -> str:
    """camelCase and snake_case alike: lower case between underscores."""
    return f"_{re.sub(r'(?<=[a-z0-9])(?=[A-Z])', '_', name).lower().strip('_')}_"


def test_no_second_name_for_a_term():
    wrong = [
        f"{relative(path)}: {name} (say {right})"
        for path in sources(tests=True)
        for name in _names(path)
        for synonym, right in SYNONYMS.items()
        if f"_{synonym}_" in _words(name) or f"_{synonym}s_" in _words(name)
    ]
    assert not wrong, "\n".join(sorted(wrong))


CODE = re.compile(r"{#.*?#}|{%.*?%}|{{.*?}}|<script.*?</script>|<style.*?</style>|<!--.*?-->|<[^>]*>", re.DOTALL)
SHOWN = re.compile(r"""\b(?:title|placeholder|alt|aria-label)=["']([^"'{]*)["']""")
SENTENCE = re.compile(r"[A-Za-z]{2,}[a-z']*(?: +[A-Za-z']{2,}){2,}")


def test_templates_speak_chinese():
    """Three English words in a row are a sentence; names such as JSON or OpenAPI are none."""
    found = []
    for path in templates():
        text = path.read_text(encoding="utf-8")
        for piece in (CODE.sub("\n", text), *SHOWN.findall(text)):
            found += [f"{relative(path)}: {match}" for match in SENTENCE.findall(piece)]
    assert not found, "\n".join(found)


#: another word on pages → the word of the house; files may say either, and what they said is kept beside; the basis of
#: who answers alone is called by the word of the notice (`ResponsibleSpan.Basis`)
OTHER_WORDS = {"登记管理机关": "登记管理部门"}


def test_pages_have_one_word_for_one_thing():
    shown = [
        *templates(),
        *(path for path in sources() if relative(path).startswith(("portal/desk/", "portal/core/a"))),
    ]
    found = [
        f"{relative(path)}: {other} (say {word})"
        for path in shown
        for other, word in OTHER_WORDS.items()
        if other in path.read_text(encoding="utf-8")
    ]
    assert not found, "\n".join(found)


def test_what_a_user_is_told_is_chinese():
    """Refusals, findings and help texts of commands and forms."""
    told = {"CommandError", "CannotAnswer", "ValidationError", "ImproperlyConfigured", "PermissionDenied"}
    found = []
    for path in sources():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in told:
                texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
                found += [f"{relative(path)}:{node.lineno} {t}" for t in texts if SENTENCE.search(t)]
            if isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
                value = str(node.value.value)
                if "/management/" in relative(path) and SENTENCE.search(value):
                    found.append(f"{relative(path)}:{node.value.lineno} {value}")
    assert not found, "\n".join(found)


#: written in pieces, so that this file does not find itself
FOREIGN = {
    "a path of a machine": r"(?<![\w.~-])/(?:work|root|home/\w+|Users/\w+)/",
    "an address of a package registry": r"https?://[\w.-]*(?:py"
    + r"pi\.|python"
    + r"hosted|npm"
    + r"js\.|artifact"
    + r"ory|nex"
    + r"us[.-])",
    "a pinned index": r"--(?:extra-)?index" + r"-url",
}


@pytest.mark.parametrize("what", FOREIGN)
def test_no_file_names(what):
    found = []
    for path in tracked():
        if path.suffix in (".png", ".jpg", ".woff2", ".xlsx", ".xls", ".ico", ".gz") or "/vendor/" in relative(path):
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{relative(path)}: {match[0]}" for match in re.finditer(FOREIGN[what], text)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("name", ["base.txt", "dev.txt"])
def test_every_package_is_pinned_with_hashes(name):
    """An exact version and at least one hash each."""
    lines = (ROOT / "requirements" / name).read_text(encoding="utf-8")
    blocks = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", lines, flags=re.MULTILINE).strip())
    loose = [b.split()[0] for b in blocks if not re.match(r"[\w.\[\]-]+==[\w.!+]+", b) or "--hash=sha256:" not in b]
    assert len(blocks) > 20 and not loose
