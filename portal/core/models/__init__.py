"""Tables of the ground. Each module's docstring says what its tables are and which article asks for them."""

from .accounts import ApiToken, RoleGrant, User
from .audit import AuditEntry, Change
from .figures import Figure, KeptPlaces, Snapshot, SubjectState, Target
from .imports import ImportBatch
from .jobs import Job
from .places import District, Unit, UnitAlias, UnitState

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Change",
    "District",
    "Figure",
    "ImportBatch",
    "Job",
    "KeptPlaces",
    "RoleGrant",
    "Snapshot",
    "SubjectState",
    "Target",
    "Unit",
    "UnitAlias",
    "UnitState",
    "User",
]
