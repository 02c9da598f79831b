"""Letters on their way: claimed, sent, recorded, one delivery at a time, by any number of processes at once.

A claim is one UPDATE that names the state it expects, so of several processes one gets the delivery. Each result
is recorded by itself: whoever is slow or refuses delays nobody else. While a letter is on its way a heartbeat renews
the lease, however slow the server is. A process that dies leaves a lease that runs out; within two minutes its letter
is sent again with the same Message-ID, since a letter twice is better than none.
"""

from __future__ import annotations

import datetime
import logging
from collections.abc import Iterable
from threading import Lock

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from portal.core import leases, mail
from portal.core.models import Delivery, Letter

_log = logging.getLogger(__name__)
Status = Delivery.Status
#: minutes until the next attempt, after the first, second … failed one; the last holds on
WAITS = (1, 2, 4, 8, 16, 30)
#: about three days: a letter of last week is of no use to anybody
MOST_ATTEMPTS = 150
#: states from which a letter may be asked for again
AGAIN = (Status.WAITING, Status.SENT, Status.UNCERTAIN, Status.REFUSED)
#: how the reason begins of a letter that waits because the server itself was away
_AWAY = "［服务器］"


def wait_after(attempts: int) -> datetime.timedelta:
    """How long to wait after so many failed attempts: 1, 2, 4, 8, 16, then 30 minutes."""
    return datetime.timedelta(minutes=WAITS[min(attempts, len(WAITS)) - 1])


def plan(letter: Letter, recipients: Iterable[tuple[str, str]]) -> list[Delivery]:
    """Deliveries of a letter, not yet stored: (address, message id). What cannot be an address is refused at once."""
    found = []
    for address, message_id in recipients:
        fault = mail.fault_of(address)
        found.append(
            Delivery(
                letter=letter,
                recipient=mail.one_line(address)[:254],
                message_id=message_id,
                status=Status.REFUSED if fault else Status.WAITING,
                error=fault,
            )
        )
    return found


def send_due() -> int:
    """Send what is due now; how many went out. Ends early when the server itself is away."""
    _wake()
    sent = 0
    while (delivery := claim()) is not None:
        try:
            _send(delivery)
            sent += _record(delivery, status=Status.SENT, sent_at=timezone.now(), error="")
        except mail.Dropped:
            continue
        except mail.Unsent as failure:
            _failed(delivery, failure)
            if isinstance(failure, mail.Down):
                break
        except Exception:  # whatever is wrong with one letter, the others go out
            _log.exception("delivery %s", delivery.pk)
            _failed(delivery, mail.Later("这封信没有发成，原因见运行日志。"))
    return sent


def _send(delivery: Delivery) -> None:
    """Send a letter while its lease is kept. What is renewed is the lease that was written last: one at a time."""
    lock = Lock()

    def keep() -> bool:
        with lock:
            return hold(delivery)

    with leases.heartbeat(f"delivery {delivery.pk}", keep):
        mail.send(delivery, keep)


def ask_again(delivery: Delivery) -> bool:
    """Send a letter once more, now, under its own Message-ID; False while it is just being sent."""
    found = Delivery.objects.filter(pk=delivery.pk, status__in=AGAIN)
    return bool(found.update(status=Status.WAITING, attempts=0, next_try_at=timezone.now(), error="", lease_until=None))


def reason_of(delivery: Delivery) -> str:
    """Why a letter is not there yet, for a person to read."""
    return delivery.error.removeprefix(_AWAY)


# ── one delivery ────────────────────────────────────────────────────────────────────────────────────────────


def _free() -> QuerySet[Delivery]:
    """What is due and nobody holds: waiting, or left by a process whose lease ran out."""
    now = timezone.now()
    return Delivery.objects.filter(
        Q(status=Status.WAITING, next_try_at__lte=now) | Q(status=Status.SENDING, lease_until__lt=now)
    )


def claim() -> Delivery | None:
    """Take the next delivery that is due, first attempts first; None when there is none."""
    while (pk := _free().order_by("attempts", "next_try_at", "id").values_list("pk", flat=True).first()) is not None:
        lease = timezone.now() + leases.LEASE
        if _free().filter(pk=pk).update(status=Status.SENDING, lease_until=lease, attempts=F("attempts") + 1):
            return Delivery.objects.select_related("letter").get(pk=pk)
    return None


def _held(delivery: Delivery) -> QuerySet[Delivery]:
    """The delivery, while it is still ours: whoever takes it writes another lease."""
    return Delivery.objects.filter(pk=delivery.pk, status=Status.SENDING, lease_until=delivery.lease_until)


def hold(delivery: Delivery) -> bool:
    """Hold a delivery for a whole lease from now; False when somebody else has it."""
    lease = timezone.now() + leases.LEASE
    if not _held(delivery).update(lease_until=lease):
        return False
    delivery.lease_until = lease
    return True


def _record(delivery: Delivery, **values: object) -> int:
    return _held(delivery).update(lease_until=None, **values)


def _failed(delivery: Delivery, failure: mail.Unsent) -> None:
    """Record why a letter did not go out, and when it is tried again."""
    if isinstance(failure, mail.Uncertain):
        _record(delivery, status=Status.UNCERTAIN, error=str(failure))
    elif isinstance(failure, mail.Refused):
        _record(delivery, status=Status.REFUSED, error=str(failure))
    elif delivery.attempts >= MOST_ATTEMPTS:
        _record(delivery, status=Status.REFUSED, error=f"三天没有送到，不再重试。{failure}")
    else:
        reason = f"{_AWAY}{failure}" if isinstance(failure, mail.Down) else str(failure)
        again = timezone.now() + wait_after(delivery.attempts)
        _record(delivery, status=Status.WAITING, next_try_at=again, error=reason)


def _wake() -> None:
    """When the server is back, what waits because it was away is due at once."""
    waiting = Delivery.objects.filter(status=Status.WAITING, error__startswith=_AWAY, next_try_at__gt=timezone.now())
    if not waiting.exists():
        return
    try:
        server = mail.Server.configured()
    except mail.Down:
        return
    if server is None or server.answers():
        waiting.update(next_try_at=timezone.now())
