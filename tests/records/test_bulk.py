"""批量变更 through the pages: ticked rows, one form, preview, one action, one undo."""

from __future__ import annotations

import datetime
import re

import pytest
from django.urls import reverse

from branches.models import CoveringLink, InstructorPosting, Term
from orgs.models import Exclusion, OrganizationState
from portal.core import indicators, snapshots
from portal.core.models import AuditEntry
from portal.core.validity import today
from tests import world
from tests.records.conftest import key, text

YESTERDAY = today() - datetime.timedelta(days=1)
TODAY = today().isoformat()
NEXT_YEAR = (today() + datetime.timedelta(days=365)).isoformat()
POSTING = {
    "number": "ZD-0801",
    "name": "段诗远",
    "role": "指导员",
    "origin": "选派",
    "sending_unit": "NS",
    "work_phone": "",
    "valid_from": TODAY,
    "valid_to": "",
}
EXCLUSION = {
    "reason": "长期停业",
    "evidence": "核查记录",
    "approver": "区委组织部",
    "valid_from": TODAY,
    "valid_to": "",
}


class Bulk:
    """What a person does with a list: tick, fill in, preview, write."""

    def __init__(self, client, kind, deed, rows, **texts):
        self.client, self.kind, self.address = client, kind, reverse("record-bulk", args=[kind])
        self.sent = {"deed": deed, "from": f"/{kind}/", **texts}
        self.rows = [one if isinstance(one, str) else key(kind, one) for one in rows]

    def post(self, **more):
        return self.client.post(self.address, {**self.sent, "row": self.rows, **more})

    def preview(self, **more):
        answer = self.post(ask="preview", **more)
        assert answer.status_code == 200
        return text(answer)

    def write(self, **more):
        version = re.search(r'name="version" value="(\w*)"', self.preview())[1]
        return self.client.post(
            self.address, {**self.sent, "row": self.rows, "ask": "write", "version": version, **more}, follow=True
        )


def work_met():
    [rate] = indicators.rates(today(), "city", ["work-coverage"])
    return rate.met


@pytest.fixture
def nanshan(city):
    """More organizations of Nanshan that nobody covers."""
    civil = city.units["nanshan-civil"]
    made = [
        world.organization(f"南山区第{n}服务社", registering=civil, district=city.districts["nanshan"])
        for n in range(5)
    ]
    world.settle()
    return made


class TestPosting:
    def test_preview_says_what_moves_and_writes_nothing(self, browse, nanshan):
        page = Bulk(browse("nanshan"), "organizations", "post", nanshan, **POSTING).preview()
        assert "<b>5</b> 家会变更" in page and "写入 5 家" in page
        assert "党的工作覆盖率（全市）" in page and "→" in page
        assert not InstructorPosting.objects.everyone().filter(organization__in=nanshan).exists()
        assert not AuditEntry.objects.exists()

    def test_written_as_one_action_and_undone_as_one(self, browse, nanshan):
        client, before = browse("nanshan"), work_met()
        answer = Bulk(client, "organizations", "post", nanshan, **POSTING).write()
        assert answer.redirect_chain == [("/organizations/", 302)] and "已写入 5 家" in text(answer)
        assert work_met() == before + 5
        [entry] = AuditEntry.objects.all()
        assert entry.action == "批量派出指导员" and entry.changes.values("key").distinct().count() == 5
        assert "/undo/" in text(client.get("/account/"))
        client.post(f"/undo/{entry.pk}/")
        assert work_met() == before
        assert AuditEntry.objects.count() == 2

    def test_the_form_starts_with_what_is_known(self, browse, nanshan):
        page = text(Bulk(browse("nanshan"), "organizations", "post", nanshan).post())
        assert 'value="NS"' in page and f'value="{TODAY}"' in page and "南山区第0服务社" in page
        assert "写入" not in re.findall(r"<button[^>]*>([^<]*)</button>", page)

    def test_a_fault_in_a_common_value_stands_at_its_field(self, browse, nanshan):
        wrong = {**POSTING, "name": "", "role": "顾问", "valid_from": "2016-02-30"}
        page = Bulk(browse("nanshan"), "organizations", "post", nanshan, **wrong).preview()
        assert page.count('class="wrong"') >= 3 and "不能写入" not in page and "写入 5 家" not in page
        assert not AuditEntry.objects.exists()


class TestWrongRows:
    @pytest.fixture
    def rows(self, city, nanshan):
        """Five of which one has the same row already, one that Futian answers for, one that is right."""
        world.exclude(nanshan[0], TODAY)
        return [*nanshan, city.organizations["nanshan-joint"], city.organizations["nanshan-missing"]]

    def test_each_is_named_with_its_sentence(self, browse, rows):
        page = Bulk(browse("nanshan"), "organizations", "exclude", rows, **EXCLUSION).preview()
        assert "已另有一条相同的记录" in page and "南山区第0服务社" in page
        assert "只写入无误的" in page

    def test_nothing_is_written_unless_asked_to_write_what_is_right(self, browse, rows):
        bulk = Bulk(browse("nanshan"), "organizations", "exclude", rows, **EXCLUSION)
        answer = bulk.write()
        assert "还没有写入" in text(answer)
        assert Exclusion.objects.everyone().count() == 1 and not AuditEntry.objects.exists()
        told = text(bulk.write(only_good="1"))
        assert "没有改动" in told
        [entry] = AuditEntry.objects.all()
        assert entry.changes.values("key").distinct().count() == Exclusion.objects.everyone().count() - 1 >= 5

    def test_what_another_unit_answers_for_is_said(self, browse, city, nanshan):
        """The street sees them all, and answers for none."""
        answer = browse("street").post(
            reverse("record-bulk", args=["organizations"]),
            {"deed": "exclude", "from": "/organizations/", "ask": "preview", **EXCLUSION}
            | {"row": [key("organizations", city.organizations["nanshan-missing"])]},
        )
        assert "不由本单位负责" in text(answer) and "写入 1 家" not in text(answer)

    def test_what_lies_outside_the_scope_is_not_there(self, browse, city, nanshan):
        foreign = city.organizations["futian-missing"]
        page = Bulk(browse("nanshan"), "organizations", "exclude", [*nanshan, foreign], **EXCLUSION).preview()
        assert "所选 5 家" in page and foreign.name not in page
        Bulk(browse("nanshan"), "organizations", "exclude", [*nanshan, foreign], **EXCLUSION).write()
        assert not Exclusion.objects.everyone().filter(organization=foreign).exists()
        answer = Bulk(browse("nanshan"), "organizations", "exclude", [foreign, "nonsense"], **EXCLUSION).post()
        assert answer.status_code == 302 and not Exclusion.objects.everyone().filter(organization=foreign).exists()


class TestChanging:
    def test_units_change_from_a_day_on_and_what_was_left_empty_stays(self, browse, city, nanshan):
        texts = {"professional_unit": "NS-MZJ", "subdistrict": "", "community": "", "effective": TODAY}
        Bulk(browse("nanshan"), "organizations", "move", nanshan, **texts).write()
        states = OrganizationState.objects.filter(organization__in=nanshan).order_by("organization", "valid_from")
        assert [state.professional_unit and state.professional_unit.code for state in states] == [None, "NS-MZJ"] * 5
        assert {state.district.code for state in states} == {"440305"}

    def test_without_a_day_or_without_anything_to_change_it_is_refused(self, browse, nanshan):
        texts = {"professional_unit": "", "subdistrict": "", "community": "", "effective": TODAY}
        page = Bulk(browse("nanshan"), "organizations", "move", nanshan, **texts).preview()
        assert "请至少填写一项" in page
        page = Bulk(browse("nanshan"), "organizations", "move", nanshan, **{**texts, "effective": ""}).preview()
        assert "请填写" in page

    def test_postings_end_and_reach_further_with_a_reason_where_a_stored_day_used_them(self, browse, city, nanshan):
        who = world.person("段诗远", number="ZD-0801")
        rows = [world.posting(one, "2015-01-01", TODAY, who=who, by=city.units["nanshan"]) for one in nanshan]
        snapshots.keep([YESTERDAY])
        client = browse("nanshan")
        bulk = Bulk(client, "instructors", "extend", rows, valid_to=NEXT_YEAR)
        assert "更正" in bulk.preview()
        assert "请写明理由" in text(bulk.write()) and not AuditEntry.objects.exists()
        assert "已写入 5 条" in text(bulk.write(correction_reason="续派一年"))
        assert {row.valid_to.isoformat() for row in InstructorPosting.objects.everyone().filter(person=who)} == {
            NEXT_YEAR
        }
        early = Bulk(client, "instructors", "end", rows, valid_to="2014-01-01", correction_reason="抄错")
        assert "早于" in early.preview() and "写入 5 条" not in early.preview()

    def test_terms_are_extended_by_the_secretary_for_the_own_party_organization_alone(self, browse, city):
        own = world.term(city.parties["own"], "2014-03-01", "2017-02-28")
        far = world.term(city.parties["joint"], "2014-05-01", "2017-04-30")
        Bulk(browse("lin"), "terms", "extend-term", [own, far], extended_to="2018-02-28").write()
        assert [term.extended_to and term.extended_to.isoformat() for term in Term.objects.order_by("pk")] == [
            "2018-02-28",
            None,
        ]

    def test_somebody_else_was_quicker(self, browse, city, nanshan, hands):
        texts = {"professional_unit": "NS-MZJ", "subdistrict": "", "community": "", "effective": TODAY}
        bulk = Bulk(browse("nanshan"), "organizations", "move", nanshan, **texts)
        version = re.search(r'name="version" value="(\w+)"', bulk.preview())[1]
        hands("city").change("organizations", nanshan[0], field="其他")
        answer = text(bulk.post(ask="write", version=version))
        assert "有人改过" in answer and "写入 5 家" in answer
        assert AuditEntry.objects.count() == 1

    def test_the_same_again_changes_nothing(self, browse, nanshan):
        texts = {"professional_unit": "NS-MZJ", "subdistrict": "", "community": "", "effective": TODAY}
        bulk = Bulk(browse("nanshan"), "organizations", "move", nanshan, **texts)
        bulk.write()
        assert "5 家本来就是这样" in bulk.preview()
        assert AuditEntry.objects.count() == 1


class TestWhichRows:
    def test_all_that_the_list_shows_under_its_filters(self, browse, city, nanshan):
        client = browse("nanshan")
        bulk = Bulk(client, "organizations", "link", [], party_organization="NS-0001", valid_from=TODAY, valid_to="")
        bulk.sent |= {"from": "/organizations/?standing=none&district=440305", "all": "1"}
        assert "所选 6 家" in bulk.preview()
        answer = bulk.write()
        assert answer.redirect_chain == [(bulk.sent["from"], 302)]
        assert CoveringLink.objects.everyone().filter(party_organization__code="NS-0001").count() == 7

    def test_all_the_names_behind_a_figure(self, browse, city, nanshan):
        bulk = Bulk(browse("city"), "organizations", "exclude", [], **EXCLUSION)
        bulk.sent |= {"from": "/coverage/work-coverage/?status=unmet&by=unit&group=NS", "all": "1"}
        assert "所选 6 家" in bulk.preview()

    @pytest.mark.parametrize(
        "address", ["/members/", "/nothing/", "https://example.org/organizations/", "/coverage/term-current/", ""]
    )
    def test_from_nowhere_nothing_is_meant(self, browse, address):
        bulk = Bulk(browse("city"), "organizations", "exclude", [], **EXCLUSION)
        bulk.sent |= {"from": address, "all": "1"}
        answer = bulk.post()
        assert answer.status_code in (302, 400) or address.startswith("https")

    def test_more_than_two_thousand_are_too_many(self, browse, nanshan, monkeypatch):
        monkeypatch.setattr("portal.desk.bulk.selection.MOST", 4)
        answer = browse("nanshan").post(
            reverse("record-bulk", args=["organizations"]),
            {"deed": "exclude", "all": "1", "from": "/organizations/"},
            follow=True,
        )
        assert "一次最多办理" in text(answer) and answer.redirect_chain == [("/organizations/", 302)]

    def test_nothing_ticked(self, browse):
        answer = browse("nanshan").post(
            reverse("record-bulk", args=["organizations"]), {"deed": "post", "from": "/organizations/"}, follow=True
        )
        assert "请先勾选" in text(answer)


class TestWho:
    def test_those_who_do_not_keep_the_register_are_refused(self, browse, nanshan):
        row = [key("organizations", nanshan[0])]
        for name in ("observer", "lin", "instructor", "system"):
            answer = browse(name).post(reverse("record-bulk", args=["organizations"]), {"deed": "post", "row": row})
            assert answer.status_code == 403, name

    def test_what_cannot_be_done_is_answered_in_words(self, browse):
        client = browse("nanshan")
        assert client.post(reverse("record-bulk", args=["organizations"]), {"deed": "vanish"}).status_code == 400
        assert client.post(reverse("record-bulk", args=["members"]), {"deed": "post"}).status_code == 404
        assert client.post(reverse("record-bulk", args=["nothing"]), {"deed": "post"}).status_code == 404

    def test_boxes_stand_at_what_one_may_change_alone(self, browse, city):
        assert text(browse("nanshan").get("/organizations/")).count('name="row"') == 3
        for name in ("observer", "street", "instructor"):
            assert 'name="row"' not in text(browse(name).get("/organizations/")), name
