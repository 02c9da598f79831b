"""Odd values in every parameter of every endpoint and page: an answer in Chinese, never a fault of the program."""

import pytest
from drf_spectacular.generators import SchemaGenerator

from tests.access.crawler import Page
from tests.doors import API, PAGES, visits

ODD = (
    "",
    "-1",
    "9" * 40,
    "NaN",
    "a\x00b",
    "'\"`;--",
    "%_\\",
    "../../<script>",
    "\u202e\ud7ff\U0001f600 é İ ß　全角　",
    "长" * 3000,
    "0000-00-00",
    "2014-02-30",
    "9999-12-31",
    "0001-01-01",
)
#: these are enough where one piece of code reads a parameter for all: choices, what a page never asks for, an
#: endpoint's parameter of a name that another was tried with in full, all parameters of a page at once
ODDEST = ("9" * 40, "a\x00b", "'\"`;--", "9999-12-31")
ASKED_AS = "city"


def speaks_chinese(text):
    """Whether a text has a Chinese word."""
    return any("一" <= letter <= "鿿" for letter in text)


def fault(response):
    """What is wrong with an answer; empty where nothing is."""
    kind = response.headers.get("Content-Type", "")
    if response.status_code >= 500:
        return str(response.status_code)
    if response.status_code < 400 or kind.startswith("application/json"):
        refused = response.status_code >= 400
        return "no code" if refused and not {"code", "detail", "fields"} <= set(response.json()) else ""
    return "" if kind.startswith("text/html") and speaks_chinese(response.content.decode()) else kind


def endpoints():
    """Every endpoint of the schema and its query parameters."""
    for path, methods in SchemaGenerator().get_schema(request=None, public=True)["paths"].items():
        yield path, [p["name"] for p in methods["get"].get("parameters", ()) if p["in"] == "query"]


def faults(client, address, asked):
    """What is wrong with the answers to these questions."""
    wrong = []
    for question in asked:
        response = client.get(address, question)
        found = fault(response)
        if not found and response.status_code == 400 and address.startswith("/api/"):
            found = "" if speaks_chinese(response.json()["detail"]) else response.content.decode()
        wrong += [f"{address} {str(question)[:60]}: {found}"] if found else []
    return wrong


def named(path):
    """An endpoint's path with a code and a key that there are."""
    return path.replace("{code}", "term-current").replace("{key}", "SZ")


def test_every_endpoint_asked_everything_at_once(pairs, client_of):
    client, wrong = client_of(ASKED_AS), []
    for path, names in endpoints():
        wrong += faults(client, named(path), (dict.fromkeys(names, value) for value in ODDEST if names))
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_every_parameter_of_every_endpoint(pairs, client_of):
    client, wrong, tried = client_of(ASKED_AS), [], set()
    for path, names in endpoints():
        for name in names:
            values = ODDEST if name in tried else ODD
            wrong += faults(client, named(path), ({name: value} for value in values))
        tried |= set(names)
    assert not wrong, "\n".join(wrong)
    assert len(tried) > 20


@pytest.mark.long
def test_every_key_of_every_endpoint(pairs, client_of):
    client, wrong = client_of(ASKED_AS), []
    for path, _ in endpoints():
        if "{" not in path:
            continue
        for value in filter(None, ODD):
            response = client.get(path.replace("{key}", value).replace("{code}", value))
            if response.status_code not in (200, 301, 404) or fault(response):
                wrong.append(f"{path} {value[:20]!r}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


ROUTES = pytest.mark.parametrize("route", sorted(name for name, door in PAGES.items() if "GET" in door.takes))


def opened(client, pairs, route):
    """The address of a page and what stands there; nothing where it is a file."""
    address = next(visit.address for visit in visits(pairs) if visit.route == route)
    answer = client.get(address)
    is_page = answer.headers["Content-Type"].startswith("text/html")
    return address, Page(address, answer.content.decode() if is_page else "")


@ROUTES
def test_every_page_asked_everything_at_once(pairs, client_of, route):
    client = client_of(ASKED_AS)
    address, page = opened(client, pairs, route)
    names = {"date", "page", "q"} | page.parameters()
    assert not faults(client, address, (dict.fromkeys(names, value) for value in ODDEST))


@pytest.mark.long
@ROUTES
def test_every_parameter_of_every_page(pairs, client_of, route):
    client, wrong = client_of(ASKED_AS), []
    address, page = opened(client, pairs, route)
    asked = page.parameters()
    for name in sorted({"date", "page", "q"} | asked):
        values = ODD if name in asked - page.choices else ODDEST
        wrong += faults(client, address, ({name: value} for value in values))
    assert not wrong, "\n".join(wrong)


@pytest.mark.long
def test_an_answer_never_repeats_markup(pairs, client_of):
    client = client_of(ASKED_AS)
    for visit in visits(pairs):
        response = client.get(visit.address, {"q": "<script>alert(1)</script>", "date": "<script>alert(1)</script>"})
        assert b"<script>alert(1)" not in response.content or visit.route in API, visit.address
