"""What the organization department knows: party organizations and how they reach organizations and people."""

from .covering import CoveringLink
from .instructors import InstructorPosting
from .memberships import Membership
from .party_organizations import PartyOrganization, PartyOrganizationState, Term
from .posts import Post

__all__ = [
    "CoveringLink",
    "InstructorPosting",
    "Membership",
    "PartyOrganization",
    "PartyOrganizationState",
    "Post",
    "Term",
]
