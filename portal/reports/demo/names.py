"""Words of which the demo city's names are made. Organizations and people are invented; streets are the
published divisions of Shenzhen."""

from __future__ import annotations

from random import Random


def _words(text: str) -> list[str]:
    return text.split()


_BRANDS = _words(
    "海珠 青禾 明远 新苗 景田 同心 启航 暖阳 博雅 春晖 致远 和润 晨曦 益民 汇智 安澜 知行 弘毅 星火 百合 "
    "蓝天 康乐 惠邻 嘉禾 云帆 正德 众益 乐群 朝晖 慧心 远山 清源 瑞和 立信 德馨 广济 安康 创客 善水 微光 "
    "竹韵 学而 鹏程 木棉 紫荆 红树 莲心 海韵 梧桐 凤鸣 金穗 银杏 桃李 松鹤 福临 仁爱 悦读 童心 鼎新 恒爱 "
    "联谊 诚明 思源 怀德 乐活 齐心 向阳 家和 睦邻 互助 扬帆 拓新 深蓝 怡景 雅集 文心 逸夫 励行 求索 日新"
)
_SURNAMES = "穆温祁邵池封苏林沈顾陆程叶江梁钟罗邓曾彭萧傅柯龚阮纪喻季舒屈项祝路娄危岑薛雷贺倪"
_GIVEN = "知远以宁若川望舒砚秋予安景行云舟书言清和子衿怀瑾佑之嘉树念真思齐沐阳星野听澜闻笙亦凡明谦"

#: what an organization calls itself, by field; the first word of its business where there is a trade
TYPES = {
    "EDUCATION_TRAINING": ("培训学校", "教育培训中心", "职业培训学校", "艺术培训中心", "外语培训中心"),
    "PRIVATE_SCHOOL": ("学校", "实验学校", "幼儿园", "小学", "双语幼儿园"),
    "PRIVATE_HOSPITAL": ("医院", "妇儿医院", "中医院", "口腔医院"),
    "HEALTH": ("康复中心", "护理院", "社区健康服务中心", "健康促进会"),
    "CHARITY": ("公益服务中心", "慈善会", "助学服务中心", "公益促进会"),
    "VOLUNTEERING": ("志愿服务中心", "义工联合会", "志愿者协会"),
    "SOCIAL_WORK": ("社会工作服务中心", "社工服务社", "青少年社会工作服务中心", "老年照料中心"),
    "LEGAL_SERVICE": ("律师事务所", "法律服务所"),
    "ACCOUNTING": ("会计师事务所", "税务师事务所"),
    "MIGRANT_SERVICE": ("异地务工人员服务中心", "来深人员服务中心"),
    "OTHER": ("体育俱乐部", "棋类协会", "书法家协会", "科技服务中心", "读书会", "合唱团", "篮球协会", "摄影学会"),
}
TRADES = {
    "INTERNET": ("互联网", "电子商务"),
    "FINANCE": ("金融", "小额贷款"),
    "LOGISTICS": ("物流", "供应链"),
    "ELECTRONICS": ("电子", "连接器"),
    "PROPERTY": ("物业管理",),
    "CULTURE": ("文化创意", "工艺美术"),
    "TOURISM": ("旅游",),
    "JEWELLERY": ("黄金珠宝", "钟表"),
    "FURNITURE": ("家具",),
    "CLOTHING": ("服装", "内衣"),
    "TAXI": ("出租小汽车",),
    "CATERING": ("餐饮", "烹饪"),
    "OTHER": ("包装", "印刷", "果蔬流通", "模具", "机器人", "花卉"),
}
HOMES = _words("潮州 梅州 惠州 湛江 茂名 河源 揭阳 邵阳 衡阳 赣州 上饶 温州 台州 泉州 莆田 玉林 桂林 遂宁 随州 信阳")
REASONS_UNSET = ("党员不足3名", "党员组织关系不在本单位", "人员流动大", "新成立,正在筹建")


class Names:
    """Draws names; an organization's name is given once, people may share one."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def organization(self, place: str, street: str, kind: str, field: str, trade: str) -> str:
        """A name such as 南山区粤海青禾社会工作服务中心 that nobody has yet."""
        for attempt in range(10_000):
            name = place + self._body(street if attempt % 2 == 0 else "", kind, field, trade)
            if attempt > 200:
                name = name.replace(place, f"{place}第{attempt - 200}", 1)
            if name not in self._taken:
                self._taken.add(name)
                return name
        raise AssertionError("the words of the demo city are used up")

    def _body(self, street: str, kind: str, field: str, trade: str) -> str:
        pick = self._rng.choice
        brand = pick(_BRANDS)
        if kind == "FOUNDATION":
            return f"{brand}{pick(('公益基金会', '慈善基金会', '教育发展基金会'))}"
        if field == "TRADE_ASSOCIATION":
            return f"{street}{pick(TRADES[trade or 'OTHER'])}{pick(('行业协会', '商会', '同业公会'))}"
        if field == "CHAMBER":
            return f"{pick(HOMES)}{pick(('商会', '同乡商会', '青年企业家商会'))}"
        return f"{street}{brand}{pick(TYPES[field])}"

    def person(self) -> str:
        """A name of two or three characters."""
        given = "".join(self._rng.sample(_GIVEN, self._rng.choice((1, 2, 2, 2))))
        return self._rng.choice(_SURNAMES) + given
