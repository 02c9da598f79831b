"""What holds for every page: it fits phone and tablet, is named, labelled, legible, in Chinese; axe finds nothing."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
from django.urls import reverse

from tests.browser.conftest import PHONE, scrolls_sideways
from tests.doors import PAGES
from tests.ledger import furnish

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
AXE = Path(__file__).parent / "vendor" / "axe-4.10.3.min.js"
AXE_SHA256 = "880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb"
#: no pages: health answers, files, and what is written by POST
NO_PAGES = {"healthz", "readyz", "sign-out"}
NO_PAGES |= {"import-findings", "import-changes", "import-refused", "import-write", "import-discard"}
NO_PAGES |= {"drafts", "pick"}
NO_PAGES |= {"letter-body", "letter-preview-body", "letter-workbook", "letter-to-me", "letter-again"}
TABLET = {"width": 1024, "height": 768}
#: pages of people other than city staff
OF_OTHERS = {"lin": ("desk", "members", "party-organization"), "instructor": ("desk",), "system": ("account",)}

#: asked of every page at once; each answer is a list of faults
FAULTS = """() => {
  const named = (one) => (one.getAttribute("aria-label") || one.labels?.length || one.textContent.trim()
    || (one.getAttribute("aria-labelledby") || "").split(" ").some((id) => document.getElementById(id)));
  const hidden = (one) => one.closest("[aria-hidden=true]");
  const told = (one) => one.outerHTML.slice(0, 120);
  return [
    ...(document.documentElement.lang === "zh-Hans" ? [] : ["lang"]),
    ...(document.querySelectorAll("h1").length === 1 ? [] : ["not one h1"]),
    ...[...document.querySelectorAll("input:not([type=hidden]), select, textarea, a, button")]
      .filter((one) => !named(one)).map(told),
    ...[...document.querySelectorAll("img:not([alt])")].map(told),
    ...[...document.querySelectorAll("svg")].filter((one) => !hidden(one) && !named(one)).map(told),
    ...(document.title.trim() ? [] : ["no title"]),
  ];
}"""


def addresses(pairs):
    """An address of every page of the door table, Nanshan's where it names a row."""
    for route, door in PAGES.items():
        if "GET" in door.takes and route not in NO_PAGES:
            yield reverse(route, args=pairs[door.names].addresses()[0] if door.names else [])


def faults(page, address):
    """What is wrong with a page on a phone and on a tablet; each is turned once, the next opens as this is left."""
    found, met = page.evaluate(FAULTS), page.viewport_size
    found += ["scrolls sideways as it opens"] if scrolls_sideways(page) else []
    page.set_viewport_size(TABLET if met == PHONE else PHONE)
    found += [f"scrolls sideways, turned from {met['width']}"] if scrolls_sideways(page) else []
    return [f"{address}: {one}" for one in found]


def test_every_page_fits_its_window_and_is_named_and_labelled(open_as, city):
    pairs = furnish(city)
    page = open_as("city", city, phone=True)
    wrong = []
    for address in addresses(pairs):
        page.goto(address)
        wrong += faults(page, address)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("who", sorted(OF_OTHERS))
def test_pages_of_others_fit_a_phone_too(open_as, city, who):
    pairs = furnish(city)
    page = open_as(who, city, phone=True)
    wrong = []
    for route in OF_OTHERS[who]:
        named = PAGES[route].names
        page.goto(reverse(route, args=pairs[named].addresses()[0] if named else []))
        wrong += faults(page, route)
    assert not wrong, "\n".join(wrong)


def test_what_is_refused_is_a_page_as_well(open_as, city):
    page = open_as("nanshan", city, phone=True)
    wrong = []
    for address in ("/nothing-here/", "/coverage/?date=unsinn", "/unresolved-units/", "/organizations/?kind=unsinn"):
        assert page.goto(address).status >= 400
        wrong += faults(page, address)
    assert not wrong, "\n".join(wrong)


def axe_faults(page):
    """What axe finds on the page as it stands; the sandboxed frame of a letter lets no script in, so it is left out."""
    assert hashlib.sha256(AXE.read_bytes()).hexdigest() == AXE_SHA256
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document, { iframes: false, resultTypes: ['violations'] })")["violations"]
    return [f"{one['id']}: {node['html'][:160]}" for one in found for node in one["nodes"]]


@pytest.mark.long
def test_axe_finds_nothing(open_as, city):
    pairs = furnish(city)
    page = open_as("city", city, bypass_csp=True)
    wrong = []
    for address in (
        "/",
        "/coverage/",
        "/coverage/branch-coverage/?status=unmet",
        "/organizations/",
        reverse("organization", args=pairs["organization"].addresses()[0]),
        reverse("party-organization", args=pairs["party-organization"].addresses()[0]),
        "/imports/",
        "/todo/",
        "/letters/",
        reverse("letter", args=pairs["letter"].addresses()[0]),
        "/jobs/",
        reverse("job", args=pairs["job"].addresses()[0]),
        "/notice/",
        "/indicators/",
        "/account/",
    ):
        page.goto(address)
        for width in (1440, PHONE["width"]):
            page.set_viewport_size({"width": width, "height": 900})
            wrong += [f"{address} at {width}: {one}" for one in axe_faults(page)]
    assert not wrong, "\n".join(wrong)


def _luminance(colour: str) -> float:
    """Relative luminance of #RRGGBB, by WCAG 2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_pair_of_text_and_ground_has_the_contrast_that_people_need():
    css = (ROOT / "static" / "css" / "tokens.css").read_text()
    token = dict(re.findall(r"--pp-([\w-]+):\s*(#[0-9A-Fa-f]{6})", css))
    grounds = [token[name] for name in ("paper", "surface", "sunken", "hover")]
    text = [(token[name], ground) for name in ("ink", "ink-2", "ink-3", "accent") for ground in grounds]
    text += [(token[name], token[f"{name}-tint"]) for name in ("accent", "ok", "warn", "bad", "idle")]
    text += [(token["surface"], token[name]) for name in ("accent", "accent-dark", "r-own", "r-joint")]
    marks = [(token[name], token["surface"]) for name in ("control", "ok-fill", "warn-fill", "bad-fill", "s-work")]
    assert [pair for pair in text if _contrast(*pair) < 4.5] == []
    assert [pair for pair in marks if _contrast(*pair) < 3.0] == []
