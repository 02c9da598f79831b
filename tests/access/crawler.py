"""Walks a signed-in browser along every link and every filter form that the pages offer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

#: addresses of one kind (route and names of the parameters) are much alike; so many of each are opened
_ENOUGH = 2
#: addresses with more parameters only combine what was seen alone
_PARAMETERS = 1
_LEAVES = {"sign-out"}


class _Page(HTMLParser):
    """The links of a page, and its forms that only ask (method GET) with every choice they offer."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self._form: tuple[str, list[tuple[str, str]]] | None = None
        self._select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Collect."""
        said = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form":
            self._form = (said.get("action", ""), []) if said.get("method", "get").lower() == "get" else None
            if self._form:
                self.forms.append(self._form)
        elif tag == "select":
            self._select = said.get("name", "")
        elif self._form and tag == "option" and self._select:
            self._form[1].append((self._select, said.get("value", "")))
        elif self._form and tag in ("input", "button") and said.get("name"):
            self._form[1].append((said["name"], said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        """Leave a form."""
        if tag == "form":
            self._form = None


def parameters_of(address: str, html: str) -> set[str]:
    """The names of the parameters that a page asks for in its forms and in its links to itself."""
    page = _Page(html)
    links = [urlsplit(urljoin(address, link)) for link in page.links]
    linked = {name for link in links if link.path == address for name, _ in parse_qsl(link.query)}
    return linked | {name for _, fields in page.forms for name, _ in fields}


def _addresses(base: str, html: str, words: str) -> Iterator[str]:
    """Where a page leads: its links, its filter forms with each single choice, its search with `words`."""
    page = _Page(html)
    for link in page.links:
        yield urljoin(base, link)
    for action, fields in page.forms:
        for name, value in fields:
            yield f"{urljoin(base, action)}?{urlencode({name: words if name == 'q' else value})}"


def crawl(client: Client, starts: list[str], words: str) -> Iterator[tuple[str, Any]]:
    """Every address reached and its response; each address once, each kind of address a few times."""
    seen: set[str] = set()
    kinds: Counter[tuple[str, ...]] = Counter()
    waiting = list(starts)
    while waiting:
        address = waiting.pop(0)
        parts = urlsplit(address)
        if parts.netloc or parts.scheme or address in seen or not parts.path.startswith("/"):
            continue
        seen.add(address)
        asked = sorted(name for name, _ in parse_qsl(parts.query))
        if len(asked) > _PARAMETERS:
            continue
        kind = (_route(parts.path), *asked)
        kinds[kind] += 1
        if kind[0] in _LEAVES or (kinds[kind] > _ENOUGH and address not in starts):
            continue
        where = f"{parts.path}?{parts.query}" if parts.query else parts.path
        response = client.get(where)
        yield where, response
        if response.headers.get("Content-Type", "").startswith("text/html") and not response.streaming:
            waiting += _addresses(where, response.content.decode(), words)


def _route(path: str) -> str:
    try:
        return resolve(path).view_name or path
    except Resolver404:
        return path
