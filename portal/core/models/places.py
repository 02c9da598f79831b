"""Districts and the units that answer for party building (article 1).

A unit is whatever may supervise, register or lead: an organization department, a working committee, a bureau,
a street. Its name, kind, parent and function are dated, so that a report of 2013 keeps the names of 2013.
"""

from __future__ import annotations

from django.db import models

from portal.core.validity import State


class District(models.Model):
    """A district or new district (行政区, 新区). 大鹏新区 has no national code, hence `gb_code` may be empty."""

    code = models.CharField("行政区编码", max_length=32, unique=True)
    name = models.CharField("名称", max_length=64)
    is_new_district = models.BooleanField("是否新区", default=False)
    gb_code = models.CharField("国标代码", max_length=12, blank=True)
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = "行政区"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class Unit(models.Model):
    """A unit (单位) by its public code; what it is called and where it stands is in its `UnitState` rows."""

    code = models.CharField("单位编码", max_length=64, unique=True)
    name = models.CharField("单位名称", max_length=128, help_text="today's name, kept equal to the latest state")
    pinyin = models.CharField(max_length=128, blank=True, db_index=True)
    report_emails = models.TextField("报告邮箱", blank=True, help_text="several, separated by ；")
    valid_from = models.DateField("启用日期", null=True, blank=True)
    valid_to = models.DateField("停用日期", null=True, blank=True)

    class Meta:
        verbose_name = "单位"
        ordering = ["code"]

    def __str__(self) -> str:
        return self.name


class UnitState(State):
    """What a unit was called, which kind it was and below which unit it stood during one span."""

    class Kind(models.TextChoices):
        """单位类别 of the unit directory."""

        CITY_LEAD = "CITY_LEAD", "市级牵头"
        WORKING_COMMITTEE = "WORKING_COMMITTEE", "工委"
        DISTRICT_LEAD = "DISTRICT_LEAD", "区级牵头"
        PROFESSIONAL = "PROFESSIONAL", "业务主管单位"
        REGISTRY = "REGISTRY", "登记管理部门"
        SUBDISTRICT = "SUBDISTRICT", "街道"
        COMMUNITY = "COMMUNITY", "社区"
        PLACEHOLDER = "PLACEHOLDER", "占位"

    class Level(models.TextChoices):
        """层级."""

        NATIONAL = "NATIONAL", "国家级"
        PROVINCE = "PROVINCE", "省级"
        CITY = "CITY", "市级"
        DISTRICT = "DISTRICT", "区级"
        SUBDISTRICT = "SUBDISTRICT", "街道"
        COMMUNITY = "COMMUNITY", "社区"

    class Function(models.TextChoices):
        """职能: what article 1 asks of a unit by function rather than by name."""

        EDUCATION_BUREAU = "education-bureau", "教育部门"
        EDUCATION_COMMITTEE = "education-committee", "教育工委"
        HEALTH_BUREAU = "health-bureau", "卫生部门"
        HEALTH_COMMITTEE = "health-committee", "卫生工委"
        CIVIL_AFFAIRS = "civil-affairs", "民政部门"

    subject_field = "unit"

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="states")
    name = models.CharField("单位名称", max_length=128)
    kind = models.CharField("单位类别", max_length=20, choices=Kind.choices)
    parent = models.ForeignKey(
        Unit,
        verbose_name="上级单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="child_states",
    )
    level = models.CharField("层级", max_length=12, choices=Level.choices, blank=True)
    function = models.CharField("职能", max_length=24, choices=Function.choices, blank=True)
    district = models.ForeignKey(
        District,
        verbose_name="行政区",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="unit_states",
    )

    class Meta(State.Meta):
        verbose_name = "单位沿革"
        constraints = [
            *State.Meta.constraints,
            models.UniqueConstraint(fields=["unit", "valid_from"], name="core_unitstate_once"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.valid_from}"


class UnitAlias(models.Model):
    """Another spelling of a unit (别名). Several units may share one; using a shared one is ambiguous."""

    unit = models.ForeignKey(Unit, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField("别名", max_length=128, db_index=True)

    class Meta:
        verbose_name = "单位别名"
        constraints = [models.UniqueConstraint(fields=["unit", "name"], name="core_unitalias_once")]

    def __str__(self) -> str:
        return self.name
