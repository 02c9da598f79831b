"""What the civil-affairs bureau knows: social organizations, what was reported of them, what it decided of them
(articles 1, 3, 11)."""

from .commitments import CharterClause, ResponsibilityAgreement
from .events import RegistryEvent
from .organizations import OrganizationState, SocialOrganization
from .purchases import PurchaseScore
from .reports import Exclusion, MemberReport
from .responsibility import ResponsibleSpan, straightening

__all__ = [
    "CharterClause",
    "Exclusion",
    "MemberReport",
    "OrganizationState",
    "PurchaseScore",
    "RegistryEvent",
    "ResponsibilityAgreement",
    "ResponsibleSpan",
    "SocialOrganization",
    "straightening",
]
