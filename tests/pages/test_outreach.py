"""Who serves whom: lists, the matrix of a district, the card on a party organization's page (article 17)."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from branches.models import PartyOrganization
from demonstration.models import Outreach, ServedPlace
from tests import site_way, world
from tests.pages.conftest import listed, text

MATRIX = "/demonstration/who-serves-whom/"
#: statements of one page
MOST = 15


@pytest.fixture
def town(city):
    """Nanshan: three communities and a school; lawyers of both districts, one community served by each."""
    nanshan, futian = city.districts["nanshan"], city.districts["futian"]
    own = world.organization("南山区明理律师事务所", field="LEGAL_SERVICE", kind="INTERMEDIARY", district=nanshan)
    far = world.organization("福田区致远律师事务所", field="LEGAL_SERVICE", kind="INTERMEDIARY", district=futian)
    lawyers = {
        "own": world.party("NS-LAW", by=city.units["nanshan"], covers=(own,), name="明理律师事务所党支部"),
        "far": world.party("FT-LAW", by=city.units["futian"], covers=(far,), name="致远律师事务所党支部"),
        "idle": world.party("NS-IDLE", by=city.units["nanshan"], covers=(own,), name="明理第二党支部"),
    }
    places = {
        key: world.place(nanshan, kind, code=f"NS-{key}", name=name)
        for key, kind, name in (
            ("A", "COMMUNITY", "粤海社区"),
            ("B", "COMMUNITY", "蛇口社区"),
            ("C", "COMMUNITY", "西丽社区"),
            ("D", "SCHOOL", "麻岭小学"),
        )
    }
    places["E"] = world.place(futian, code="FT-E", name="莲花社区")
    world.serve(lawyers["own"], places["A"], "2015-01-01")
    world.serve(lawyers["far"], places["B"], "2015-02-01")
    world.serve(city.parties["own"], places["C"], "2015-03-01")
    world.serve(lawyers["own"], places["E"], "2015-03-01")
    world.settle()
    return city


def test_what_is_unserved_stands_first_and_each_community_says_by_whom(town, browse):
    page = text(browse("nanshan").get(MATRIX))
    assert "共 3 个，1 个还没有律师党组织挂点" in page
    assert page.index("西丽社区") < page.index("粤海社区") < page.index("蛇口社区")
    assert "明理律师事务所党支部" in page and "2015-01-01" in page
    assert "莲花社区" not in page


def test_lawyers_of_another_district_are_named_and_their_page_does_not_open(town, browse):
    page = browse("nanshan").get(MATRIX).content.decode()
    assert "致远律师事务所党支部" in page
    assert "/party-organizations/NS-LAW/" in page and "/party-organizations/FT-LAW/" not in page


def test_lawyers_who_serve_nobody_in_the_district_are_listed(town, browse):
    page = text(browse("nanshan").get(MATRIX))
    assert "明理第二党支部" in page[page.index("还没有挂点的律师党组织") :]
    page = text(browse("futian").get(MATRIX))
    assert "致远律师事务所党支部" in page[page.index("还没有挂点的律师党组织") :]


def test_the_city_chooses_a_district_and_others_have_only_their_own(town, browse):
    assert "莲花社区" in text(browse("city").get(MATRIX, {"district": "440304"}))
    assert "粤海社区" in text(browse("city").get(MATRIX, {"district": "440305"}))
    assert browse("nanshan").get(MATRIX, {"district": "440304"}).status_code == 400
    page = text(browse("education").get(MATRIX))
    assert "只显示数字" in page and "粤海社区" not in page


def test_the_matrix_of_a_past_day(town, browse):
    page = text(browse("nanshan").get(MATRIX, {"date": "2015-01-15"}))
    assert "共 3 个，2 个还没有律师党组织挂点" in page and "按现有数据" in page


def test_beyond_ten_columns_each_row_names_who_serves_it(town, browse):
    place = world.place(town.districts["nanshan"], code="NS-Z", name="桃源社区")
    for number in range(11):
        firm = world.organization(f"律所{number}", field="LEGAL_SERVICE", district=town.districts["nanshan"])
        party = world.party(f"NS-L{number}", by=town.units["nanshan"], covers=(firm,), name=f"第{number}律师党支部")
        world.serve(party, place, "2016-01-01")
    page = browse("nanshan").get(MATRIX).content.decode()
    assert "crossed" not in page and "第10律师党支部" in page


@pytest.mark.parametrize("who", ["city", "nanshan", "education"])
def test_few_statements(town, browse, who):
    client = browse(who)
    for path in (MATRIX, "/communities/", "/outreach/"):
        client.get(path)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(path).status_code == 200
        assert len(captured) <= MOST, (path, len(captured))


def test_places_are_listed_with_whether_lawyers_serve_them(town, browse):
    client = browse("nanshan")
    assert set(listed(client, "/communities/")) == {"粤海社区", "蛇口社区", "西丽社区", "麻岭小学", "莲花社区"}
    assert set(listed(client, "/communities/?served=unserved")) == {"西丽社区", "麻岭小学"}
    assert set(listed(client, "/communities/?served=served&kind=COMMUNITY")) == {"粤海社区", "蛇口社区", "莲花社区"}


def test_a_district_keeps_its_own_places_only(town, browse):
    client = browse("nanshan")
    typed = {"code": "NS-N", "name": "新社区", "place_kind": "社区", "district": "440305"}
    assert client.post("/records/communities/new/", typed).status_code == 302
    refused = client.post("/records/communities/new/", {**typed, "code": "FT-N", "district": "440304"})
    assert refused.status_code == 200 and "不在本单位牵头的行政区" in refused.content.decode()
    assert listed(client, "/communities/?q=xsq") == ["新社区"]
    assert browse("education").get("/records/communities/new/").status_code == 403


def test_outreach_is_kept_by_who_may_change_the_party_organization(town, browse):
    typed = {"party_organization": "FT-LAW", "place": "NS-C", "service": "挂点", "valid_from": "2016-01-01"}
    assert browse("nanshan").post("/records/outreach/new/", typed).status_code == 200
    assert browse("futian").post("/records/outreach/new/", typed).status_code == 302
    own = {**typed, "party_organization": "NS-0001", "place": "NS-A"}
    assert browse("lin").post("/records/outreach/new/", own).status_code == 302


def test_the_page_of_a_party_organization_shows_whom_it_serves(town, browse):
    page = text(browse("nanshan").get("/party-organizations/NS-LAW/"))
    assert "粤海社区" in page and "登记下基层服务" in page
    assert "蛇口社区" not in page


def test_a_page_of_an_instructor_names_no_outreach(town, browse):
    assert listed(browse("instructor"), "/outreach/") == []


def test_the_figure_opens_its_names_within_the_district(town, browse):
    page = browse("nanshan").get(MATRIX).content.decode()
    address = page.split('<a href="/coverage/legal-communities/')[1].split('"')[0].replace("&amp;", "&")
    names = text(browse("nanshan").get(f"/coverage/legal-communities/{address}"))
    assert "西丽社区" in names and "党组织 FT-LAW，2015-02-01 起" in names
    assert "莲花社区" not in text(browse("nanshan").get("/coverage/legal-communities/"))
    assert "粤海社区" not in text(browse("education").get("/coverage/legal-communities/"))


def _cells(page, name):
    """The cells of a row of the groups, in words."""
    row = next(part for part in page.split("<tr>") if name in part.split("</td>")[0])
    return re.findall(r'data-label="[^"]*">\s*([^<]*?)\s*<', row.split("</tr>")[0])


def test_groups_say_what_each_does_in_the_district(town, browse):
    """Contacts of the day, lectures and counselling of the year; what lies in another district is not counted there."""
    nanshan, futian = town.districts["nanshan"], town.districts["futian"]
    own, minors = site_way.legal_group(nanshan, code="NS-FLT"), site_way.legal_group(None, kind="MINORS", code="SZ-FLT")
    site_way.legal_group(futian, code="FT-FLT")
    lawyers = PartyOrganization.objects.everyone().get(code="NS-LAW")
    Outreach.objects.everyone().filter(party_organization=lawyers).update(group=own)
    school = ServedPlace.objects.everyone().get(code="NS-D")
    for start, end, reached in (
        ("2016-03-01", "2016-03-01", 240),
        ("2016-04-01", "2016-04-01", 160),
        ("2015-04-01", "2015-04-01", 900),
    ):
        lecture = world.serve(lawyers, school, start, end, kind="LECTURE")
        lecture.group, lecture.reached = minors, reached
        lecture.save()
    page = browse("nanshan").get(f"{MATRIX}?date=2016-06-30").content.decode()
    assert _cells(page, own.name) == ["1", "—", "—", "—", "—", "—"]
    assert _cells(page, minors.name) == ["—", "1", "—", "—", "400", "—"]
    assert _cells(page, "没有编入服务团的") == ["2", "—", "—", "—", "—", "—"]
    assert "FT-FLT" not in page
    assert listed(browse("nanshan"), "/legal-groups/?district=440305") == [own.name]


def test_last_year_stands_beside_the_figure_of_the_year(town, browse):
    school = ServedPlace.objects.everyone().get(code="NS-D")
    lawyers = PartyOrganization.objects.everyone().get(code="NS-LAW")
    world.place(town.districts["futian"], "SCHOOL")
    world.serve(lawyers, school, "2015-05-01", "2015-05-01", kind="LECTURE")
    page = " ".join(text(browse("nanshan").get(f"{MATRIX}?date=2016-09-01")).split())
    assert "以上为 2016 年到当日。去年全年：南山区 100.00%（1 / 1），全市 50.00%（1 / 2）。" in page
    assert "年底将近" in page
    spring = " ".join(text(browse("nanshan").get(f"{MATRIX}?date=2016-08-31")).split())
    assert "去年全年：南山区 100.00%" in spring and "年底将近" not in spring
    # whoever sees no district sees the city
    assert "去年全年：全市 50.00%" in " ".join(text(browse("education").get(f"{MATRIX}?date=2016-09-01")).split())
