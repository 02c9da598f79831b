"""The set evaluation and the plain rules agree on random histories: every indicator, grouping, reason and list."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from branches.models import CoveringLink, PartyOrganization
from branches.responsibility import recompute
from orgs.models import ResponsibleSpan
from portal.core import indicators, snapshots
from portal.core.indicators import Slice
from portal.core.models import District, Unit
from portal.core.units import UnitTree
from tests import plain
from tests.engine.histories import DAYS, History, asked, histories, live_through, turning

pytestmark = pytest.mark.django_db
CODES = ("branch-coverage", "work-coverage", "formation-due", "secretary-training", "term-current")
COUNTS = ("eligible", "met", "excluded", "adjusted_eligible", "adjusted_met")

#: each statement costs PostgreSQL a round trip, and the histories are the same
SHARE = 1.0 if connection.vendor == "sqlite" else 0.25


def few(most: int) -> settings:
    """So many examples, always the same ones."""
    return settings(random, max_examples=int(most * SHARE))


random = settings(
    deadline=None,
    derandomize=True,
    # a history is one number: a smaller number is no smaller history
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)


@contextmanager
def lived(history: History) -> Iterator[None]:
    """The registers hold this history, and afterwards nothing again."""
    with transaction.atomic():
        live_through(history)
        yield
        transaction.set_rollback(True)


def _as_counts(sums: dict[str, plain.Sum]) -> dict[str, tuple]:
    return {group: (*(getattr(total, name) for name in COUNTS), dict(total.reasons)) for group, total in sums.items()}


def _of_rates(day: datetime.date, by: str, source: indicators.Source) -> dict[str, dict[str, tuple]]:
    found: dict[str, dict[str, tuple]] = {ind.code: {} for ind in indicators.chosen(None, by)}
    for rate in indicators.rates(day, by, source=source):
        counts = (*(getattr(rate, name) for name in COUNTS), dict(rate.reasons))
        found[rate.indicator][rate.group] = counts
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
    """Every figure, list and length of a list on this day is what the plain rules say."""
    rules = plain.Plain()
    verdicts = {code: rules.verdicts(code, day) for code in CODES}
    for by in indicators.GROUPINGS:
        offered = [code for code in CODES if by in indicators.indicator(code).groupings]
        wanted = {code: _as_counts(rules.groups(verdicts[code], by, day)) for code in offered}
        assert _of_rates(day, by, source) == wanted, (by, day)
    for code in CODES:
        assert _listed(code, day, Slice(), source) == _expected_list(verdicts[code]), (code, day)
        for status in indicators.STATUSES:
            length = sum(verdict.status == status for verdict in verdicts[code])
            part = Slice(status=status)
            assert indicators.count(indicators.indicator(code), day, part, source=source) == length, (code, status)


@few(45)
@given(history=histories, day=asked, data=st.data())
def test_set_equals_plain(history, day, data):
    with lived(history):
        for on in sorted({day, *data.draw(turning(history, 3))}):
            _agree(on)


@few(60)
@given(history=histories, day=asked)
def test_article_1_equals_plain(history, day):
    with lived(history):
        rules = plain.Plain()
        spans = [s for s in ResponsibleSpan.objects.all() if s.holds_on(day)]
        assert {s.organization_id: (s.unit_id, s.basis, s.rule_unit_id) for s in spans} == {
            pk: rules.responsible(pk, day) for pk in rules.organizations
        }


@few(20)
@given(history=histories, first=asked, second=asked)
def test_stored_equals_plain(history, first, second):
    """Days are kept in any order; each then says what the plain rules say of it."""
    with lived(history):
        for day in (first, second):
            snapshots.keep([day])
        for day in (first, second):
            _agree(day, indicators.stored)


@few(25)
@given(history=histories, day=asked)
def test_partitions_account_for_the_city(history, day):
    """Directly answered + unresolved = city; districts + 未填 = city; a figure is as long as its list."""
    with lived(history):
        tree = UnitTree.on(day)
        for code in CODES:
            ind = indicators.indicator(code)
            city = indicators.rates(day, "city", [code])[0].eligible
            direct = sum(indicators.count(ind, day, Slice(units=frozenset({unit.id}))) for unit in tree)
            assert direct + indicators.count(ind, day, Slice(unresolved=True)) == city
            for by in set(ind.groupings) - {"unit"}:
                assert sum(rate.eligible for rate in indicators.rates(day, by, [code])) == city, by
            for rate in indicators.rates(day, "unit", [code]):
                below = Slice(units=tree.below(tree.by_code[rate.group].id))
                assert rate.eligible == len(indicators.explain(ind, day, below))


@few(25)
@given(history=histories, day=asked)
def test_a_unit_is_the_sum_of_its_parts(history, day):
    with lived(history):
        tree = UnitTree.on(day)
        for code in CODES:
            ind = indicators.indicator(code)
            for unit in tree.listed():
                parts = [Slice(units=frozenset({unit.id}))]
                parts += [Slice(units=tree.below(other.id)) for other in tree if other.parent_id == unit.id]
                whole = {rate.group: rate for rate in indicators.rates(day, "unit", [code])}[unit.code]
                assert whole.eligible == sum(indicators.count(ind, day, part) for part in parts)


def _spans() -> list[tuple]:
    names = ("organization_id", "valid_from", "valid_to", "unit_id", "rule_unit_id", "basis")
    return sorted(ResponsibleSpan.objects.values_list(*names), key=str)


@few(25)
@given(history=histories, end=st.sampled_from(DAYS), which=st.integers(0, 3))
def test_incremental_recompute_equals_full(history, end, which):
    with lived(history):
        assert recompute() == 0
        party = PartyOrganization.objects.everyone().order_by("pk")[which]
        party.dissolved_on = max(end, party.approved_on)
        party.save()
        touched = CoveringLink.objects.everyone().filter(party_organization=party)
        recompute(set(touched.values_list("organization_id", flat=True)))
        incremental = _spans()
        ResponsibleSpan.objects.all().delete()
        recompute()
        assert _spans() == incremental


@few(15)
@given(history=histories)
def test_spans_of_responsible_units_have_no_gap(history):
    with lived(history):
        by_organization: dict[int, list] = {}
        for span in ResponsibleSpan.objects.order_by("organization_id", "valid_from"):
            by_organization.setdefault(span.organization_id, []).append(span)
        for spans in by_organization.values():
            assert [s.valid_to for s in spans] == [*(s.valid_from for s in spans[1:]), None]


def test_examples_leave_nothing_behind():
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM orgs_responsiblespan")
        assert cursor.fetchone() == (0,)
