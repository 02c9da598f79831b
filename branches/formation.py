"""Formation advice as a pure rule (article 3; BR-01, BR-03, BR-06): what should be set up at an organization.

In prose. `reason` is the coverage reason of the organization on the day; three counts of full members matter:

* *firm* – their relation is held in a party organization that covers this organization;
* *potential* – they work here, their relation is held elsewhere;
* *reported* – a number that the organization gave itself (申报数), or None where nothing is known.

The first line that applies wins ("enough" is three, BR-01; 以上 includes the number):

1. covered by a party organization of its own: 已覆盖. Where people are known and fewer than enough, the superior
   decides whether it is to be adjusted; until then it stays covered (BR-06).
2. enough firm members: 联合转单独 where a joint one or a hub covers it, else 应建未建.
3. enough reported members: the same, marked 申报数: to be verified and registered first.
4. covered by a joint one or a hub: 已覆盖. Members whose relation is elsewhere change nothing (edge case 37).
5. enough members when those with a relation elsewhere are counted in: 应建未建, once their relations are here.
6. some member known: 可联合组建 with neighbours by place or trade (BR-03). Probationary members are no full ones,
   they only say how near it is (edge case 2).
7. covered by work alone: 已覆盖, for a functional party organization or an instructor.
8. nobody known: 派驻指导员, post or name one (article 3, third way).

Advice only: nothing is set up, split or dissolved by a rule.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from portal.core.policy import number

WORDS = {
    "own-due": "应建未建",
    "split": "联合转单独",
    "joint": "可联合组建",
    "instructor": "派驻指导员",
    "covered": "已覆盖",
}
BASES = {"firm": "", "potential": "组织关系在外", "reported": "申报数"}
_TOGETHER = frozenset({"joint", "hub"})
_WORK_ONLY = {"functional": "已有功能型党组织", "instructor": "已有派驻指导员"}


@dataclass(frozen=True)
class People:
    """Counts of members of one organization on a day; `reported` None means not known, never 0."""

    firm: int = 0
    potential: int = 0
    probationary: int = 0
    reported: int | None = None
    reported_probationary: int | None = None
    reported_on: datetime.date | None = None

    @property
    def named(self) -> int:
        """Members known by name who work there."""
        return self.firm + self.potential + self.probationary


@dataclass(frozen=True)
class Advice:
    """What article 3 asks for: `code` of `WORDS`, `basis` of `BASES` (which count decided), a sentence, a note."""

    code: str
    sentence: str
    basis: str = "firm"
    note: str = ""
    article: int = 3

    @property
    def word(self) -> str:
        """The advice in the words of the field."""
        return WORDS[self.code]

    @property
    def basis_word(self) -> str:
        """How far the count can be relied on; empty for firm counts."""
        return BASES[self.basis]

    @property
    def forms_own(self) -> bool:
        """Whether a party organization of its own is to be set up."""
        return self.code in ("own-due", "split")

    @property
    def asks(self) -> bool:
        """Whether somebody has something to do."""
        return self.code != "covered"


def advise(reason: str, people: People, day: datetime.date) -> Advice:
    """Apply article 3 to one organization of the coverage population (see the module's prose)."""
    enough = number("formation-members", day)
    if reason == "own":
        return Advice("covered", "已单独组建党组织。", note=_below(people, enough))
    if people.firm >= enough:
        return _set_up(reason, "firm", f"组织关系在本单位的正式党员 {people.firm} 名，已满 {enough} 名")
    if (people.reported or 0) >= enough:
        return _set_up(reason, "reported", f"申报正式党员 {people.reported} 名，请核实并登记党员")
    if reason in _TOGETHER:
        return Advice("covered", "已由联合党组织或行业枢纽覆盖。", note=_forecast(people, enough))
    if people.firm + people.potential >= enough:
        return _set_up(
            reason,
            "potential",
            f"在职正式党员 {people.firm + people.potential} 名，组织关系多在外，转入后满 {enough} 名",
        )
    if people.named or people.reported:
        return _join(people, enough)
    if reason in _WORK_ONLY:
        return Advice("covered", f"{_WORK_ONLY[reason]}，计入党的工作覆盖；尚无党组织。")
    return Advice("instructor", "没有已知的党员，应选派或指定组织员、指导员、联络员。")


def _set_up(reason: str, basis: str, because: str) -> Advice:
    if reason in _TOGETHER:
        return Advice("split", f"{because}；条件成熟的，应从联合党组织分出，单独组建。", basis)
    return Advice("own-due", f"{because}；条件成熟的，应单独组建党组织。", basis)


def _join(people: People, enough: int) -> Advice:
    full = people.firm + people.potential
    basis = "firm" if people.firm else "potential" if people.named else "reported"
    known = f"正式党员 {full} 名" if people.named else f"申报正式党员 {people.reported} 名"
    return Advice(
        "joint",
        f"{known}，不足 {enough} 名，可按地域相邻、行业相近联合组建。",
        basis,
        _forecast(people, enough),
    )


def _forecast(people: People, enough: int) -> str:
    """How near the organization is to a party organization of its own."""
    full = people.firm + people.potential
    if people.probationary and full < enough <= full + people.probationary:
        return f"另有预备党员 {people.probationary} 名，再有 {enough - full} 名转正即满 {enough} 名。"
    return ""


def _below(people: People, enough: int) -> str:
    """An own party organization that no longer meets the condition (BR-06); silent while nobody is known."""
    known = max(people.firm, people.reported or 0)
    if known >= enough or not (people.named or people.reported is not None):
        return ""
    return f"正式党员已不足 {enough} 名，请上级党组织研究调整；作出决定前仍计入覆盖。"


def party_notes(form: str, covered: int, full_members: int, day: datetime.date) -> list[str]:
    """Remarks on one party organization: a joint one of too many units (BR-03) or too few members (BR-06).

    A hub covers as many as it likes (edge case 17).
    """
    notes = []
    most, enough = number("joint-units", day), number("formation-members", day)
    if form in ("JOINT", "REGIONAL") and covered > most:
        notes.append(f"联合党组织覆盖 {covered} 家，一般不超过 {most} 家，可考虑分设。")
    if 0 < full_members < enough:
        notes.append(f"正式党员 {full_members} 名，不足 {enough} 名，请上级党组织研究调整；作出决定前照常有效。")
    return notes
