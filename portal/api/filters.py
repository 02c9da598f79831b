"""What filters of the registers share. What is asked of a day holds on the day of `?date=`."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Choices, Q
from django_filters import rest_framework as filters
from rest_framework.exceptions import ValidationError

from branches.models import PartyOrganizationState
from orgs.models import OrganizationState, ResponsibleSpan
from portal.api.registers import Rows
from portal.core.models import District
from portal.core.validity import active_on


def text(method: str | None = None, *, about: str, field: str | None = None) -> filters.CharFilter:
    """A parameter of at most 100 characters."""
    return filters.CharFilter(field_name=field, method=method, label=about, max_length=100)


def word(choices: type[Choices], *, about: str, field: str | None = None) -> filters.ChoiceFilter:
    """A parameter that takes the Chinese words of a choice."""
    labels = [(label, label) for label in choices.labels]
    values = {str(label): value for value, label in choices.choices}

    def chosen(rows: Rows, name: str, value: str) -> Rows:
        return rows.filter(**{name: values[value]})

    return filters.ChoiceFilter(field_name=field, method=chosen, choices=labels, label=about)


def year_of(field: str, *, about: str) -> filters.NumberFilter:
    """A parameter that takes the year of a day."""
    return filters.NumberFilter(field_name=field, lookup_expr="year", min_value=1900, max_value=9998, label=about)


def of_organization(key: str, prefix: str = "organization__") -> Q:
    """Rows of the organization with this credit code, registration number or id of an address."""
    return (
        Q(**{f"{prefix}credit_code": key})
        | Q(**{f"{prefix}registration_number": key})
        | Q(**{f"{prefix}opaque_id": key})
    )


class RegisterFilter(filters.FilterSet):
    """What all filters share."""

    @property
    def view(self) -> Any:
        """The endpoint that is asked: it knows the day and the units of the day."""
        return self.request.parser_context["view"]

    def units(self, code: str) -> frozenset[int]:
        """The unit of this code and those below it. Raises ValidationError."""
        tree = self.view.tree
        if code not in tree.by_code:
            raise ValidationError({"unit": f"没有编码为“{code}”的单位。"})
        return tree.below(tree.by_code[code].id)

    def district_row(self, code: str) -> int:
        """The row of the district of this code. Raises ValidationError."""
        row = District.objects.filter(code=code).values_list("pk", flat=True).first()
        if row is None:
            raise ValidationError({"district": f"没有编码为“{code}”的行政区。"})
        return row


class DatedFilter(RegisterFilter):
    """Rows with a life: `date` leaves those that hold on that day."""

    start, end = "valid_from", "valid_to"

    date = filters.DateFilter(method="on_day", label="所问之日,默认今天;给出时只列当日有效的")

    def on_day(self, rows: Rows, name: str, value: datetime.date) -> Rows:
        """Rows that hold on the day; an empty start means "always was"."""
        begun = Q(**{f"{self.start}__isnull": True}) | Q(**{f"{self.start}__lte": value})
        return rows.filter(begun, Q(**{f"{self.end}__isnull": True}) | Q(**{f"{self.end}__gt": value}))


class OfOrganization(RegisterFilter):
    """Rows that hang on an organization."""

    organization = text("of_one", about="统一社会信用代码、登记证号或地址中的标识")
    unit = text("answered_by", about="党建责任单位编码:该单位及其下级负责的社会组织")
    district = text("in_district", about="社会组织的行政区编码")

    def of_one(self, rows: Rows, name: str, value: str) -> Rows:
        """By organization."""
        return rows.filter(of_organization(value))

    def answered_by(self, rows: Rows, name: str, value: str) -> Rows:
        """By the organization's responsible unit."""
        spans = ResponsibleSpan.objects.filter(active_on(self.view.day), unit_id__in=self.units(value))
        return rows.filter(organization_id__in=spans.values("organization_id"))

    def in_district(self, rows: Rows, name: str, value: str) -> Rows:
        """By the organization's recorded district."""
        row = self.district_row(value)
        states = OrganizationState.objects.filter(active_on(self.view.day), district_id=row)
        return rows.filter(organization_id__in=states.values("organization_id"))


class OfPartyOrganization(RegisterFilter):
    """Rows that hang on a party organization."""

    party_organization = text(field="party_organization__code", about="党组织编码")
    unit = text("supervised_by", about="主管单位编码:该单位及其下级主管的党组织")

    def supervised_by(self, rows: Rows, name: str, value: str) -> Rows:
        """By the party organization's supervising unit."""
        states = PartyOrganizationState.objects.filter(
            active_on(self.view.day), supervising_unit_id__in=self.units(value)
        )
        return rows.filter(party_organization_id__in=states.values("party_organization_id"))
