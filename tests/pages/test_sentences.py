"""How a sentence of a command reads on a page: full-width beside Chinese, everything else as it was."""

from __future__ import annotations

import pytest

from portal.core.sentences import as_page


@pytest.mark.parametrize(
    ("command", "page"),
    [
        ("不是可读取的表格文件;请另存为 .xlsx、.xls 或 .csv", "不是可读取的表格文件；请另存为 .xlsx、.xls 或 .csv"),
        (
            "第 2 行“信用代码”为“51440399MX00000010”:校验码不符,可能有一位写错;请核对。",
            "第 2 行“信用代码”为“51440399MX00000010”：校验码不符，可能有一位写错；请核对。",
        ),
        (
            "“结束日期”2013-01-01 早于“起始日期”2014-01-01;请核对",
            "“结束日期”2013-01-01 早于“起始日期”2014-01-01；请核对",
        ),
        ("还有别的记录与它相关(派驻、任职),不能撤回", "还有别的记录与它相关（派驻、任职），不能撤回"),
        ("编号(A-1)重复;IMP-101:缺必填项", "编号（A-1）重复；IMP-101：缺必填项"),
        ("(ABC)重复,(甲)", "（ABC）重复，（甲）"),
        ("还有(相关(a)),不能", "还有（相关（a）），不能"),
        ("x (原值:3)", "x （原值：3）"),
        ("共 1,000 行,12:30 起重试", "共 1,000 行，12:30 起重试"),
        ("超过 10 MB;请用 --max-rows 放宽", "超过 10 MB；请用 --max-rows 放宽"),
        ("见 https://a.example:8193/x?a=1,2;b=(3) 一页", "见 https://a.example:8193/x?a=1,2;b=(3) 一页"),
        ("地址:https://示例.example:80/", "地址：https://示例.example:80/"),
        ("代码 AB;CD,E:F(G) 不变", "代码 AB;CD,E:F(G) 不变"),
        ("“深(南);1,号:甲”与“(乙)”不符;请改", "“深(南);1,号:甲”与“(乙)”不符；请改"),
        ("已经是全角：无须改；也不改（对）。", "已经是全角：无须改；也不改（对）。"),
        ("", ""),
    ],
)
def test_a_sentence_reads_as_pages_do(command, page):
    assert as_page(command) == page
    assert as_page(page) == page
