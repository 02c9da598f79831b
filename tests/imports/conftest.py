"""Files of the contract as short texts, taken in through the commands."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import CommandError, call_command

from tests.world import credit_code

#: codes that stand in the texts below
A, B, C = (credit_code(number, "51") for number in (901, 902, 903))
PNE, FOUNDATION = credit_code(904, "52"), credit_code(905, "53")
ID_1, ID_2 = "440399198506151233", "440399200612310023"

DISTRICTS = "行政区编码,名称\nNS,南山区\nFT,福田区"
UNITS = """单位编码,单位名称,单位类别,上级单位编码,层级,职能,行政区编码,别名
SZ,中共深圳市委组织部,市级牵头,,市级,,,市委组织部
SZ-MZJ,深圳市民政局,登记管理部门,SZ,市级,civil-affairs,,市民政局；市级民政部门
SZ-WGJ,深圳市文化广电局,业务主管单位,SZ,市级,,,市文广局；文化局
SZ-TYJ,深圳市体育局,业务主管单位,SZ,市级,,,文化局
NS,中共南山区委组织部,区级牵头,SZ,区级,,NS,
NS-YH,粤海街道,街道,NS,街道,,NS,
FT-LH,莲花街道,街道,SZ,街道,,FT,
ZW,相关职能部门,占位,,市级,,,深圳市人民政府相关职能部门"""
ORGANIZATIONS = f"""统一社会信用代码,登记证号,名称,类别,登记管理部门,业务主管单位,行政区,街道,成立日期
{A},,南山区青禾棋类协会,社会团体,市民政局,市文广局,南山区,粤海街道,2012-01-05
,深社证字第0012号,福田区景田公益促进会,社会团体,SZ-MZJ,,FT,FT-LH,2012年3月1日"""
PARTY = """党组织编码,党组织名称,党组织类别,组建形式,上级党组织编码,\
主管单位编码,批准日期,本届起始日期,本届届满日期,延期至
P-2,青禾棋类协会党支部,党支部,单独,P-1,NS,2014-03-01,2014-03-01,2017-03-01,2018-01-01
P-1,南山区社会组织党委,党委,行业枢纽,,NS,2012-05-01,,,"""
BUNDLE = {
    "districts": DISTRICTS,
    "units": UNITS,
    "organizations": ORGANIZATIONS,
    "member_reports": f"""统一社会信用代码,填报日期,正式党员数,来源
{A},2013-12-31,4,年报
深社证字第0012号,2013-12-31,0,""",
    "exclusions": f"""统一社会信用代码,起始日期,结束日期,理由,依据,批准人
{A},2015-01-01,2015-06-01,停止活动,核查1号,市委组织部""",
    "events": f"""事项编号,统一社会信用代码,事项,决定日期,党建审核日期,审核单位,审核意见
SX-1,{A},年检,2014-05-30,2014-05-20,市文广局,同意
SX-2,深社证字第0012号,变更登记,2014-06-01,,,""",
    "agreements": f"""统一社会信用代码,签订日期,起始日期,结束日期,签订的管理人员数,签订的合伙人数
{A},2014-03-01,2014-03-01,2017-03-01,5,0
深社证字第0012号,2014-03-01,2014-04-01,,,""",
    "charter_clauses": f"统一社会信用代码,条款号,起始日期,结束日期\n{A},第三条,2014-03-01,",
    "purchase_scores": f"""统一社会信用代码,项目名称,评分日期,购买单位,得分明细
{A},长者服务项目,2014-09-01,市文广局,党组织建立或派驻：20；按期换届：10
{A},社区服务项目,2015-09-01,市财政委员会,""",
    "party_organizations": PARTY,
    "terms": "党组织编码,届起始日期,届届满日期,延期至\nP-1,2012-05-01,2017-05-01,",
    "elections": """党组织编码,选举日期,事由,方式,应到会人数,实到会人数,应选人数,候选人数,\
收回选票数,批复日期,批复文号,批复单位
P-2,2014-03-01,成立,直接选举,,,,,,2014-03-10,南组复〔2014〕3号,某某党工委
P-2,2017-02-20,,公推直选,11,9,3,4,9,,,""",
    "covering": f"""党组织编码,统一社会信用代码,起始日期,结束日期
P-2,{A},2014-03-01,
P-1,深社证字第0012号,2012-06-01,2013-01-01""",
    "decisions": f"党组织编码,统一社会信用代码,日期,决策事项,意见采纳情况\nP-2,{A},2015-03-01,章程修改,采纳",
    "members": f"""公民身份号码,人员编号,姓名,性别,入党日期,转正日期,\
工作单位,专兼职,学历,工作岗位,是否社工,是否流动党员,手机号
{ID_1},,苏叶,女,2009-07-01,2010-07-01,{A},专职,本科,负责人,是,否,13800001234
,R-2,林知远,男,2009-07-01,,深社证字第0012号,兼职,,,,,""",
    "memberships": f"公民身份号码,党组织编码,转入日期,转出日期\n{ID_1},P-2,2014-03-01,\nR-2,P-1,2012-05-01,2015-01-01",
    "posts": "党组织编码,人员编号,职务,任职日期,免职日期,工作电话\nP-2,R-2,书记,2014-03-01,,0755-0001",
    "candidates": f"""党组织编码,选举日期,公民身份号码,人员编号,职务,推荐方式,介绍方式,得票数,是否当选
P-2,2017-02-20,{ID_1},,书记,党员联名推荐,会上介绍,8,是
P-2,2017-02-20,,R-2,书记,党员自荐,,1,否""",
    "public_offices": f"""公民身份号码,类别,层级,行政区编码,届次,推荐方式,起始日期,结束日期
{ID_1},人大代表,区级,NS,第六届,党组织推荐,2015-01-01,""",
    "instructors": f"""人员编号,姓名,角色,派出单位编码,产生方式,工作电话,统一社会信用代码,起始日期,结束日期
Z-1,封予安,指导员,市委组织部,选派,0755-0002,{A},2014-01-01,2014-02-01
Z-1,封予安,指导员,某某办公室,,,深社证字第0012号,2014-01-01,""",
    "courses": """培训编号,名称,主办单位编码,形式,开始日期,结束日期,天数
K-1,书记培训班,SZ,集中培训,2014-05-05,2014-05-08,3.5""",
    "attendance": f"培训编号,公民身份号码,参训天数\nK-1,{ID_1},3",
    "site_applications": f"""申报编号,级别,领域,统一社会信用代码,党组织编码,申报日期,申报理由
SB-1,市级,公益慈善,{A},P-2,2014-03-01,党建有特色""",
    "site_reviews": """申报编号,评审日期,评审单位,逐项得分,结论,评审意见
SB-1,2014-05-01,SZ,组织健全：18；班子队伍：18；制度台账：9,通过,同意命名""",
    "sites": f"""示范点编号,名称,级别,领域,统一社会信用代码,申报编号,命名日期,撤销日期,撤销原因,公开
SF-1,青禾党建示范点,市级,公益慈善,{A},SB-1,2014-06-01,,,是
SF-2,景田党建示范点,区级,,深社证字第0012号,,2014-06-01,2015-06-01,不再开展活动,否""",
    "site_visits": """示范点编号,走访日期,走访单位,走访情况,后续事项,办结日期
SF-1,2014-09-01,SZ,活动正常,补齐台账,2014-10-01""",
    "site_grants": """示范点编号,资助日期,资金来源,用途,金额（元）
SF-1,2014-09-01,市级活动经费,购置书报,20000""",
    "legal_groups": """服务团编码,服务团名称,服务团类别,行政区编码,起始日期,结束日期
FLT-1,南山社区法律服务团,社区法律服务团,NS,2014-01-01,""",
    "communities": """编码,名称,类别,行政区编码,启用日期,停用日期
S-1,粤海社区,社区,NS,,
S-2,南山小学,中小学,NS,2012-09-01,2020-09-01
S-3,福田人才市场,人才市场,FT,,""",
    "outreach": """党组织编码,对象编码,类别,起始日期,结束日期,服务团编码,受众人数
P-1,S-1,挂点,2014-03-01,,FLT-1,
P-1,S-2,法治宣讲,2014-05-05,2014-05-05,,240""",
    "targets": """指标代码,单位编码,目标值,起始日期,届满日期
branch-coverage,,85,2013-10-23,2016-10-23
work-coverage,NS,90%,2014-01-01,""",
    "plan_tasks": """任务编号,单位编码,年度,通知条款,任务,措施,责任单位编码,完成期限,完成日期,完成依据
RW-1,SZ,2014,9,办书记培训班两期,编班,NS,2014-10-31,2014-11-05,培训台账
RW-2,SZ,2014,3,覆盖率提高三个百分点,,SZ,2014-12-31,,""",
}


class Answer:
    """What a command said: exit code, JSON, the last line."""

    def __init__(self, code: int, output: str, line: str) -> None:
        self.code, self.output, self.line = code, output, line
        self.json: dict[str, Any] = json.loads(output) if output.startswith("{") else {}

    @property
    def files(self) -> dict[str, dict[str, Any]]:
        """The files of the report by kind."""
        return {file["kind"]: file for file in self.json["files"]}

    def found(self, code: str | None = None) -> list[tuple[int, str]]:
        """(row, column) of the findings with this code, or of all errors."""
        return [
            (one["row"], one["column"])
            for file in self.json["files"]
            for one in [*file["errors"], *file["warnings"]]
            if one["code"] == code or (code is None and one["code"].startswith("IMP-1"))
        ]

    def codes(self) -> Counter[str]:
        """How often each code was found."""
        everything = [one for file in self.json["files"] for one in [*file["errors"], *file["warnings"]]]
        return Counter(one["code"] for one in everything)

    def sums(self, name: str) -> int:
        """created, updated … over all files."""
        return sum(file[name] for file in self.json["files"])


def command(*arguments: Any) -> Answer:
    """Run a management command in this process."""
    out = io.StringIO()
    try:
        call_command(*map(str, arguments), stdout=out)
    except CommandError as error:
        return Answer(error.returncode, out.getvalue().strip(), str(error))
    return Answer(0, out.getvalue().strip(), "")


Bring = Callable[..., Answer]


@pytest.fixture
def bring(tmp_path: Path, db: None) -> Bring:
    """Take in one file, written as text: `bring("units", UNITS)`; commits unless told otherwise."""

    def one(kind: str, text: str | bytes, *options: Any, commit: bool = True, name: str = "") -> Answer:
        path = tmp_path / (name or f"{kind}.csv")
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return command("import_file", kind, path, "--json", *(["--commit"] if commit else []), *options)

    return one


@pytest.fixture
def bring_all(tmp_path: Path, db: None) -> Bring:
    """Take in a bundle: `bring_all(units=UNITS, …)`; commits unless told otherwise."""

    def all_of(*options: Any, commit: bool = True, **files: str) -> Answer:
        directory = tmp_path / "bundle"
        directory.mkdir(exist_ok=True)
        for old in directory.iterdir():
            old.unlink()
        for kind, text in files.items():
            (directory / f"{kind}.csv").write_text(text, encoding="utf-8")
        return command("import_bundle", directory, "--json", *(["--commit"] if commit else []), *options)

    return all_of


@pytest.fixture
def stocked(bring_all: Bring) -> None:
    """The whole bundle is in."""
    assert bring_all(**BUNDLE).code == 0


@pytest.fixture
def directory(bring_all: Bring) -> None:
    """Districts and units are in."""
    assert bring_all(districts=DISTRICTS, units=UNITS).code == 0


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """An .xlsx with these rows on its first sheet."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def as_csv(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """CSV text."""
    stream = io.StringIO()
    csv.writer(stream).writerows([headings, *rows])
    return stream.getvalue()
