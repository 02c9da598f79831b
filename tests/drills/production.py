"""The services of docker-compose.yml, their very commands as processes on PostgreSQL and Redis: 正式部署的各项服务.

Web, worker and beat come up, the web server is ready and serves pages and packed static files, a night is kept and
its letters are written without anybody asking, a request is answered while Redis is away, and all end in time when
they are told to.
"""

from __future__ import annotations

import base64
import json
import os
import re
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import yaml

from tests.drills.installation import ROOT
from tests.drills.nights import query
from tests.drills.processes import (
    Check,
    Crew,
    Redis,
    can_run,
    crew,
    database,
    days_ago,
    eventually,
    free_port,
    letters_are_due,
    not_run,
)

HOST = "dangjian.example"


def services() -> dict[str, Any]:
    """The services of the compose file."""
    found: dict[str, Any] = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    return found


def environment(service: dict[str, Any], database_url: str, redis_url: str) -> dict[str, str]:
    """The environment of a service with the drill's secrets and servers in place of the compose file's."""
    secrets = {
        "SECRET_KEY": base64.b64encode(os.urandom(40)).decode(),
        "FIELD_KEYS": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "ALLOWED_HOSTS": HOST,
        "PUBLIC_URL": f"https://{HOST}",
        "POSTGRES_PASSWORD": "",
    }

    def put(found: re.Match[str]) -> str:
        return secrets.get(found[1]) or (found[2] or "").removeprefix(":-" if (found[2] or "").startswith(":-") else "")

    values = {
        name: re.sub(r"\$\{(\w+)((?::[-?])[^}]*)?\}", put, str(value)) for name, value in service["environment"].items()
    }
    return {**values, "DATABASE_URL": database_url, "REDIS_URL": redis_url}


def ask(port: int, path: str, **headers: str) -> tuple[int, bytes, Any]:
    """Status, body and head of a page as the reverse proxy would ask for it."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{path}", headers={"Host": HOST, "X-Forwarded-Proto": "https", **headers}
    )
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, error.read(), error.headers
    except OSError:
        return 0, b"", {}


def drill(folder: Path) -> int:
    """Everything at once; how many things went wrong."""
    if missing := can_run():
        return not_run(missing)
    check = Check()
    redis = Redis(folder)
    redis.start()
    try:
        with database() as url:
            values = environment(services()["web"], url, redis.url)
            port = free_port()
            with crew(folder, **values, PORT=str(port)) as portal:
                _live(check, portal, redis, port)
    finally:
        redis.kill()
    return check.faults


def _live(check: Check, portal: Crew, redis: Redis, port: int) -> None:
    made = services()
    portal.run(made["migrate"]["command"])
    portal.run("python manage.py collectstatic --noinput -v0")
    portal.run(f"python manage.py demo --orgs 120 --from {days_ago(10)} --to {days_ago(3)}")
    portal.start("web", made["web"]["command"].replace("0.0.0.0:8000", f"127.0.0.1:{port}"))
    took = eventually(lambda: ask(port, "/readyz")[0] == 200, 30, 0.2)
    check("web 就绪", took is not None, f"{took:.1f} 秒" if took else portal.said("web"))
    _pages(check, portal, port)
    for name in ("worker", "beat"):
        portal.start(name, made[name]["command"])
    kept = f"SELECT 1 FROM core_snapshot WHERE day = '{days_ago(1)}'"
    took = eventually(lambda: query(portal.environment["DATABASE_URL"], kept), 120)
    check("没有人发令，昨夜已存档", took is not None, f"{took:.0f} 秒" if took else portal.said("worker"))
    mails = portal.folder / "mail"
    took = eventually(lambda: mails.is_dir() and any(mails.glob("*.eml")), 120) if letters_are_due() else 0
    check("信件已写出", took is not None, portal.said("worker") if took is None else len(list(mails.glob("*.eml"))))
    _without_redis(check, portal, redis, port)
    for name in ("web", "worker", "beat"):
        check(f"{name} 仍在运行", portal.alive(name), "" if portal.alive(name) else portal.said(name))
        ended = portal.end(name)
        check(
            f"{name} 收到 SIGTERM 后结束", ended is not None, f"{ended:.1f} 秒" if ended is not None else "被强行结束"
        )


def _pages(check: Check, portal: Crew, port: int) -> None:
    status, page, head = ask(port, "/sign-in/")
    check("登录页", status == 200 and "社会组织党建工作平台".encode() in page, status)
    check("严格内容策略", "default-src 'none'" in (head.get("Content-Security-Policy") or ""))
    style = re.search(rb'href="(/static/css/base\.[0-9a-f]+\.css)"', page)
    status, _, head = ask(port, style[1].decode() if style else "/static/none", **{"Accept-Encoding": "gzip"})
    check("样式表已压缩、可长期缓存", status == 200 and head.get("Content-Encoding") == "gzip", status)
    check("别的域名被拒绝", ask(port, "/sign-in/", Host="evil.example")[0] == 400)
    portal.run("python -m portal.ready")


def _without_redis(check: Check, portal: Crew, redis: Redis, port: int) -> None:
    redis.kill()
    portal.run(
        f"python manage.py shell -v0 -c \"from portal.core import jobs; jobs.want('snapshot', ['{days_ago(70)}'])\""
    )
    begun = time.monotonic()
    status, _, _ = ask(port, "/sign-in/")
    told = json.loads(ask(port, "/readyz")[1])
    check("Redis 停掉时页面照常", status == 200 and told["database"], f"{time.monotonic() - begun:.1f} 秒")
    check("就绪检查说出队列不通", told["queue"] is False)
    redis.start()
    check("Redis 空着回来", eventually(lambda: json.loads(ask(port, "/readyz")[1])["queue"], 20) is not None)
    url = portal.environment["DATABASE_URL"]
    waiting = f"SELECT 1 FROM core_job WHERE key = '{days_ago(70)}' AND status = 'DONE'"
    took = eventually(lambda: query(url, waiting), 120)
    check("其间要做的事补做了", took is not None, f"{took:.0f} 秒" if took is not None else portal.said("worker"))
