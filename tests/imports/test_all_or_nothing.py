"""Nothing half-written: a fault in the middle, and two people with the same file at once."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

import pytest
from django.db import connection

from members.models import Person
from orgs.models import SocialOrganization
from portal.core.imports import engine
from portal.core.imports.engine import Options, Report, run
from portal.core.models import AuditEntry, ImportBatch
from tests.imports.test_sets import organizations


def test_a_fault_at_the_end_leaves_nothing(stocked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(touched: Mapping[Any, set[int]]) -> None:
        raise RuntimeError("the lights went out")

    before = [model.objects.count() for model in (ImportBatch, AuditEntry)]
    monkeypatch.setattr(engine, "hooks", lambda: [broken])
    with pytest.raises(RuntimeError):
        run([organizations(5)], Options(commit=True))
    assert [model.objects.count() for model in (ImportBatch, AuditEntry)] == before
    assert SocialOrganization.objects.everyone().count() == 2


@pytest.mark.django_db(transaction=True)
def test_two_at_once_are_as_one() -> None:
    reports: list[Report] = []
    ready = threading.Barrier(2)

    def bring() -> None:
        try:
            ready.wait()
            reports.append(run([organizations(40)], Options(commit=True)))
        finally:
            connection.close()

    threads = [threading.Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(report.files[0].created for report in reports) == [0, 40]
    assert SocialOrganization.objects.everyone().count() == 40
    assert not Person.objects.everyone().exists()
