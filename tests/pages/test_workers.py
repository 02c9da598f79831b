"""The members who work at an organization: how many there are, however many of their names one may see."""

from __future__ import annotations

import re

from tests import world
from tests.pages.conftest import text


def test_a_retired_member_on_the_list_hides_nobody_else(browse, city):
    own, elsewhere = city.organizations["nanshan-own"], city.parties["joint"]
    before = text(browse("nanshan").get(f"/organizations/{own.path_key}/"))
    world.member(own, city.parties["own"], employment="RETIRED", name="时老")
    world.member(own, elsewhere, converted=None, name="叶澜")
    page = text(browse("nanshan").get(f"/organizations/{own.path_key}/"))
    assert "名的姓名不在您的查看范围内" not in before and "叶澜" not in page
    listed = int(re.search(r"共 (\d+) 名</p>", before.split('id="workers"')[1])[1])
    assert f"列出 {listed + 1} 名，另有 1 名的姓名不在您的查看范围内" in page
