"""Which letters an account sees: those of its units and the units below them, and its own digests."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from portal.core.models import Delivery, Letter, User
from portal.core.opaque import opaque, row_of
from portal.core.scoping import Scope

_LETTER, _DELIVERY = "core.letter", "core.delivery"


def within(scope: Scope, account: User) -> QuerySet[Letter]:
    """The letters that `account` sees; those of all units for the city, somebody else's digest for nobody."""
    units = Q(unit__isnull=False) if scope.city_wide else Q(unit__in=scope.unit_ids)
    return Letter.objects.filter(units | Q(account=account))


def key_of(letter: Letter) -> str:
    """How a letter is named in an address."""
    return opaque(_LETTER, letter.pk)


def find(key: str, scope: Scope, account: User) -> Letter | None:
    """The letter of an address, None where there is none that the account sees."""
    return within(scope, account).select_related("unit").filter(pk=row_of(_LETTER, key) or 0).first()


def key_of_delivery(delivery: Delivery) -> str:
    """How a delivery is named in a form."""
    return opaque(_DELIVERY, delivery.pk)


def find_delivery(letter: Letter, key: str) -> Delivery | None:
    """The delivery of a letter that a form names."""
    return letter.deliveries.filter(pk=row_of(_DELIVERY, key) or 0).first()
