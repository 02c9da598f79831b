"""The upload page: a plan first, then all or the valid rows or nothing; who sees which import."""

from __future__ import annotations

import datetime
import io
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from python_calamine import CalamineWorkbook

from portal.core import snapshots
from portal.core.models import AuditEntry, ImportBatch, Unit, UnitAlias
from portal.core.validity import today
from tests.pages.conftest import text

HEAD = "单位编码,单位名称,单位类别,上级单位编码,层级,别名\n"
GOOD = HEAD + "NS-WT,南山区文体局,业务主管单位,NS,区级,区文体局\n"
MIXED = GOOD + "NS-XX,,业务主管单位,NS,区级,\n"


def upload(client, content, kind="units", name="单位.csv"):
    """The answer to an upload, after its redirect."""
    data = content if isinstance(content, bytes) else content.encode()
    return client.post("/imports/", {"kind": kind, "file": SimpleUploadedFile(name, data)}, follow=True)


def plain(answer) -> str:
    """The words of a page, one blank between them."""
    return " ".join(re.sub(r"<[^>]+>", " ", text(answer)).split()).replace("： ", "：")


def changes(client, plan) -> list[list]:
    """The rows of the workbook of changes."""
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address(plan)}changes/").content))
    return book.get_sheet_by_index(0).to_python()[1:]


def planned() -> ImportBatch:
    return ImportBatch.objects.get(committed=False)


def address(answer) -> str:
    return answer.request["PATH_INFO"]


def test_a_good_file_is_planned_shown_and_written_only_when_told(browse):
    client = browse("city")
    plan = upload(client, GOOD)
    assert "待写入" in text(plan)
    assert "写入：新增 1 行，更新 0 行" in text(plan)
    assert not Unit.objects.filter(code="NS-WT").exists()
    done = client.post(f"{address(plan)}write/", {"rows": "all", "reason": "机构改革"}, follow=True)
    assert "已写入。" in text(done)
    assert Unit.objects.get(code="NS-WT").name == "南山区文体局"
    assert AuditEntry.objects.get(action="导入").reason == "机构改革"
    assert bytes(ImportBatch.objects.get().content) == b""


def test_the_same_file_again_changes_nothing(browse):
    client = browse("city")
    for _ in range(2):
        plan = upload(client, GOOD)
        client.post(f"{address(plan)}write/", {"rows": "all"})
    result = ImportBatch.objects.order_by("pk").last().result["files"][0]
    assert (result["created"], result["updated"], result["unchanged"]) == (0, 0, 1)


def test_a_file_with_errors_is_not_written_by_default_but_its_valid_rows_may_be(browse):
    client = browse("city")
    plan = upload(client, MIXED)
    assert "有错误，未写入" in text(plan)
    assert "缺必填项" in text(plan)
    assert "第 3 行" in text(plan)
    refused = client.post(f"{address(plan)}write/", {"rows": "all"}, follow=True)
    assert "什么都没有写入" in text(refused)
    assert not Unit.objects.filter(code="NS-WT").exists()
    done = client.post(f"{address(plan)}write/", {"rows": "valid"}, follow=True)
    assert "已写入" in text(done)
    assert UnitAlias.objects.filter(unit__code="NS-WT").exists()
    assert not Unit.objects.filter(code="NS-XX").exists()


def test_a_plan_that_no_longer_holds_is_shown_anew_and_not_written(browse):
    client = browse("city")
    plan = upload(client, GOOD)
    Unit.objects.create(code="NS-WT", name="别处先建的单位")
    Unit.objects.get(code="NS-WT").states.create(name="别处先建的单位", kind="PROFESSIONAL")
    answer = client.post(f"{address(plan)}write/", {"rows": "all"}, follow=True)
    assert "有变动" in text(answer)
    assert "更新 1 行" in text(answer)
    assert Unit.objects.get(code="NS-WT").name == "别处先建的单位"
    assert "已写入。" in text(client.post(f"{address(plan)}write/", {"rows": "all"}, follow=True))


def test_a_file_that_corrects_what_stored_days_have_used_is_written_with_its_reason(browse, city):
    snapshots.keep([today() - datetime.timedelta(days=1)])
    one = city.organizations["nanshan-own"]
    corrected = f"统一社会信用代码,名称,类别,成立日期\n{one.credit_code},{one.name},民办非企业单位,2010-05-04\n"
    client = browse("city")
    plan = upload(client, corrected, "organizations")
    assert "有更正，须写明理由" in text(plan) and "可不填" not in text(plan)
    answer = client.post(f"{address(plan)}write/", {"rows": "all", "reason": " "}, follow=True)
    one.refresh_from_db()
    assert "请写明更正理由；什么都没有写入" in text(answer) and str(one.established_on) != "2010-05-04"
    client.post(f"{address(plan)}write/", {"rows": "all", "reason": "成立日期抄错"})
    one.refresh_from_db()
    assert str(one.established_on) == "2010-05-04" and AuditEntry.objects.latest("pk").reason == "成立日期抄错"


def test_a_plan_can_be_given_up_and_leaves_no_file(browse):
    client = browse("city")
    plan = upload(client, GOOD)
    answer = client.post(f"{address(plan)}discard/", follow=True)
    assert "已放弃" in text(answer)
    assert not ImportBatch.objects.exists()
    assert client.get(address(plan)).status_code == 404


def test_the_waiting_file_is_kept_encrypted(browse):
    upload(browse("city"), GOOD)
    assert "文体局".encode() not in bytes(planned().content)


def test_a_new_upload_drops_the_plan_that_was_left(browse):
    client = browse("city")
    upload(client, GOOD)
    assert "尚未写入" in text(client.get("/imports/"))
    upload(client, MIXED)
    assert ImportBatch.objects.count() == 1


def test_findings_are_filtered_by_code_and_paged(browse, monkeypatch):
    monkeypatch.setattr("portal.desk.views.imports.FINDINGS_PER_PAGE", 10)
    rows = "".join(f"X{number},,业务主管单位,NS,区级,\n" for number in range(23)) + "Y1,甲局,怪,NS,区级,\n"
    client = browse("city")
    plan = upload(client, HEAD + rows)
    assert "缺必填项 23" in text(plan)
    assert "第 1 / 3 页" in text(plan)
    only = text(client.get(f"{address(plan)}?code=IMP-102"))
    assert "怪" in only
    assert "第 2 行" not in only
    assert "第 3 / 3 页" in text(client.get(f"{address(plan)}?code=IMP-101&page=3"))
    assert client.get(f"{address(plan)}?code=IMP-999").status_code == 400
    assert client.get(f"{address(plan)}?page=unsinn").status_code == 200


def test_findings_and_refused_rows_can_be_taken_away(browse):
    client = browse("city")
    plan = upload(client, MIXED)
    found = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address(plan)}findings/").content))
    assert found.get_sheet_by_index(0).to_python()[1][1:4] == [3, "单位名称", "IMP-101"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address(plan)}refused/").content))
    cells = rows.get_sheet_by_index(0).to_python()
    assert cells[0][-1] == "问题"
    assert [row[0] for row in cells[1:]] == ["NS-XX"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空的"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "不是可读取的表格文件"),
        (b"PK\x03\x04broken", "不是可读取的表格文件"),
        ("甲,乙\n1,2\n".encode(), "没有“单位”的任何一列"),
    ],
)
def test_a_file_that_cannot_be_read_is_a_sentence(browse, content, sentence):
    page = text(upload(browse("city"), content))
    assert sentence in page
    assert "/write/" not in page


def test_what_is_missing_is_said_at_the_field_and_on_top(browse):
    page = text(browse("city").post("/imports/", {}))
    assert page.count("请选择文件种类。") == 2
    assert page.count("请选择要导入的文件。") == 2
    assert "没有这个种类" in text(upload(browse("city"), GOOD, kind="unsinn"))


def test_a_file_over_ten_megabytes_is_refused_before_it_is_read(browse):
    page = text(upload(browse("city"), b"x" * (10 * 1024 * 1024 + 1)))
    assert "文件超过 10 MB" in page
    assert not ImportBatch.objects.exists()


def test_a_unit_writes_only_what_it_answers_for(browse, city):
    foreign = city.organizations["futian-missing"].credit_code
    content = f"统一社会信用代码,填报日期,正式党员数\n{foreign},2026-01-01,2\n"
    page = text(upload(browse("nanshan"), content, kind="member_reports"))
    assert "不在本单位范围" in page
    assert city.organizations["futian-missing"].name not in page


@pytest.mark.parametrize("name", ["observer", "lin", "instructor", "system", "stranger"])
def test_who_may_not_import_has_no_upload_page(browse, name):
    client = browse(name)
    assert client.get("/imports/").status_code == 403
    assert upload(client, GOOD).status_code == 403
    assert not ImportBatch.objects.exists()


def test_a_plan_is_its_makers_alone_and_a_written_one_is_seen_within_the_unit(browse, city):
    maker = browse("nanshan")
    own = city.organizations["nanshan-missing"].credit_code
    plan = upload(maker, f"统一社会信用代码,填报日期,正式党员数\n{own},2026-01-01,2\n", kind="member_reports")
    assert browse("city").get(address(plan)).status_code == 404
    assert browse("city").post(f"{address(plan)}write/").status_code == 404
    maker.post(f"{address(plan)}write/", {"rows": "all"})
    assert browse("city").get(address(plan)).status_code == 200
    assert browse("futian").get(address(plan)).status_code == 404
    assert "单位.csv" in text(browse("city").get("/import-records/"))
    assert "单位.csv" not in text(browse("futian").get("/import-records/"))
    assert maker.post(f"{address(plan)}write/").status_code == 403
    assert maker.post(f"{address(plan)}discard/").status_code == 403


def test_imports_are_written_by_post_only_and_guarded_against_foreign_forms(browse, city):
    from django.test import Client

    plan = upload(browse("city"), GOOD)
    assert browse("city").get(f"{address(plan)}write/").status_code == 405
    foreign = Client(enforce_csrf_checks=True)
    foreign.force_login(city.users["city"])
    assert foreign.post(f"{address(plan)}write/", {"rows": "all"}).status_code == 403
    assert not Unit.objects.filter(code="NS-WT").exists()


CHANGED = HEAD + "NS-WT,南山区文化广电旅游体育局,业务主管单位,NS,市级,区文体旅游局\n"


class TestChanges:
    def test_a_plan_names_what_is_new_and_what_changes_cell_by_cell(self, browse):
        client = browse("city")
        plan = upload(client, GOOD)
        page = plain(plan)
        assert "将有的变化 新增 1 条，更改 0 处" in page and "南山区文体局 NS-WT 单位 新增" in page
        client.post(f"{address(plan)}write/", {"rows": "all"})
        more = CHANGED + "NS-XJ,南山区新局,业务主管单位,NS,区级,\nNS,南山区委组织部,区级牵头,SZ,,\n"
        page = plain(upload(client, more))
        assert "南山区文体局 NS-WT 单位 单位名称：南山区文体局 → 南山区文化广电旅游体育局" in page
        assert "层级：区级 → 市级" in page and "别名：（空） → 区文体旅游局" in page
        assert "南山区新局 NS-XJ 单位 新增" in page

    def test_what_is_unchanged_is_counted_and_not_listed(self, browse):
        client = browse("city")
        client.post(f"{address(upload(client, GOOD))}write/", {"rows": "all"})
        page = plain(upload(client, GOOD + "NS-XJ,南山区新局,业务主管单位,NS,区级,\n"))
        assert "1 行没有变化，不列出" in page and "南山区新局" in page and "南山区文体局" not in page

    def test_after_writing_the_same_stands_there_out_of_the_audit(self, browse):
        client = browse("city")
        client.post(f"{address(upload(client, GOOD))}write/", {"rows": "all"})
        plan = upload(client, CHANGED)
        client.post(f"{address(plan)}write/", {"rows": "all"})
        assert ImportBatch.objects.latest("pk").planned == {}
        assert "单位名称：南山区文体局 → 南山区文化广电旅游体育局" in plain(client.get(address(plan)))

    def test_new_and_changed_are_looked_at_apart(self, browse):
        client = browse("city")
        client.post(f"{address(upload(client, GOOD))}write/", {"rows": "all"})
        plan = upload(client, CHANGED + "NS-XJ,南山区新局,业务主管单位,NS,区级,\n")
        for _ in range(2):
            pages = [plain(client.get(f"{address(plan)}?show={one}")) for one in ("created", "changed")]
            new, changed = (page.split("登记簿 变化")[1] for page in pages)
            assert "南山区新局" in new and "南山区文体局 →" not in new
            assert "南山区新局" not in changed and "南山区文体局 →" in changed
            client.post(f"{address(plan)}write/", {"rows": "all"})
        assert client.get(f"{address(plan)}?show=unsinn").status_code == 400

    def test_of_very_many_the_first_are_kept_and_the_workbook_has_all(self, browse, monkeypatch):
        monkeypatch.setattr("portal.desk.uploads.TOLD", 10)
        client = browse("city")
        plan = upload(client, HEAD + "".join(f"X{n},甲{n}局,业务主管单位,NS,区级,\n" for n in range(23)))
        page = plain(plan)
        assert "新增 23 条" in page and "这里列前 10 项" in page and "甲9局" in page and "甲10局" not in page
        assert len(planned().planned["told"]) == 10
        for _ in range(2):
            assert [row[1] for row in changes(client, plan)] == [f"X{n}" for n in range(23)]
            client.post(f"{address(plan)}write/", {"rows": "all"})
        assert "第 1 / 1 页" not in plain(client.get(address(plan))) and "甲22局" in plain(client.get(address(plan)))

    def test_changes_are_paged(self, browse, monkeypatch):
        monkeypatch.setattr("portal.desk.import_changes.PAGE_SIZE", 10)
        client = browse("city")
        plan = upload(client, HEAD + "".join(f"X{n},甲{n}局,业务主管单位,NS,区级,\n" for n in range(23)))
        assert "第 1 / 3 页" in plain(plan)
        assert "甲20局" in plain(client.get(f"{address(plan)}?at=3")) and "甲20局" not in plain(plan)

    def test_a_person_is_named_and_no_number_or_private_phone_is_shown(self, browse):
        client = browse("city")
        head = "公民身份号码,姓名,入党日期,手机号,学历\n"
        number, phone = "440399198506151233", "13900001234"
        plan = upload(client, f"{head}{number},段诗远,2009-07-01,{phone},本科\n", kind="members")
        client.post(f"{address(plan)}write/", {"rows": "all"})
        again = upload(client, f"{head}{number},段诗远,2009-07-01,13900005678,硕士\n", kind="members")
        page = plain(again)
        assert "手机号：（已加密） → （已加密）" in page and "学历：本科 → 硕士" in page
        seen = page + plain(client.get(address(plan))) + repr(changes(client, again)) + repr(planned().planned)
        assert "段诗远" in seen
        assert number not in seen and phone not in seen and "13900005678" not in seen

    def test_names_stand_beside_codes(self, browse, city):
        own = city.organizations["nanshan-missing"]
        page = plain(
            upload(
                browse("nanshan"),
                f"统一社会信用代码,填报日期,正式党员数\n{own.credit_code},2026-01-01,2\n",
                "member_reports",
            )
        )
        assert f"{own.name} {own.credit_code} 2026-01-01 党员申报数 新增" in page


class TestNothingToWrite:
    def test_a_file_that_is_stored_already_offers_no_button(self, browse):
        client = browse("city")
        client.post(f"{address(upload(client, GOOD))}write/", {"rows": "all"})
        page = text(upload(client, GOOD))
        assert "没有要写入的内容：1 行都与已存的相同。" in page and "没有变化" in page
        assert "/write/" not in page and "更正理由" not in page and "另选文件" in page
        waiting = text(client.get("/imports/"))
        assert "尚未写入" not in waiting and "没有可写入的内容" in waiting

    def test_a_file_without_a_good_row_offers_its_faulty_rows_alone(self, browse):
        page = text(upload(browse("city"), HEAD + "NS-XX,,业务主管单位,NS,区级,\n"))
        assert "没有一行可以写入" in page and "/refused/" in page
        assert "/write/" not in page and "更正理由" not in page

    def test_a_file_of_headings_alone_says_so(self, browse):
        page = text(upload(browse("city"), HEAD))
        assert "文件里只有列名，没有数据行" in page and "/write/" not in page and "/refused/" not in page

    def test_a_file_of_another_kind_offers_no_rows_to_mend(self, browse):
        page = text(upload(browse("city"), "甲,乙\n1,2\n"))
        assert "这个文件不能导入，原因见下" in page and "另选文件" in page
        assert "/write/" not in page and "/refused/" not in page

    @pytest.mark.parametrize("name", ["单位.xlsx", "单位.csv"])
    @pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\x00\x00", b"\x00\x01\xfe\xff\x9c" * 40])
    def test_what_cannot_be_read_is_said_at_the_field_and_leaves_no_plan(self, browse, name, content):
        client = browse("city")
        upload(client, GOOD)
        page = text(upload(client, content, name=name))
        assert f"“{name}”读不出内容：" in page and "请另选文件。" in page
        assert "核对结果" not in page.split("<dl")[0] and "/write/" not in page and "/refused/" not in page
        assert planned().file_name == "单位.csv" and planned().result["files"][0]["created"] == 1


class TestAfterWriting:
    def test_few_rows_are_led_to_many_by_their_list(self, browse, city, monkeypatch):
        own = city.organizations["nanshan-missing"]
        client = browse("nanshan")
        report = f"统一社会信用代码,填报日期,正式党员数\n{own.credit_code},2026-01-01,2\n"
        plan = upload(client, report, kind="member_reports")
        done = text(client.post(f"{address(plan)}write/", {"rows": "all"}, follow=True))
        [href] = re.findall(rf'<a href="([^"]+)">[^<]*{own.name}</a>', done)
        assert own.name in text(client.get(href))
        monkeypatch.setattr("portal.desk.import_changes._FEW", 0)
        assert 'href="/member-reports/"' in text(client.get(address(plan)))

    def test_it_can_be_undone_there_and_stands_among_ones_own_changes(self, browse):
        client = browse("city")
        plan = upload(client, GOOD)
        done = text(client.post(f"{address(plan)}write/", {"rows": "all"}, follow=True))
        assert "撤销这次导入：新增 1 行，更新 0 行" in done
        own = text(client.get("/account/"))
        assert "我最近的修改" in own and "单位.csv" in own and f'href="{address(plan)}"' in own
        [undo] = re.findall(r'action="(/undo/\d+/)"', done)
        page = text(client.post(undo, {"next": address(plan)}, follow=True))
        assert "已撤销：导入。" in page and "这次导入已撤销" in page and "撤销这次导入：" not in page
        assert not Unit.objects.filter(code="NS-WT").exists()
        assert "已撤销" in text(client.get("/import-records/"))

    def test_findings_read_as_pages_do(self, browse):
        page = text(upload(browse("city"), MIXED))
        assert "第 3 行“单位名称”：必填，现为空；请补填。" in page
