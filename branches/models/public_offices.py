"""Public offices of people of the party organizations: delegates, deputies, CPPCC members (article 12)."""

from __future__ import annotations

from django.db import models

from members.models import Person
from portal.core.models import District
from portal.core.scoping import ScopedModel
from portal.core.validity import Span

from .candidates import Channel


class PublicOffice(ScopedModel, Span):
    """A person's seat in a congress or conference from 起始日期 up to, not including, 结束日期.

    A seat of a district's body names the district; one of the city's may name the district whose group it sits with.
    """

    class Kind(models.TextChoices):
        """类别."""

        DELEGATE = "DELEGATE", "党代表"
        DEPUTY = "DEPUTY", "人大代表"
        CONSULTATIVE = "CONSULTATIVE", "政协委员"

    class Level(models.TextChoices):
        """层级."""

        CITY = "CITY", "市级"
        DISTRICT = "DISTRICT", "区级"

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="public_offices")
    kind = models.CharField("类别", max_length=12, choices=Kind.choices)
    level = models.CharField("层级", max_length=8, choices=Level.choices)
    district = models.ForeignKey(
        District, verbose_name="行政区", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    session = models.CharField("届次", max_length=32, blank=True)
    channel = models.CharField("推荐方式", max_length=12, choices=Channel.choices, blank=True)

    class Meta(Span.Meta):
        verbose_name = "代表委员"
        constraints = [
            *Span.Meta.constraints,
            models.UniqueConstraint(
                fields=["person", "kind", "level", "valid_from"], name="branches_publicoffice_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()}"
