"""Roles and what each may do. Read by pages, API, commands and tests: the one table of capabilities."""

from __future__ import annotations

from django.db import models


class Role(models.TextChoices):
    """Roles of the public contract (`grant --role`)."""

    CITY_STAFF = "city-staff", "市级工作人员"
    UNIT_STAFF = "unit-staff", "单位工作人员"
    OBSERVER = "observer", "查看人员"
    SECRETARY = "secretary", "党组织书记"
    INSTRUCTOR = "instructor", "党建指导员"
    SYSTEM_ADMIN = "system-admin", "系统管理员"
    SECURITY_ADMIN = "security-admin", "安全管理员"
    AUDIT_ADMIN = "audit-admin", "审计管理员"


ADMINISTRATORS = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN})
BOUND_TO_UNIT = frozenset({Role.CITY_STAFF, Role.UNIT_STAFF, Role.OBSERVER})

#: what a role may do at all; *where* it may do it is its scope
CAPABILITIES: dict[str, frozenset[Role]] = {
    # rates per unit and district of the whole city
    "see-counts": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF, Role.OBSERVER}),
    # registers of organizations, party organizations, postings …
    "see-registers": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF, Role.OBSERVER, Role.SECRETARY, Role.INSTRUCTOR}),
    # names of members
    "see-members": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF, Role.OBSERVER, Role.SECRETARY}),
    # records by hand, of what one's scope may change
    "keep-registers": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF, Role.SECRETARY}),
    "import": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF}),
    # the plan of one's unit: tasks, last year's taken over, notices to owners
    "keep-plans": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF}),
    # letters once more to a unit's addresses
    "send-letters": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF}),
    # background work: how far it is, stop it, do it again
    "see-jobs": frozenset({Role.CITY_STAFF, Role.SYSTEM_ADMIN}),
    "export": frozenset({Role.CITY_STAFF, Role.UNIT_STAFF, Role.OBSERVER, Role.SECRETARY}),
    "manage-units": frozenset({Role.CITY_STAFF}),
    "see-accounts": frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN}),
    "see-audit": frozenset({Role.AUDIT_ADMIN}),
}
