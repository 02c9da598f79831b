"""示范引领: the board counts as the figures do, names stay within scope, whoever may names a site."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.core.validity import today
from tests import world
from tests.pages.conftest import listed, text


@pytest.fixture
def sites(city):
    """Two sites of Nanshan, one of the city there; Futian has none of its own, and one that ended."""
    orgs = city.organizations
    world.site(orgs["nanshan-own"], code="N-1")
    world.site(orgs["nanshan-joint"], code="N-2")
    world.site(orgs["nanshan-missing"], level="CITY", code="C-1", field="VOLUNTEERING")
    world.site(orgs["futian-missing"], "2014-01-01", "2015-01-01", code="F-1")
    return city


def _row(page: str, name: str) -> str:
    """A row of the board as words."""
    row = next(part for part in page.split("<tr") if f">{name}<" in part)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row.split("</tr>")[0].split(">", 1)[1])).strip()


def test_the_board_by_district_and_by_field(sites, browse):
    page = text(browse("city").get("/demonstration/"))
    assert "还差 <b>9</b> 个市级示范点" in page
    assert "还有 <b>1</b> 个区没有满" in page and "福田区差 2 个" in page
    assert "还没有示范点的领域：行业协会、异地商会。" in re.sub(r"<[^>]+>", "", page)
    assert "名额已满" in _row(page, "南山区") and "2 / 2" in _row(page, "南山区")
    assert "名额未满" in _row(page, "福田区") and "0 / 2" in _row(page, "福田区")
    assert _row(page, "公益慈善") == "公益慈善 0 1 — 已有" and _row(page, "志愿服务") == "志愿服务 1 0 — 已有"
    assert _row(page, "行业协会") == "行业协会 0 0 — 还没有"


def test_the_board_of_a_past_day(sites, browse):
    page = text(browse("city").get("/demonstration/?date=2014-06-30"))
    assert "福田区差 1 个" in page and "1 / 2" in _row(page, "福田区")
    assert "已有" in _row(page, "行业协会")
    assert browse("city").get("/demonstration/?date=gestern").status_code == 400


def test_counts_for_all_staff_names_within_scope(sites, browse):
    page = text(browse("futian").get("/demonstration/"))
    assert "2 / 2" in _row(page, "南山区") and "海珠" not in page
    assert listed(browse("futian"), "/sites/") == []
    assert len(listed(browse("nanshan"), "/sites/")) == 3
    assert browse("lin").get("/demonstration/").status_code == 403


def test_the_list_narrows(sites, browse):
    city = browse("city")
    assert len(listed(city, "/sites/")) == 3
    assert listed(city, "/sites/?state=ended") == ["福田区华强电子行业协会党建示范点"]
    assert listed(city, "/sites/?level=CITY") == ["南山区创客互助服务中心党建示范点"]
    # the field it was named for; else that of its organization
    assert listed(city, "/sites/?field=VOLUNTEERING") == ["南山区创客互助服务中心党建示范点"]
    assert listed(city, "/sites/?field=CHARITY") == ["南山区青禾公益促进会党建示范点"]
    assert listed(city, "/sites/?field=SOCIAL_WORK") == ["南山区海珠社会工作服务中心党建示范点"]
    assert listed(city, "/sites/?district=440304&state=all") == ["福田区华强电子行业协会党建示范点"]
    assert listed(city, "/sites/?q=N-2") == ["南山区青禾公益促进会党建示范点"]


def test_a_site_ends_with_its_organization(sites, browse):
    own = sites.organizations["nanshan-own"]
    own.closed_on, own.closing = today(), "CANCELLED"
    own.save()
    assert len(listed(browse("city"), "/sites/")) == 2
    assert "社会组织已终止" in text(browse("city").get("/sites/?state=ended"))
    assert "1 / 2" in _row(text(browse("city").get("/demonstration/")), "南山区")


@pytest.mark.parametrize(
    ("who", "offered"), [("city", True), ("nanshan", True), ("observer", False), ("lin", False), ("instructor", False)]
)
def test_the_page_of_an_organization_shows_its_sites(sites, browse, who, offered):
    org = sites.organizations["nanshan-own" if who != "instructor" else "futian-posted"]
    page = text(browse(who).get(reverse("organization", args=[org.path_key])))
    assert ("命名示范点" in page) == offered
    if who != "instructor":
        assert "南山区海珠社会工作服务中心党建示范点" in page and "命名为区级示范点" in page


def test_a_district_does_not_change_what_the_city_named(sites, browse):
    page = text(browse("nanshan").get(reverse("organization", args=[sites.organizations["nanshan-missing"].path_key])))
    card = page.split('aria-labelledby="sites"')[1].split("</section>")[0]
    assert "创客互助服务中心党建示范点" in card and "撤销示范点" not in card


def test_the_form_starts_with_what_is_known(sites, browse):
    key = sites.organizations["nanshan-own"].credit_code
    page = text(browse("nanshan").get(f"/records/sites/new/?organization={key}"))
    assert 'value="南山区海珠社会工作服务中心党建示范点"' in page
    assert re.search(r'value="区级"[^>]*checked', page) and f'value="{today().isoformat()}"' in page


def test_a_name_behind_the_quota_is_named_to_its_territory(sites, browse):
    own = text(browse("nanshan").get("/coverage/city-sites/"))
    assert "南山区创客互助服务中心党建示范点" in own
    assert re.search(r'data-label="行政区">\s*南山区\s*<', own)
    page = text(browse("futian").get("/coverage/city-sites/"))
    assert "创客" not in page and "只显示数目" in page
    assert "N-1" in text(browse("nanshan").get("/coverage/district-sites/"))
    assert "N-1" not in text(browse("futian").get("/coverage/district-sites/"))


def test_as_many_statements_for_many_sites(sites, browse):
    def ask(address: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    client = browse("nanshan")
    addresses = ("/demonstration/", "/sites/", "/coverage/city-sites/", "/coverage/district-sites/")
    few = {address: ask(address) for address in addresses}
    for _ in range(20):
        world.site(world.organization(district=sites.districts["nanshan"]), level="CITY")
        world.site(world.organization(district=sites.districts["nanshan"]))
    world.settle()
    assert {address: ask(address) for address in addresses} == few
    assert max(few.values()) <= 15
