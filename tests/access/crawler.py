"""Walks along addresses, and along every link and every filter form that the pages offer."""

from __future__ import annotations

import re
from collections import Counter, deque
from functools import cache
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from tests.access.canaries import MARK, found_in

#: addresses of one kind (route, register, names of the parameters) are much alike; so many links to each are followed
_ENOUGH = 1
#: addresses with more parameters only combine what was seen alone
_PARAMETERS = 1
_LEAVES = {"sign-out"}


#: the tags of a page that lead somewhere, and their attributes; pages escape what could be mistaken for either
_TAG = re.compile(r"<(/?)(a|form|select|option|input|button)\b([^>]*)>")
_ATTRIBUTE = re.compile(r'([\w-]+)(?:="([^"]*)")?')


class Page:
    """The links of a page, and its forms that only ask (method GET) with every choice they offer."""

    def __init__(self, address: str, html: str) -> None:
        self.address = address
        self.links: list[str] = []
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        #: the parameters for which a form offers choices
        self.choices: set[str] = set()
        self._form: tuple[str, list[tuple[str, str]]] | None = None
        self._select = ""
        for closes, tag, attributes in _TAG.findall(html):
            if not closes:
                self._meet(tag, {name: unescape(value) for name, value in _ATTRIBUTE.findall(attributes)})
            elif tag == "form":
                self._form = None

    def _meet(self, tag: str, said: dict[str, str]) -> None:
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form":
            self._form = (said.get("action", ""), []) if said.get("method", "get").lower() == "get" else None
            if self._form:
                self.forms.append(self._form)
        elif tag == "select":
            self._select = said.get("name", "")
        elif self._form and tag == "option" and self._select:
            self.choices.add(self._select)
            self._form[1].append((self._select, said.get("value", "")))
        elif self._form and tag in ("input", "button") and said.get("name"):
            self._form[1].append((said["name"], said.get("value", "")))

    def parameters(self) -> set[str]:
        """The names of the parameters that the page asks for in forms and links that lead to itself."""
        path = urlsplit(self.address).path
        links = [urlsplit(urljoin(self.address, link)) for link in self.links]
        linked = {name for link in links if link.path == path for name, _ in parse_qsl(link.query)}
        own = (fields for action, fields in self.forms if urljoin(path, action) == path)
        return linked | {name for fields in own for name, _ in fields}

    def leads_to(self, words: str) -> set[str]:
        """Where it leads: its links, its filter forms with each single choice, its search with `words`."""
        path = urlsplit(self.address).path
        asked = {
            f"{urljoin(path, action)}?{urlencode({name: words if name == 'q' else value})}"
            for action, fields in self.forms
            for name, value in fields
        }
        return asked | {urljoin(self.address, link) for link in self.links}


class Walk:
    """What one account was answered: by address the status, and the canaries that the answer held."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.statuses: dict[str, int] = {}
        self.canaries: dict[str, set[str]] = {}
        self.linked: set[str] = set()
        self._kinds: Counter[tuple[str, ...]] = Counter()
        self._waiting: deque[str] = deque()

    def ask(self, address: str) -> Page | None:
        """Open an address; the page, if it is one."""
        response = self.client.get(address)
        self.statuses[address] = response.status_code
        self.canaries[address] = found_in(response)
        if response.streaming or not response.headers.get("Content-Type", "").startswith("text/html"):
            return None
        page = Page(address, response.content.decode())
        if response.status_code < 400:
            self._waiting += sorted(page.leads_to(MARK))
        return page

    def follow(self) -> None:
        """Go where the pages lead until nothing new is left; each kind of address once, known ones for nothing."""
        while self._waiting:
            parts = urlsplit(self._waiting.popleft())
            address = f"{parts.path}?{parts.query}" if parts.query else parts.path
            if parts.netloc or parts.scheme or address in self.linked:
                continue
            if address in self.statuses:
                self.linked.add(address)
            elif self._is_worth(parts):
                self.linked.add(address)
                self.ask(address)

    def _is_worth(self, parts: Any) -> bool:
        asked = sorted(name for name, _ in parse_qsl(parts.query))
        route, register = _route(parts.path)
        kind = (route, register, *asked)
        if not parts.path.startswith("/") or len(asked) > _PARAMETERS or route in _LEAVES:
            return False
        self._kinds[kind] += 1
        return self._kinds[kind] <= _ENOUGH

    def walls(self) -> list[tuple[str, int]]:
        """Links that lead to a refusal, and with which status."""
        return [(address, self.statuses[address]) for address in self.linked if self.statuses[address] >= 400]


@cache
def _route(path: str) -> tuple[str, str]:
    """The name of the route that answers an address, and the register that the address names."""
    try:
        found = resolve(path)
    except Resolver404:
        return path, ""
    return found.view_name or path, str(found.kwargs.get("kind", ""))
