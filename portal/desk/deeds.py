"""What can be done to many rows at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Deed:
    """One thing to do to each of the rows ticked in a list of `of`.

    With `each` a new row of the register `kind` is made for every ticked row, which stands in the column `each`.
    Without it the ticked rows are changed. `columns` are the values that are the same for all; of these `required`
    must be filled, and what is left empty stays as it is where rows are changed.
    """

    name: str
    word: str
    of: str
    kind: str
    columns: tuple[str, ...]
    required: tuple[str, ...] = ()
    each: str = ""
    rule: str = ""

    @property
    def action(self) -> str:
        """What the audit calls it."""
        return f"批量{self.word}"


_MOVED = ("professional_unit", "subdistrict", "community")

DEEDS = (
    Deed(
        name="post",
        word="派出指导员",
        of="organizations",
        kind="instructors",
        each="organization",
        columns=("number", "name", "role", "origin", "sending_unit", "work_phone", "valid_from", "valid_to"),
        rule="同一名组织员、指导员或联络员派驻到所选的每一家，计入党的工作覆盖率。",
    ),
    Deed(
        name="link",
        word="关联到同一党组织",
        of="organizations",
        kind="covering",
        each="organization",
        columns=("party_organization", "valid_from", "valid_to"),
        rule="所选的每一家都由这个党组织覆盖；计不计入党组织覆盖率，看它的组建形式。",
    ),
    Deed(
        name="exclude",
        word="列为不计入",
        of="organizations",
        kind="exclusions",
        each="organization",
        columns=("reason", "evidence", "approver", "valid_from", "valid_to"),
        rule="只影响剔除后口径，全口径不变；每一家都记下理由、依据和批准人。",
    ),
    Deed(
        name="move",
        word="变更业务主管单位、街道、社区",
        of="organizations",
        kind="organizations",
        columns=(*_MOVED, "effective"),
        required=("effective",),
        rule="从生效日期起改为所填的单位，之前的日子不变；没有填的一项不改。责任单位随之重新认定。",
    ),
    Deed(
        name="end",
        word="结束派驻",
        of="instructors",
        kind="instructors",
        columns=("valid_to",),
        required=("valid_to",),
        rule="从所填的日期起不再派驻；没有党组织、也没有别人派驻的，从这一天起为未覆盖。",
    ),
    Deed(
        name="extend",
        word="延长派驻",
        of="instructors",
        kind="instructors",
        columns=("valid_to",),
        required=("valid_to",),
        rule="派驻延长到所填的日期（当天不含）。",
    ),
    Deed(
        name="extend-term",
        word="登记延期",
        of="terms",
        kind="terms",
        columns=("extended_to",),
        required=("extended_to",),
        rule="经批准的延期，最多计到届满后 12 个月。",
    ),
)


def deeds_of(kind: str) -> list[Deed]:
    """What can be done to rows of a register."""
    return [deed for deed in DEEDS if deed.of == kind]


def words_of(kind: str) -> list[tuple[str, str]]:
    """(name, words) of what can be done to rows of a register."""
    return [(deed.name, deed.word) for deed in deeds_of(kind)]
