"""How the state of a city breaks, is mended and breaks again, one situation for each kind of thing to do."""

from __future__ import annotations

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from branches.models import CoveringLink, Election, PartyOrganization, Term
from orgs.models import OrganizationState, ResponsibilityAgreement
from portal.core.models import Delivery, Letter, Unit
from portal.core.validity import today
from tests import world
from tests.todo.conftest import ahead


class Situation:
    """A city whose state breaks, is mended and breaks again, through the doors that offices use."""

    who = "nanshan"
    code = ""

    def __init__(self, city, bring):
        self.city, self.bring = city, bring
        self.prepare()

    def prepare(self):
        """What was there before."""

    def again(self):
        """Breaks once more."""
        self.breaks()


class Unresolved(Situation):
    code = "unresolved"

    def prepare(self):
        self.key = None

    def breaks(self):
        made = world.organization("南山区无主协会", district=self.city.districts["nanshan"], kind="ASSOCIATION")
        world.settle()
        self.key = made.credit_code

    def mends(self):
        self.bring(
            "organizations",
            f"统一社会信用代码,名称,类别,登记管理部门,成立日期\n{self.key},南山区无主协会,社会团体,NS-MZJ,2012-01-01",
        )

    def again(self):
        OrganizationState.objects.filter(organization__credit_code=self.key).update(registering_unit=None)
        world.settle()


class Straightening(Situation):
    code = "straightening"

    def breaks(self):
        old = world.organization("南山区老属协会", registering=self.city.units["civil-affairs"])
        held = world.party("NS-OLD", "OWN", approved="2012-05-01", by=self.city.units["nanshan"], covers=(old,))
        self.link = held.covering_links.get()
        world.settle()

    def mends(self):
        CoveringLink.objects.everyone().filter(pk=self.link.pk).update(valid_to=world.day("2020-01-01"))
        world.settle()

    def again(self):
        CoveringLink.objects.everyone().filter(pk=self.link.pk).update(valid_to=None)
        world.settle()


class _Formation(Situation):
    def mends(self):
        self.bring(
            "party_organizations",
            "党组织编码,党组织名称,党组织类别,组建形式,主管单位编码,批准日期\nNS-NEW,新设党支部,党支部,单独,NS,2016-01-01",
        )
        self.bring(
            "covering", f"党组织编码,统一社会信用代码,起始日期\nNS-NEW,{self.organization.credit_code},2016-01-01"
        )

    def again(self):
        PartyOrganization.objects.everyone().filter(code="NS-NEW").update(dissolved_on=today())


class OwnDue(_Formation):
    code = "own-due"

    def prepare(self):
        self.organization = self.city.organizations["nanshan-missing"]
        self.held = world.party("NS-0009", "FUNCTIONAL", by=self.city.units["nanshan"], covers=(self.organization,))

    def breaks(self):
        for _ in range(3):
            world.member(self.organization, self.held)


class Split(_Formation):
    code = "split"

    def prepare(self):
        self.organization = self.city.organizations["nanshan-joint"]

    def breaks(self):
        for _ in range(3):
            world.member(self.organization, self.city.parties["joint"])


class _Term(Situation):
    """A term of the own party organization; an election begins another one."""

    ends = ""

    def breaks(self):
        self._write(ahead(days=-1000), self.ends)

    def mends(self):
        self._write(ahead(days=-1), ahead(days=1000))

    def again(self):
        self._write(ahead(days=-1), self.ends)

    def _write(self, start, end):
        self.bring("terms", f"党组织编码,届起始日期,届届满日期\nNS-0001,{start},{end}")


class Overdue(_Term):
    code = "term-overdue"

    def breaks(self):
        self.ends = ahead(days=-1)
        super().breaks()


class InOne(_Term):
    code = "term-1"

    def prepare(self):
        self.ends = ahead(days=20)


class InThree(_Term):
    code = "term-3"

    def prepare(self):
        self.ends = ahead(days=60)


class InSix(_Term):
    code = "term-6"

    def prepare(self):
        self.ends = ahead(days=140)


class Postings(Situation):
    code = "postings"

    def breaks(self):
        self.person = world.person("庄以诚", number="ZD-009")
        self._write(ahead(days=5))

    def mends(self):
        self._write(ahead(days=400))

    def again(self):
        self._write(ahead(days=30))

    def _write(self, end):
        key = self.city.organizations["nanshan-missing"].credit_code
        self.bring(
            "instructors",
            "人员编号,姓名,角色,派出单位编码,统一社会信用代码,起始日期,结束日期\n"
            f"ZD-009,庄以诚,指导员,NS,{key},2020-01-01,{end}",
        )


class Approval(Situation):
    """A result that its superior has not approved; an approval ends it, so does a term that is recorded."""

    code = "election-approval"

    def breaks(self):
        world.election(self.city.parties["own"], ahead(days=-30))

    def mends(self):
        self._write(ahead(days=-3))

    def again(self):
        Election.objects.everyone().update(approved_on=None)
        Term.objects.all().delete()

    def _write(self, approved):
        row = f"NS-0001,{ahead(days=-30)},公推直选,{approved}"
        self.bring("elections", f"党组织编码,选举日期,方式,批复日期\n{row}")


class Recorded(Approval):
    def mends(self):
        self.bring("terms", f"党组织编码,届起始日期,届届满日期\nNS-0001,{ahead(days=-29)},{ahead(days=1000)}")


class _Agreement(Situation):
    """An agreement of three years; one that follows ends the matter."""

    ends = ""

    def breaks(self):
        self._write(ahead(days=-1000), self.ends)

    def mends(self):
        self._write(ahead(days=-2), ahead(days=1000))

    def again(self):
        ResponsibilityAgreement.objects.everyone().filter(signed_on=ahead(days=-2)).update(valid_to=self.ends)
        ResponsibilityAgreement.objects.everyone().exclude(signed_on=ahead(days=-2)).delete()

    def _write(self, start, end):
        key = self.city.organizations["nanshan-own"].credit_code
        self.bring("agreements", f"统一社会信用代码,签订日期,起始日期,结束日期\n{key},{start},{start},{end}")


class Ending(_Agreement):
    code = "agreement-ending"

    def prepare(self):
        self.ends = ahead(days=60)


class Lapsed(_Agreement):
    code = "agreement-lapsed"

    def prepare(self):
        self.ends = ahead(days=0)


class Spellings(Situation):
    code, who = "spellings", "city"

    def breaks(self):
        self._write("南山棋协办")

    def mends(self):
        self.bring("units", "单位编码,单位名称,单位类别,别名\nNS-MZJ,南山区民政局,登记管理部门,南山棋协办")

    def again(self):
        self._write("又一个没听过的办公室")

    def _write(self, name):
        of = OrganizationState.objects.filter(organization=self.city.organizations["nanshan-missing"])
        of.update(professional_unit=None, professional_unit_written=name)


class _Import(Situation):
    code = "import-findings"

    def client(self):
        client = Client()
        client.force_login(self.city.users["nanshan"])
        return client

    def upload(self, *rows):
        text = "统一社会信用代码,填报日期,正式党员数\n" + "\n".join(rows)
        file = SimpleUploadedFile("报数.csv", text.encode())
        return self.client().post("/imports/", {"kind": "member_reports", "file": file})["Location"]

    @property
    def good(self):
        return f"{self.city.organizations['nanshan-own'].credit_code},2016-01-01,3"


class Planned(_Import):
    """A plan with errors that waits; given up, it is gone."""

    def breaks(self):
        self.page = self.upload("不是代码,2016-01-01,3")

    def mends(self):
        self.client().post(f"{self.page}discard/")


class Written(_Import):
    """Written without some rows; the same kind written whole ends it."""

    def breaks(self):
        page = self.upload(self.good, "不是代码,2016-01-01,3")
        self.client().post(f"{page}write/", {"rows": "valid"})

    def mends(self):
        self.client().post(f"{self.upload(self.good)}write/")


class Refused(Situation):
    code = "refused-letters"

    def prepare(self):
        Unit.objects.filter(code="NS").update(report_emails="old@example.org；b@example.org")

    def breaks(self):
        unit = Unit.objects.get(code="NS")
        letter = Letter.objects.create(kind="NIGHT", day=today(), unit=unit, subject="南山区", text="甲", html="乙")
        for name, status in (("old", "REFUSED"), ("b", "SENT")):
            Delivery.objects.create(
                letter=letter, recipient=f"{name}@example.org", message_id=f"<{name}@example>", status=status
            )

    def mends(self):
        self._write("new@example.org；b@example.org")

    def again(self):
        self._write("b@example.org；old@example.org")

    def _write(self, addresses):
        self.bring("units", f"单位编码,单位名称,单位类别,报告邮箱\nNS,中共南山区委组织部,区级牵头,{addresses}")


SITUATIONS = [
    Unresolved,
    Straightening,
    OwnDue,
    Split,
    Overdue,
    InOne,
    InThree,
    InSix,
    Approval,
    Recorded,
    Ending,
    Lapsed,
    Postings,
    Spellings,
    Planned,
    Written,
    Refused,
]
