"""The list of every register, by section: sister lists stand side by side as tabs."""

from __future__ import annotations

from portal.core.listing import ListPage

from .imports import ImportRecords
from .organizations import Exclusions, Instructors, MemberReports, Organizations
from .parties import Covering, PartyOrganizations, Posts, Terms
from .people import Members, Memberships
from .places import Districts, Targets, Units
from .training import AttendanceList, Courses

SECTIONS: tuple[tuple[type[ListPage], ...], ...] = (
    (Organizations, MemberReports, Exclusions, Instructors),
    (PartyOrganizations, Covering, Terms, Posts),
    (Members, Memberships),
    (Courses, AttendanceList),
    (Units, Districts, Targets),
    (ImportRecords,),
)
for _section in SECTIONS:
    for _list in _section:
        _list.sisters = _section

LISTS = tuple(one for section in SECTIONS for one in section)
