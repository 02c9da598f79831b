"""A bundle as one: order, all or nothing, again, valid rows, files of no register."""

from __future__ import annotations

import random

import pytest

from branches.models import CoveringLink, PartyOrganization, PartyOrganizationState, Term
from orgs.models import OrganizationState, ResponsibleSpan, SocialOrganization
from portal.core.models import AuditEntry, District, ImportBatch, Unit
from tests.imports.conftest import BUNDLE, ID_1, ORGANIZATIONS, A, Bring, command


def test_the_whole_bundle_goes_in_and_again_changes_nothing(bring_all: Bring) -> None:
    first = bring_all(**BUNDLE)
    assert first.code == 0 and first.json["committed"]
    assert first.sums("created") == first.sums("rows") == sum(t.count("\n") for t in BUNDLE.values())
    again = bring_all(**BUNDLE)
    assert (again.sums("created"), again.sums("updated")) == (0, 0)
    assert again.sums("unchanged") == first.sums("rows")


def test_a_plan_is_the_truth_and_writes_nothing(bring_all: Bring) -> None:
    plan = bring_all(commit=False, **BUNDLE)
    assert plan.code == 0 and not plan.json["committed"]
    assert not Unit.objects.exists() and not ImportBatch.objects.exists() and not AuditEntry.objects.exists()
    assert plan.json["files"] == bring_all(**BUNDLE).json["files"]


def test_files_of_any_order_and_rows_of_any_order(bring_all: Bring) -> None:
    shuffled = random.Random(7).sample(list(BUNDLE.items()), len(BUNDLE))
    texts = {}
    for kind, text in shuffled:
        head, *rows = text.split("\n")
        texts[kind] = "\n".join([head, *reversed(rows)])
    answer = bring_all(**texts)
    assert answer.code == 0 and answer.codes()["IMP-104"] == 0
    superior = PartyOrganizationState.objects.get(party_organization__code="P-2").superior
    assert superior == PartyOrganization.objects.everyone().get(code="P-1")


def test_what_it_means_is_stored(stocked: None) -> None:
    own = SocialOrganization.objects.everyone().get(credit_code=A)
    state = OrganizationState.objects.get(organization=own)
    assert (state.professional_unit.code, state.district.code, state.subdistrict.code) == ("SZ-WGJ", "NS", "NS-YH")
    assert own.organization_code == A[8:17]
    assert "qinghe" in own.search_text and "nsqqhqlxh" in own.search_text
    term = Term.objects.get(party_organization__code="P-2")
    assert str(term.counts_until) == "2018-01-01"
    assert CoveringLink.objects.everyone().count() == 2


def test_article_1_is_settled_in_the_same_breath(stocked: None) -> None:
    spans = ResponsibleSpan.objects.filter(organization__registration_number="深社证字第0012号")
    assert [(s.unit.code, s.basis) for s in spans] == [("SZ-MZJ", "registry"), ("NS", "kept"), ("SZ-MZJ", "registry")]


def test_any_error_and_nothing_of_the_bundle_is_written(bring_all: Bring) -> None:
    wrong = {**BUNDLE, "terms": "党组织编码,届起始日期,届届满日期\nP-9,2012-05-01,2017-05-01"}
    answer = bring_all(**wrong)
    assert answer.code == 1 and not answer.json["committed"] and "什么都没有写入" in answer.line
    assert not District.objects.exists() and not SocialOrganization.objects.everyone().exists()


def test_valid_rows_are_written_and_the_others_returned(bring_all: Bring) -> None:
    rows = ORGANIZATIONS + "\n,深社证字第0099号,无日期的协会,社会团体,,,,,不知道"
    links = BUNDLE["covering"] + "\nP-1,深社证字第0099号,2015-01-01,"
    answer = bring_all("--valid-rows", **{**BUNDLE, "organizations": rows, "covering": links})
    assert answer.code == 1 and answer.json["committed"]
    assert answer.found() == [(4, "成立日期")]
    # the link to the faulty organization is left out without a finding of its own
    assert answer.files["covering"] == {
        "file": "covering.csv", "kind": "covering", "rows": 3, "created": 2, "updated": 0, "unchanged": 0,
        "skipped": 1, "errors": [], "warnings": [],
    }  # fmt: skip
    assert SocialOrganization.objects.everyone().count() == 2


def test_a_faulty_row_silences_all_that_lean_on_it(bring_all: Bring) -> None:
    party = BUNDLE["party_organizations"].replace("南山区社会组织党委,党委", "南山区社会组织党委,党组")
    answer = bring_all("--valid-rows", **{**BUNDLE, "party_organizations": party})
    assert answer.found() == [(3, "党组织类别")]
    # P-2 is below the faulty P-1, so everything about both is left out
    assert answer.files["party_organizations"]["skipped"] == 2
    assert [answer.files[kind]["skipped"] for kind in ("terms", "covering", "memberships", "posts")] == [1, 2, 2, 1]


def test_a_file_that_cannot_be_read_silences_what_refers_to_it(bring_all: Bring) -> None:
    answer = bring_all(**{**BUNDLE, "organizations": "\x00\x01"})
    assert answer.code == 1 and answer.found() == [(None, "")]
    assert answer.files["districts"]["created"] == 2 and answer.files["covering"]["skipped"] == 2


def test_a_missing_column_keeps_that_file_out_and_the_others_are_still_checked(bring_all: Bring) -> None:
    text = "统一社会信用代码,名称\n" + f"{A},南山区青禾棋类协会"
    terms = "党组织编码,届起始日期,届届满日期\nP-1,2012-05-01,很久"
    answer = bring_all(**{**BUNDLE, "organizations": text, "terms": terms})
    assert set(answer.found("IMP-112")) == {(1, "类别"), (1, "成立日期")}
    assert answer.found("IMP-102") == [(2, "届届满日期")]
    assert answer.files["organizations"]["skipped"] == 1


def test_files_of_no_register_are_named(bring_all: Bring) -> None:
    answer = bring_all(districts=BUNDLE["districts"], ledgers="x\n1", notes="x\n1")
    assert answer.code == 0 and answer.json["committed"]
    named = "".join(answer.json["warnings"])
    assert "ledgers.csv" in named and "不是登记簿文件" in named and "notes.csv" in named


def test_one_audit_entry_tells_all(stocked: None) -> None:
    entry = AuditEntry.objects.get()
    assert entry.action == "导入"
    texts = " ".join(f"{c.key} {c.before} {c.after}" for c in entry.changes.all())
    assert ID_1 not in texts and "13800001234" not in texts
    assert entry.changes.filter(register="organizations", key=A, column="新增").count() == 1
    batch = ImportBatch.objects.get()
    assert batch.committed and len(batch.result["files"]) == len(BUNDLE) and len(batch.digest) == 64


@pytest.mark.parametrize(
    "arguments",
    [
        ("import_bundle", "/no/such/directory"),
        ("import_file", "organizations", "/no/such/file.csv"),
        ("import_file", "elections", "x.csv"),
        ("import_file", "nonsense", "x.csv"),
    ],
)
def test_what_cannot_run_says_why(arguments: tuple[str, ...], db: None) -> None:
    answer = command(*arguments)
    assert answer.code == 2 and answer.line.endswith("。") and "\n" not in answer.line


def test_an_empty_directory_says_so(bring_all: Bring) -> None:
    assert bring_all().code == 2


def test_people_read_a_table(tmp_path, db) -> None:
    path = tmp_path / "districts.csv"
    path.write_text(BUNDLE["districts"], encoding="utf-8")
    plan = command("import_file", "districts", path)
    assert plan.code == 0 and "新增 2" in plan.output and "尚未写入" in plan.output
