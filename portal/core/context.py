"""What the frame of every page shows: where one is, whose account it is, how fresh the data are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.core.models import ImportBatch, RoleGrant, Snapshot, Unit, User
from portal.core.roles import Role
from portal.core.scoping import Scope
from portal.core.validity import active_on


@dataclass(frozen=True)
class Section:
    """One place of the navigation: `paths` begin its addresses, the first one is its own; `capability` is what it
    takes to see it."""

    name: str
    icon: str
    paths: tuple[str, ...]
    capability: str = "see-registers"
    apart: bool = False
    current: bool = False

    @property
    def address(self) -> str:
        """Where it leads."""
        return self.paths[0]

    def holds(self, path: str) -> bool:
        """Whether an address lies here; the forms of a register lie where its list is."""
        return any(path == one if one == "/" else path.startswith((one, f"/records{one}")) for one in self.paths)


SECTIONS = (
    Section("工作台", "home", ("/", "/todo/")),
    Section("覆盖率", "gauge", ("/coverage/",), "see-counts"),
    Section("通知", "list", ("/notice/", "/indicators/", "/plan/", "/plan-tasks/"), "see-counts"),
    Section("社会组织", "building", ("/organizations/", "/member-reports/", "/exclusions/", "/instructors/")),
    # an instructor finds the party organization, where there is one, on the page of the organization
    Section(
        "党组织",
        "flag",
        ("/party-organizations/", "/covering/", "/terms/", "/elections/", "/candidates/", "/posts/"),
        "see-members",
    ),
    Section("党员", "people", ("/members/", "/memberships/", "/public-offices/"), "see-members"),
    Section("教育培训", "book", ("/courses/", "/attendance/"), "see-members"),
    Section("登记年检", "stamp", ("/events/", "/charter-clauses/", "/agreements/", "/decisions/", "/purchase-scores/")),
    Section(
        "示范引领",
        "star",
        ("/demonstration/", "/sites/", "/site-", "/communities/", "/legal-groups/", "/outreach/"),
        "see-counts",
    ),
    Section("单位", "tree", ("/units/", "/districts/", "/targets/", "/unresolved-units/"), "see-counts", apart=True),
    Section("信件", "mail", ("/letters/",), "see-counts"),
    Section("导入", "upload", ("/imports/", "/import-records/"), "import"),
    Section("后台任务", "clock", ("/jobs/",), "see-jobs"),
)
ON_PHONES = ("覆盖率", "社会组织")
#: what the search of the top bar finds, for whoever has the place
SEARCHED = ("社会组织", "党组织", "党员")

_party_names: list[QuerySet[Any]] = []


def register_party_names(rows: QuerySet[Any]) -> None:
    """Say where the `name` of a party organization stands by its `code`; a grant has only the code."""
    _party_names[:] = [rows]


def sections(scope: Scope, path: str) -> list[Section]:
    """The places that this account has, the current one marked."""
    return [replace(section, current=section.holds(path)) for section in SECTIONS if scope.can(section.capability)]


def _bottom(scope: Scope, places: list[Section], path: str, party: str) -> list[Section]:
    """The bottom bar of a phone: the desk, the places most gone to, what is to do, one's own account.

    A secretary's place is the own party organization: the page of the one, or the list of several. Administrators,
    who have no desk, have all their places.
    """
    bar: list[Section] = []
    if scope.can("see-registers"):
        bar.append(Section("工作台", "home", ("/",)))
        if _is_secretary(scope):
            one = [reverse("party-organization", args=[party])] if len(scope.own_party_organization_ids) == 1 else []
            bar.append(Section("本党组织", "flag", (*one, reverse("party-organizations"))))
        else:
            bar += [section for section in places if section.name in ON_PHONES]
        bar.append(Section("待办", "list", (reverse("todo"),)))
    else:
        bar += places
    bar.append(Section("我的", "user", (reverse("account"),)))
    return [replace(section, current=section.holds(path)) for section in bar]


def _is_secretary(scope: Scope) -> bool:
    """Whether the own party organization is the account's place."""
    return bool(scope.own_party_organization_ids) and not scope.is_staff


def _facts(user_id: int, scope: Scope) -> dict[str, Any]:
    """The name of the account's unit, the party organization it is secretary of, how fresh the data are, whether
    they are made up; one statement, which asks for no more than the account has, since every page asks it."""
    asked: dict[str, Any] = {
        "stored": Subquery(Snapshot.objects.order_by("-day").values("day")[:1]),
        "imported": Subquery(ImportBatch.objects.filter(committed=True).order_by("-at").values("at")[:1]),
        "demo": Exists(ImportBatch.objects.filter(kind="demo")),
    }
    if scope.home_unit_id:
        asked["unit"] = Subquery(Unit.objects.filter(pk=scope.home_unit_id).values("name")[:1])
    if _is_secretary(scope):
        held = RoleGrant.objects.filter(active_on(scope.day), user=user_id, role=Role.SECRETARY)
        asked["party"] = Subquery(held.values("party_organization")[:1])
        for names in _party_names:
            mine = names.filter(code__in=held.values("party_organization"))
            asked["party_name"] = Subquery(mine.values("name")[:1])
    return {"unit": "", "party": "", "party_name": "", **User.objects.values(**asked).get(pk=user_id)}


def _own_party(scope: Scope, facts: dict[str, Any]) -> str:
    """The party organization of a secretary who has one; of several none is the account's place."""
    return facts["party_name"] if len(scope.own_party_organization_ids) == 1 else ""


def _frame(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"sections": [], "bottom": [], "account": "", "may_search": False}
    scope: Scope = request.scope  # type: ignore[attr-defined]
    places = sections(scope, request.path)
    facts = _facts(user.pk, scope)
    roles = "、".join(Role(role).label for role in sorted(scope.roles))
    return {
        **facts,
        "account": str(user),
        "place": facts["unit"] or _own_party(scope, facts) or roles or "未授权",
        "sections": places,
        "bottom": _bottom(scope, places, request.path, facts["party"] or ""),
        "may_search": scope.can("see-registers"),
        "searched": "、".join(section.name for section in places if section.name in SEARCHED),
        "now": timezone.now(),
    }


def frame(request: HttpRequest) -> dict[str, Any]:
    """`scope` of the signed-in account, and `frame`, read only by pages that have one."""
    return {"scope": getattr(request, "scope", None), "frame": SimpleLazyObject(lambda: _frame(request))}
