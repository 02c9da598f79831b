"""What the organization department knows: party organizations and how they reach organizations and people."""

from .candidates import Candidate, Channel
from .covering import CoveringLink
from .decisions import MajorDecision
from .elections import Election
from .instructors import InstructorPosting
from .memberships import Membership
from .party_organizations import PartyOrganization, PartyOrganizationState, Term
from .posts import Post
from .public_offices import PublicOffice

__all__ = [
    "Candidate",
    "Channel",
    "CoveringLink",
    "Election",
    "InstructorPosting",
    "MajorDecision",
    "Membership",
    "PartyOrganization",
    "PartyOrganizationState",
    "Post",
    "PublicOffice",
    "Term",
]
