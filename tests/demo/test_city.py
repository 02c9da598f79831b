"""The demo city: equal options make equal cities, every situation of the policy is in it, and it is labelled."""

import datetime
import io
from collections import Counter

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from stdnum.cn import ric, uscc

from branches.elections import checks_of
from branches.indicators import firm_counts
from branches.models import CoveringLink, Election, InstructorPosting, Membership, PartyOrganization, Post, Term
from demonstration.models import DemonstrationSite, Outreach
from members.models import Member, MemberState, Person
from orgs.models import (
    Exclusion,
    MemberReport,
    OrganizationState,
    RegistryEvent,
    ResponsibleSpan,
    SocialOrganization,
)
from portal.core import indicators
from portal.core.context import sections
from portal.core.imports.engine import Options as ImportOptions
from portal.core.imports.engine import Sheet, run
from portal.core.imports.register import registers
from portal.core.imports.run import everyone
from portal.core.models import Change, District, ImportBatch, Unit, UnitState, User
from portal.core.scoping import scope_of
from portal.core.validity import active_on
from portal.desk.lists import LISTS
from portal.reports.demo import city, signins, trail
from tests import world
from training.models import Attendance, Course

END = world.day("2026-03-18")
OPTIONS = city.Options(organizations=600, seed=7, end=END)


def dump(rows):
    """Every fact of a city in memory, references by what they refer to."""

    def plain(value):
        return str(value) if hasattr(value, "_meta") else value

    return {
        model.__name__: [
            {field.name: plain(getattr(row, field.name)) for field in model._meta.concrete_fields if field.name != "id"}
            for row in rows.of(model)
        ]
        for model in city.ORDER
    }


@pytest.fixture(scope="module")
def built(django_db_setup, django_db_blocker):
    """The city of 600, written once for all questions of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield city.build(OPTIONS)
        transaction.set_rollback(True)


@pytest.fixture
def demo(built, db):
    """Read the city."""


# ── deterministic ──


def test_equal_options_make_equal_cities():
    small = city.Options(organizations=200, seed=7, end=END)
    assert dump(city.draw(small)[0]) == dump(city.draw(small)[0])


@pytest.mark.parametrize("other", [{"seed": 8}, {"organizations": 201}, {"end": world.day("2026-03-17")}])
def test_other_options_make_another_city(other):
    options = {"organizations": 200, "seed": 7, "end": END}
    assert dump(city.draw(city.Options(**options))[0]) != dump(city.draw(city.Options(**{**options, **other}))[0])


def test_what_is_written_is_what_was_drawn(demo):
    rows = city.draw(OPTIONS)[0]
    written = list(SocialOrganization.objects.everyone().values_list("opaque_id", "credit_code", "name"))
    assert written == [(o.opaque_id, o.credit_code, o.name) for o in rows.of(SocialOrganization)]
    numbers = [person.id_number for person in Person.objects.everyone()]
    assert numbers == [person.id_number for person in rows.of(Person)]


# ── believable ──


def test_codes_have_right_check_digits_and_can_belong_to_nobody(demo):
    for code, own in SocialOrganization.objects.everyone().values_list("credit_code", "organization_code"):
        assert own.startswith("MX")
        assert code is None or (uscc.is_valid(code) and code[8:17] == own)
    for person in Person.objects.everyone().exclude(id_number=""):
        assert person.id_number.startswith("440399")
        assert ric.calc_check_digit(person.id_number) == person.id_number[-1]


def rate(code, day):
    (found,) = indicators.rates(day, "city", [code])
    return 100 * found.met / found.eligible


def test_coverage_rises_from_under_half_to_over_four_fifths_with_party_work_above_it(demo):
    days = [world.day(text) for text in ("2013-12-31", "2014-12-31", "2016-10-23", "2020-12-31")] + [END]
    branch = [rate("branch-coverage", day) for day in days]
    work = [rate("work-coverage", day) for day in days]
    assert branch == sorted(branch) and 38 < branch[0] < 55 and 76 < branch[-1] < 87
    assert all(above > below + 4 for above, below in zip(work, branch, strict=True))
    assert 90 < work[-1] < 100


def test_districts_differ_and_one_of_them_had_no_organization_on_some_day(demo):
    today = {r.group: r.rate for r in indicators.rates(END, "district", ["branch-coverage"])}
    assert len(set(today.values())) > 6
    then = {r.group: r.eligible for r in indicators.rates(world.day("2013-12-31"), "district", ["branch-coverage"])}
    assert then["440313"] == 0


def test_districts_of_2013_keep_their_names_and_are_districts_today(demo):
    def names(text):
        return {r.group_name for r in indicators.rates(world.day(text), "district", ["branch-coverage"])}

    assert {"光明新区", "坪山新区", "龙华新区", "大鹏新区", "福田区"} <= names("2013-12-31")
    assert {"光明区", "坪山区", "龙华区", "大鹏新区"} <= names("2026-03-18")
    assert District.objects.filter(active_on(END)).count() == 10 or len(names("2026-03-18") - {"未填"}) == 10


# ── every situation ──


def organizations(**where):
    return OrganizationState.objects.filter(active_on(END), **where)


def reasons(code="work-coverage", day=END):
    ind = indicators.indicator(code)
    return Counter(one.reason for one in indicators.explain(ind, day))


SITUATIONS = {
    "every reason of the two rates": lambda: (
        set(reasons()) == {"own", "joint", "hub", "functional", "instructor", "none"}
    ),
    "every basis of article 1": lambda: (
        set(ResponsibleSpan.objects.filter(active_on(END)).values_list("basis", flat=True))
        == {"kept", "education", "health", "professional", "registry", "unresolved"}
    ),
    "待理顺": lambda: any(
        span.to_be_straightened for span in ResponsibleSpan.objects.filter(active_on(END), basis="kept")
    ),
    "kept where the rule names the same unit": lambda: any(
        not span.to_be_straightened for span in ResponsibleSpan.objects.filter(active_on(END), basis="kept")
    ),
    "联合转单独": lambda: reasons("formation-due")["joint"] > 0,
    "应建未建 with a functional branch": lambda: reasons("formation-due")["functional"] > 0,
    "terms in time, extended and overdue": lambda: set(reasons("term-current")) == {"in-term", "extended", "overdue"},
    "an extension beyond twelve months": lambda: any(
        term.extended_to and term.extended_to > term.counts_until for term in Term.objects.all()
    ),
    "secretaries trained, with too few days, with none": lambda: (
        set(reasons("secretary-training", world.day("2025-12-31"))) == {"trained", "too-few-days", "no-concentrated"}
    ),
    "a day of attendance that is none": lambda: Attendance.objects.everyone().filter(days=0).exists(),
    "elections of every occasion and method": lambda: (
        set(Election.objects.everyone().values_list("occasion", flat=True))
        == {"", "FOUNDING", "CHANGE_OF_TERM", "BY_ELECTION", "DELEGATES"}
        and set(Election.objects.everyone().values_list("method", flat=True))
        == {"PUBLIC_NOMINATION", "DIRECT", "BY_COMMITTEE"}
    ),
    "changes of term by public nomination and otherwise": lambda: (
        set(reasons("direct-election")) == {"direct", "other-method"}
    ),
    "elections within the rules, beside them and never counted": lambda: (
        {one.state for found in checks_of(Election.objects.everyone()[:500]).values() for one in found}
        == {"ok", "warn", "swap", "idle"}
    ),
    "every form": lambda: len(set(PartyOrganization.objects.everyone().values_list("states__form", flat=True))) == 6,
    "every kind": lambda: len(set(organizations().values_list("kind", flat=True))) == 4,
    "every field": lambda: len(set(organizations().values_list("field", flat=True))) == 13,
    "every trade": lambda: len(set(organizations().exclude(trade="").values_list("trade", flat=True))) == 13,
    "leading and key ones": lambda: {"LEADING", "KEY"} < set(organizations().values_list("importance", flat=True)),
    "reviews in time, late and missing": lambda: set(reasons("gate-review")) == {"reviewed", "late", "missing"},
    "every gate of the registry": lambda: (
        set(RegistryEvent.objects.everyone().values_list("kind", flat=True)) == {"FOUNDING", "CHANGE", "INSPECTION"}
    ),
    "decisions to come that wait for their review": lambda: (
        RegistryEvent.objects.everyone().filter(decided_on__gt=END, reviewed_on=None).exists()
    ),
    "recorded only": lambda: organizations(mode="RECORDED").exists(),
    "mode not known": lambda: organizations(mode="").exists(),
    "no district": lambda: organizations(district=None).exists(),
    "a placeholder that registers": lambda: organizations(registering_unit__states__kind="PLACEHOLDER").exists(),
    "a placeholder that supervises": lambda: organizations(professional_unit__states__kind="PLACEHOLDER").exists(),
    "a spelling of a unit that nobody knows": lambda: (
        organizations(professional_unit=None).exclude(professional_unit_written="").exists()
    ),
    "a spelling of a street that nobody knows": lambda: (
        organizations(subdistrict=None).exclude(subdistrict_written="").exists()
    ),
    "a unit of the province answers": lambda: ResponsibleSpan.objects.filter(
        active_on(END), unit__code__startswith="GD-"
    ).exists(),
    "a unit that ended still answers": lambda: ResponsibleSpan.objects.filter(
        active_on(END), unit__valid_to__lte=END
    ).exists(),
    "moved to another district with another unit": lambda: any(
        states[0].registering_unit_id != states[1].registering_unit_id
        and states[0].district_id != states[1].district_id
        for states in pairs_of_states()
    ),
    "renamed": lambda: SocialOrganization.objects.everyone().exclude(former_names="").exists(),
    "two of one name": lambda: (
        max(Counter(SocialOrganization.objects.everyone().values_list("name", flat=True)).values()) > 1
    ),
    "registration number only": lambda: (
        SocialOrganization.objects.everyone()
        .filter(credit_code=None, closed_on__lt=datetime.date(2015, 10, 1))
        .exists()
    ),
    "registration number beside a credit code": lambda: (
        SocialOrganization.objects.everyone()
        .filter(credit_code__isnull=False, registration_number__isnull=False)
        .exists()
    ),
    "cancelled and revoked": lambda: (
        {"CANCELLED", "REVOKED"} <= set(SocialOrganization.objects.everyone().values_list("closing", flat=True))
    ),
    "founded, closed, covered and left by its instructor on the last day": lambda: (
        SocialOrganization.objects.everyone().filter(established_on=END).exists()
        and SocialOrganization.objects.everyone().filter(closed_on=END).exists()
        and CoveringLink.objects.everyone().filter(valid_from=END).exists()
        and InstructorPosting.objects.everyone().filter(valid_to=END).exists()
    ),
    "excluded now, and only before": lambda: (
        Exclusion.objects.everyone().filter(active_on(END)).exists()
        and Exclusion.objects.everyone().filter(valid_to__lte=END).exists()
    ),
    "a link that ended, a branch that was dissolved": lambda: (
        CoveringLink.objects.everyone().filter(valid_to__lte=END).exists()
        and PartyOrganization.objects.everyone().filter(dissolved_on__lte=END).exists()
    ),
    "covered twice and visited": lambda: any(
        n > 1
        for n in Counter(
            CoveringLink.objects.everyone().filter(active_on(END)).values_list("organization", flat=True)
        ).values()
    ),
    "every role of an instructor": lambda: (
        len(set(InstructorPosting.objects.everyone().values_list("role", flat=True))) == 3
    ),
    "an instructor with too many": lambda: (
        max(
            Counter(
                InstructorPosting.objects.everyone().filter(active_on(END)).values_list("person", flat=True)
            ).values()
        )
        > 5
    ),
    "secretary of two branches": lambda: (
        max(
            Counter(
                Post.objects.everyone().filter(active_on(END), role="SECRETARY").values_list("person", flat=True)
            ).values()
        )
        > 1
    ),
    "replaced on 1 September": lambda: (
        Post.objects.everyone().filter(role="SECRETARY", valid_from__month=9, valid_from__day=1).exists()
    ),
    "every post": lambda: len(set(Post.objects.everyone().values_list("role", flat=True))) == 4,
    "works here, relation held elsewhere": lambda: MemberState.objects.filter(
        active_on(END), member__person__memberships__isnull=False, workplace__covering_links__isnull=True
    ).exists(),
    "works here, relation nowhere": lambda: (
        Member.objects.everyone().filter(person__memberships=None, states__workplace__isnull=False).exists()
    ),
    "retired, part-time and unrecorded": lambda: (
        {"RETIRED", "PART_TIME", ""} < set(MemberState.objects.values_list("employment", flat=True))
    ),
    "mobile members": lambda: MemberState.objects.filter(is_mobile=True).exists(),
    "probationary members": lambda: Member.objects.everyone().filter(converted_on=None).exists(),
    "members who left or were transferred out": lambda: (
        Member.objects.everyone().exclude(left_on=None).exists()
        and Membership.objects.everyone().filter(valid_to__lte=END).exists()
    ),
    "three members reported where none is named": lambda: (
        MemberReport.objects.everyone()
        .filter(full__gte=3)
        .exclude(organization__in=[pk for pk, firm in firm_counts(END).items() if firm])
        .exists()
    ),
    "reported number not known": lambda: MemberReport.objects.everyone().filter(full=None).exists(),
    "communities and schools, served by lawyers and not": lambda: all(
        0 < rate.met < rate.eligible
        for rate in indicators.rates(END, "city", ["legal-communities"])
        + indicators.rates(world.day("2025-12-31"), "city", ["legal-schools"])
    ),
    "every way of serving, and a contact that ended": lambda: (
        len(set(Outreach.objects.everyone().values_list("kind", flat=True))) == 4
        and Outreach.objects.everyone().filter(kind="LINK", valid_to__lte=END, place__valid_to=None).exists()
    ),
    "every way of training": lambda: len(set(Course.objects.everyone().values_list("mode", flat=True))) >= 2,
    "a unit that was renamed": lambda: UnitState.objects.exclude(valid_to=None).exists(),
    "a street that was split off later": lambda: Unit.objects.filter(valid_from=datetime.date(2017, 1, 1)).exists(),
}


def pairs_of_states():
    by_organization = {}
    for state in OrganizationState.objects.order_by("organization_id", "valid_from"):
        by_organization.setdefault(state.organization_id, []).append(state)
    return [states[-2:] for states in by_organization.values() if len(states) > 1]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_every_situation_of_the_policy_is_in_it(demo, situation):
    assert SITUATIONS[situation]()


# ── no page is empty ──


def test_every_register_has_rows(demo):
    assert [kind for kind, register in registers().items() if not everyone(register.model).exists()] == []


def test_every_list_of_the_menu_has_rows_for_every_account(built, db, monkeypatch):
    monkeypatch.setattr(signins, "today", lambda: END)
    made = signins.make(built)
    trail.leave()
    empty, seen = [], 0
    for username in (one.username for one in made):
        request = RequestFactory().get("/")
        request.user = User.objects.get(username=username)
        request.scope = scope_of(request.user, END)
        menu = sections(request.scope, "/")
        for page in LISTS:
            if request.scope.can(page.capability) and any(place.holds(f"/{page.route}/") for place in menu):
                seen += 1
                empty += [] if page(request).narrowed.exists() else [f"{username}: {page.heading}"]
    assert seen > 200
    assert empty == []


def test_what_staff_brought_in_is_written_and_leaves_a_trail(built, db):
    signins.make(built)
    trail.leave()
    brought = ImportBatch.objects.exclude(kind="demo")
    assert brought.count() == User.objects.filter(grants__role__in=("unit-staff", "city-staff")).count()
    assert all(batch.committed and batch.result["files"][0]["updated"] for batch in brought)
    assert Change.objects.filter(register="organizations", column="从业人员数").exists()


def test_what_goes_out_comes_in_unchanged(demo):
    sheets = []
    for kind, register in registers().items():
        rows = everyone(register.model).order_by("pk")
        rows = rows.exclude(member=None) if kind == "members" else rows
        lines = [dict(zip(register.headings, row, strict=True)) for row in register.export_rows(rows)]
        sheets.append(Sheet(kind, kind, register.headings, list(enumerate(lines, 2))))
    report = run(sheets, ImportOptions())
    assert [(one.kind, one.rows - one.unchanged) for one in report.files if one.unchanged != one.rows] == []


# ── in sets ──


def test_the_figures_of_every_unit_take_at_most_twelve_statements(demo):
    with CaptureQueriesContext(connection) as statements:
        call_command("coverage", "--by", "unit", "--live", "--format", "csv", stdout=io.StringIO())
    assert len(statements) <= 12


def test_quotas_of_demonstration_sites_are_partly_filled_and_some_sites_ended(demo):
    found = reasons("district-sites")
    assert found["quota-met"] >= 3 and found["quota-short"] >= 2
    assert 6 <= len(indicators.explain(indicators.indicator("city-sites"), END)) <= 12
    assert DemonstrationSite.objects.everyone().filter(withdrawn_on__lte=END).exists()
