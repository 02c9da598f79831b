"""The set evaluation and the plain rules agree on random histories: every indicator, grouping, reason and list."""

from __future__ import annotations

import datetime

import pytest
from django.db import transaction

from branches.models import CoveringLink, PartyOrganization
from branches.responsibility import recompute
from orgs.models import ResponsibleSpan
from portal.core import indicators, snapshots
from portal.core.indicators import Slice
from portal.core.models import District, Unit
from portal.core.units import UnitTree
from tests import plain
from tests.engine.chronicle import live_through
from tests.engine.conftest import ENOUGH, numbered
from tests.engine.histories import around, draw, turning
from tests.plain_sites import held_to_quota
from tests.plain_targets import target_of

pytestmark = pytest.mark.django_db
CODES = (
    "branch-coverage",
    "work-coverage",
    "formation-due",
    "secretary-training",
    "city-sites",
    "district-sites",
    "term-current",
    "gate-review",
    "direct-election",
    "legal-communities",
    "legal-schools",
    "plan-tasks",
)
COUNTS = ("eligible", "met", "excluded", "adjusted_eligible", "adjusted_met")


def _expected(code: str, sums: dict[str, plain.Sum], rules: plain.Plain, by: str, day: datetime.date) -> dict:
    return {
        group: (
            *(getattr(total, name) for name in COUNTS),
            dict(total.reasons),
            *target_of(rules, code, group if by == "unit" else "", day),
        )
        for group, total in held_to_quota(code, sums).items()
    }


def _of_rates(day: datetime.date, by: str, source: indicators.Source) -> dict[str, dict[str, tuple]]:
    found: dict[str, dict[str, tuple]] = {ind.code: {} for ind in indicators.chosen(None, by)}
    for rate in indicators.rates(day, by, source=source):
        counts = (*(getattr(rate, name) for name in COUNTS), dict(rate.reasons))
        found[rate.indicator][rate.group] = (*counts, rate.target, rate.due_on)
    return found


def _listed(code: str, day: datetime.date, part: Slice, source: indicators.Source) -> list[tuple]:
    found = indicators.explain(indicators.indicator(code), day, part, source=source)
    return [(s.id, s.status, s.reason, s.unit, s.district, s.strictly_met) for s in found]


def _expected_list(verdicts: list[plain.Verdict]) -> list[tuple]:
    units = dict(Unit.objects.values_list("pk", "code"))
    districts = dict(District.objects.values_list("pk", "code"))
    return [
        (v.id, v.status, v.reason, units.get(v.unit_id), districts.get(v.district_id), v.met)
        for v in sorted(verdicts, key=lambda v: v.id)
    ]


def _agree(day: datetime.date, source: indicators.Source = indicators.live) -> None:
    """Every figure with its target, list and length of a list on this day is what the plain rules say."""
    rules = plain.Plain()
    verdicts = {code: rules.verdicts(code, day) for code in CODES}
    for by in indicators.GROUPINGS:
        offered = [code for code in CODES if by in indicators.indicator(code).groupings]
        sums = {code: rules.groups(verdicts[code], by, day) for code in offered}
        wanted = {code: _expected(code, sums[code], rules, by, day) for code in offered}
        assert _of_rates(day, by, source) == wanted, (by, day)
    for code in CODES:
        assert _listed(code, day, Slice(), source) == _expected_list(verdicts[code]), (code, day)
        for status in indicators.STATUSES:
            length = sum(verdict.status == status for verdict in verdicts[code])
            part = Slice(status=status)
            assert indicators.count(indicators.indicator(code), day, part, source=source) == length, (code, status)


@numbered(45)
def test_set_equals_plain(history):
    for on in sorted({around(history.dice), *turning(history, 3)}):
        _agree(on)


@numbered(60)
def test_article_1_equals_plain(history):
    day, rules = around(history.dice), plain.Plain()
    spans = [s for s in ResponsibleSpan.objects.all() if s.holds_on(day)]
    assert {s.organization_id: (s.unit_id, s.basis, s.rule_unit_id) for s in spans} == {
        pk: rules.responsible(pk, day) for pk in rules.organizations
    }


@numbered(20)
def test_stored_equals_plain(history):
    """Days are kept in any order; each then says what the plain rules say of it."""
    days = around(history.dice), *turning(history, 1)
    for day in days:
        snapshots.keep([day])
    for day in days:
        _agree(day, indicators.stored)


@numbered(25)
def test_partitions_account_for_the_city(history):
    """Directly answered + unresolved = city; districts + 未填 = city; a figure is as long as its list."""
    day = around(history.dice)
    tree = UnitTree.on(day)
    for code in CODES:
        ind = indicators.indicator(code)
        city = indicators.rates(day, "city", [code])[0].eligible
        listed = indicators.count(ind, day)
        assert city == (ind.quota(day) if ind.quota else listed)
        direct = sum(indicators.count(ind, day, Slice(units=frozenset({unit.id}))) for unit in tree)
        assert direct + indicators.count(ind, day, Slice(unresolved=True)) == listed
        for by in set(ind.groupings) - {"unit"}:
            assert sum(rate.eligible for rate in indicators.rates(day, by, [code])) == city, by
        for rate in indicators.rates(day, "unit", [code]) if indicators.offered(ind, "unit") else ():
            below = Slice(units=tree.below(tree.by_code[rate.group].id))
            assert rate.eligible == len(indicators.explain(ind, day, below))


@numbered(25)
def test_a_unit_is_the_sum_of_its_parts(history):
    day = around(history.dice)
    tree = UnitTree.on(day)
    for code in (one.code for one in indicators.chosen(None, "unit")):
        ind = indicators.indicator(code)
        rates = {rate.group: rate for rate in indicators.rates(day, "unit", [code])}
        for unit in tree.listed():
            parts = [Slice(units=frozenset({unit.id}))]
            parts += [Slice(units=tree.below(other.id)) for other in tree if other.parent_id == unit.id]
            assert rates[unit.code].eligible == sum(indicators.count(ind, day, part) for part in parts)


def _spans() -> list[tuple]:
    names = ("organization_id", "valid_from", "valid_to", "unit_id", "rule_unit_id", "basis")
    return sorted(ResponsibleSpan.objects.values_list(*names), key=str)


@numbered(25)
def test_incremental_recompute_equals_full(history):
    assert recompute() == 0
    party = history.dice.choice(PartyOrganization.objects.everyone().order_by("pk"))
    party.dissolved_on = max(history.dice.day(), party.approved_on)
    party.save()
    touched = CoveringLink.objects.everyone().filter(party_organization=party)
    recompute(set(touched.values_list("organization_id", flat=True)))
    incremental = _spans()
    ResponsibleSpan.objects.all().delete()
    recompute()
    assert _spans() == incremental


@numbered(15)
def test_spans_of_responsible_units_have_no_gap(history):
    by_organization: dict[int, list] = {}
    for span in ResponsibleSpan.objects.order_by("organization_id", "valid_from"):
        by_organization.setdefault(span.organization_id, []).append(span)
    for spans in by_organization.values():
        assert [s.valid_to for s in spans] == [*(s.valid_from for s in spans[1:]), None]


def test_histories_reach_every_answer():
    """Every reason of every indicator, subjects met beside unmet ones, every basis of article 1, districts that begin,
    that ended and that end on the very day: what histories never reach is not proved by them."""
    reached, bases, districts = set(), set(), set()
    for number in range(ENOUGH):
        with transaction.atomic():
            drawn = draw(number)
            live_through(drawn)
            rules = plain.Plain()
            for day in turning(drawn, 4):
                districts |= {_bounds(row, day) for row in rules.districts.values()}
                bases |= {rules.responsible(pk, day)[1] for pk in rules.organizations}
                for code in CODES:
                    verdicts = rules.verdicts(code, day)
                    reached |= {(code, verdict.reason) for verdict in verdicts}
                    reached |= {(code, "both")} if len({verdict.met for verdict in verdicts}) == 2 else set()
            transaction.set_rollback(True)
    answers = {(code, reason) for code in CODES for reason in [*indicators.indicator(code).reasons, "both"]}
    # three members are not where no party organization is, and every site of the city is met
    never = {("formation-due", "instructor"), ("formation-due", "none"), ("city-sites", "both")}
    assert answers - reached == never
    assert bases == set(ResponsibleSpan.Basis.values)
    assert {"begins later", "begins", "ended", "ends"} <= districts


def _bounds(row: plain.Row, day: datetime.date) -> str:
    start, end = row["valid_from"], row["valid_to"]
    if start is not None and day <= start:
        return "begins" if day == start else "begins later"
    if end is not None and day >= end:
        return "ends" if day == end else "ended"
    return "valid"
