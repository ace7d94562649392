"""Last year's plan table, as the office has it, comes in as draft lines after a look at them."""

from io import BytesIO

from sjj.database import db
from sjj.plans.plan_table import row_of, when_words
from tests.makers.accounts import make_agency, make_section
from tests.makers.plans import make_plan_line
from tests.makers.registers import make_item
from tests.makers.workbooks import make_xlsx
from tests.plans.test_plan_lines import clerk_of, lines, register
from tests.visitor import Visitor

HEAD = [
    "序号",
    "任务名称",
    "制定任务依据",
    "检查类型",
    "实施主体",
    "是否联合",
    "联合部门",
    "检查地域",
    "实施层级",
    "检查事项",
    "检查方式",
    "任务日期",
    "是否涉企",
    "检查对象",
    "对象基数",
    "检查比例",
    "频次上限",
]


def table_of(*rows: list[object]) -> tuple[BytesIO, str]:
    return BytesIO(make_xlsx([["2025年度抽查计划"], HEAD, *rows], "计划")), "2025年计划.xlsx"


def test_every_cell_that_cannot_be_read_is_named_and_nothing_comes_in(visitor: Visitor) -> None:
    agency = make_agency()
    register(agency)
    here = f"/plan-import/{agency.id}/2026/"
    visitor.sign_in(clerk_of(agency)).open(here)
    bad = [
        1,
        "错的",
        "",
        "抽检",
        "别的局",
        "也许",
        "没有的局",
        "",
        "县级",
        "旧事项",
        "看看",
        "13月",
        "是",
        "行业：采矿",
        "",
        "很多",
        "常查",
    ]
    visitor.submit("form.card", file=table_of(bad))
    visitor.follow()
    said = visitor.text()
    for column in (
        "检查类型",
        "实施主体",
        "是否联合",
        "联合部门",
        "检查事项",
        "检查方式",
        "任务日期",
        "检查对象",
        "检查比例",
        "频次上限",
    ):
        assert f"第 3 行“{column}”列：" in said
    assert "一条也没有导入" in said
    assert lines(agency) == []


def test_last_years_table_comes_in_as_draft_lines_after_a_look_at_them(visitor: Visitor) -> None:
    agency, other = make_agency(), make_agency()
    section, item = make_section(agency, "林政科"), make_item(agency, "木材、竹材经营检查")
    second = make_item(agency, "种苗检查")
    register(agency)
    make_plan_line(agency, number=1, name="本年已有的")
    here = f"/plan-import/{agency.id}/2026/"
    visitor.sign_in(clerk_of(agency)).open(here)
    body = f"{agency.name}林政科"
    good = [
        [1, "重点查", "《森林法》", "日常检查", body, "部门联合", other.name, "全县", "县级", "木材、竹材经营检查、种苗检查",
         "现场检查", "2025年第二季度", "是", "木材加工企业；行业：木材加工", 9, "特殊监管对象不低于50%；重点监管对象不低于25%（不少于3户）", "每户每年2次"],
        [2, "普遍查", "", "", "", "否", "", "", "", second.code, "", "2025年3月", "", "", "", 0.03, ""],
        [3, "本年已有的", "", "", "", "", "", "", "", "种苗检查", "", "", "", "", "", "3%", ""],
        ["合计", "", "", "", "", "", "", "", "", "", "", "", "", "", 40, "", ""],
    ]  # fmt: skip
    visitor.submit("form.card", file=table_of(*good))
    visitor.follow()
    assert "没有当作条件：木材加工企业" in visitor.text()
    assert len(lines(agency)) == 1, "a look changes nothing"
    visitor.submit("form.form")
    visitor.follow()
    assert "已导入 2 项" in visitor.text()
    first, plain = lines(agency)[1:]
    assert (first.joint, first.partners) == ("cross", [{"agency": other.id, "section": None}])
    assert (first.section_id, first.items, first.quarter, first.month) == (
        section.id,
        [item.id, second.id],
        2,
        None,
    )
    assert [(one["value"], one["take"], one["minimum"]) for one in first.layers] == [
        ("特殊", "50%", 0),
        ("重点", "25%", 3),
    ]
    assert (first.scope, first.frequency_cap, first.method) == ({"industries": ["木材加工"]}, 2, "实地检查")
    assert (plain.layers[0]["take"], plain.month, plain.quarter, plain.year) == ("3%", 3, 1, 2026)
    outsider = Visitor(visitor.app).sign_in(clerk_of(other))
    outsider.open(here, 404)


def test_the_table_that_the_plan_writes_comes_in_again_word_for_word(visitor: Visitor) -> None:
    agency = make_agency()
    register(agency)
    items = [make_item(agency).id, make_item(agency).id]
    section = make_section(agency, "种苗站")
    layers = [
        {"by": "supervision_class", "value": kind, "take": take, "minimum": 0}
        for kind, take in (("重点", "25%"), ("一般", "5户"))
    ]
    credit = [{"by": "credit_risk", "value": "A", "take": "1%", "minimum": 2}]
    make_plan_line(
        agency,
        year=2025,
        number=1,
        name="分层",
        items=items,
        layers=layers,
        scope={"positive": "no", "kinds": ["enterprise"]},
        month=5,
        quarter=2,
    )
    make_plan_line(
        agency,
        year=2025,
        number=2,
        name="信用",
        items=items[:1],
        layers=credit,
        by_credit=True,
        section_id=section.id,
    )
    make_plan_line(
        agency,
        year=2025,
        number=3,
        name="联合",
        items=items[:1],
        ratio="3%",
        joint="internal",
        partners=[{"agency": agency.id, "section": section.id}],
        frequency_cap=3,
    )
    db.session.commit()
    visitor.sign_in(clerk_of(agency))
    data = visitor.client.get(f"/plan-versions/{agency.id}/2025/table.xlsx").data
    visitor.open(f"/plan-import/{agency.id}/2026/")
    visitor.submit("form.card", file=(BytesIO(data), "计划.xlsx"))
    visitor.follow()
    assert "一条也没有导入" not in visitor.text(), visitor.text()[-900:]
    visitor.submit("form.form")
    both = sorted(lines(agency), key=lambda one: (one.year, one.number))
    rows = [{**row_of(one), "任务日期": when_words(one)[5:]} for one in both]
    assert [one.year for one in both] == [2025, 2025, 2025, 2026, 2026, 2026]
    assert rows[3:] == rows[:3]
