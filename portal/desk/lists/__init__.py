"""The list of every register, by section: sister lists stand side by side as tabs."""

from __future__ import annotations

from portal.core.listing import ListPage
from portal.desk.deeds import words_of
from portal.desk.forms.declared import form_of

from .candidates import Candidates, PublicOffices
from .commitments import Agreements, CharterClauses, Decisions, PurchaseScores
from .elections import Elections
from .imports import ImportRecords
from .organizations import Exclusions, Instructors, MemberReports, Organizations
from .outreach import LegalGroups, OutreachRows, Places
from .parties import Covering, PartyOrganizations, Posts, Terms
from .people import Members, Memberships
from .places import Districts, Targets, Units
from .plans import PlanTasks
from .registry import Events
from .site_work import Applications, Grants, Reviews, Visits
from .sites import Sites
from .training import AttendanceList, Courses

SECTIONS: tuple[tuple[type[ListPage], ...], ...] = (
    (Organizations, MemberReports, Exclusions, Instructors),
    (PartyOrganizations, Covering, Terms, Elections, Candidates, Posts),
    (Members, Memberships, PublicOffices),
    (Courses, AttendanceList),
    (Events, CharterClauses, Agreements, Decisions, PurchaseScores),
    (Sites, Applications, Reviews, Visits, Grants),
    (Places, OutreachRows, LegalGroups),
    (Units, Districts, Targets),
    (PlanTasks,),
    (ImportRecords,),
)
for _section in SECTIONS:
    for _list in _section:
        _list.sisters = _section
        _form = form_of(_list.route)
        _list.adding, _list.ending = (_form.add, _form.end) if _form else ("", "")
        _list.deeds = words_of(_form.kind) if _form else ()

LISTS = tuple(one for section in SECTIONS for one in section)


def list_of(route: str) -> type[ListPage] | None:
    """The list of a register, by how addresses name it."""
    return next((one for one in LISTS if one.route == route), None)
