"""Tables of the ground. Each module's docstring says what its tables are and which article asks for them."""

from .accounts import ApiToken, RoleGrant, User
from .audit import AuditEntry, Change, RowImage
from .drafts import Draft
from .figures import Figure, KeptPlaces, Recount, RevisedFigure, Snapshot, SubjectState, Target
from .imports import ImportBatch
from .jobs import Job
from .letters import Delivery, Letter
from .places import District, Unit, UnitAlias, UnitState
from .plans import PlanTask, TaskNotice

__all__ = [
    "ApiToken",
    "AuditEntry",
    "Change",
    "Delivery",
    "District",
    "Draft",
    "Figure",
    "ImportBatch",
    "Job",
    "KeptPlaces",
    "Letter",
    "PlanTask",
    "Recount",
    "RevisedFigure",
    "RoleGrant",
    "RowImage",
    "Snapshot",
    "SubjectState",
    "Target",
    "TaskNotice",
    "Unit",
    "UnitAlias",
    "UnitState",
    "User",
]
