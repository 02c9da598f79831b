"""A mail server that behaves as it is told, and remembers what was handed to it."""

from __future__ import annotations

import asyncio
import email
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.controller import Controller

from tests.drills.processes import free_port


@dataclass
class Post:
    """What came in, and how the server behaves: seconds it takes for a letter, and what it does to recipients.

    `manners` by recipient: "refuse" (550), "cut" (the connection breaks after the text, once).  `grey`: everybody is
    told once to come again later. `received` are (recipient, message id), `asked` counts attempts by recipient.
    """

    seconds: float = 0.0
    grey: bool = False
    manners: dict[str, str] = field(default_factory=dict)
    received: list[tuple[str, str]] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    last: float = 0.0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """Whether a recipient is taken."""
        self.asked[address] += 1
        if self.manners.get(address) == "refuse":
            return "550 no such mailbox"
        if self.grey and self.asked[address] == 1:
            return "451 greylisted, come again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """A letter came."""
        await asyncio.sleep(self.seconds)
        message = email.message_from_bytes(envelope.content)
        self.received += [(address, str(message["Message-ID"])) for address in envelope.rcpt_tos]
        self.last = time.monotonic()
        cut = [address for address in envelope.rcpt_tos if self.manners.get(address) == "cut"]
        if cut:
            del self.manners[cut[0]]
            server.transport.abort()
        return "250 OK"

    def twice(self) -> dict[str, set[str]]:
        """Recipients that got more than one letter, with the message ids."""
        ids: dict[str, list[str]] = {}
        for address, message_id in self.received:
            ids.setdefault(address, []).append(message_id)
        return {address: set(found) for address, found in ids.items() if len(found) > 1}


@contextmanager
def serve(post: Post, port: int | None = None) -> Iterator[int]:
    """Serve at a port of this machine."""
    controller = Controller(post, hostname="127.0.0.1", port=port or free_port())
    controller.start()
    try:
        yield int(controller.port)
    finally:
        controller.stop()
