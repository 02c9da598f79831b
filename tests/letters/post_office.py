"""A mail server on this machine that behaves as it is told, recipient by recipient."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class PostOffice:
    """Takes letters. `behaves[address]` is refuse, greylist (the first time), hang, full (refused after the text) or
    cut (the letter is taken and the line cut before the answer)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.behaves: dict[str, str] = {}
        self.got: list[tuple[str, EmailMessage]] = []
        self.asked: list[str] = []

    @property
    def url(self) -> str:
        """What EMAIL_URL says."""
        return f"smtp://127.0.0.1:{self.port}"

    def to(self, address: str) -> list[EmailMessage]:
        """The letters that came for somebody."""
        return [message for recipient, message in self.got if recipient == address]

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        """The recipient."""
        first = address not in self.asked
        self.asked.append(address)
        how = self.behaves.get(address)
        if how == "refuse":
            return "550 5.1.1 no such user"
        if how == "greylist" and first:
            return "451 4.7.1 greylisted, come again"
        if how == "hang":
            await asyncio.sleep(3)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        """The text."""
        [address] = envelope.rcpt_tos
        how = self.behaves.get(address)
        if how == "full":
            return "552 5.2.2 mailbox full"
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append((address, message))
        if how == "cut":
            server.transport.abort()
        return "250 OK"


@contextmanager
def opened(office: PostOffice) -> Iterator[PostOffice]:
    """The office while it is open."""
    controller = Controller(office, hostname="127.0.0.1", port=office.port)
    controller.start()
    try:
        yield office
    finally:
        controller.stop()


@contextmanager
def scripted(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says by hand what `talk` says to its one visitor; its EMAIL_URL."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        visitor, _ = listener.accept()
        with visitor:
            visitor.settimeout(5)
            talk(visitor)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"smtp://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        thread.join(5)
        listener.close()


def until_data(visitor: socket.socket, answer: bytes = b"354 go on\r\n") -> None:
    """The usual words up to DATA, and the answer to that."""
    visitor.sendall(b"220 here\r\n")
    for reply in (b"250 here\r\n", b"250 sender\r\n", b"250 recipient\r\n", answer):
        _line(visitor)
        visitor.sendall(reply)


def _line(visitor: socket.socket) -> bytes:
    found = b""
    while not found.endswith(b"\n") and (part := visitor.recv(1)):
        found += part
    return found
