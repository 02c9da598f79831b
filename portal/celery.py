"""Celery: `celery -A portal worker` and `celery -A portal beat`, with the broker of REDIS_URL.

Messages only wake; job rows are the truth. So a message is acknowledged before it is worked on, no result is kept,
and what a killed worker or an emptied Redis lost is found again by the next tick.
"""

from __future__ import annotations

import os
import sys

from celery import Celery, signals
from celery.schedules import crontab
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

#: seconds between two ticks
TICK = float(os.environ.get("TICK_SECONDS", "30"))

app = Celery("portal", broker=settings.REDIS_URL or None, include=["portal.reports.tasks"])
app.conf.update(
    timezone=settings.TIME_ZONE,
    task_ignore_result=True,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    beat_schedule_filename=str(settings.VAR_DIR / "celerybeat-schedule"),
    beat_schedule={
        "recompute-coverage": {
            "task": "portal.reports.tasks.recompute_coverage",
            "schedule": crontab(hour=1, minute=30),
        },
        "send-letters": {"task": "portal.reports.tasks.send_letters", "schedule": crontab(hour=6, minute=30)},
        # a tick that found no free worker is replaced by the next one
        "tick": {"task": "portal.reports.tasks.tick", "schedule": TICK, "options": {"expires": 0.8 * TICK}},
    },
)


@signals.celeryd_init.connect
@signals.beat_init.connect
def _need_a_broker(**_: object) -> None:
    if not settings.REDIS_URL:
        sys.exit("未设 REDIS_URL：不用 Redis 时由 python manage.py up 自己执行后台任务。")
