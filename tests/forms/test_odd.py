"""What is read and can be stored, but is hardly meant: said before saving, never refused."""

from __future__ import annotations

import datetime

import pytest

from portal.core.imports.register import registers
from portal.desk.forms.odd import DONE, odd_days
from tests import world
from tests.forms.sheets import TODAY, new
from tests.forms.test_page import send
from tests.pages.conftest import text

DAY = datetime.date(2026, 11, 26)
BORN_1988 = "440399198806151235"


@pytest.mark.parametrize(
    ("kind", "texts", "said"),
    [
        ("elections", {"held_on": "2026-11-26", "approved_on": "2026-12-01"}, []),
        ("elections", {"held_on": "2026年11月27日"}, ["选举日期”2026-11-27 在今天以后"]),
        ("elections", {"held_on": "2062-11-01"}, ["选举日期”2062-11-01 在今天以后"]),
        ("terms", {"started_on": "2026-12-01", "ends_on": "2031-12-01"}, []),
        ("terms", {"started_on": "2026-12-01", "ends_on": "2131-12-01"}, ["届届满日期”2131-12-01 在十年以后"]),
        ("terms", {"started_on": "2036-11-26", "ends_on": "2036-11-27"}, ["届届满日期”2036-11-27 在十年以后"]),
        ("members", {"joined_on": "2006-06-15", "id_number": BORN_1988}, []),
        ("members", {"joined_on": "2006-06-14", "id_number": BORN_1988}, ["不满 18 周岁"]),
        ("members", {"joined_on": "1980-07-01", "id_number": "440399"}, []),
        ("members", {"joined_on": "昨天", "converted_on": "2030-01-01"}, ["转正日期”2030-01-01 在今天以后"]),
    ],
)
def test_what_is_said(kind, texts, said):
    found = odd_days(registers()[kind].columns, texts, DAY)
    assert len(found) == len(said) and all(part in one for part, one in zip(said, found, strict=True))
    assert not any(BORN_1988[6:10] in one for one in found)


def test_what_was_done_is_a_column_of_some_register():
    assert {column.name for register in registers().values() for column in register.columns} >= DONE


def test_it_is_said_before_saving_and_refuses_nothing(browse, city):
    typed = {"organization": city.organizations["nanshan-own"].key, "reported_on": "2062-01-01", "full": "3"}
    client = browse("nanshan")
    assert "“填报日期”2062-01-01 在今天以后，请核对。" in text(
        send(client, new("member-reports"), **typed, ask="preview")
    )
    assert "已保存" in text(client.get(send(client, new("member-reports"), **typed)["Location"]))


def test_the_same_person_posted_twice_is_said_before_saving(browse, city):
    """Each form gives a new number; the name tells."""
    missing = city.organizations["nanshan-missing"]
    world.posting(missing, "2016-02-01", who=world.person("庄以诚", number="ZD-002"), by=city.units["nanshan"])
    client, address = browse("nanshan"), new("instructors")
    typed = {"organization": missing.credit_code, "name": "庄以诚", "valid_from": TODAY, "ask": "preview"}
    panel = text(send(client, address, **typed))
    assert "可能重复" in panel and "2016-02-01 起已有同名的指导员派驻在这家（ZD-002）" in panel
    assert "可能重复" not in text(send(client, address, **{**typed, "name": "段诗远"}))
    earlier = {**typed, "valid_from": "2015-01-01", "valid_to": "2016-02-01"}
    assert "可能重复" not in text(send(client, address, **earlier))
