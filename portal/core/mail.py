"""The transport of mail: by SMTP to the server of `EMAIL_URL`, else one .eml file per letter under ``var/mail``.

SMTP is spoken step by step, because what may be done after a failure depends on the step: before the text was
handed over it is tried again, after it the letter may have arrived. A message is built anew for each attempt from
what is stored, with the same Message-ID, so that a letter which came twice is recognised as one.
"""

from __future__ import annotations

import contextlib
import os
import re
import smtplib
import ssl
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from portal.core.models import Delivery
from portal.core.validity import SHANGHAI

#: seconds that a server may take for one step, for taking the text, and for its answer to the text
STEP, TEXT, ANSWER = 20.0, 100.0, 100.0
_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_SEPARATORS = re.compile(r"[；;，,、\s]+")


class Unsent(Exception):
    """A letter was not sent; the message is a Chinese sentence with the server's words."""


class Later(Unsent):
    """Not now: the server did not take the text, or asked to come again (4xx)."""


class Down(Later):
    """The server itself does not answer or lets nobody in: no letter would get through."""


class Refused(Unsent):
    """The server will never take this letter for this recipient (5xx)."""


class Uncertain(Unsent):
    """The text was handed over and no answer came: the letter may have arrived."""


class Dropped(Exception):
    """Somebody else has the letter now: it was not handed over."""


# ── addresses and words of a head ───────────────────────────────────────────────────────────────────────────


def addresses(written: str) -> list[str]:
    """The addresses of a text that separates them by ；, each once whatever its case, in their order."""
    found: dict[str, str] = {}
    for part in filter(None, _SEPARATORS.split(written)):
        found.setdefault(part.lower(), part)
    return list(found.values())


def fault_of(address: str) -> str:
    """Why nothing can be sent to an address, as a Chinese sentence; empty where it can."""
    try:
        validate_email(address)
        address.encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        return "收件地址写法不对，请在单位的报告邮箱里改正。"
    return ""


def one_line(text: str) -> str:
    """Text fit for a head line: no breaks, no control characters, so that nothing can be added to the head."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def domain() -> str:
    """The host that message ids carry: the portal's own."""
    return urlsplit(settings.PUBLIC_URL).hostname or "localhost"


# ── the message ─────────────────────────────────────────────────────────────────────────────────────────────


def message_of(delivery: Delivery) -> EmailMessage:
    """The whole message of a delivery: text, the same as HTML, and the workbook."""
    letter = delivery.letter
    message = EmailMessage(policy=SMTP)
    message["Subject"] = one_line(letter.subject)
    message["From"] = one_line(settings.DEFAULT_FROM_EMAIL)
    message["To"] = one_line(delivery.recipient)
    message["Date"] = format_datetime(timezone.now().astimezone(SHANGHAI))
    message["Message-ID"] = delivery.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<{letter.kind.lower()}.{domain()}>"
    message.set_content(letter.text, cte="base64")
    if letter.html:
        message.add_alternative(letter.html, subtype="html", cte="base64")
    if letter.workbook:
        name = one_line(letter.workbook_name)
        message.add_attachment(bytes(letter.workbook), maintype=_XLSX[0], subtype=_XLSX[1], filename=name)
    return message


def send(delivery: Delivery, hold: Callable[[], bool]) -> None:
    """Send a letter to its recipient. `hold` is asked just before the text is handed over.

    Raises Later, Down, Refused, Uncertain, or Dropped where `hold` says that somebody else has it.
    """
    if fault := fault_of(delivery.recipient):
        raise Refused(fault)
    data = message_of(delivery).as_bytes()
    server = Server.configured()
    if server is None:
        _write(delivery, data, hold)
        return
    server.send(delivery.recipient, data, hold)


def _write(delivery: Delivery, data: bytes, hold: Callable[[], bool]) -> None:
    """One file per letter and recipient, whole or not at all; written twice it is the same file."""
    if not hold():
        raise Dropped
    folder = Path(settings.VAR_DIR) / "mail"
    half = folder / f".{uuid.uuid4().hex}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        half.touch(mode=0o600)
        half.write_bytes(data)
        os.replace(half, folder / file_name(delivery))
    except OSError as error:
        with contextlib.suppress(OSError):
            half.unlink(missing_ok=True)
        raise Down(f"邮件文件写不进 {folder}（{error.strerror}）。") from error


def file_name(delivery: Delivery) -> str:
    """The file of a letter to a recipient: its message id, without what a file name may not hold."""
    return re.sub(r"[^0-9A-Za-z.-]+", "_", delivery.message_id.strip("<>").split("@")[0]) + ".eml"


# ── SMTP ────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Server:
    """The mail server of `EMAIL_URL`."""

    host: str
    port: int
    user: str = ""
    password: str = ""
    ssl: bool = False
    starttls: bool = False

    @classmethod
    def configured(cls) -> Server | None:
        """The server of the settings, None where letters become files. Raises Down for an address that is none."""
        if not settings.EMAIL_URL:
            return None
        try:
            config = environ.Env.email_url_config(settings.EMAIL_URL)
        except (ImproperlyConfigured, ValueError):
            config = {}
        if not config.get("EMAIL_HOST"):
            raise Down("EMAIL_URL 无法识别，请写成 smtp+tls://用户:密码@服务器:587 的样子。")
        secure, starttls = bool(config.get("EMAIL_USE_SSL")), bool(config.get("EMAIL_USE_TLS"))
        return cls(
            host=config["EMAIL_HOST"],
            port=config["EMAIL_PORT"] or (465 if secure else 587 if starttls else 25),
            user=config.get("EMAIL_HOST_USER") or "",
            password=config.get("EMAIL_HOST_PASSWORD") or "",
            ssl=secure,
            starttls=starttls,
        )

    def send(self, recipient: str, data: bytes, hold: Callable[[], bool]) -> None:
        """Hand a message over for one recipient. Raises Later, Down, Refused, Uncertain, Dropped."""
        talk = self._enter()
        try:
            _greet(talk)
            _judge(*_ask(talk.rcpt, recipient))
            if not hold():
                raise Dropped
            _hand_over(talk, data)
        finally:
            _leave(talk)

    def answers(self) -> bool:
        """Whether the server lets us in now."""
        try:
            _leave(self._enter())
        except Down:
            return False
        return True

    def _enter(self) -> smtplib.SMTP:
        """Connect, encrypt, sign in. Raises Down."""
        talk: smtplib.SMTP | None = None
        try:
            secure = ssl.create_default_context()
            if self.ssl:
                talk = smtplib.SMTP_SSL(self.host, self.port, domain(), timeout=STEP, context=secure)
            else:
                talk = smtplib.SMTP(self.host, self.port, domain(), timeout=STEP)
            talk.ehlo_or_helo_if_needed()
            if self.starttls:
                talk.starttls(context=secure)
            if self.user:
                talk.login(self.user, self.password)
        except (OSError, smtplib.SMTPException, ValueError) as error:
            if talk is not None:
                talk.close()
            raise Down(f"邮件服务器 {self.host}:{self.port} 没有接通：{_words_of(error)}") from error
        return talk


def _ask(step: Callable[..., tuple[int, bytes]], address: str) -> tuple[int, bytes]:
    """One step before the text. Raises Later where the connection breaks."""
    try:
        return step(address)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise Later(f"邮件服务器中途断开：{_words_of(error)}") from error


def _greet(talk: smtplib.SMTP) -> None:
    """Name the sender. A server that does not like it refuses us, not the recipient: it is tried again."""
    code, answer = _ask(talk.mail, parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    if code != 250:
        raise Later(f"邮件服务器不接受发件地址：{code} {_decoded(answer)}")


def _judge(code: int, answer: bytes) -> None:
    if 200 <= code < 300:
        return
    words = f"{code} {_decoded(answer)}"
    if 500 <= code < 600:
        raise Refused(f"邮件服务器拒收：{words}")
    raise Later(f"邮件服务器要求稍后再试：{words}")


def _hand_over(talk: smtplib.SMTP, data: bytes) -> None:
    """The text and the answer to it. What breaks while it is written cannot have arrived, for its end is missing."""
    text = re.sub(rb"(?m)^\.", b"..", data)
    try:
        code, answer = talk.docmd("DATA")
        if code == 354:
            if talk.sock is not None:
                talk.sock.settimeout(TEXT)
            talk.send(text + (b"" if text.endswith(b"\r\n") else b"\r\n") + b".\r\n")
    except (OSError, smtplib.SMTPException) as error:
        raise Later(f"邮件服务器在收下正文之前断开：{_words_of(error)}") from error
    if code != 354:
        _judge(code if code >= 400 else 451, answer)
    try:
        if talk.sock is not None:
            talk.sock.settimeout(ANSWER)
        code, answer = talk.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise Uncertain(f"正文已交出，没有等到回执，可能已经送达：{_words_of(error)}") from error
    _judge(code, answer)


def _leave(talk: smtplib.SMTP) -> None:
    """Good manners only: whatever happens now changes nothing."""
    try:
        if talk.sock is not None:
            talk.sock.settimeout(2)
            talk.quit()
    except (OSError, smtplib.SMTPException):
        pass
    finally:
        talk.close()


def _words_of(error: Any) -> str:
    """What went wrong, in a few words."""
    if isinstance(error, TimeoutError) or "timed out" in str(error):
        return "等候超时"
    if isinstance(error, smtplib.SMTPServerDisconnected | ConnectionResetError | BrokenPipeError):
        return "连接中断"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{error.smtp_code} {_decoded(error.smtp_error)}"
    if isinstance(error, ConnectionRefusedError):
        return "拒绝连接"
    return one_line(str(error))[:200] or type(error).__name__


def _decoded(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return one_line(text)[:200]
