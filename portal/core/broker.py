"""Whether the queue answers, where there is one."""

from __future__ import annotations

from django.conf import settings


def fault() -> str:
    """What is wrong with the Redis of REDIS_URL; empty where it answers, and where none is used."""
    if not settings.REDIS_URL:
        return ""
    import redis

    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as server:
            server.ping()
    except (redis.RedisError, ValueError) as error:
        return str(error) or type(error).__name__
    return ""
