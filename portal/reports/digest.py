"""The daily letter of what there is to do (每日待办): to each account that wants it, on days on which something waits.

It says counts and links, never a name of a person, and shows the groups of the page 待办 (`portal.core.todo`). Only
the rows are written here; deliveries are sent with the other letters. A day that was missed loses nothing: what still
waits stands in the next letter.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string

from portal.core import audit, deliveries, mail, todo
from portal.core.indicators import Places
from portal.core.models import Delivery, Letter, Unit, User
from portal.core.opaque import opaque
from portal.core.scoping import Scope, scope_of
from portal.core.templatetags.ui import cnday, thousands


@dataclass(frozen=True)
class Digest:
    """What one account is told of one day."""

    day: datetime.date
    place: str
    groups: Sequence[todo.Group]

    @property
    def kinds(self) -> int:
        """How many kinds of things wait."""
        return sum(len(group.items) for group in self.groups)

    @property
    def pressing(self) -> int:
        """How many kinds are pressing."""
        return sum(item.pressing for group in self.groups for item in group.items)

    @property
    def public(self) -> str:
        """What stands before every address."""
        return str(settings.PUBLIC_URL)

    @property
    def subject(self) -> str:
        """Place, how many kinds, how many of them pressing: 南山区 待办 9 类，其中紧要 3 类（11月25日）."""
        pressing = f"，其中紧要 {thousands(self.pressing)} 类" if self.pressing else ""
        place = f"{mail.one_line(self.place)[:100]} " if self.place else ""
        return f"{place}待办 {thousands(self.kinds)} 类{pressing}（{cnday(self.day)}）"


def plan_digests(day: datetime.date) -> int:
    """Write the digests of `day` that are not yet written; how many are new. May run again and side by side."""
    places = Places(day)
    return sum(_plan(account, day, places) for account in _waiting(day))


def _waiting(day: datetime.date) -> list[User]:
    """The accounts that want the letter, can get it, and have none of this day."""
    written = Letter.objects.filter(kind=Letter.Kind.DIGEST, day=day, account=OuterRef("pk"))
    wanted = User.objects.filter(~Exists(written), is_active=True, wants_digest=True).exclude(email="")
    return list(wanted.order_by("pk"))


def _plan(account: User, day: datetime.date, places: Places) -> bool:
    scope = scope_of(account, day)
    groups = todo.groups(scope, day, account, places=places) if scope.can("see-registers") else []
    return bool(groups) and _write(account, Digest(day, _place(scope), groups))


def _place(scope: Scope) -> str:
    """The unit that the account works for; a secretary's letter names none."""
    unit = Unit.objects.filter(pk=scope.home_unit_id or 0).first()
    return unit.name if unit else ""


@transaction.atomic
def _write(account: User, digest: Digest) -> bool:
    """The letter and its delivery, unless another process was first."""
    context = {"digest": digest}
    letter, is_new = Letter.objects.get_or_create(
        kind=Letter.Kind.DIGEST,
        day=digest.day,
        account=account,
        defaults={
            "subject": digest.subject,
            "text": _tidy(render_to_string("letters/digest.txt", context)),
            "html": render_to_string("letters/digest.html", context),
        },
    )
    if is_new:
        Delivery.objects.bulk_create(deliveries.plan(letter, [(account.email, message_id(account, digest.day))]))
        audit.record(actor=None, action="写每日待办邮件", subject=account.username, detail={"day": str(digest.day)})
    return is_new


def message_id(account: User, day: datetime.date) -> str:
    """The fixed Message-ID of an account's digest of a day."""
    return f"<digest-{day.isoformat()}-{opaque('core.user', account.pk)}@{mail.domain()[:60]}>"


def _tidy(text: str) -> str:
    """Without the empty lines that a template leaves behind."""
    lines = [line.strip() for line in text.splitlines()]
    return "\n".join(line for line in lines if line) + "\n"
