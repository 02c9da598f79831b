"""`up`: what `make up` runs: migrations, the demo city on the first run, then the portal and its nightly schedule."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import sys
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connections

from portal.core import console
from portal.reports.demo import city
from portal.reports.worker import Worker, interval


class Command(console.Command):
    """Starts the portal at HOST and PORT (default 127.0.0.1:8000); NO_DEMO=1 starts empty for real use."""

    help = "启动平台;首次启动先建演示城市(NO_DEMO=1 则不建)"

    def handle(self, **options: Any) -> None:
        """Serve until SIGTERM or SIGINT."""
        host, port = where()
        # the address is taken before anything is written: a second start ends here
        listening = _listen(host, port)
        address = f"http://{f'[{host}]' if ':' in host else host}:{port}"
        seconds = interval()
        call_command("migrate", verbosity=0, interactive=False)
        self._fill(address)
        connections.close_all()
        worker = None if settings.REDIS_URL else Worker(seconds)
        self.stdout.write(f"平台已启动:{address}(按 Ctrl+C 停止)")
        if worker is None:
            self.stdout.write("后台任务由 Redis 分发，另请运行 celery -A portal worker 与 celery -A portal beat。")
        self.stdout.flush()
        try:
            _serve(listening, worker)
        finally:
            if worker:
                worker.stop()
        self.stdout.write("平台已停止。")

    def _fill(self, address: str) -> None:
        """The demo city into an empty database; days that an interrupted start left are kept by the worker."""
        if not city.is_empty():
            return
        if os.environ.get("NO_DEMO") == "1":
            self.stdout.write(
                "数据库是空的:先用 python manage.py import_file units 导入单位名录,"
                "再用 grant 建立账号,然后登录导入名册和台账。"
            )
        else:
            self.stdout.write("首次启动,正在建立演示城市,约需半分钟……")
            self.stdout.flush()
            call_command("demo", stdout=self.stdout, address=address)


def where() -> tuple[str, int]:
    """HOST and PORT. Raises ImproperlyConfigured where they cannot be served."""
    host, port = os.environ.get("HOST", "127.0.0.1"), os.environ.get("PORT", "8000")
    if not port.isdecimal() or not 0 < int(port) < 65536:
        raise ImproperlyConfigured(f"PORT 须为 1 到 65535 的数字,现为“{port}”。")
    if settings.MODE == "local" and not _is_loopback(host) and all(map(_is_loopback, settings.ALLOWED_HOSTS)):
        raise ImproperlyConfigured(f"HOST={host} 会对外开放,须先用 ALLOWED_HOSTS 写明可用的域名或地址。")
    return host, int(port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def _listen(host: str, port: int) -> socket.socket:
    try:
        family, kind, _, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listening = socket.socket(family, kind)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(place)
        listening.listen(128)
    except OSError as error:
        raise CommandError(
            f"不能使用 {host}:{port}({error.strerror});该端口可能已被占用,可用 PORT= 换一个。",
            returncode=console.CANNOT_RUN,
        ) from error
    return listening


def _serve(listening: socket.socket, worker: Worker | None) -> None:
    """Serve until a signal, the worker beside it; requests under way are finished."""
    import waitress

    from portal.wsgi import application

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    server = waitress.create_server(application, sockets=[listening], threads=8, ident="")
    if worker:
        worker.start()
    server.run()
    server.close()
