"""Edge cases of the rule catalogue, section 10, by number; each docstring is the answer that the portal must give.

Where the catalogue and the definition of figures differ, the definition stands. Case 40 is about a file and stands
with the imports; advice of cases 1, 2, 16, 17 and 37 stands with formation, here are their figures and counts.
"""

from __future__ import annotations

import pytest

from branches.indicators import firm_counts
from branches.models import PartyOrganization
from branches.responsibility import recompute
from members.models import Member
from orgs.models import OrganizationState, ResponsibleSpan, SocialOrganization
from portal.core import snapshots
from portal.core.indicators import CannotAnswer, rates
from portal.core.validity import revise
from tests import world
from tests.engine.questions import counted, figure, reasons, subjects
from tests.world import day

pytestmark = pytest.mark.django_db


def firm(organization: SocialOrganization, on: str) -> int:
    """The firm count on a day."""
    return firm_counts(day(on)).get(organization.pk, 0)


def answers(organization: SocialOrganization, on: str) -> tuple[str | None, str]:
    """(code of the responsible unit, basis) on a day."""
    span = next(s for s in organization.responsible_spans.select_related("unit") if s.holds_on(day(on)))
    return (span.unit.code if span.unit else None), span.basis


def change(organization: SocialOrganization, effective: str, **facts: object) -> None:
    """Facts change on a day, as a later file with 变更生效日期 says it."""
    revision = revise(list(organization.states.all()), facts, day(effective))
    for state in [*revision.updated, *revision.added]:
        state.save()
    recompute([organization.pk])


def test_case_1_transfer_out_counts_until_the_day_it_is_received():
    """Three members, one transfer received elsewhere on 1 June: three until 31 May, then two; still covered."""
    org = world.organization("甲")
    own = world.party(covers=(org,), approved="2013-11-05")
    for until in (None, None, "2014-06-01"):
        world.member(org, own, until=until)
    world.settle()
    assert (firm(org, "2014-05-31"), firm(org, "2014-06-01")) == (3, 2)
    assert counted("branch-coverage", "2014-06-01") == (1, 1)
    assert (counted("formation-due", "2014-05-31"), counted("formation-due", "2014-06-01")) == ((1, 1), (0, 0))


def test_case_2_probationary_members_count_from_their_conversion():
    """2 full + 2 probationary: not due; due on the day the earlier one converts, not a year after joining."""
    org = world.organization("甲")
    joint = world.party(form="JOINT", covers=(org,))
    world.member(org, joint)
    world.member(org, joint)
    world.member(org, joint, joined="2013-03-10", converted="2014-04-02")
    world.member(org, joint, joined="2013-06-01", converted=None)
    world.settle()
    assert (firm(org, "2014-03-10"), counted("formation-due", "2014-03-10")) == (2, (0, 0))
    assert (firm(org, "2014-04-02"), counted("formation-due", "2014-04-02")) == (3, (0, 1))


def test_case_12_expired_term_keeps_its_organization_covered():
    """An expired branch still covers; it is overdue in `term-current`, never dropped from the numerator."""
    org = world.organization("甲")
    own = world.party("P1", covers=(org,))
    world.term(own, "2013-11-05", "2016-11-04")
    world.settle()
    assert counted("branch-coverage", "2020-01-01") == (1, 1)
    assert reasons("term-current", "2016-11-04") == {"党支部P1": "in-term"}
    assert reasons("term-current", "2016-11-05") == {"党支部P1": "overdue"}


def test_case_14_deregistered_on_30_june():
    """In until 29 June, out from 30 June in numerator and denominator; the history of June stays."""
    org = world.organization("甲", closed="2014-06-30")
    world.party(covers=(org,))
    world.organization("乙")
    world.settle()
    assert counted("branch-coverage", "2014-06-29") == (1, 2)
    assert counted("branch-coverage", "2014-06-30") == (0, 1)
    assert counted("branch-coverage", "2014-12-31") == (0, 1)


def test_case_15_liquidation_stays_in_revocation_is_out():
    """Revoked: out on the legal day. In liquidation: in, and out of the adjusted rate only by an exclusion."""
    revoked = world.organization("撤销", closed="2014-05-01")
    liquidating = world.organization("清算中")
    world.exclude(liquidating, "2014-06-01")
    world.settle()
    assert set(reasons("branch-coverage", "2014-05-01")) == {"清算中"}
    assert revoked.name in reasons("branch-coverage", "2014-04-30")
    before, after = figure("branch-coverage", "2014-05-31"), figure("branch-coverage", "2014-06-01")
    assert (before.eligible, before.excluded, before.adjusted_eligible) == (1, 0, 1)
    assert (after.eligible, after.excluded, after.adjusted_eligible) == (1, 1, 0)
    assert (after.rate, after.adjusted_rate) == ("0.00", None)
    excluded = subjects("branch-coverage", "2014-06-01")["清算中"]
    assert (excluded.status, excluded.reason) == ("excluded", "none")


def test_case_16_joint_member_with_its_own_three_stays_covered_until_its_own_branch():
    """B converts its third member: due; covered as joint until its own is approved, then own; A and C stay joint."""
    a, b, c = (world.organization(name) for name in "甲乙丙")
    joint = world.party(form="JOINT", covers=(a, b, c))
    for at in (a, a, b, b, c):
        world.member(at, joint)
    world.member(b, joint, joined="2013-01-01", converted="2014-03-01")
    world.party(covers=(b,), approved="2014-09-01")
    world.settle()
    assert reasons("formation-due", "2014-02-28") == {}
    assert reasons("formation-due", "2014-03-01") == {"乙": "joint"}
    assert reasons("branch-coverage", "2014-08-31") == {"甲": "joint", "乙": "joint", "丙": "joint"}
    assert reasons("branch-coverage", "2014-09-01") == {"甲": "joint", "乙": "own", "丙": "joint"}
    assert counted("formation-due", "2014-09-01") == (1, 1)


@pytest.mark.parametrize(("form", "units", "reason"), [("JOINT", 6, "joint"), ("HUB", 40, "hub")])
def test_case_17_joint_of_six_and_hub_of_forty_all_count(form, units, reason):
    """All units count as covered, however many."""
    organizations = tuple(world.organization() for _ in range(units))
    world.party(form=form, covers=organizations)
    world.settle()
    assert counted("branch-coverage", "2014-01-01") == (units, units)
    assert figure("branch-coverage", "2014-01-01").reasons == {reason: units}


def test_case_18_listed_in_two_joint_branches_counts_once():
    """Counted once; both branches stand in its evidence, so that the data error is seen."""
    org = world.organization("甲")
    world.party("P1", "JOINT", covers=(org,))
    world.party("P2", "JOINT", covers=(org,))
    world.settle()
    assert counted("branch-coverage", "2014-01-01") == (1, 1)
    evidence = subjects("branch-coverage", "2014-01-01")["甲"].evidence
    assert [p["code"] for p in evidence["party_organizations"]] == ["P1", "P2"]


def test_case_19_instructor_beside_a_branch_is_guidance():
    """Reason stays `own`: an instructor at a covered organization adds nothing."""
    org = world.organization("甲")
    world.party(covers=(org,))
    world.posting(org, "2014-01-01")
    world.settle()
    assert reasons("work-coverage", "2014-02-01") == {"甲": "own"}


def test_case_20_ended_assignment_drops_work_coverage_that_day():
    """Thirty organizations of one instructor all count; the day the assignment ends none does."""
    zhang = world.person()
    for _ in range(30):
        world.posting(world.organization(), "2014-01-01", "2014-05-01", who=zhang)
    world.settle()
    assert counted("work-coverage", "2014-04-30") == (30, 30)
    assert counted("work-coverage", "2014-05-01") == (0, 30)
    assert counted("branch-coverage", "2014-04-30") == (0, 30)


def test_case_21_regional_party_organization_covers_while_linked():
    """Without members of its own: covered (joint) exactly while the link holds. The definition asks for a link,
    not for a membership."""
    org = world.organization("甲")
    regional = world.party(form="REGIONAL")
    world.link(regional, org, "2014-01-01", "2014-07-01")
    world.settle()
    assert reasons("branch-coverage", "2014-06-30") == {"甲": "joint"}
    assert reasons("branch-coverage", "2014-07-01") == {"甲": "none"}


@pytest.fixture
def education(db):
    """The committee, the bureau and a district's own."""
    lead = world.unit("NS", kind="DISTRICT_LEAD", level="DISTRICT")
    return {
        "committee": world.unit("JYGW", kind="WORKING_COMMITTEE", function="education-committee"),
        "bureau": world.unit("JYJ", kind="REGISTRY", function="education-bureau"),
        "district-bureau": world.unit("NS-JYJ", parent=lead, level="DISTRICT", function="education-bureau"),
        "district-civil": world.unit("NS-MZJ", kind="REGISTRY", parent=lead, level="DISTRICT"),
        "street": world.unit("NS-YH", kind="SUBDISTRICT", parent=lead, level="SUBDISTRICT"),
    }


def test_case_22_private_school_of_a_district(education):
    """Supervised by the district's education bureau, registered by its civil affairs: the district's bureau."""
    school = world.organization(
        field="PRIVATE_SCHOOL",
        registering=education["district-civil"],
        professional=education["district-bureau"],
    )
    approved = world.organization(field="PRIVATE_SCHOOL", registering=education["district-bureau"])
    world.settle()
    assert answers(school, "2014-01-01") == ("NS-JYJ", "professional")
    assert answers(approved, "2014-01-01") == ("NS-JYJ", "registry")


def test_case_23_early_affiliation_is_kept_and_to_be_straightened(education):
    """Registered by the city's bureau, its branch below a street since 2009: the street answers, the rule says the
    committee, so 待理顺; counted once, with the street."""
    centre = world.organization(
        "培训中心", established="2008-01-01", field="EDUCATION_TRAINING", registering=education["bureau"]
    )
    world.party(approved="2009-03-01", by=education["street"], covers=(centre,))
    other = world.organization("学校", field="EDUCATION_TRAINING", registering=education["bureau"])
    world.settle()
    assert answers(centre, "2014-01-01") == ("NS-YH", "kept")
    assert answers(other, "2014-01-01") == ("JYGW", "education")
    span = ResponsibleSpan.objects.select_related("rule_unit").get(organization=centre, basis="kept")
    assert (span.rule_unit.code, span.to_be_straightened) == ("JYGW", True)
    by_unit = {r.group: r.eligible for r in rates(day("2014-01-01"), "unit", ["branch-coverage"])}
    assert (by_unit["NS-YH"], by_unit["NS"], by_unit["JYGW"]) == (1, 1, 1)


@pytest.mark.parametrize("approved", ["2013-10-22", "2013-10-23"])
def test_case_23_affiliation_of_the_notice_day_itself_is_not_kept(education, approved):
    """Kept only what was approved and linked before the notice."""
    centre = world.organization(field="EDUCATION_TRAINING", registering=education["bureau"])
    world.party(approved=approved, by=education["street"], covers=(centre,))
    world.settle()
    kept = approved < "2013-10-23"
    assert answers(centre, "2014-01-01") == (("NS-YH", "kept") if kept else ("JYGW", "education"))


def test_case_24_responsible_unit_follows_supervisor_by_the_day():
    """Directly registered, later with a supervisor, later decoupled: the unit changes on those days, months before
    keep theirs."""
    civil, trade = world.unit("MZJ", kind="REGISTRY"), world.unit("JMW")
    association = world.organization("协会", registering=civil, field="TRADE_ASSOCIATION")
    world.settle()
    change(association, "2015-03-01", professional_unit_id=trade.pk)
    change(association, "2018-07-01", professional_unit_id=None)
    asked = ("2015-02-28", "2015-03-01", "2018-06-30", "2018-07-01")
    assert [answers(association, on)[0] for on in asked] == ["MZJ", "JMW", "JMW", "MZJ"]


def test_case_25_city_registered_with_an_office_in_longhua():
    """In Longhua's territorial figures only; the city's registry answers. 龙华 has no national code in 2013."""
    longhua = world.district("440309", "龙华新区", new=True, start="2011-12-30")
    baoan_lead = world.unit("BA", kind="DISTRICT_LEAD", level="DISTRICT")
    civil = world.unit("MZJ", kind="REGISTRY")
    world.organization("甲", registering=civil, district=longhua)
    world.settle()
    by_district = {r.group: r.eligible for r in rates(day("2013-12-31"), "district", ["branch-coverage"])}
    by_unit = {r.group: r.eligible for r in rates(day("2013-12-31"), "unit", ["branch-coverage"])}
    assert (longhua.gb_code, by_district) == ("", {"440309": 1})
    assert by_unit == {"MZJ": 1, baoan_lead.code: 0}


def test_case_26_move_of_district_rewrites_no_past_day():
    """A move takes effect on its day; before it the old district, a stored day never changes."""
    baoan, longhua = world.district("440306", "宝安区"), world.district("440309", "龙华新区", start="2011-12-30")
    org = world.organization("甲", district=baoan)
    world.settle()
    snapshots.keep([day("2014-05-31")])
    change(org, "2014-06-15", district_id=longhua.pk)
    where = {
        on: [r.group for r in rates(day(on), "district", ["branch-coverage"]) if r.eligible]
        for on in ("2014-06-14", "2014-06-15")
    }
    assert where == {"2014-06-14": ["440306"], "2014-06-15": ["440309"]}
    kept = snapshots.figures(day("2014-05-31"), "district", ["branch-coverage"])
    assert {r.group: r.eligible for r in kept} == {"440306": 1, "440309": 0}


def test_case_26_district_not_yet_there_counts_as_not_filled():
    """Before the new district exists its organizations are 未填, and the districts still account for the city."""
    new = world.district("440309", "龙华新区", start="2011-12-30")
    world.organization("甲", established="2010-01-01", district=new)
    world.settle()
    before = {r.group: r.eligible for r in rates(day("2011-12-29"), "district", ["branch-coverage"])}
    assert before == {"-": 1}
    assert subjects("branch-coverage", "2011-12-29")["甲"].district == "440309"


@pytest.mark.parametrize(
    ("courses", "reason"),
    [
        ([("1", "CONCENTRATED"), ("1", "CONCENTRATED")], "too-few-days"),
        ([("3", "CONCENTRATED")], "trained"),
        ([("2.5", "CONCENTRATED"), ("0.5", "CONCENTRATED")], "trained"),
        ([("2.99", "CONCENTRATED")], "too-few-days"),
        ([("0", "CONCENTRATED"), ("9", "ONLINE")], "no-concentrated"),
    ],
)
def test_case_30_days_of_concentrated_courses(courses, reason):
    """Two days in two courses fail, three in one pass; online courses count nothing, 0 days is not attended."""
    secretary = world.person("书记")
    world.post(secretary, world.party(), "2014-01-01")
    for days, mode in courses:
        world.attended(secretary, days, mode=mode)
    assert reasons("secretary-training", "2014-12-31") == {"书记": reason}


def test_case_31_secretary_replaced_on_1_september():
    """The former held the post on 243 days and is still asked; the new one holds it on 31 December."""
    branch = world.party()
    world.post(world.person("前任"), branch, "2013-11-05", "2014-09-01")
    world.post(world.person("现任"), branch, "2014-09-01")
    assert set(reasons("secretary-training", "2014-12-31")) == {"前任", "现任"}


@pytest.mark.parametrize(("until", "asked"), [("2014-07-02", False), ("2014-07-03", True)])
def test_case_31_held_on_183_days(until, asked):
    """1 January to 1 July are 182 days: not asked; one day more: asked."""
    world.post(world.person("前任"), world.party(), "2013-11-05", until)
    assert ("前任" in reasons("secretary-training", "2014-12-31")) is asked


def test_case_31_overlapping_posts_count_each_day_once():
    """Two posts of 100 days at once are 100 days, not 200; two in a row are 200."""
    at_once, in_a_row = world.person("同时"), world.person("先后")
    one, two = world.party(), world.party()
    world.post(at_once, one, "2014-01-01", "2014-04-11")
    world.post(at_once, two, "2014-01-01", "2014-04-11")
    world.post(in_a_row, one, "2014-01-01", "2014-04-11")
    world.post(in_a_row, two, "2014-04-11", "2014-07-20")
    assert set(reasons("secretary-training", "2014-12-31")) == {"先后"}


def test_case_31_partly_overlapping_posts_count_the_union():
    """1 January to 10 April and 1 March to 1 July are 182 days together, not 224; one day more and it is asked."""
    short, enough = world.person("不足"), world.person("已满")
    one, two = world.party(), world.party()
    for who, until in ((short, "2014-07-02"), (enough, "2014-07-03")):
        world.post(who, one, "2014-01-01", "2014-04-11")
        world.post(who, two, "2014-03-01", until)
    assert set(reasons("secretary-training", "2014-12-31")) == {"已满"}


def test_case_32_secretary_of_two_branches_is_one_person():
    """One person in the rate, placed at the unit of the lowest code."""
    units = [world.unit(code) for code in ("U1", "U2")]
    lin = world.person("林")
    world.post(lin, world.party("P2", by=units[1]), "2014-01-01")
    world.post(lin, world.party("P1", by=units[0]), "2014-01-01")
    assert counted("secretary-training", "2014-12-31") == (0, 1)
    by_unit = {r.group: r.eligible for r in rates(day("2014-12-31"), "unit", ["secretary-training"])}
    assert by_unit == {"U1": 1, "U2": 0}


def test_case_36_district_without_organizations():
    """The rate is none ("—") and there is no verdict."""
    world.district("440308", "盐田区")
    rate = figure("branch-coverage", "2014-01-01", "district", "440308")
    assert (rate.eligible, rate.rate, rate.meets, rate.shortfall) == (0, None, None, 0)


def test_case_37_member_whose_relation_is_elsewhere():
    """Works here for months, relation elsewhere: not in the firm count here."""
    here, there = world.organization("甲"), world.organization("乙")
    world.party(form="JOINT", covers=(here,))
    elsewhere = world.party(covers=(there,))
    for _ in range(3):
        world.member(here, elsewhere)
    world.settle()
    assert firm(here, "2014-06-01") == 0
    assert reasons("formation-due", "2014-06-01") == {}


def test_case_38_one_person_two_organizations():
    """One member, one workplace in the registers: counted at one organization, and once."""
    one, two = world.organization("甲"), world.organization("乙")
    joint, hub = world.party(form="JOINT", covers=(one, two)), world.party(form="HUB", covers=(one,))
    somebody = world.member(one, joint)
    world.Membership.objects.create(person=somebody, party_organization=hub, valid_from=day("2014-01-01"))
    world.settle()
    assert (Member.objects.everyone().count(), firm(one, "2014-06-01"), firm(two, "2014-06-01")) == (1, 1, 0)


def test_case_39_same_name_is_two_organizations():
    """Different credit codes are two organizations, whatever they are called."""
    for _ in range(2):
        world.organization("深圳市同名协会")
    world.settle()
    assert counted("branch-coverage", "2014-01-01") == (0, 2)


def test_unknown_indicator_or_grouping_is_a_sentence():
    with pytest.raises(CannotAnswer, match="没有代码为“xyz”的指标"):
        rates(day("2014-01-01"), "city", ["xyz"])
    with pytest.raises(CannotAnswer, match="按期换届率不能按行政区分组"):
        rates(day("2014-01-01"), "district", ["term-current"])


@pytest.mark.parametrize("form", ["FUNCTIONAL", "TEMPORARY"])
def test_functional_party_organization_is_named_before_the_instructor(form):
    org = world.organization("甲")
    world.party(form=form, covers=(org,))
    world.posting(org, "2014-01-01")
    world.settle()
    assert reasons("work-coverage", "2014-02-01") == {"甲": "functional"}
    assert (counted("work-coverage", "2014-02-01"), counted("branch-coverage", "2014-02-01")) == ((1, 1), (0, 1))


def test_party_organization_covers_from_approval_up_to_dissolution():
    org = world.organization("甲", mode="")
    world.party(approved="2014-01-01", dissolved="2014-03-01", covers=(org,), linked="2013-01-01")
    world.settle()
    assert [counted("branch-coverage", on) for on in ("2013-12-31", "2014-01-01", "2014-02-28", "2014-03-01")] == [
        (0, 1),
        (1, 1),
        (1, 1),
        (0, 1),
    ]
    assert PartyOrganization.objects.everyone().count() == 1


def test_recorded_only_from_a_day_on():
    org = world.organization("甲")
    world.settle()
    change(org, "2014-06-01", mode=OrganizationState.Mode.RECORDED)
    assert (counted("branch-coverage", "2014-05-31"), counted("branch-coverage", "2014-06-01")) == ((0, 1), (0, 0))


def test_overlapping_exclusions_exclude_once():
    org = world.organization("甲")
    world.exclude(org, "2014-01-01")
    world.exclude(org, "2014-02-01")
    world.settle()
    rate = figure("branch-coverage", "2014-03-01")
    assert (rate.eligible, rate.excluded, rate.adjusted_eligible) == (1, 1, 0)
