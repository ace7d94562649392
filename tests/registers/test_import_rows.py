"""What a row says: headers, blanks, codes, dates, tags and the traps that real sheets set. No database."""

from typing import Any

import pytest

from sjj.registers.import_headers import find_table, understand
from sjj.registers.import_reading import ReadRow, read_rows
from sjj.registers.workbook import Sheet
from tests.makers.registers import credit_code

CODE = credit_code(7100)
ID_NUMBER = "130227199003079000"  # belongs to nobody; passes as a credit code too, as one in 31 does
OTHER_ID_NUMBER = "130227199001011234"


def read(what: str = "entities", **cells: Any) -> Any:
    """One row of these columns."""
    (row,) = read_all([list(cells), list(cells.values())], what)
    return row


def read_all(rows: list[list[Any]], what: str = "entities") -> list[ReadRow]:
    """Rows as the workbook reader hands them over: every number a float."""
    cells = [[float(cell) if isinstance(cell, int) else cell for cell in row] for row in rows]
    return read_rows(find_table([Sheet("名录", 1, cells)], what), what)


def entity(**cells: Any) -> Any:
    """A good row with these cells besides."""
    return read(**{"企业名称": "试点县甲厂", "统一社会信用代码": CODE, **cells})


def officer(**cells: Any) -> Any:
    """A good officer with these cells besides."""
    return read("officers", **{"姓名": "甲某", "执法证号": "03020100001", **cells})


@pytest.mark.parametrize(
    "head",
    [
        ["单位名称", "信用代码", "成立日期", "法定代表人", "住所", "经营范围"],
        [
            "企业名称",
            "统一社会信用代码",
            "注册日期",
            "企业类型",
            "法人代表",
            "注册资金",
            "经营范围",
            "注册地址",
        ],
        [
            "* 单位（企业）名称",
            "统一社会信用代码\n（必填）",
            "住所（经营场所）",
            "联系电话：",
            "法定代表人（负责人）",
        ],
        ["检查对象名称", "社会信用代码", "登记状态", "登记机关", "信用风险分类", "监管对象类别", "乡镇"],
    ],
)
def test_headers_of_real_sheets_are_all_known(head: list[str]) -> None:
    assert {heading.how for heading in understand(head, "entities")} == {"known"}


def test_every_column_of_the_domain_is_known_and_id_numbers_are_left_out() -> None:
    entities = (
        "企业名称 统一社会信用代码 类型 登记机关 成立日期 登记状态 住所 法定代表人 电话 联络员 标签 信用等级 "
        "重点监管 许可证名称 编号 有效期至 经纬度 行业 "
        "运行状态 污染源类型 管理级别 流域 园区 排污许可管理类别 在线监控"
    )
    officers = (
        "姓名 性别 身份证号 手机号 学历 专业 岗位大类 执法事项范围 层级 职务 部门 是否专家 "
        "执法证号 有效期 发证机关 状态"
    )
    assert {heading.how for heading in understand(entities.split(), "entities")} == {"known"}
    found = {heading.title: heading.how for heading in understand(officers.split(), "officers")}
    assert found.pop("身份证号") == "left_out"
    assert set(found.values()) == {"known"}


def test_a_header_with_one_wrong_character_is_known_and_told() -> None:
    (heading,) = understand(["统一社会信用代玛"], "entities")
    assert heading.column is not None
    assert (heading.column.field, heading.how) == ("code", "typo")


def test_a_short_header_is_not_taken_for_its_neighbour() -> None:
    (heading,) = understand(["注销日期"], "entities")  # one character from 注册日期
    assert heading.how == "extra"


def test_the_second_of_two_columns_that_mean_the_same_is_kept_apart() -> None:
    row = entity(联系电话="0315-1", 手机="13800000000")
    assert row.values["phone"] == "0315-1"
    assert row.values["extra"] == {"手机": "13800000000"}


def test_an_unknown_column_goes_to_extra_under_its_own_words() -> None:
    assert entity(网格编组="三组").values["extra"] == {"网格编组": "三组"}


@pytest.mark.parametrize("blank", ["", " ", "N/A", "n/a", "无", "-", "—", "/", "Ｎ／Ａ", "　", " 无 ", None])
def test_a_cell_that_says_nothing_leaves_no_value(blank: str | None) -> None:
    row = entity(住所=blank, 成立日期=blank, 标签=blank, 经纬度=blank, 其他=blank)
    assert row.problems == ()
    assert set(row.values) == {"name", "code", "kind"}


def test_the_sample_row_is_skipped() -> None:
    row = read(企业名称="案例（请删除）", 统一社会信用代码="随便")
    assert row.is_sample
    assert row.problems == ()


def test_full_width_letters_digits_and_brackets_become_half_width() -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in CODE)
    row = read(企业名称="试点县（甲）木材厂　１号", 统一社会信用代码=f" {wide} ")
    assert row.values["name"] == "试点县(甲)木材厂 1号"
    assert row.values["code"] == CODE


@pytest.mark.parametrize(
    "damaged", [9.11302270000071e17, "9.11302E+17", "911302270000071000.0", 911302270000071]
)
def test_a_code_that_became_a_number_is_refused_as_damaged(damaged: Any) -> None:
    (problem,) = read(企业名称="甲厂", 统一社会信用代码=damaged).problems
    assert "改坏" in problem


def test_a_wrong_check_digit_is_refused_with_the_right_one() -> None:
    wrong = CODE[:-1] + ("A" if CODE[-1] != "A" else "B")
    (problem,) = read(企业名称="甲厂", 统一社会信用代码=wrong).problems
    assert CODE[-1] in problem


@pytest.mark.parametrize("number", [ID_NUMBER, OTHER_ID_NUMBER])
@pytest.mark.parametrize("column", ["统一社会信用代码", "对象编号"])
def test_an_id_number_is_never_a_code(number: str, column: str) -> None:
    row = read(**{"企业名称": "农户甲", "对象类别": "自然人", column: number})
    assert any("身份证号" in problem for problem in row.problems)
    assert number not in str(row.values)
    assert number not in str(row.problems)


def test_an_id_number_inside_a_text_is_masked() -> None:
    row = entity(住所=f"王某 {ID_NUMBER}", 备注=ID_NUMBER, 经营范围=f"联系{ID_NUMBER}")
    assert ID_NUMBER not in str(row.values)
    assert row.values["address"].startswith("王某 130****")


def test_a_column_of_id_numbers_is_not_read() -> None:
    row = officer(身份证号码=ID_NUMBER, 公民身份号码=ID_NUMBER)
    assert set(row.values) == {"name", "certificate_no"}


def test_an_object_without_a_code_is_refused_unless_the_sheet_says_what_it_is() -> None:
    (problem,) = read(企业名称="某地块", 住所="某村").problems
    assert "没有统一社会信用代码" in problem
    assert "对象类别" in problem


@pytest.mark.parametrize(
    ("column", "word", "kind"),
    [
        ("对象类别", "非主体类", "other"),
        ("对象类别", "自然人", "person"),
        ("类型", "自然人", "person"),
        ("对象类别", "项目", "other"),
    ],
)
def test_a_sheet_may_say_that_an_object_has_no_code(column: str, word: str, kind: str) -> None:
    row = read(**{"企业名称": "某地块", "住所": "某村", column: word})
    assert row.problems == ()
    assert row.values["kind"] == kind
    assert "code" not in row.values


def test_the_owner_s_code_does_not_name_a_plot() -> None:
    row = read(企业名称="某地块", 统一社会信用代码=CODE, 对象类别="非主体类")
    assert "code" not in row.values
    assert row.values["extra"] == {"统一社会信用代码": CODE}


@pytest.mark.parametrize(
    "shape",
    [
        "2024-03-05",
        "2024/3/5",
        "2024.3.5",
        "2024年3月5日",
        "20240305",
        "2024-03-05 10:20:00",
        "２０２４－０３－０５",
        20240305,
        45356,
    ],
)
def test_dates_in_any_usual_shape(shape: Any) -> None:
    row = entity(成立日期=shape)
    assert row.problems == ()
    assert row.values["registered_on"] == "2024-03-05"


@pytest.mark.parametrize("shape", ["2024-13-05", "三月", "2024年3月", "2023-02-29", 7])
def test_a_date_that_cannot_be_read_refuses_the_row(shape: Any) -> None:
    (problem,) = entity(成立日期=shape).problems
    assert problem.startswith("成立日期")


@pytest.mark.parametrize("forever", ["9999-09-09", "长期", "长期有效"])
def test_for_ever(forever: str) -> None:
    assert officer(有效期=forever).values["certificate_until"] == "9999-09-09"
    assert entity(许可证名称="甲证", 有效期至=forever).values["extra"]["许可证有效期至"] == "长期"


def test_of_a_span_the_end_counts() -> None:
    assert officer(有效期限="2023年1月1日至2028年1月1日").values["certificate_until"] == "2028-01-01"


def test_tags_are_split_by_every_mark_and_stand_once() -> None:
    row = entity(标签="木材、苗圃,采石，苗圃;重点；木材/  林下 ")
    assert set(row.values["tags"]) == {"采石", "林下", "木材", "苗圃", "重点"}
    assert len(row.values["tags"]) == 5


@pytest.mark.parametrize("point", ["118.31,40.14", "40.14 118.31", "东经118.31°，北纬40.14°"])
def test_a_point_in_either_order(point: str) -> None:
    row = entity(经纬度=point)
    assert (row.values["lon"], row.values["lat"]) == (118.31, 40.14)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"经度": "18.3", "纬度": "40"}, "经度"),
        ({"经度": "118.3"}, "只填了一个"),
        ({"登记状态": "很好"}, "登记状态“很好”不认识"),
        ({"监管对象类别": "甲等"}, "监管对象类别“甲等”不认识"),
        ({"信用风险分类": "E"}, "信用风险分类“E”不认识"),
        ({"联系电话": "1" * 41}, "超过 40 字"),
        ({"标签": "很" * 31}, "超过 30 字"),
        ({"正面清单起": "2026-05-01", "正面清单止": "2026-04-01"}, "早于"),
    ],
)
def test_a_value_that_the_register_cannot_hold_refuses_the_row(cells: dict[str, str], told: str) -> None:
    assert any(told in problem for problem in entity(**cells).problems)


def test_every_problem_of_a_row_is_told_at_once() -> None:
    row = read(企业名称="甲|乙", 统一社会信用代码="123", 成立日期="昨天")
    assert len(row.problems) == 3


@pytest.mark.parametrize(
    ("word", "value"),
    [("存续（在营、开业、在册）", "存续"), ("开业", "在业"), ("吊销，未注销", "吊销"), ("注销", "注销")],
)
def test_states_in_other_words(word: str, value: str) -> None:
    assert entity(登记状态=word).values["state"] == value


def test_classes_and_credit_in_other_words() -> None:
    values = entity(重点监管="是", 信用等级="低风险（A类）").values
    assert (values["supervision_class"], values["credit_risk"]) == ("重点", "A")
    assert "supervision_class" not in entity(重点监管="否").values


def test_another_scale_of_credit_is_kept_as_it_stands() -> None:
    assert entity(信用等级="诚信（绿）").values["extra"] == {"信用等级": "诚信(绿)"}


def test_a_phone_typed_as_a_number_keeps_its_digits() -> None:
    assert entity(电话=13800000001).values["phone"] == "13800000001"


def test_the_same_object_twice_counts_once() -> None:
    rows = [["企业名称", "信用代码"], ["甲厂", CODE], ["甲厂", CODE], ["甲工厂", CODE.lower()], ["", ""]]
    found = read_all(rows)
    assert [row.problems for row in found] == [
        (),
        ("与第 2 行重复，内容相同",),
        ("与第 2 行重复，内容不同，请核对后只留一行",),
    ]


def test_an_officer_needs_a_name_and_a_certificate() -> None:
    rows = [
        ["姓名", "执法证号", "职务"],
        ["甲某", "", "科员"],
        ["", "03020100002", ""],
        ["乙某", 3020100003, ""],
    ]
    found = read_all(rows, "officers")
    assert [row.problems[0][:6] for row in found] == ["没有执法证号", "没有姓名", "执法证号是数"]
    assert all(len(row.problems) == 1 for row in found)


def test_what_a_sheet_says_of_officers() -> None:
    row = officer(状态="借调", 专长="森林资源、野生动物", 学历="本科", 编号="ZF-007", 性别="女")
    assert row.values == {
        "name": "甲某",
        "certificate_no": "03020100001",
        "code": "ZF-007",
        "gender": "女",
        "on_duty": False,
        "tags": tuple(sorted(["森林资源", "野生动物"])),
        "extra": {"学历": "本科"},
    }
