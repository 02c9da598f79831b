"""What the frame of every page shows: where one is, whose account it is, how fresh the data are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from portal.core.models import ImportBatch, Snapshot, Unit, User
from portal.core.roles import Role
from portal.core.scoping import Scope


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
        """Whether an address lies here."""
        return path == "/" if self.address == "/" else path.startswith(self.paths)


SECTIONS = (
    Section("工作台", "home", ("/",)),
    Section("覆盖率", "gauge", ("/coverage/",), "see-counts"),
    Section("社会组织", "building", ("/organizations/", "/member-reports/", "/exclusions/", "/instructors/")),
    Section("党组织", "flag", ("/party-organizations/", "/covering/", "/terms/", "/posts/")),
    Section("党员", "people", ("/members/", "/memberships/"), "see-members"),
    Section("教育培训", "book", ("/courses/", "/attendance/"), "see-members"),
    Section("单位", "tree", ("/units/", "/districts/", "/targets/", "/unresolved-units/"), "see-counts", apart=True),
    Section("导入", "upload", ("/imports/", "/import-records/"), "import"),
)
ON_PHONES = ("工作台", "覆盖率", "社会组织", "党组织")


def sections(scope: Scope, path: str) -> list[Section]:
    """The places that this account has, the current one marked."""
    return [replace(section, current=section.holds(path)) for section in SECTIONS if scope.can(section.capability)]


def _bottom(places: list[Section], path: str) -> list[Section]:
    """The bottom bar of a phone: at most three places, and one's own account."""
    own = reverse("account")
    chosen = [section for section in places if section.name in ON_PHONES][:3]
    return [*chosen, Section("我的", "user", (own,), current=path == own)]


def _facts(user_id: int, scope: Scope) -> dict[str, Any]:
    """The name of the account's unit, how fresh the data are, whether they are made up; one statement."""
    units = Unit.objects.filter(pk=scope.home_unit_id or 0).values("name")
    written = ImportBatch.objects.filter(committed=True).order_by("-at").values("at")
    found = User.objects.values(
        unit=Subquery(units[:1]),
        stored=Subquery(Snapshot.objects.order_by("-day").values("day")[:1]),
        imported=Subquery(written[:1]),
        demo=Exists(ImportBatch.objects.filter(kind="demo")),
    ).get(pk=user_id)
    return dict(found)


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
        "place": facts["unit"] or roles or "未授权",
        "sections": places,
        "bottom": _bottom(places, request.path),
        "may_search": scope.can("see-registers"),
        "now": timezone.now(),
    }


def frame(request: HttpRequest) -> dict[str, Any]:
    """`scope` of the signed-in account, and `frame`, read only by pages that have one."""
    return {"scope": getattr(request, "scope", None), "frame": SimpleLazyObject(lambda: _frame(request))}
