"""What a person asks of a letter: send it to me, send it again. Each is one audit entry."""

from __future__ import annotations

from django.db import transaction

from portal.core import audit, deliveries
from portal.core.models import Delivery, Letter, User
from portal.reports.letters.writing import message_id


def delivery_to(letter: Letter, recipient: str) -> Delivery:
    """A delivery of a letter to a recipient, not stored."""
    place = letter.unit.code if letter.unit else f"account-{letter.account_id}"
    return deliveries.plan(letter, [(recipient, message_id(letter.kind, letter.day.isoformat(), place, recipient))])[0]


@transaction.atomic
def to_me(letter: Letter, account: User) -> bool:
    """Send a letter to the account's own address; False while it is just being sent there."""
    there = letter.deliveries.filter(recipient__iexact=account.email).first()
    if there is None:
        delivery_to(letter, account.email).save()
    elif not deliveries.ask_again(there):
        return False
    audit.record(actor=account, action="信件发给自己", subject=_name(letter))
    return True


@transaction.atomic
def again(delivery: Delivery, account: User) -> bool:
    """Send a letter once more to a recipient; False while it is just being sent."""
    if not deliveries.ask_again(delivery):
        return False
    letter = delivery.letter
    audit.record(
        actor=account,
        action="再发信件",
        subject=_name(letter),
        detail={"recipient": delivery.recipient, "state": delivery.get_status_display()},
    )
    return True


def _name(letter: Letter) -> str:
    return f"{letter.day.isoformat()} {letter.unit.code if letter.unit else letter.get_kind_display()}"
