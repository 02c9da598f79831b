"""Addresses of the API."""

from __future__ import annotations

from django.urls import include, path, re_path
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.routers import DefaultRouter
from rest_framework.views import APIView

from portal.api import branches, demonstration, elections, ground, indicators, members, orgs, schema, training
from portal.api.me import Me

router = DefaultRouter()
router.include_format_suffixes = False
for name, register in (
    ("districts", ground.Districts),
    ("units", ground.Units),
    ("organizations", orgs.Organizations),
    ("member-reports", orgs.MemberReports),
    ("exclusions", orgs.Exclusions),
    ("events", orgs.Events),
    ("agreements", orgs.Agreements),
    ("charter-clauses", orgs.CharterClauses),
    ("decisions", branches.Decisions),
    ("purchase-scores", orgs.PurchaseScores),
    ("party-organizations", branches.PartyOrganizations),
    ("terms", branches.Terms),
    ("elections", elections.Elections),
    ("candidates", elections.Candidates),
    ("covering", branches.Covering),
    ("members", members.Members),
    ("memberships", branches.Memberships),
    ("posts", branches.Posts),
    ("public-offices", elections.PublicOffices),
    ("instructors", branches.Instructors),
    ("courses", training.Courses),
    ("attendance", training.AttendanceRows),
    ("site-applications", demonstration.Applications),
    ("site-reviews", demonstration.Reviews),
    ("sites", demonstration.Sites),
    ("site-visits", demonstration.Visits),
    ("site-grants", demonstration.Grants),
    ("communities", demonstration.Communities),
    ("legal-groups", demonstration.LegalGroups),
    ("outreach", demonstration.OutreachRows),
    ("targets", ground.Targets),
    ("plan-tasks", ground.PlanTasks),
    ("imports", ground.Imports),
    ("indicators", indicators.Indicators),
):
    router.register(name, register, basename=name)


@extend_schema(exclude=True)
class NothingHere(APIView):
    """Addresses below /api/ that do not exist answer like every other error of the API."""

    permission_classes = [IsAuthenticated]

    def get(self, request: Request, **kwargs: str) -> Response:
        """Raises NotFound."""
        raise NotFound


app_name = "api"
urlpatterns = [
    path("schema/", SpectacularAPIView.as_view(), name="schema"),
    path("docs/", schema.pages, name="docs"),
    path("v1/me/", Me.as_view(), name="me"),
    path("v1/", include(router.urls)),
    re_path(r"^(?P<rest>.*)/$", NothingHere.as_view(), name="nothing-here"),
]
