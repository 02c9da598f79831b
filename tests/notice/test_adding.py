"""What CONTRIBUTING promises: an indicator that is registered is everywhere; a clause and a programme are dated."""

import datetime
import io
import json

import pytest
from django.core.management import call_command

from branches.indicators import describe_organizations
from orgs.population import population
from portal.core import indicators, policy, snapshots
from portal.core.indicators import Indicator, Query, declared
from portal.core.models import Figure, Letter, SubjectState, Target, Unit
from portal.core.validity import today
from portal.reports import letters
from tests import world
from tests.notice.test_page import coverage, section, words
from tests.overview.test_desk import page, text

CODE, NAME = "test-charities", "公益慈善类占比"
YESTERDAY = today() - datetime.timedelta(days=1)


def _charities(day: datetime.date) -> Query:
    """Met: of field 公益慈善."""
    return Query(
        f"""SELECT organization_id AS subject_id, CASE WHEN field = 'CHARITY' THEN 1 ELSE 0 END AS met, 0 AS excluded,
                   CASE WHEN field = 'CHARITY' THEN 'charity' ELSE 'another' END AS reason,
                   unit_id, district_id, subdistrict_id, kind, field
            FROM ({population()}) counted"""
    )


@pytest.fixture
def added(monkeypatch, city):
    """An indicator of article 13, which has no register; nothing else is touched."""
    monkeypatch.setattr(declared, "_indicators", dict(declared._indicators))
    indicators.register(
        Indicator(
            code=CODE,
            name=NAME,
            article=13,
            groupings=("city", "unit", "district", "street", "kind", "field"),
            reasons={"charity": "公益慈善", "another": "其他领域"},
            subjects=_charities,
            describe=describe_organizations,
            target=50,
        )
    )
    return city


class TestAnIndicator:
    """Registered and nothing more."""

    def test_coverage_and_explain_answer(self, added):
        told = coverage(by="unit", indicator=CODE)[CODE, "NS"]
        assert (told["met"], told["eligible"], told["target"], told["shortfall"]) == (1, 3, 50, 1)
        assert (CODE, "city") in coverage()
        out = io.StringIO()
        call_command("explain", "--indicator", CODE, "--status", "met", "--format", "json", stdout=out)
        [one] = json.loads(out.getvalue())
        assert (one["subject_name"], one["reason"], one["article"]) == ("南山区青禾公益促进会", "charity", 13)

    def test_the_api_answers(self, added, client):
        client.force_login(added.users["nanshan"])
        listed = client.get("/api/v1/indicators/").json()
        rows = listed["results"] if isinstance(listed, dict) else listed
        assert CODE in {one["code"] for one in rows}
        rates = client.get(f"/api/v1/indicators/{CODE}/rates/", {"by": "district"}).json()
        found = rates["results"] if isinstance(rates, dict) else rates
        assert {(one["group"], one["met"]) for one in found} == {("440304", 0), ("440305", 1)}
        named = client.get(f"/api/v1/indicators/{CODE}/subjects/", {"status": "met"}).json()["results"]
        assert [one["subject_name"] for one in named] == ["南山区青禾公益促进会"]

    def test_the_notice_and_the_list_of_indicators_show_it(self, added, client):
        user = added.users["nanshan"]
        article = section(text(page(client, user, "/notice/?unit=NS")), 13)
        assert f"{NAME} 33.33%" in words(article) and "1 / 3 家" in words(article)
        assert "登记簿尚未建立" not in article
        assert NAME in text(page(client, user, "/indicators/"))
        assert "福田区" in text(page(client, user, f"/indicators/{CODE}/?by=district"))
        assert "南山区青禾公益促进会" in text(page(client, user, f"/coverage/{CODE}/?status=met"))
        assert NAME in text(page(client, user, "/targets/tree/"))

    def test_the_night_keeps_it(self, added, client):
        snapshots.keep([YESTERDAY])
        kept = Figure.objects.get(snapshot__day=YESTERDAY, indicator=CODE, by="city")
        assert (kept.met, kept.eligible) == (1, 7)
        assert SubjectState.objects.filter(indicator=CODE).count() == 7
        told = coverage(date=YESTERDAY)[CODE, "city"]
        Unit.objects.filter(code="NS").update(report_emails="ns@office.example")
        letters.plan(YESTERDAY)
        assert f"{NAME} 33.33%（1 / 3 家），还差 1 家到 50%" in Letter.objects.get().text
        shown = section(text(page(client, added.users["city"], f"/notice/?date={YESTERDAY}")), 13)
        assert f"{told['met']} / {told['eligible']} 家" in words(shown)

    def test_it_can_have_targets(self, added, client):
        world.target(CODE, 30, "2016-01-01", unit=added.units["nanshan"])
        assert coverage(by="unit", indicator=CODE)[CODE, "NS"]["meets"] is True
        assert coverage(by="unit", indicator=CODE)[CODE, "FT"]["target"] == 50
        form = text(page(client, added.users["city"], "/records/targets/new/"))
        assert f'value="{CODE}"' in form


class TestAClause:
    """A number of the notice that a later policy changes."""

    def test_holds_from_its_first_day_and_changes_nothing_before(self, monkeypatch, city):
        """Two full members instead of three: Nanshan's own party organization has two."""
        first = datetime.date(2018, 1, 1)
        before = coverage(date=first - datetime.timedelta(days=1), indicator="formation-due")
        assert before["formation-due", "city"]["eligible"] == 0
        old = policy.PARAMETERS["formation-members"]
        changed = policy.Parameter(old.name, old.article, "a later notice", (*old.values, (first, 2)))
        monkeypatch.setitem(policy.PARAMETERS, old.name, changed)
        assert coverage(date=first - datetime.timedelta(days=1), indicator="formation-due") == before
        assert coverage(date=first, indicator="formation-due")["formation-due", "city"]["eligible"] == 1


class TestAProgramme:
    """Its targets are data."""

    def test_comes_in_by_file_for_units_and_days(self, city, client, tmp_path):
        file = tmp_path / "targets.csv"
        file.write_text(
            "指标代码,单位编码,目标值,起始日期,届满日期\n"
            "branch-coverage,,90,2018-01-01,2099-12-31\n"
            "branch-coverage,NS,60,2018-01-01,2099-12-31\n"
        )
        snapshots.keep([datetime.date(2017, 12, 31)])
        call_command("import_file", "targets", str(file), "--commit", stdout=io.StringIO())
        assert Target.objects.count() == 2
        for day, targets in (("2017-12-31", (85, 85, 85)), ("2018-01-01", (60, 60, 90))):
            told = coverage(by="unit", date=day, indicator="branch-coverage")
            assert tuple(told["branch-coverage", code]["target"] for code in ("NS", "NS-YH", "FT")) == targets
        shown = section(text(page(client, city.users["nanshan"], "/notice/")), 3)
        assert "66.66% 达标" in words(shown) and "60% 2099-12-31 届满" in words(shown)
