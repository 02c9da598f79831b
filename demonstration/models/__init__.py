"""What organizations show for society: demonstration sites (article 6) and service at the grass roots (article 17)."""

from .applications import SiteApplication, SiteReview
from .outreach import LegalGroup, Outreach
from .places import ServedPlace
from .sites import DemonstrationSite, SiteGrant, SiteVisit

__all__ = [
    "DemonstrationSite",
    "LegalGroup",
    "Outreach",
    "ServedPlace",
    "SiteApplication",
    "SiteGrant",
    "SiteReview",
    "SiteVisit",
]
