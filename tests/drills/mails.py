"""Four schedulers at once and a mail server that is away, slow, greylisting, refusing, cut after the text: 发信.

Each recipient gets one letter; who refuses or is slow delays nobody; what was cut after its text is shown as
uncertain and is sent again only on request, under the same Message-ID; when the server is back, all is delivered.
"""

from __future__ import annotations

import time
from pathlib import Path

from tests.drills.mailserver import Post, serve
from tests.drills.nights import query
from tests.drills.processes import (
    Check,
    Crew,
    can_run,
    crew,
    database,
    days_ago,
    eventually,
    free_port,
    not_run,
)

REFUSED, CUT = "ft@dangjian.example", "ns@dangjian.example"
SCHEDULERS = 4
AGAIN = (
    "from portal.core import deliveries; from portal.core.models import Delivery; "
    f"assert deliveries.ask_again(Delivery.objects.get(recipient='{CUT}'))"
)


def drill(folder: Path) -> int:
    """The whole way of one night's letters; how many things went wrong."""
    if missing := can_run():
        return not_run(missing)
    check, port = Check(), free_port()
    with database() as url:
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{port}", "TICK_SECONDS": "1"}
        with crew(folder, DATABASE_URL=url, REDIS_URL="", **mail) as portal:
            portal.run("python manage.py migrate -v0")
            portal.run(f"python manage.py demo --orgs 120 --from {days_ago(10)} --to {days_ago(0)}")
            _away(check, portal, url)
            _back(check, portal, url, port)
    return check.faults


def _states(url: str) -> dict[str, int]:
    return dict(query(url, "SELECT status, COUNT(*) FROM core_delivery GROUP BY 1"))


def _away(check: Check, portal: Crew, url: str) -> None:
    """Nobody listens at the port: letters wait, none is lost, none is there twice."""
    portal.run(f"python manage.py nightly --date {days_ago(1)}")
    for number in range(SCHEDULERS):
        portal.start(f"scheduler-{number}", "python -m portal.reports.worker")
    time.sleep(8)
    states = _states(url)
    check("服务器不通：信都在等", set(states) <= {"WAITING", "SENDING"} and sum(states.values()) > 5, states)
    units = query(url, "SELECT COUNT(*), COUNT(DISTINCT unit_id) FROM core_letter WHERE kind = 'NIGHT'")[0]
    check("四个调度同时，每单位一封", units[0] == units[1], units)


def _back(check: Check, portal: Crew, url: str, port: int) -> None:
    """The server is back, slow, greylisting everybody once, refusing one, breaking off after the text of another."""
    total = sum(_states(url).values())
    post = Post(seconds=1.0, grey=True, manners={REFUSED: "refuse", CUT: "cut"})
    with serve(post, port):
        took = eventually(lambda: _states(url).get("SENT", 0) == total - 2, 240)
        check("恢复后全部送达", took is not None, f"{took:.0f} 秒" if took is not None else _states(url))
        twice = post.twice()
        check("每位收件人一封", not twice and len({a for a, _ in post.received}) == total - 1, twice)
        states = _states(url)
        check("拒收的、不确定的各自标明", (states.get("REFUSED"), states.get("UNCERTAIN")) == (1, 1), states)
        why = query(url, "SELECT error FROM core_delivery WHERE status = 'REFUSED'")[0][0]
        check("拒收写明服务器的话", "550" in why, why)
        handed = len(post.received)
        time.sleep(5)
        check("不确定的不会自己再发", len(post.received) == handed)
        portal.run(f'python manage.py shell -v0 -c "{AGAIN}"')
        took = eventually(lambda: _states(url).get("SENT", 0) == total - 1, 60)
        check("应要求再发，同一个 Message-ID", took is not None and len(post.twice().get(CUT, ())) == 1, post.twice())
