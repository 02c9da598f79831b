"""All forms by register."""

from __future__ import annotations

from portal.desk.forms import (
    commitments,
    elections,
    organizations,
    outreach,
    parties,
    people,
    places,
    plans,
    registry,
    sites,
    training,
)
from portal.desk.forms.shape import Form

FORMS: dict[str, Form] = {
    form.kind: form
    for form in (
        *places.FORMS,
        *plans.FORMS,
        *organizations.FORMS,
        *parties.FORMS,
        *elections.FORMS,
        *people.FORMS,
        *training.FORMS,
        *registry.FORMS,
        *commitments.FORMS,
        *sites.FORMS,
        *outreach.FORMS,
    )
}


def form_of(slug: str) -> Form | None:
    """The form of the register that an address names."""
    return FORMS.get(slug.replace("-", "_")) if "_" not in slug else None
