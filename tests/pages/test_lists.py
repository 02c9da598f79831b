"""Lists: who sees what, filters, order, paging, search, addresses that make no sense."""

from __future__ import annotations

import re

import pytest

from portal.core import listing
from portal.core.scoping import scope_of
from portal.core.search import search_text
from portal.desk.lists import LISTS
from tests import world
from tests.pages.conftest import listed, names, text

ROUTES = [one.route for one in LISTS]
STAFF_ONLY = ("units", "districts", "targets", "plan-tasks")
NEED_MEMBERS = ("posts", "members", "memberships", "candidates", "public-offices", "courses", "attendance")


def test_every_list_is_sorted_by_each_of_its_columns(city, rf):
    scope = scope_of(city.users["city"])
    for page in LISTS:
        for column in (one for one in page.columns if one.sort is not None):
            request = rf.get("/", {"sort": f"-{column.name}"})
            request.user, request.scope = city.users["city"], scope
            assert page(request).window().rows is not None, (page, column.name)


# ── who sees what ───────────────────────────────────────────────────────────────────────────────────────────


def opened(client) -> set[str]:
    """The lists that an account may open; every other one answers 403."""
    answers = {route: client.get(f"/{route}/").status_code for route in ROUTES}
    assert set(answers.values()) <= {200, 403}
    return {route for route, status in answers.items() if status == 200}


def test_administrators_and_strangers_see_no_register(browse):
    for name in ("system", "security", "audit", "stranger", "former"):
        assert opened(browse(name)) == set(), name


@pytest.mark.long
def test_staff_open_every_list_and_observers_all_but_imports(browse):
    for name in ("city", "nanshan", "education", "street"):
        assert opened(browse(name)) == set(ROUTES), name
    assert opened(browse("observer")) == set(ROUTES) - {"import-records"}


def test_a_secretary_and_an_instructor_open_no_lists_of_the_city(browse):
    of_staff = {*STAFF_ONLY, "import-records"}
    assert opened(browse("lin")) == set(ROUTES) - of_staff
    assert opened(browse("instructor")) == set(ROUTES) - of_staff - set(NEED_MEMBERS)


def test_each_sees_the_organizations_of_the_own_scope(browse):
    seen = {
        name: set(listed(browse(name), "/organizations/"))
        for name in ("city", "nanshan", "street", "education", "lin", "instructor")
    }
    nanshan = {"南山区海珠社会工作服务中心", "南山区青禾公益促进会", "南山区创客互助服务中心"}
    assert len(seen["city"]) == 7
    assert seen["nanshan"] == seen["street"] == nanshan
    assert seen["education"] == {"深圳市明远培训学校"}
    assert seen["lin"] == {"南山区海珠社会工作服务中心"}
    assert seen["instructor"] == {"福田区莲花棋类协会"}


def test_no_list_of_one_district_names_what_only_the_other_has(browse):
    client = browse("nanshan")
    page = "".join(text(client.get(f"/{route}/?state=all")) for route in ROUTES if route not in STAFF_ONLY)
    for foreign in ("福田区景田老年照料中心", "福田区莲花棋类协会", "福田区华强电子行业协会", "池砚秋", "封予安"):
        assert foreign not in page


def test_a_party_organization_over_two_districts_names_to_each_only_its_own(browse):
    assert "南山区青禾公益促进会" in text(browse("nanshan").get("/covering/"))
    futian = text(browse("futian").get("/covering/"))
    assert "景田片区联合党支部" in futian
    assert "南山区青禾公益促进会" not in futian


def test_members_are_listed_masked(browse, city):
    someone = city.people["lin"]
    someone.id_number = "440399198001011236"
    someone.save()
    page = text(browse("nanshan").get("/members/"))
    assert "林知远" in page
    assert "440399198001011236" not in page
    assert "4403**********1236" in page


def test_a_workplace_outside_the_scope_is_not_named(browse, city):
    world.member(city.organizations["futian-missing"], city.parties["own"], name="远山")
    page = text(browse("nanshan").get("/members/"))
    assert "远山" in page
    assert "福田区华强电子行业协会" not in page


# ── filters ─────────────────────────────────────────────────────────────────────────────────────────────────


FILTERED = (
    (
        "district=440304",
        {"福田区景田老年照料中心", "福田区莲花棋类协会", "福田区华强电子行业协会", "深圳市明远培训学校"},
    ),
    ("street=NS-YH", {"南山区海珠社会工作服务中心", "南山区青禾公益促进会", "南山区创客互助服务中心"}),
    ("unit=FT", {"福田区景田老年照料中心", "福田区莲花棋类协会", "福田区华强电子行业协会"}),
    ("unit=SZ-JYGW", {"深圳市明远培训学校"}),
    ("kind=ASSOCIATION", {"南山区青禾公益促进会", "福田区莲花棋类协会", "福田区华强电子行业协会"}),
    ("field=CHARITY", {"南山区青禾公益促进会"}),
    ("standing=own", {"南山区海珠社会工作服务中心"}),
    ("standing=joint", {"南山区青禾公益促进会", "福田区景田老年照料中心"}),
    ("standing=instructor", {"福田区莲花棋类协会"}),
    ("standing=work-unmet", {"南山区创客互助服务中心", "福田区华强电子行业协会", "深圳市明远培训学校"}),
    ("standing=none&kind=ASSOCIATION", {"福田区华强电子行业协会"}),
    ("basis=education", {"深圳市明远培训学校"}),
)


def test_organizations_are_filtered_by_what_stands_in_the_address(browse):
    client = browse("city")
    for query, expected in FILTERED:
        assert set(listed(client, f"/organizations/?{query}")) == expected, query


def test_what_the_figure_counts_as_missing_is_what_the_list_names(browse, city):
    """One definition: the list behind a figure is as long as the figure says, whatever was excluded."""
    from portal.core import indicators
    from portal.core.validity import today

    world.exclude(city.organizations["nanshan-missing"], "2016-01-01")
    for code, status in (("branch-coverage", "branch-unmet"), ("work-coverage", "work-unmet")):
        rate = indicators.rates(today(), "city", [code])[0]
        assert len(listed(browse("city"), f"/organizations/?standing={status}")) == rate.eligible - rate.met
    assert listed(browse("city"), "/organizations/?standing=excluded") == ["南山区创客互助服务中心"]


def test_closed_and_unresolved_organizations_have_their_filters(browse, city):
    world.organization("南山区旧日协会", closed="2016-01-01", district=city.districts["nanshan"])
    world.organization("南山区无主协会", district=city.districts["nanshan"])
    world.settle()
    client = browse("nanshan")
    assert "南山区旧日协会" not in listed(client, "/organizations/")
    assert listed(client, "/organizations/?life=closed") == ["南山区旧日协会"]
    assert listed(client, "/organizations/?basis=unresolved") == ["南山区无主协会"]
    assert len(listed(client, "/organizations/?life=all")) == 5


def test_to_be_straightened_lists_kept_affiliations_that_the_rule_would_change(browse, city):
    kept = world.organization(
        "福田区老属协会", registering=city.units["futian-civil"], district=city.districts["futian"]
    )
    world.party("NS-0009", approved="2012-01-01", by=city.units["nanshan"], covers=(kept,))
    world.settle()
    assert listed(browse("city"), "/organizations/?basis=straightening") == ["福田区老属协会"]


def test_dated_rows_show_what_holds_today_unless_asked_otherwise(browse, city):
    world.post(city.people["second"], city.parties["own"], "2010-01-01", "2014-03-01")
    client = browse("nanshan")
    assert listed(client, "/posts/") == ["林知远"]
    assert listed(client, "/posts/?state=ended") == ["邵望舒"]
    assert len(listed(client, "/posts/?state=all")) == 2


def test_party_organizations_are_filtered_by_where_their_term_stands(browse, city):
    world.term(city.parties["own"], "2014-03-01", "2017-02-28")
    client = browse("city")
    assert listed(client, "/party-organizations/?term=overdue") == ["海珠社会工作服务中心党支部"]
    assert listed(client, "/party-organizations/?term=none") == ["景田片区联合党支部"]


# ── order and paging ────────────────────────────────────────────────────────────────────────────────────────


def test_pages_one_after_another_are_the_whole_order(browse, city, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 4)
    for number in range(17):
        world.organization(
            f"福田区协会{number:02d}",
            established=f"2014-01-{number % 3 + 1:02d}",
            registering=city.units["futian-civil"],
            district=city.districts["futian"] if number % 2 else None,
        )
    world.settle()
    client = browse("city")
    for column in ("name", "code", "place", "unit", "established"):
        for sort in (column, f"-{column}"):
            forward, backward = _walk(client, f"/organizations/?sort={sort}")
            assert len(forward) == len(set(forward)) == 24, sort
            assert backward == forward[: len(backward)], sort
    upward, _ = _walk(client, "/organizations/?sort=name")
    assert upward == sorted(upward, key=lambda name: name.encode("utf-8"))
    downward, _ = _walk(client, "/organizations/?sort=-name")
    assert downward == upward[::-1]


def _walk(client, address: str) -> tuple[list[str], list[str]]:
    """All names going forward to the end, and all names of the pages met when going back from there."""
    forward = listed(client, address)
    page = text(client.get(address))
    while later := re.search(r'href="([^"]+)" rel="next"', page):
        page = text(client.get(later[1].replace("&amp;", "&")))
        forward += names(page)
    backward: list[str] = []
    while earlier := re.search(r'href="([^"]+)" rel="prev"', page):
        page = text(client.get(earlier[1].replace("&amp;", "&")))
        backward = names(page) + backward
    return forward, backward


def test_a_row_that_comes_in_between_shifts_no_page(browse, city, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 3)
    client = browse("city")
    page = text(client.get("/organizations/?sort=code"))
    second = re.search(r'href="([^"]+)" rel="next"', page)[1].replace("&amp;", "&")
    before = listed(client, second)
    world.organization("最前面的协会", credit_code="51440300MX0000000X")
    assert listed(client, second) == before


def test_a_list_says_how_many_there_are_and_in_which_order(browse):
    assert "共 7 家，按名称排列" in text(browse("city").get("/organizations/"))
    assert "共 3 家，按成立日期倒序排列" in text(
        browse("city").get("/organizations/?kind=ASSOCIATION&sort=-established")
    )


def test_beyond_the_limit_a_list_says_more_than(browse, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    monkeypatch.setattr(listing, "COUNTED", 5)
    assert "共 5+ 家" in text(browse("city").get("/organizations/"))


# ── search ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def known(city):
    """One organization that can be searched in every way."""
    one = city.organizations["nanshan-own"]
    one.former_names = "蛇口义工站"
    one.search_text = search_text(one.name, one.former_names, codes=[one.credit_code])
    one.save()
    return one


def test_organizations_are_found_by_name_former_name_and_pinyin(browse, known):
    client = browse("nanshan")
    for words in ("海珠社会", "蛇口义工", "hzshgz", "haizhu", "ＨＺＳＨ", "hz sh"):
        assert listed(client, f"/organizations/?q={words}") == [known.name], words
        assert known.name in text(client.get(f"/search/?q={words}")), words


def test_organizations_are_found_by_code_in_either_case(browse, known):
    for words in (known.credit_code, known.credit_code.lower(), known.credit_code[2:14]):
        assert known.name in listed(browse("nanshan"), f"/organizations/?q={words}")


def test_search_finds_nothing_outside_the_scope(browse, known):
    assert listed(browse("futian"), "/organizations/?q=海珠社会") == []
    assert known.name not in text(browse("futian").get("/search/?q=海珠社会"))


def test_signs_of_a_pattern_are_searched_as_written(browse, known):
    assert listed(browse("city"), "/organizations/?q=%25") == []
    assert listed(browse("city"), "/organizations/?q=_") == []


def test_search_names_members_only_to_those_who_may_see_them(browse, city):
    assert "林知远" in text(browse("nanshan").get("/search/?q=林知远"))
    assert ">林知远<" not in text(browse("futian").get("/search/?q=林知远"))
    assert browse("system").get("/search/?q=林").status_code == 403


def test_the_search_also_finds_what_is_closed_and_leads_on_to_all(browse, city, monkeypatch):
    for number in range(3):
        world.organization(f"旧协会{number}", closed="2016-01-01", search_text=f"旧协会{number} jxh{number}")
    page = text(browse("city").get("/search/?q=jxh"))
    assert "旧协会0" in page
    assert "已注销" in page
    monkeypatch.setattr("portal.desk.views.search.SHOWN", 2)
    page = text(browse("city").get("/search/?q=jxh&sort=established"))
    onward = re.search(r'href="(/organizations/[^"]+)"', page)[1].replace("&amp;", "&")
    assert len(listed(browse("city"), onward)) == 3


def test_a_search_for_nothing_asks_for_words(browse):
    assert "请输入名称" in text(browse("nanshan").get("/search/"))
    assert "没有找到" in text(browse("nanshan").get("/search/?q=查无此名"))


# ── addresses that make no sense ────────────────────────────────────────────────────────────────────────────


NONSENSE = (
    "district=999999",
    "kind=UNSINN",
    "sort=geheim",
    "sort=--name",
    "page=unsinn",
    "page=W10",
    "page=WyJhZnRlciIsIOKAnF0",
    "page=WyJhZnRlciIsICJhIiwgMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwXQ",
    "page=WyJhZnRlciIsICJcdWQ4MDAiLCAxXQ",
    "page=WyJhZnRlciIsICJcdTAwMDAiLCAxXQ",
    "as=pdf",
    "q=%00",
    "q=" + "长" * 65,
    "life=x",
)


@pytest.mark.parametrize("route", ["organizations", "members", "courses", "terms"])
def test_an_address_that_makes_no_sense_is_answered_with_a_sentence(browse, route):
    client = browse("city")
    understood = {"sort", "page", "as", "q"} | _filters(route)
    for query in NONSENSE:
        answer = client.get(f"/{route}/?{query}")
        if query.split("=")[0] in understood:
            assert answer.status_code == 400, query
            assert "无法按这个地址查询" in text(answer)
        else:
            assert answer.status_code == 200, query


def _filters(route: str) -> set[str]:
    return {one.name for page in LISTS if page.route == route for one in page.filters}


def test_a_cursor_of_another_order_is_refused_or_harmless(browse, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 2)
    client = browse("city")
    page = text(client.get("/organizations/?sort=name"))
    cursor = re.search(r"page=([^&\"]+)", page)[1]
    assert client.get(f"/organizations/?sort=established&page={cursor}").status_code == 400
    assert client.get(f"/organizations/?sort=code&page={cursor}").status_code == 200


def test_lists_are_only_read(browse):
    assert browse("city").post("/organizations/").status_code == 405


def test_an_empty_list_says_what_next(browse):
    client = browse("city")
    assert "去掉条件看全部" in text(client.get("/exclusions/?state=ended"))
    assert "导入登记簿" in text(client.get("/member-reports/"))
    assert "导入登记簿" not in text(browse("observer").get("/member-reports/"))


# ── cost ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_list_takes_at_most_twelve_statements(browse, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(listing, "PAGE_SIZE", 1)
    client = browse("nanshan")
    for route in ROUTES:
        with django_assert_max_num_queries(12, info=route):
            client.get(f"/{route}/")
