"""What the registers give, to whom, and how it is asked for."""

import pytest

from tests import world
from tests.ledger import furnish

REGISTERS = [
    "districts",
    "units",
    "organizations",
    "member-reports",
    "exclusions",
    "events",
    "agreements",
    "charter-clauses",
    "decisions",
    "purchase-scores",
    "party-organizations",
    "terms",
    "covering",
    "members",
    "memberships",
    "posts",
    "instructors",
    "courses",
    "attendance",
    "site-applications",
    "site-reviews",
    "sites",
    "site-visits",
    "site-grants",
    "communities",
    "legal-groups",
    "outreach",
    "targets",
    "plan-tasks",
    "imports",
]


@pytest.fixture
def ledger(city):
    """A row in every register of either district."""
    furnish(city)
    return city


def test_every_register_lists_rows_and_gives_each_by_its_own_address(ledger, ask):
    clerk = ask("nanshan")
    for register in REGISTERS:
        rows = clerk.rows(f"{register}/")
        assert rows, register
        for row in rows:
            key = row["code"] if "code" in row else row["id"]
            alone = clerk.one(f"{register}/{key}/")
            assert {name: alone[name] for name in row} == row


def test_the_other_district_is_as_if_absent(ledger, ask):
    nanshan, futian = ask("nanshan"), ask("futian")
    for register in REGISTERS:
        key = "code" if "code" in futian.rows(f"{register}/")[0] else "id"
        mine = {row[key] for row in nanshan.rows(f"{register}/")}
        theirs = {row[key] for row in futian.rows(f"{register}/")} - mine
        for address in theirs:
            assert nanshan.get(f"{register}/{address}/").status_code == 404, (register, address)
        if register not in ("districts", "units", "courses", "communities", "legal-groups", "targets"):
            assert theirs, f"{register}: nothing to tell the two districts apart"


def test_city_staff_see_both(ledger, ask):
    assert len(ask("city").rows("organizations/")) == 7
    assert len(ask("city").rows("members/")) == 4
    assert len(ask("city").rows("imports/")) == 2


def test_an_organization_as_the_files_describe_it(ledger, ask):
    key = ledger.organizations["nanshan-joint"].credit_code
    found = ask("nanshan").one(f"organizations/{key}/")
    assert found["id"] == found["credit_code"] == key
    assert (found["kind"], found["field"], found["mode"]) == ("社会团体", "公益慈善", "登记")
    assert found["district"] == {"code": "440305", "name": "南山区"}
    assert found["responsible_unit"] == {"code": "NS-MZJ", "name": "南山区民政局"}
    assert found["subdistrict"] == {"code": "NS-YH", "name": "粤海街道"}
    assert found["basis"] == "登记管理机关"
    assert found["professional_unit"] is None
    assert found["staff"] is None


def test_an_organization_without_credit_code_has_an_opaque_id(ledger, ask):
    old = world.organization("旧证协会", registration_number="粤社证字第1号", district=ledger.districts["nanshan"])
    old.credit_code = None
    old.save()
    clerk = ask("nanshan")
    (row,) = clerk.rows("organizations/", q="旧证")
    assert row["id"] == old.opaque_id
    assert clerk.one(f"organizations/{row['id']}/")["registration_number"] == "粤社证字第1号"
    assert clerk.rows("organizations/", q="粤社证字第1号") == [row]


def test_rows_are_told_as_of_the_day_asked_for(city, ask):
    org = city.organizations["nanshan-own"]
    state = org.states.get()
    state.valid_to = world.day("2018-01-01")
    state.save()
    state.pk, state.valid_from, state.valid_to, state.field = None, world.day("2018-01-01"), None, "CHARITY"
    state.save()
    clerk, address = ask("nanshan"), f"organizations/{org.credit_code}/"
    assert clerk.one(address)["field"] == "公益慈善"
    assert clerk.one(address, date="2017-12-31")["field"] == "社会工作"
    assert org.credit_code not in [row["id"] for row in clerk.rows("organizations/", date="2011-01-01")]
    assert clerk.one(address, date="2011-01-01")["established_on"] == "2012-01-01"


def test_a_link_counts_from_its_first_day_to_the_day_before_its_last(city, ask):
    world.link(city.parties["own"], city.organizations["nanshan-missing"], "2016-01-01", "2016-02-01")
    clerk = ask("nanshan")

    def linked(day):
        return len(clerk.rows("covering/", date=day, organization=city.organizations["nanshan-missing"].credit_code))

    assert [linked(day) for day in ("2015-12-31", "2016-01-01", "2016-01-31", "2016-02-01")] == [0, 1, 1, 0]


def test_a_term_counts_through_its_last_day(ledger, ask):
    clerk = ask("nanshan")
    days = {"2014-05-31": 0, "2014-06-01": 1, "2018-06-01": 1, "2018-06-02": 0}
    for day, count in days.items():
        assert len(clerk.rows("terms/", date=day, party_organization="NS-0001")) == count, day


def test_elections_as_the_files_describe_them(ledger, ask):
    clerk = ask("nanshan")
    world.election(ledger.parties["own"], "2017-06-01", "DIRECT", "")
    unstated, founding = sorted(clerk.rows("elections/", party_organization="NS-0001"), key=lambda e: e["held_on"])[
        ::-1
    ]
    assert {name: founding[name] for name in ("occasion", "method", "due", "present", "seats", "candidates")} == {
        "occasion": "换届",
        "method": "公推直选",
        "due": 5,
        "present": 4,
        "seats": 1,
        "candidates": 2,
    }
    assert (unstated["occasion"], unstated["due"]) == (None, None)
    assert clerk.one(f"elections/{unstated['id']}/") == unstated
    assert clerk.rows("elections/", method="直接选举") == clerk.rows("elections/", date="2017-06-01", method="直接选举")
    assert len(clerk.rows("elections/", date="2017-05-31", party_organization="NS-0001")) == 1
    assert len(clerk.rows("elections/", occasion="换届", party_organization="NS-0001")) == 1


def test_members_are_masked_and_never_named_by_number(ledger, ask):
    person = ledger.people["second"]
    person.mobile, person.id_number = "13812345678", "440399199001011236"
    person.save()
    response = ask("nanshan").get(f"members/{person.opaque_id}/")
    member = response.json()
    assert member["mobile"] == "138****5678"
    assert "440399199001011236" not in response.content.decode()
    assert "199001" not in response.content.decode()
    assert member["workplace"]["name"] == "南山区海珠社会工作服务中心"
    assert [held["party_organization"]["code"] for held in member["memberships"]] == ["NS-0001"]


def test_a_members_workplace_and_relations_elsewhere_are_left_out(city, ask):
    lin = city.people["lin"]
    state = lin.member.states.get()
    state.workplace = city.organizations["futian-missing"]
    state.save()
    lin.memberships.create(party_organization=city.parties["joint"], valid_from=world.day("2020-01-01"))
    seen = ask("nanshan").one(f"members/{lin.opaque_id}/")
    assert seen["workplace"] is None
    assert [held["party_organization"]["code"] for held in seen["memberships"]] == ["NS-0001"]
    assert ask("nanshan").rows("members/", organization=city.organizations["futian-missing"].credit_code) == []
    assert ask("nanshan").rows("members/", party_organization="FT-0001") == []
    assert ask("city").one(f"members/{lin.opaque_id}/")["workplace"]["name"] == "福田区华强电子行业协会"


def test_a_superior_outside_ones_scope_has_no_name(city, ask):
    state = city.parties["own"].states.get()
    state.superior = world.party("FT-9", by=city.units["futian"], name="福田总支", level="GENERAL_BRANCH")
    state.save()
    assert ask("nanshan").one("party-organizations/NS-0001/")["superior"] is None
    assert ask("city").one("party-organizations/NS-0001/")["superior"] == {"code": "FT-9", "name": "福田总支"}


def test_filters(ledger, ask):
    city = ask("city")

    def names(register, **query):
        return {row["name"] for row in city.rows(f"{register}/", **query)}

    assert (
        names("organizations", unit="NS")
        == names("organizations", district="440305")
        == {
            "南山区海珠社会工作服务中心",
            "南山区青禾公益促进会",
            "南山区创客互助服务中心",
        }
    )
    assert names("organizations", unit="SZ-JYGW") == {"深圳市明远培训学校"}
    assert names("organizations", kind="社会团体", district="440305") == {"南山区青禾公益促进会"}
    assert names("organizations", subdistrict="FT-LH", field="行业协会") == {"福田区华强电子行业协会"}
    assert names("organizations", q="青禾") == {"南山区青禾公益促进会"}
    assert names("party-organizations", unit="NS") == {"海珠社会工作服务中心党支部"}
    assert names("party-organizations", form="联合") == {"景田片区联合党支部"}
    assert names("units", kind="街道") == {"粤海街道", "莲花街道"}
    assert names("units", unit="NS", q="民政") == {"南山区民政局"}
    assert names("members", q="望舒") == {"邵望舒"}
    assert names("members", party_organization="FT-0001") == {"池砚秋"}
    assert len(city.rows("posts/", role="书记", unit="NS")) == 1
    assert len(city.rows("instructors/", number="ZD-001")) == 1
    assert len(city.rows("instructors/", q="封予安", role="联络员")) == 0
    assert len(city.rows("member-reports/", district="440304", date="2015-12-31")) == 0
    assert len(city.rows("exclusions/", unit="NS", date="2015-06-01")) == 1
    assert len(city.rows("attendance/", person=ledger.people["lin"].opaque_id)) == 1
    assert len(city.rows("imports/", committed="false")) == 0
    assert len(city.rows("targets/", indicator="branch-coverage", unit="NS")) == 1


def test_pages_by_cursor_give_every_row_once(city, ask):
    for number in range(7):
        world.organization(f"新成立协会{number}", district=city.districts["nanshan"])
    clerk = ask("nanshan")
    whole = [row["id"] for row in clerk.rows("organizations/")]
    seen, response = [], clerk.get("organizations/", page_size=3, district="440305")
    while True:
        page = response.json()
        assert len(page["results"]) <= 3
        seen += [row["id"] for row in page["results"]]
        if page["next"] is None:
            break
        response = clerk.client.get(page["next"])
    assert seen == whole
    assert len(whole) == 10


def test_a_cursor_is_no_row_number_and_serves_its_own_list_only(city, ask):
    world.posting(city.organizations["nanshan-own"], "2016-01-01")
    world.posting(city.organizations["nanshan-missing"], "2016-01-01")
    clerk = ask("nanshan")
    following = clerk.get("organizations/", page_size=1).json()["next"]
    cursor = following.split("cursor=")[1].split("&")[0]
    assert len(cursor) == 26
    assert clerk.get("organizations/", cursor=cursor).status_code == 200
    assert clerk.get("instructors/", cursor=cursor).status_code == 400
    identifier = clerk.rows("instructors/")[0]["id"]
    assert len(identifier) == 26
    assert clerk.get(f"covering/{identifier}/").status_code == 404


def test_a_single_object_has_a_tag_that_changes_with_it(city, ask):
    clerk, address = ask("nanshan"), f"organizations/{city.organizations['nanshan-own'].credit_code}/"
    first = clerk.get(address)
    tag = first.headers["ETag"]
    again = clerk.client.get(f"/api/v1/{address}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    city.organizations["nanshan-own"].states.update(staff=5)
    changed = clerk.client.get(f"/api/v1/{address}", headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


@pytest.mark.parametrize("register", REGISTERS)
def test_a_list_takes_at_most_six_statements(ledger, ask, register, django_assert_max_num_queries):
    for number in range(5):
        world.member(ledger.organizations["nanshan-own"], ledger.parties["own"], name=f"党员{number}")
    clerk = ask("nanshan")
    with django_assert_max_num_queries(6):
        clerk.rows(f"{register}/")


def test_an_import_shows_its_result_but_never_its_file(ledger, ask):
    clerk = ask("nanshan")
    (row,) = clerk.rows("imports/", committed="true")
    assert row["file_name"] == "nanshan.xlsx"
    assert "result" not in row
    detail = clerk.one(f"imports/{row['id']}/")
    assert detail["result"]["files"][0]["created"] == 1
    assert "content" not in detail


def test_the_account_behind_the_token(city, ask):
    me = ask("lin").one("me/")
    assert me["username"] == "lin"
    assert me["grants"][0]["role"] == "secretary"
    assert me["grants"][0]["party_organization"] == "NS-0001"
    assert "see-members" in me["capabilities"]
    assert ask("stranger").one("me/")["capabilities"] == []
    assert ask("former").one("me/")["grants"] == []
