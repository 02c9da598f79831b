"""Social organizations: identity and life, and what may change from day to day (articles 1, 4)."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from portal.core.models import District, Unit
from portal.core.scoping import ScopedModel
from portal.core.validity import State


class SocialOrganization(ScopedModel):
    """A social organization (社会组织).

    Its key is the credit code; before October 2015 there was none, and the registration number and the
    9-character organization code are the identity.
    """

    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True, unique=True)
    registration_number = models.CharField("登记证号", max_length=64, null=True, blank=True, unique=True)
    organization_code = models.CharField("组织机构代码", max_length=9, blank=True, db_index=True)
    opaque_id = models.CharField(max_length=16, unique=True, help_text="in addresses where there is no credit code")
    name = models.CharField("名称", max_length=128, db_index=True)
    former_names = models.TextField("曾用名", blank=True, help_text="several, separated by ；")
    search_text = models.TextField(blank=True, help_text="names, pinyin initials and codes, folded, for search")
    established_on = models.DateField("成立日期")
    closed_on = models.DateField("终止日期", null=True, blank=True, help_text="closed from this day on")
    closing = models.CharField(
        "登记状态", max_length=12, blank=True, choices=[("CANCELLED", "注销"), ("REVOKED", "撤销")]
    )
    written = models.JSONField(default=dict, blank=True, help_text="words as written where a standard word stands")

    class Meta:
        verbose_name = "社会组织"
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                name="orgs_socialorganization_life",
                condition=Q(closed_on__isnull=True) | Q(closed_on__gte=F("established_on")),
            ),
            models.CheckConstraint(
                name="orgs_socialorganization_key",
                condition=Q(credit_code__isnull=False) | Q(registration_number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        """The public key: credit code, else registration number."""
        return self.credit_code or self.registration_number or ""

    @property
    def path_key(self) -> str:
        """What stands in addresses: the credit code, else an opaque id (registration numbers hold slashes)."""
        return self.credit_code or self.opaque_id


class OrganizationState(State):
    """What was recorded of an organization during one span.

    A unit column that could not be resolved keeps what was written in `…_written` and counts as not recorded
    until someone binds the spelling to a unit.
    """

    class Kind(models.TextChoices):
        """类别, the four of article 10; today's word for the third is 社会服务机构."""

        ASSOCIATION = "ASSOCIATION", "社会团体"
        FOUNDATION = "FOUNDATION", "基金会"
        PRIVATE_NON_ENTERPRISE = "PRIVATE_NON_ENTERPRISE", "民办非企业单位"
        INTERMEDIARY = "INTERMEDIARY", "中介组织"

    class Field(models.TextChoices):
        """领域."""

        EDUCATION_TRAINING = "EDUCATION_TRAINING", "教育培训"
        PRIVATE_SCHOOL = "PRIVATE_SCHOOL", "民办学校"
        PRIVATE_HOSPITAL = "PRIVATE_HOSPITAL", "民办医院"
        HEALTH = "HEALTH", "医疗卫生"
        CHARITY = "CHARITY", "公益慈善"
        VOLUNTEERING = "VOLUNTEERING", "志愿服务"
        TRADE_ASSOCIATION = "TRADE_ASSOCIATION", "行业协会"
        CHAMBER = "CHAMBER", "异地商会"
        SOCIAL_WORK = "SOCIAL_WORK", "社会工作"
        LEGAL_SERVICE = "LEGAL_SERVICE", "法律服务"
        ACCOUNTING = "ACCOUNTING", "会计服务"
        MIGRANT_SERVICE = "MIGRANT_SERVICE", "异地务工服务"
        OTHER = "OTHER", "其他"

    class Mode(models.TextChoices):
        """登记方式; recorded-only organizations are outside the coverage population."""

        REGISTERED = "REGISTERED", "登记"
        RECORDED = "RECORDED", "备案"

    class Trade(models.TextChoices):
        """行业, the trades of article 4."""

        INTERNET = "INTERNET", "互联网"
        FINANCE = "FINANCE", "金融"
        LOGISTICS = "LOGISTICS", "物流"
        ELECTRONICS = "ELECTRONICS", "电子"
        PROPERTY = "PROPERTY", "物管"
        CULTURE = "CULTURE", "文化"
        TOURISM = "TOURISM", "旅游"
        JEWELLERY = "JEWELLERY", "珠宝"
        FURNITURE = "FURNITURE", "家具"
        CLOTHING = "CLOTHING", "服装"
        TAXI = "TAXI", "出租车"
        CATERING = "CATERING", "餐饮"
        OTHER = "OTHER", "其他"

    class Importance(models.TextChoices):
        """重点."""

        LEADING = "LEADING", "龙头"
        KEY = "KEY", "重点"

    subject_field = "organization"

    organization = models.ForeignKey(SocialOrganization, on_delete=models.CASCADE, related_name="states")
    kind = models.CharField("类别", max_length=24, choices=Kind.choices)
    field = models.CharField("领域", max_length=24, choices=Field.choices, blank=True)
    registering_unit = models.ForeignKey(
        Unit, verbose_name="登记管理部门", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    registering_unit_written = models.CharField(max_length=128, blank=True)
    professional_unit = models.ForeignKey(
        Unit, verbose_name="业务主管单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    professional_unit_written = models.CharField(max_length=128, blank=True)
    district = models.ForeignKey(
        District, verbose_name="行政区", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subdistrict = models.ForeignKey(
        Unit, verbose_name="街道", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    subdistrict_written = models.CharField(max_length=128, blank=True)
    community = models.ForeignKey(
        Unit, verbose_name="社区", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    community_written = models.CharField(max_length=128, blank=True)
    mode = models.CharField("登记方式", max_length=12, choices=Mode.choices, blank=True)
    staff = models.PositiveIntegerField("从业人员数", null=True, blank=True)
    full_time_staff = models.PositiveIntegerField("专职人员数", null=True, blank=True)
    trade = models.CharField("行业", max_length=12, choices=Trade.choices, blank=True)
    importance = models.CharField("重点", max_length=8, choices=Importance.choices, blank=True)

    class Meta(State.Meta):
        verbose_name = "社会组织沿革"
        constraints = [
            *State.Meta.constraints,
            models.UniqueConstraint(fields=["organization", "valid_from"], name="orgs_organizationstate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organization} {self.valid_from}"
