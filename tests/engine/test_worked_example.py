"""The worked example of the definition of figures: every day, every column."""

import pytest

from tests import world
from tests.engine.questions import counted, figure, reasons, subjects


@pytest.fixture
def example(db):
    """One district; A with its own branch, B and C under a joint one, D with an instructor, E recorded only."""
    nanshan = world.district("440305", "南山区")
    here = {"district": nanshan}
    a = world.organization("甲", established="2013-01-01", **here)
    b = world.organization("乙", established="2012-05-01", closed="2014-06-30", **here)
    c = world.organization("丙", established="2012-06-01", **here)
    d = world.organization("丁", established="2014-03-10", **here)
    e = world.organization("戊", established="2012-01-01", mode="RECORDED", **here)
    world.party(form="OWN", approved="2013-11-05", covers=(a,))
    joint = world.party(form="JOINT", approved="2014-02-01", covers=(b, c))
    world.member(c, joint, since="2014-02-01")
    world.member(c, joint, since="2014-02-01")
    world.member(c, joint, since="2014-02-01", converted="2014-09-15", joined="2013-09-15")
    world.posting(d, "2014-04-01", "2014-10-01")
    world.settle()
    return {"甲": a, "乙": b, "丙": c, "丁": d, "戊": e}


@pytest.mark.parametrize(
    ("on", "population", "branch_met", "work_met", "shortfall", "rate"),
    [
        ("2013-12-31", "甲乙丙", 1, 1, 2, "33.33"),
        ("2014-02-01", "甲乙丙", 3, 3, 0, "100.00"),
        ("2014-04-01", "甲乙丙丁", 3, 4, 1, "75.00"),
        ("2014-06-30", "甲丙丁", 2, 3, 1, "66.66"),
        ("2014-10-01", "甲丙丁", 2, 2, 1, "66.66"),
    ],
)
def test_rates(example, on, population, branch_met, work_met, shortfall, rate):
    branch, work = figure("branch-coverage", on), figure("work-coverage", on)
    assert set(reasons("branch-coverage", on)) == set(population)
    assert (branch.met, branch.eligible, branch.shortfall, branch.rate) == (
        branch_met,
        len(population),
        shortfall,
        rate,
    )
    assert (work.met, work.eligible) == (work_met, len(population))
    assert (branch.meets, work.meets) == (branch_met == len(population), work_met == len(population))


@pytest.mark.parametrize(
    ("before", "on", "change"),
    [
        ("2013-11-04", "2013-11-05", ("甲", "none", "own")),
        ("2014-01-31", "2014-02-01", ("丙", "none", "joint")),
        ("2014-03-31", "2014-04-01", ("丁", "none", "instructor")),
        ("2014-09-30", "2014-10-01", ("丁", "instructor", "none")),
    ],
)
def test_the_day_itself_counts(example, before, on, change):
    name, was, becomes = change
    assert (reasons("work-coverage", before)[name], reasons("work-coverage", on)[name]) == (was, becomes)


def test_deregistered_organization_is_in_until_the_day_before(example):
    assert "乙" in reasons("branch-coverage", "2014-06-29")
    assert "乙" not in reasons("branch-coverage", "2014-06-30")


@pytest.mark.parametrize(("on", "expected"), [("2014-09-14", (0, 0)), ("2014-09-15", (0, 1)), ("2014-10-01", (0, 1))])
def test_formation_due_from_the_third_full_member_on(example, on, expected):
    assert counted("formation-due", on) == expected


def test_joint_member_due_for_its_own_branch_is_named(example):
    """联合转单独: due, and covered by a joint party organization only."""
    due = subjects("formation-due", "2014-10-01")
    assert {name: (s.status, s.reason, s.evidence["firm_count"]) for name, s in due.items()} == {
        "丙": ("unmet", "joint", 3)
    }


def test_recorded_only_organization_is_never_counted(example):
    assert all("戊" not in reasons("branch-coverage", on) for on in ("2013-12-31", "2014-10-01"))
