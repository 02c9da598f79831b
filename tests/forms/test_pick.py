"""What pickers offer: found by what people know, within the scope, in two statements."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members.models import Person
from members.people import named
from portal.core.models import UnitAlias
from portal.core.scoping import scope_of
from portal.core.search import search_text
from portal.desk.views import pick
from tests import world
from tests.access.canaries import found_in, plant
from tests.ledger import furnish

KINDS = sorted(pick.OFFERS)


@pytest.fixture
def ask(client, city):
    """`ask("futian", "units", "莲花")`: the names on offer to somebody."""

    def asked(who, kind, words):
        client.force_login(city.users[who])
        response = client.get(f"/pick/{kind}/", {"q": words})
        assert response.status_code == 200
        return response.json()

    return asked


def searchable(*rows):
    """What the registers write when these rows come in."""
    for row in rows:
        row.search_text = search_text(row.name, codes=[getattr(row, "key", None) or row.code])
        row.save()


def names(found):
    return [one["name"] for one in found]


class TestFound:
    @pytest.mark.parametrize("words", ["创客", "ckhz", "chuangke", "ＣＫＨＺ"])
    def test_an_organization_by_name_pinyin_and_initials(self, ask, city, words):
        organization = city.organizations["nanshan-missing"]
        searchable(organization)
        [found] = ask("nanshan", "organizations", words)
        assert found == {
            "code": organization.credit_code,
            "name": "南山区创客互助服务中心",
            "note": "南山区 · 粤海街道 · 民办非企业单位",
        }

    def test_by_code_and_former_name(self, ask, city):
        organization = city.organizations["nanshan-missing"]
        organization.former_names = "南山区旧港书社"
        organization.search_text = search_text(
            organization.name, organization.former_names, codes=[organization.credit_code]
        )
        organization.save()
        assert names(ask("nanshan", "organizations", organization.credit_code)) == [organization.name]
        [found] = ask("nanshan", "organizations", "旧港")
        assert "曾用名：南山区旧港书社" in found["note"]

    def test_without_a_credit_code_by_registration_number(self, ask, city):
        organization = city.organizations["nanshan-missing"]
        organization.credit_code, organization.registration_number = None, "南社证字/第7号"
        organization.save()
        searchable(organization)
        [found] = ask("nanshan", "organizations", "第7号")
        assert found["code"] == "南社证字/第7号"

    def test_closed_ones_come_last_and_say_so(self, ask, city):
        orgs = city.organizations
        searchable(orgs["nanshan-own"], orgs["nanshan-joint"], orgs["nanshan-missing"])
        orgs["nanshan-missing"].closed_on = world.day("2016-01-01")
        orgs["nanshan-missing"].closing = "CANCELLED"
        orgs["nanshan-missing"].save()
        found = ask("nanshan", "organizations", "南山区")
        assert names(found)[-1] == "南山区创客互助服务中心"
        assert found[-1]["note"].endswith("已注销")

    def test_what_is_called_exactly_so_comes_first(self, ask, city):
        for code, name in (("A1", "粤海街道商会党支部"), ("A2", "粤海"), ("A3", "大粤海支部")):
            searchable(world.party(code, by=city.units["nanshan"], name=name))
        assert names(ask("nanshan", "party-organizations", "粤海")) == ["粤海", "粤海街道商会党支部", "大粤海支部"]

    def test_a_unit_by_alias_with_what_tells_namesakes_apart(self, ask, city):
        UnitAlias.objects.create(unit=city.units["civil-affairs"], name="市级民政部门")
        [found] = ask("nanshan", "units", "市级民政")
        assert found == {"code": "SZ-MZJ", "name": "深圳市民政局", "note": "登记管理部门 · 中共深圳市委组织部"}
        notes = {one["name"]: one["note"] for one in ask("nanshan", "units", "街道")}
        assert notes == {"粤海街道": "街道 · 南山区", "莲花街道": "街道 · 福田区"}

    def test_a_word_that_names_no_unit_is_not_offered(self, ask, city):
        world.unit("ZW", "相关职能部门", "PLACEHOLDER", parent=city.units["city"])
        assert ask("city", "units", "相关职能") == []

    def test_districts_and_courses(self, ask, city):
        furnish(city)
        assert ask("nanshan", "districts", "福田") == [{"code": "440304", "name": "福田区", "note": ""}]
        assert ask("nanshan", "courses", "")[0]["note"].endswith("2016-03-01")

    def test_a_member_by_name_with_workplace_and_no_personal_number(self, ask, city):
        lin = Person.objects.everyone().get(pk=city.people["lin"].pk)
        [found] = ask("nanshan", "members", "知远")
        assert found == {"code": lin.file_key, "name": "林知远", "note": "南山区海珠社会工作服务中心"}
        assert ask("nanshan", "members", lin.opaque_id)[0]["name"] == "林知远"

    def test_a_personal_number_finds_nobody(self, ask, city):
        lin = Person.objects.everyone().get(pk=city.people["lin"].pk)
        lin.id_number = "440399199001010010"
        lin.save()
        assert ask("nanshan", "members", lin.id_number) == []

    def test_never_more_than_twelve(self, ask, city):
        for number in range(20):
            world.party(f"X{number:02d}", by=city.units["nanshan"], name=f"第{number}党支部")
        assert len(ask("nanshan", "party-organizations", "")) == 12


class TestScope:
    def test_futian_finds_nothing_of_nanshan(self, ask, city):
        searchable(*city.organizations.values(), *city.parties.values())
        named(city.people["lin"]).save()
        for kind, words in (
            ("organizations", "南山区"),
            ("party-organizations", "海珠"),
            ("members", "林知远"),
            ("members", "lzy"),
        ):
            assert ask("futian", kind, words) == [], kind
            assert ask("nanshan", kind, words), kind

    @pytest.mark.parametrize("who", ["nanshan", "futian", "street", "education", "observer", "lin", "instructor"])
    def test_no_answer_gives_away_a_name(self, client, city, who):
        """Canaries: names of the other district, also as the workplace of somebody whom one may see."""
        pairs = furnish(city)
        planted = plant(city, pairs)
        client.force_login(city.users[who])
        seen = set()
        for kind in KINDS:
            for words in ("", "金丝雀", "FT", "NS", "5", "ZD"):
                seen |= found_in(client.get(f"/pick/{kind}/", {"q": words}))
        assert seen
        assert not [planted[word].bearer for word in seen if who not in planted[word].readers]

    def test_names_of_people_only_for_those_who_see_members(self, client, city):
        client.force_login(city.users["instructor"])
        assert client.get("/pick/members/", {"q": "封"}).status_code == 403
        client.force_login(city.users["system"])
        assert client.get("/pick/units/").status_code == 403

    def test_a_workplace_outside_the_scope_is_not_named(self, ask, city):
        world.member(city.organizations["futian-missing"], city.parties["own"], name="严以正")
        [found] = ask("lin", "members", "严以正")
        assert found["note"] == ""


class TestOddQuestions:
    @pytest.mark.parametrize("words", ["%", "_", "'\"`;--", "\u202e\U0001f600é İ ß　全角　", "长" * 64, "\\", "."])
    @pytest.mark.parametrize("kind", KINDS)
    def test_find_nothing(self, ask, kind, words):
        assert ask("city", kind, words) == []

    @pytest.mark.parametrize("words", ["a\x00b", "长" * 65])
    def test_are_refused_in_chinese(self, client, city, words):
        client.force_login(city.users["city"])
        response = client.get("/pick/units/", {"q": words})
        assert response.status_code == 400
        assert "搜索的文字无法识别" in response.content.decode()

    @pytest.mark.parametrize("kind", ["nothing", "accounts", "instructors", "party_organizations"])
    def test_there_is_no_other_kind(self, client, city, kind):
        client.force_login(city.users["city"])
        assert client.get(f"/pick/{kind}/").status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_two_statements_at_most(city, kind):
    furnish(city)
    for who in ("city", "nanshan"):
        scope = scope_of(city.users[who])
        for words in ("", "区"):
            with CaptureQueriesContext(connection) as asked:
                pick.OFFERS[kind].rows(scope, words)
            assert len(asked) <= 2
