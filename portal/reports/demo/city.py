"""Builds the whole city in memory and writes it in one transaction, with its label and its sign-ins."""

from __future__ import annotations

import datetime
import hashlib
from dataclasses import dataclass
from random import Random

from django.core.management import CommandError
from django.db import models, transaction

from branches.models import (
    Candidate,
    CoveringLink,
    Election,
    InstructorPosting,
    MajorDecision,
    Membership,
    PartyOrganization,
    PartyOrganizationState,
    Post,
    PublicOffice,
    Term,
)
from branches.responsibility import recompute
from demonstration.models import (
    DemonstrationSite,
    LegalGroup,
    Outreach,
    ServedPlace,
    SiteApplication,
    SiteGrant,
    SiteReview,
    SiteVisit,
)
from members.models import Member, MemberState, Person
from members.people import named
from orgs.models import (
    CharterClause,
    Exclusion,
    MemberReport,
    OrganizationState,
    PurchaseScore,
    RegistryEvent,
    ResponsibilityAgreement,
    SocialOrganization,
)
from portal.core import audit
from portal.core.models import District, ImportBatch, PlanTask, Target, TaskNotice, Unit, UnitAlias, UnitState, User
from portal.core.policy import NOTICE_DAY, NOTICE_DUE
from portal.core.search import search_text
from portal.core.validity import today
from portal.reports.demo.candidates import Candidates
from portal.reports.demo.commitments import Commitments
from portal.reports.demo.elections import Elections
from portal.reports.demo.names import Names
from portal.reports.demo.organizations import Organizations
from portal.reports.demo.outreach import Serving, group
from portal.reports.demo.parties import Parties
from portal.reports.demo.people import People
from portal.reports.demo.places import Places
from portal.reports.demo.plans import Plans
from portal.reports.demo.registry import Registry
from portal.reports.demo.rows import Rows
from portal.reports.demo.shown import Showcase, Shown
from portal.reports.demo.site_work import SiteWork
from portal.reports.demo.sites import Sites
from training.models import Attendance, Course

Day = datetime.date
FEWEST, MOST = 50, 100_000
#: what is referred to comes before what refers to it
ORDER: tuple[type[models.Model], ...] = (
    District,
    Unit,
    UnitState,
    UnitAlias,
    Target,
    PlanTask,
    TaskNotice,
    SocialOrganization,
    OrganizationState,
    PartyOrganization,
    PartyOrganizationState,
    CoveringLink,
    Term,
    Election,
    Person,
    Member,
    MemberState,
    Membership,
    Post,
    Candidate,
    PublicOffice,
    InstructorPosting,
    Exclusion,
    MemberReport,
    RegistryEvent,
    CharterClause,
    ResponsibilityAgreement,
    MajorDecision,
    PurchaseScore,
    Course,
    Attendance,
    SiteApplication,
    SiteReview,
    DemonstrationSite,
    SiteVisit,
    SiteGrant,
    ServedPlace,
    LegalGroup,
    Outreach,
)


@dataclass(frozen=True)
class Options:
    """What a demo city is made of; equal options make equal cities."""

    organizations: int = 600
    seed: int = 2013
    start: Day = NOTICE_DAY
    end: Day | None = None

    @property
    def last(self) -> Day:
        """The last day of its history."""
        return self.end or today()

    def check(self) -> None:
        """Raise CommandError for a city that cannot be built."""
        if not FEWEST <= self.organizations <= MOST:
            raise CommandError(f"--orgs 须在 {FEWEST} 到 {MOST:,} 之间。")
        if not Day(2013, 1, 1) <= self.start < self.last:
            raise CommandError("--from 须早于 --to,且不早于 2013-01-01。")
        if self.last > today():
            raise CommandError("--to 不能晚于今天。")


def is_empty() -> bool:
    """Whether nobody has put anything into this database yet."""
    return not (
        Unit.objects.exists()
        or District.objects.exists()
        or SocialOrganization.objects.everyone().exists()
        or User.objects.exists()
    )


def draw(options: Options) -> tuple[Rows, Shown]:
    """The city in memory; the same for the same options, whatever the database or the time."""
    rows, rng = Rows(), Random(f"{options.organizations}/{options.seed}/{options.start}/{options.last}")
    names = Names(rng)
    places = Places(rows, rng)
    plans = list(Organizations(rows, places, names, rng, options.last).draw(options.organizations))
    parties = Parties(rows, places, names, rng, options.last)
    parties.cover(plans)
    showcase = Showcase(rows, places, options.last)
    shown = showcase.choose(plans, parties)
    showcase.exclude(plans, parties)
    people = People(rows, places, names, rng, options.last)
    people.fill(plans, parties.made)
    Elections(rows, Random(f"elections/{options.seed}"), options.last).hold(parties.made)
    standing = Candidates(rows, Random(f"candidates/{options.seed}"), options.last)
    standing.stand(parties.made)
    standing.serve(parties.made)
    Registry(rows, Random(f"registry/{options.seed}"), options.last).decide(plans)
    Commitments(rows, Random(f"commitments/{options.seed}"), options.last).bind(plans)
    Serving(rows, Random(f"outreach/{options.seed}"), options.last).serve(places, parties.made)
    group(rows, places, Random(f"groups/{options.seed}"))
    showcase.serve(parties)
    Sites(rows, Random(f"sites/{options.seed}"), options.last).name(plans)
    SiteWork(rows, places, Random(f"site-work/{options.seed}"), options.last).follow(plans)
    Plans(rows, Random(f"plans/{options.seed}"), options.last).make(places)
    _set_targets(rows, options.last)
    _make_findable(rows)
    return rows, shown


def _set_targets(rows: Rows, last: Day) -> None:
    """After the notice's three years a later programme asks for the same again, due at the end of next year."""
    if last <= NOTICE_DUE:
        return
    start, due = Day(last.year - 1, 1, 1), Day(last.year + 1, 12, 31)
    for indicator, percent in (("branch-coverage", 85), ("work-coverage", 100)):
        rows.add(Target(indicator=indicator, percent=percent, valid_from=start, due_on=due))


def _make_findable(rows: Rows) -> None:
    """Search texts and pinyin, as an import gives them."""
    for unit in rows.of(Unit):
        unit.pinyin = search_text(unit.name, codes=[unit.code])[:128]
    for one in rows.of(SocialOrganization):
        one.search_text = search_text(
            one.name,
            one.former_names,
            codes=[one.credit_code, one.registration_number, one.organization_code],
        )
    for party in rows.of(PartyOrganization):
        party.search_text = search_text(party.name, codes=[party.code])
    for person in rows.of(Person):
        named(person)


@transaction.atomic
def build(options: Options) -> Shown:
    """Write the city; whom its accounts are. Raises CommandError when the database is not empty."""
    options.check()
    if not is_empty():
        raise CommandError("数据库里已有数据,演示城市只能建在空数据库里。")
    rows, shown = draw(options)
    rows.write(ORDER)
    recompute()
    _label(options)
    return shown


def _label(options: Options) -> None:
    """Every page says 演示数据 as long as this row stands."""
    made = {
        "orgs": options.organizations,
        "seed": options.seed,
        "from": options.start.isoformat(),
        "to": options.last.isoformat(),
    }
    ImportBatch.objects.create(
        kind="demo",
        file_name="演示数据",
        digest=hashlib.sha256(repr(sorted(made.items())).encode()).hexdigest(),
        committed=True,
        result=made,
    )
    audit.record(actor=None, actor_name="demo 命令", action="建立演示城市", detail=made)
