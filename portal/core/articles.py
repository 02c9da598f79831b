"""The notice article by article, in our own words: what each asks, what is measured, which registers hold it.

Source: 深组通〔2013〕89号. Six parts, 21 articles. An article whose registers are not built yet says so: a register
counts from the moment a room declares it, so naming one here that is still to come promises nothing.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Article:
    """One article: its number, its part, its subject in a few words, what it asks in one sentence, what is measured.

    `registers` are the kinds of `portal.core.imports.register` (the stems of the exchange files) that hold it.
    """

    number: int
    part: str
    title: str
    asks: str
    measures: str
    registers: tuple[str, ...] = ()

    @property
    def anchor(self) -> str:
        """Where it stands on the page of the notice."""
        return f"article-{self.number}"


@dataclass(frozen=True)
class Part:
    """One of the six parts: its numeral, its subject, its articles."""

    numeral: str
    title: str
    articles: tuple[Article, ...]


_PARTS = (
    ("一", "落实工作责任", range(1, 3)),
    ("二", "扩大组织覆盖", range(3, 7)),
    ("三", "加强队伍建设", range(7, 10)),
    ("四", "创新工作机制", range(10, 13)),
    ("五", "引领社会参与", range(13, 19)),
    ("六", "强化组织领导", range(19, 22)),
)
#: title, what it asks, what is measured, registers
_TEXTS: dict[int, tuple[str, str, str, tuple[str, ...]]] = {
    1: (
        "条块结合、归口分级的责任体系",
        "有业务主管单位的由业务主管单位负责党建，没有的由登记管理部门负责，教育、卫生两类归口工委，原有隶属关系逐步理顺。",
        "责任单位待明确为 0，待理顺逐年减少；2016 年 10 月 23 日前到位",
        ("units", "organizations"),
    ),
    2: (
        "分类联动、结对共建",
        "按类型与机关事业单位、非公企业、街道社区结对共建，公共场所和资源向社会组织党组织开放。",
        "有结对的社会组织、结对活动数、纳入社区综合党委的党组织数",
        (),
    ),
    3: (
        "应建尽建、两个覆盖",
        "正式党员满三名且条件成熟的单独组建，其余联合组建或由枢纽覆盖，没有党组织的派驻或指定组织员、指导员、联络员。",
        "党组织覆盖率 85%，党的工作覆盖率 100%，应建已建率",
        ("party_organizations", "covering", "instructors", "member_reports", "exclusions"),
    ),
    4: (
        "龙头带动与重点领域",
        "龙头协会带动下属和会员单位，教育、医疗、公益、志愿等重点领域和重点行业先行，流动党员和异地务工党员全部接收管理。",
        "各领域、各行业的覆盖率；会员单位建立党组织数；流动党员落实接收数",
        ("organizations", "members"),
    ),
    5: (
        "孵化与项目中的党建",
        "把党建嵌入社会组织孵化和项目发展的各个阶段，作为遴选组织和项目的条件。",
        "达到所在阶段条件的在孵组织",
        (),
    ),
    6: (
        "示范点建设",
        "在行业协会、商会、公益慈善、志愿服务四类组织中各建示范点：全市不少于 10 个，每个区和新区不少于 2 个。",
        "市级示范点、各区示范点的名额完成数；四类各不少于 1 个；待评审、待命名的申报，资助金额",
        ("site_applications", "site_reviews", "sites", "site_visits", "site_grants"),
    ),
    7: (
        "负责人联系培养与双培双推",
        "市、区、街道领导每人联系一名有影响的社会组织负责人，把党员培养成管理骨干、把管理骨干培养成党员，推进交叉任职。",
        "有联系人的负责人、交叉任职率、当年入党的管理骨干",
        (),
    ),
    8: (
        "社工队伍中的党建",
        "在社会工作者中建设党员先锋队伍，党群组织与社工联动，做好社工中的党员发展。",
        "每百名社工中的党员数（分机构）",
        (),
    ),
    9: (
        "教育培训",
        "党组织书记和党务工作者每年至少参加一次集中培训，时间不少于三天，并按组织类型分类办班。",
        "书记与党务工作者培训达标率",
        ("courses", "attendance", "posts"),
    ),
    10: (
        "工作规范与考核标准",
        "分社会团体、基金会、民办非企业单位、中介组织四类制定党务工作规范和考核标准。",
        "四类标准在用数、当年已考核数",
        (),
    ),
    11: (
        "登记、变更、年检中的党建审核",
        "不宜建立党组织的派指导员、联络员；成立、变更、年检时由业务主管单位和登记管理部门审核党建情况，"
        "党建计入政府购买服务，管理层和合伙人共同负责，党组织参与重大决策。",
        "登记、变更、年检事项的党建审核率；在有效期内的共同责任书和章程党建条款",
        ("events", "charter_clauses", "agreements", "decisions", "purchase_scores"),
    ),
    12: (
        "公推直选与任期",
        "党组织按期换届，每次换届都实行公推直选，扩大党员联名推荐、自荐和差额选举书记，推荐负责人担任代表委员。",
        "按期换届率、换届公推直选率；联名推荐、自荐、差额选举书记的比例",
        ("terms", "elections", "candidates", "public_offices"),
    ),
    13: (
        "党群共建",
        "重点社会组织在建立党组织的同时，建立工会、共青团、妇联组织。",
        "三类群团组织各自的建立数",
        (),
    ),
    14: (
        "行业自律与诚信",
        "行业协会商会带头守信，制定行业公约和信用标准，参与打假和行业纠纷调解。",
        "有在用公约的协会商会",
        (),
    ),
    15: (
        "民办医院和谐医患",
        "民办医院设和谐医患岗位，在窗口开展满意度调查，组织送药义诊，党员医生结对困难家庭和孤寡老人。",
        "当年开展调查的民办医院、满意度",
        (),
    ),
    16: (
        "民办学校“1+1”",
        "民办学校开展四类“1+1”结对：与公办学校、党员教师与青年教师、党员教师与困难学生、师生党员与社区。",
        "有在用结对的民办学校",
        (),
    ),
    17: (
        "律师进社区、进学校",
        "律师事务所党组织挂点社区，2015 年底前覆盖九成；法治宣讲进所有中小学，党员律师进医院、市场、展会。",
        "社区挂点率 90%，中小学法治宣讲率 100%",
        ("communities", "legal_groups", "outreach"),
    ),
    18: (
        "志愿服务与互助",
        "按专业组建志愿服务队，有计划、有登记、有档案；设立党员互助金、员工互助金、创业帮扶金。",
        "当年有计划和记录的服务队、服务时数、帮扶人数",
        (),
    ),
    19: (
        "纳入总体规划",
        "各单位把“双引领双促进”工程纳入总体规划，明确目标、任务和措施。",
        "到期的计划任务按期完成率",
        ("plan_tasks",),
    ),
    20: (
        "经费保障",
        "党建经费列入本级预算、工作经费、党费返还和专项，保障社会组织党建工作。",
        "每个被覆盖社会组织的党建经费",
        (),
    ),
    21: (
        "宣传推广",
        "通过报刊、电视、网络、微博宣传进展和成效，总结推广基层经验。",
        "各区的经验材料和发表数",
        (),
    ),
}


def _part(numeral: str, title: str, numbers: range) -> Part:
    return Part(numeral, title, tuple(Article(number, title, *_TEXTS[number]) for number in numbers))


PARTS = tuple(_part(*one) for one in _PARTS)
ARTICLES = {article.number: article for part in PARTS for article in part.articles}
