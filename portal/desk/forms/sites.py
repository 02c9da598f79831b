"""Forms of the way of a demonstration site (article 6): application, review, naming, visits, grants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from demonstration import scores
from demonstration.models import SiteApplication, SiteReview
from orgs.models import SocialOrganization
from portal.core.secrets import new_opaque_id
from portal.desk.forms.organizations import its_organization
from portal.desk.forms.people import own_party, own_workplace
from portal.desk.forms.scoring import scored_items
from portal.desk.forms.shape import Form, Known, Offer, Option, Saved

_CITY = "市级"


def page_of_site(code: str) -> str:
    """The page of a site."""
    return reverse("site", args=[code])


def page_of_application(code: str) -> str:
    """The page of an application."""
    return reverse("site-application", args=[code])


def _own_level(known: Known) -> str:
    return _CITY if known.scope.city_wide else "区级"


def _new_code(known: Known, prefix: str) -> str:
    return f"{known.home_code or 'SF'}-{prefix}{known.scope.day.year}-{new_opaque_id()[:4].upper()}"


def _organization(known: Known) -> SocialOrganization | None:
    key = known.asked.get("organization", "")
    numbers = Q(credit_code=key) | Q(registration_number=key)
    return SocialOrganization.objects.within(known.scope).filter(numbers).first() if key else None


def _new_application(known: Known) -> dict[str, str]:
    return {
        "code": _new_code(known, "SB"),
        "organization": own_workplace(known),
        "party_organization": own_party(known),
        "level": _own_level(known),
        "applied_on": known.day,
    }


def _new_review(known: Known) -> dict[str, str]:
    return {"reviewed_on": known.day, "unit": known.home_code}


def _new_site(known: Known) -> dict[str, str]:
    """City staff name for the city, units for their district; a site is called after its organization, and what its
    application says is filled in."""
    new = {"code": _new_code(known, "SF"), "level": _own_level(known), "named_on": known.day, "published": "否"}
    code = known.asked.get("application", "")
    applied = SiteApplication.objects.within(known.scope).filter(code=code).select_related("organization").first()
    if applied is not None:
        said = {"level": applied.get_level_display(), "field": applied.get_field_display()}
        return new | said | {"organization": applied.organization.key, "name": _called_after(applied.organization)}
    one = _organization(known)
    return new | {"name": _called_after(one)} if one else new


def _called_after(one: SocialOrganization) -> str:
    return f"{one.name}党建示范点"


def _new_visit(known: Known) -> dict[str, str]:
    return {"visited_on": known.day, "unit": known.home_code}


def _new_grant(known: Known) -> dict[str, str]:
    return {"granted_on": known.day, "source": f"{_own_level(known)}活动经费"}


def _scored(review: SiteReview) -> Sequence[tuple[str, str, str]]:
    """The points of a review by the sheet of its day, and whether its verdict goes with them."""
    sheet = scores.sheet(review.reviewed_on)
    total, missing = sheet.total(review.points), sheet.unscored(review.points)
    told = [("plain", f"合计 {total} 分", f"满分 {sheet.full} 分，{sheet.passes} 分以上建议通过")]
    if missing:
        told.append(("warn", "没有评分", f"{'、'.join(missing)}还没有评分，按 0 分合计"))
    if (total >= sheet.passes) != (review.verdict == SiteReview.Verdict.PASSED):
        told.append(("warn", "结论与评分不一致", "照样可以保存；请在评审意见里写明原因"))
    return told


def _naming(saved: Saved) -> Offer | None:
    """After a review that passed: the naming, for those who may name."""
    review: SiteReview = saved.row
    if review.verdict != SiteReview.Verdict.PASSED:
        return None
    href = f"{reverse('record-new', args=['sites'])}?{urlencode({'application': review.application.code})}"
    return Offer("评审已通过，还没有命名。", "命名示范点", href)


def _published() -> list[Option]:
    return [("否", "不公开"), ("是", "在公开名单中列出")]


def _of_application(row: Any) -> str:
    return f"{row.organization.name}（{row.get_level_display()}）"


def _of_review(row: Any) -> str:
    return _of_application(row.application)


def _organization_of_review(row: Any) -> int:
    found: int = row.application.organization_id
    return found


def _site_of(row: Any) -> str:
    return str(row.site.name)


def _organization_of_site(row: Any) -> int:
    found: int = row.site.organization_id
    return found


def _page_of_its_site(saved: Saved) -> str:
    return page_of_site(saved.row.site.code)


_NOW = scores.SHEETS[-1]
_QUOTA = (
    "在行业协会、异地商会、公益慈善、志愿服务等社会组织中建示范点：市级不少于 10 个，"
    "每个区、新区的区级不少于 2 个；市级的不顶替区级的名额，社会组织终止后不再计数。"
)

FORMS = (
    Form(
        kind="site_applications",
        noun="示范点申报",
        add="申报示范点",
        groups=(
            ("哪家申报", ("organization", "party_organization", "code")),
            ("申报什么", ("level", "field", "applied_on")),
            ("为什么", ("reasons",)),
        ),
        rule="申报以后由负责的一级评审：市级示范点由市级评审、命名，区级的由区级牵头单位或负责的单位评审、命名。",
        articles=(6,),
        helps={
            "party_organization": "由党组织申报的填；社会组织自己申报的留空",
            "field": "不填的按社会组织登记的领域",
            "reasons": "党建工作的做法和成效；不要填个人的姓名、号码",
            "code": "已给出一个编号，可以改",
            "applied_on": "可以补登以前申报的",
        },
        known=_new_application,
        home=lambda saved: page_of_application(saved.row.code),
        is_page=True,
        said=_of_application,
        organization=its_organization,
    ),
    Form(
        kind="site_reviews",
        noun="示范点评审",
        add="登记评审",
        groups=(
            ("评哪一份", ("application", "reviewed_on", "unit")),
            ("逐项评分", ("points",)),
            ("结论", ("verdict", "opinion")),
        ),
        rule=f"按评审当日的评分表逐项评分；现行的满分 {_NOW.full} 分，{_NOW.passes} 分以上建议通过。",
        articles=(6,),
        helps={
            "opinion": "不要填个人的姓名、号码",
            "reviewed_on": "按当日的评分表评分；可以补登以前的评审",
        },
        items={"points": scored_items(scores.sheet, "reviewed_on")},
        known=_new_review,
        home=lambda saved: page_of_application(saved.row.application.code),
        said=_of_review,
        organization=_organization_of_review,
        checks=_scored,
        offer=_naming,
    ),
    Form(
        kind="sites",
        noun="示范点",
        add="命名示范点",
        end="撤销示范点",
        ends=("withdrawn_on", "withdrawal_reason"),
        groups=(
            ("哪家、叫什么", ("application", "organization", "name", "code")),
            ("哪一级、哪个领域", ("level", "field")),
            ("从哪天到哪天", ("named_on", "withdrawn_on", "withdrawal_reason")),
            ("公开", ("published",)),
        ),
        rule=_QUOTA,
        articles=(6,),
        helps={
            "application": "从评审通过的申报命名的填；以前命名、没有申报的留空",
            "field": "不填的按社会组织登记的领域",
            "level": "市级示范点由市级命名；区级示范点由区级牵头单位或负责的单位命名",
            "named_on": "可以补登以前命名的",
            "withdrawn_on": "从这一天起不再计数；没有撤销的留空",
            "withdrawal_reason": "撤销的写明原因",
            "code": "已给出一个编号，可以改",
            "published": "公开的，社会组织名称、领域、级别、行政区和命名日期不用登录就能看到；由命名单位确认",
        },
        known=_new_site,
        options={"published": _published},
        home=lambda saved: page_of_site(saved.row.code),
        is_page=True,
        said=lambda row: str(row.name),
        organization=its_organization,
    ),
    Form(
        kind="site_visits",
        noun="示范点走访",
        add="登记走访",
        end="办结后续事项",
        ends=("follow_up", "settled_on"),
        groups=(
            ("走访哪里", ("site", "visited_on", "unit")),
            ("看到什么、还要办什么", ("seen", "follow_up", "settled_on")),
        ),
        rule="命名以后要走访，看作用还在不在；有后续事项的办到办结为止，不再合格的撤销。",
        articles=(6,),
        helps={
            "seen": "只写工作，不要填个人的姓名、号码",
            "follow_up": "没有的留空",
            "settled_on": "后续事项办完的那一天；没有办完的留空",
        },
        known=_new_visit,
        home=_page_of_its_site,
        said=_site_of,
        organization=_organization_of_site,
    ),
    Form(
        kind="site_grants",
        noun="示范点资助",
        add="登记资助",
        groups=(
            ("资助哪里", ("site", "granted_on")),
            ("多少、从哪里来、做什么", ("amount", "source", "purpose")),
        ),
        rule="市、区活动经费可以支持示范点。这里只记资助了多少、用在哪里，账目仍在财务。",
        articles=(6,),
        helps={"amount": "以元为单位，可以有两位小数", "source": "市级活动经费由市级登记"},
        known=_new_grant,
        home=_page_of_its_site,
        said=_site_of,
        organization=_organization_of_site,
    ),
)
