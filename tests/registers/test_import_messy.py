"""A register as a bureau hands it over: what is good goes in, each of the others is told in words and can be mended."""

from collections import Counter
from io import BytesIO

import pytest
from flask import Flask

from sjj.accounts.models import Agency
from sjj.registers.import_models import ImportRow
from sjj.registers.import_services import read_upload
from tests.makers.accounts import make_agency
from tests.makers.registers import credit_code
from tests.makers.workbooks import make_csv, make_messy_rows, make_xlsx
from tests.registers.imported import outcome, take

COUNT = 500
TOLD = {
    "damaged": "是数字格式，已被表格软件改坏",
    "shifted": "这一行的内容像是向右错了一格：信用代码写在“注册日期”一列",
    "twice": "行重复，内容不同，请核对后只留一行",
    "without": "没有统一社会信用代码",
    "digit": "校验位不对",
}


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


def test_every_row_of_a_messy_register_is_taken_or_told_in_words(agency: Agency) -> None:
    rows, ways = make_messy_rows(COUNT, [credit_code(number + 1) for number in range(COUNT)])
    found = outcome(take(agency, rows))
    counts = Counter(verdict for verdict, _reason in found)
    assert counts == {"new": ways["good"], "rejected": COUNT - ways["good"], "skipped": 1}
    for way, words in TOLD.items():
        assert sum(words in reason for _verdict, reason in found) == ways[way], (way, set(found[:60]))


def test_a_comma_that_cuts_a_cell_of_a_csv_in_two_is_told(agency: Agency) -> None:
    head = ["企业名称", "统一社会信用代码", "住所", "联系电话"]
    rows = [
        head,
        ["甲厂", credit_code(1), "某镇", "1号", "0315-1"],
        ["乙厂", credit_code(2), "某镇2号", "0315-2"],
    ]
    first, second = read_upload(make_csv(rows), "名录.csv", "entities").rows
    assert first.problems == (
        "这一行比表头多出 1 格（末格“0315-1”），多半是某格里的逗号把内容分成了两格，请核对",
    )
    assert second.problems == ()


def test_no_id_number_is_kept_with_a_refused_row(agency: Agency) -> None:
    batch = take(
        agency, [["企业名称", "统一社会信用代码", "身份证号", "备注"], ["甲厂", "12", "130227199001011234", "证 130227199001011234"]]
    )  # fmt: skip
    (row,) = ImportRow.query.filter_by(batch_id=batch.id)
    assert row.cells == ["甲厂", "12", "证 130*************34"]


def test_a_workbook_of_numbers_for_codes_says_so(agency: Agency) -> None:
    data = make_xlsx([["企业名称", "统一社会信用代码"], ["甲厂", 911302270000820266]])
    (row,) = read_upload(BytesIO(data).read(), "a.xlsx", "entities").rows
    assert "是数字格式" in row.problems[0]
