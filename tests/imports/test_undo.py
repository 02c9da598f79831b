"""An import through the page is undone as one action: every register stands as before, and the audit says so."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from branches.models import Membership, Term
from members.models import Person
from orgs.models import ResponsibleSpan, SocialOrganization
from portal.core.entry import files
from portal.core.imports.run import everyone
from portal.core.models import AuditEntry, ImportBatch, Unit
from tests import world
from tests.imports.conftest import BUNDLE, DISTRICTS, ID_1, UNITS, A, B
from tests.office_tables import f01

#: what an import and its undoing leave behind by themselves
BESIDES = {"core.auditentry", "core.change", "core.rowimage", "core.importbatch", "core.user", "core.rolegrant"}
#: each file of the bundle as it looks some years later
LATER = {
    "districts": "行政区编码,名称,国标代码\nNS,南山,440305\nGM,光明区,",
    "units": """单位编码,单位名称,单位类别,上级单位编码,层级,职能,行政区编码,别名
SZ-WGJ,深圳市文化广电旅游体育局,业务主管单位,SZ-XIN,市级,,,文广旅体局
SZ-XIN,深圳市新设局,业务主管单位,SZ,市级,,,
SZ-JGW,深圳市教育工委,工委,SZ,市级,education-committee,,""",
    "organizations": f"""统一社会信用代码,登记证号,名称,类别,登记管理部门,业务主管单位,成立日期,变更生效日期
{A},,南山区青禾围棋协会,社会团体,市民政局,SZ-TYJ,2012-01-05,2015-01-01
{B},深社证字第0012号,福田区景田公益会,社会团体,SZ-MZJ,SZ-WGJ,2012-03-02,""",
    "member_reports": f"统一社会信用代码,填报日期,正式党员数\n{A},2013-12-31,6\n{A},2014-12-31,7",
    "exclusions": f"统一社会信用代码,起始日期,结束日期,理由,依据,批准人\n{A},2015-01-01,2016-06-01,停业,核查2号,部长",
    "party_organizations": """党组织编码,党组织名称,党组织类别,组建形式,主管单位编码,批准日期,\
本届起始日期,本届届满日期,变更生效日期
P-2,青禾围棋协会党支部,党支部,联合,NS,2014-03-01,2017-04-01,2020-04-01,2016-01-01
P-3,景田党支部,党支部,单独,NS,2016-03-01,2016-03-01,2019-03-01,""",
    "terms": "党组织编码,届起始日期,届届满日期,延期至\nP-1,2012-05-01,2016-05-01,\nP-1,2016-05-01,2020-05-01,",
    "elections": "党组织编码,选举日期,方式,批复日期\nP-2,2017-02-20,公推直选,2017-03-01",
    "covering": f"党组织编码,统一社会信用代码,起始日期,结束日期\nP-2,{A},2014-03-01,2015-03-01\nP-1,{A},2015-03-01,",
    "members": f"""公民身份号码,人员编号,姓名,入党日期,转正日期,工作单位,手机号,变更生效日期
{ID_1},,苏一叶,2009-07-01,2010-08-01,深社证字第0012号,13900001234,2015-05-01
,R-9,段诗远,2012-07-01,,{A},,
,Z-1,封予安,2011-07-01,,,,""",
    "memberships": "人员编号,党组织编码,转入日期,转出日期\nR-2,P-1,2012-05-01,2016-01-01\nR-2,P-2,2016-01-01,",
    "posts": "党组织编码,人员编号,职务,任职日期,免职日期\nP-2,R-2,书记,2014-03-01,2015-01-01\nP-1,R-2,委员,2015-01-01,",
    "instructors": f"""人员编号,姓名,角色,派出单位编码,统一社会信用代码,起始日期
Z-1,封与安,指导员,市委组织部,{A},2015-01-01
Z-2,林南枝,联络员,市委组织部,{A},2015-01-01""",
    "sites": f"""示范点编号,名称,级别,统一社会信用代码,命名日期,撤销日期,撤销原因
SF-1,青禾示范点,市级,{A},2014-06-01,2016-06-01,整改未到位""",
    "events": f"事项编号,统一社会信用代码,事项,决定日期,审核单位\nSX-1,{A},年检,2014-05-31,某某办公室",
}


def stand() -> dict[str, list[Any]]:
    """Every stored row; what follows from others without its number."""
    found = {}
    for model in apps.get_models():
        label = model._meta.label_lower
        if label.split(".")[0] in ("core", "orgs", "members", "branches", "training", "demonstration"):
            fields = [f.attname for f in model._meta.concrete_fields if f.attname != "id" or not _derived(model)]
            rows = everyone(model).order_by().values_list(*fields)
            found[label] = sorted(map(repr, rows)) if label not in BESIDES else []
    return found


def _derived(model: Any) -> bool:
    return bool(getattr(model, "derived", False))


class Office:
    """Somebody of the city who brings files in through the page."""

    def __init__(self) -> None:
        self.user = world.account("shi", "city-staff", unit=Unit.objects.get(code="SZ"))
        self.client = Client()
        self.client.force_login(self.user)

    def bring(self, kind: str, content: str | bytes, name: str = "", rows: str = "all") -> ImportBatch:
        """Upload and write a file."""
        data = content if isinstance(content, bytes) else content.encode()
        sent = {"kind": kind, "file": SimpleUploadedFile(name or f"{kind}.csv", data)}
        page = self.client.post("/imports/", sent, follow=True)
        self.address = page.request["PATH_INFO"]
        self.client.post(f"{self.address}write/", {"rows": rows})
        batch = ImportBatch.objects.latest("pk")
        assert batch.committed, page.content.decode()
        return batch

    def undo(self, batch: ImportBatch) -> str:
        """Take an import back; the page that answers."""
        answer = self.client.post(f"/undo/{batch.entry_id}/", {"next": self.address}, follow=True)
        return answer.content.decode()


@pytest.fixture
def office(directory) -> Office:
    return Office()


@pytest.fixture
def stocked_office(stocked) -> Office:
    return Office()


def test_every_file_of_the_bundle_is_undone_whole(bring_all, db):
    bring_all(districts=DISTRICTS, units=UNITS)
    office = Office()
    for kind, content in BUNDLE.items():
        if kind in ("districts", "units"):
            continue
        before = stand()
        batch = office.bring(kind, content)
        assert stand() != before, kind
        page = office.client.get(office.address).content.decode()
        assert "写到了：" in page and "撤销这次导入：" in page, kind
        assert "已撤销：导入" in office.undo(batch), kind
        assert stand() == before, kind
        office.bring(kind, content)


@pytest.mark.parametrize("kind", LATER)
def test_what_a_later_file_changed_stands_as_before(stocked_office, kind):
    before = stand()
    batch = stocked_office.bring(kind, LATER[kind], rows="valid")
    assert stand() != before
    assert "已撤销：导入" in stocked_office.undo(batch)
    assert stand() == before


def test_an_office_table_of_many_registers_is_undone_whole(office):
    day = datetime.date(2013, 5, 6)
    rows = [
        {"A": "示例甲组织", "B": "社会团体", "C": "示社证字第0001号", "E": "是", "G1": day, "G2": "示例党支部",
         "G5": "党支部", "G91": "林书记", "I": 4},
        {"A": "示例乙组织", "B": "社会团体", "C": "示社证字第0002号", "E": "否", "H1": "派驻党建指导员",
         "H31": "封指导", "H33": "市委组织部"},
    ]  # fmt: skip
    before = stand()
    batch = office.bring("register-2013", f01.filled(rows), "登记表.xls", rows="valid")
    assert Person.objects.everyone().count() == 2 and ResponsibleSpan.objects.exists()
    assert "已撤销：导入" in office.undo(batch)
    assert stand() == before
    again = office.bring("register-2013", f01.filled(rows), "登记表.xls", rows="valid")
    assert SocialOrganization.objects.everyone().count() == 2
    assert "已撤销：导入" in office.undo(again)
    assert stand() == before


def test_the_audit_tells_both_and_the_responsible_unit_goes_back(stocked_office):
    organization = SocialOrganization.objects.everyone().get(credit_code=A)
    spans = list(organization.responsible_spans.values_list("unit__code", "valid_from", "valid_to", "basis"))
    batch = stocked_office.bring("organizations", LATER["organizations"])
    now = list(organization.responsible_spans.values_list("unit__code", "valid_from", "valid_to", "basis"))
    assert ("SZ-TYJ", datetime.date(2015, 1, 1), None, "professional") in now
    stocked_office.undo(batch)
    assert list(organization.responsible_spans.values_list("unit__code", "valid_from", "valid_to", "basis")) == spans
    undone = AuditEntry.objects.get(undoes=batch.entry)
    assert (undone.action, undone.subject, undone.actor) == ("撤销：导入", "organizations.csv", stocked_office.user)
    assert (undone.changes.get(column="名称", key=A).before, undone.changes.get(column="名称", key=A).after) == (
        "南山区青禾围棋协会",
        "南山区青禾棋类协会",
    )


def test_undoing_can_be_undone(stocked_office):
    batch = stocked_office.bring("party_organizations", LATER["party_organizations"])
    written = stand()
    stocked_office.undo(batch)
    back = AuditEntry.objects.get(undoes=batch.entry)
    stocked_office.client.post(f"/undo/{back.pk}/")
    assert stand() == written


def test_what_was_touched_later_keeps_the_whole_from_being_undone(stocked_office):
    batch = stocked_office.bring("covering", LATER["covering"])
    first = stocked_office.address
    stocked_office.bring("covering", f"党组织编码,统一社会信用代码,起始日期,结束日期\nP-1,{A},2015-03-01,2015-09-01")
    before = stand()
    assert "没有撤销。之后又有新的修改，不能直接撤销；请在记录上更正。" in stocked_office.undo(batch)
    assert stand() == before
    page = stocked_office.client.get(first).content.decode()
    assert "这次导入不能一次撤销：之后又有新的修改" in page and "撤销这次导入：" not in page


def test_what_something_later_hangs_on_keeps_it_from_being_undone(stocked_office):
    batch = stocked_office.bring("members", LATER["members"])
    stocked_office.bring("memberships", "人员编号,党组织编码,转入日期\nR-9,P-2,2016-01-01")
    before = stand()
    answer = stocked_office.undo(batch)
    assert f"没有撤销。之后又有别的记录与它相关（{Membership._meta.verbose_name}），不能撤销。" in answer
    assert stand() == before


def test_a_file_of_very_many_rows_says_how_it_is_taken_back(stocked_office, monkeypatch):
    monkeypatch.setattr(files, "MOST", 1)
    batch = stocked_office.bring("terms", LATER["terms"])
    page = stocked_office.client.get(stocked_office.address).content.decode()
    assert "超过 1 条，不能一次撤销" in page and "下载变化清单" in page
    assert stocked_office.client.post(f"/undo/{batch.entry_id}/").status_code == 404
    assert Term.objects.filter(started_on="2016-05-01").exists()


def test_nothing_secret_lies_in_what_is_kept(stocked_office):
    batch = stocked_office.bring("members", LATER["members"])
    kept = repr([list(batch.entry.images.values_list("before", "after")), list(batch.entry.changes.values_list())])
    assert ID_1 not in kept and "13900001234" not in kept and "13800001234" not in kept
    assert "苏一叶" in kept


def test_others_are_not_offered_to_undo_it(stocked_office):
    batch = stocked_office.bring("terms", LATER["terms"])
    other = Client()
    other.force_login(world.account("er", "city-staff", unit=Unit.objects.get(code="SZ")))
    page = other.get(stocked_office.address).content.decode()
    assert "只有写入的人可以撤销" in page and "撤销这次导入：" not in page
    assert other.post(f"/undo/{batch.entry_id}/").status_code == 404
