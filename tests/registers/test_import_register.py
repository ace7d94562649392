"""Holding a workbook against the register, applying all or nothing, once, never over others' work."""

from datetime import date
from threading import Barrier, Thread

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.audit.models import AuditEntry
from sjj.audit.services import System
from sjj.database import commit, db
from sjj.registers import import_pieces
from sjj.registers.import_models import ImportBatch, ImportRow, ImportState
from sjj.registers.import_services import AlreadyDecided, RegisterMoved, apply, discard, preview_again
from sjj.registers.models import Entity, EntityKind, Officer, SupervisionClass
from tests.makers.accounts import make_agency, make_section
from tests.makers.registers import credit_code, make_entity, make_officer, make_tag
from tests.makers.workbooks import ENTITY_HEAD
from tests.registers.imported import NOW, changes, how_many, outcome, take, take_in

CODES = [credit_code(number) for number in range(8000, 8010)]


@pytest.fixture
def agency(app: Flask) -> Agency:
    made = make_agency()
    commit()
    return made


def the(name: str) -> Entity:
    return db.session.scalars(select(Entity).where(Entity.name == name)).one()


def test_a_new_object_stands_in_the_register_with_everything_the_sheet_says(agency: Agency) -> None:
    make_section(agency, "种苗站")
    commit()
    head = [
        "企业名称", "信用代码", "成立日期", "状态", "法人", "电话", "地址", "乡镇", "经纬度", "监管对象类别",
        "信用风险分类", "正面清单起", "正面清单止", "科室", "标签", "网格",
    ]  # fmt: skip
    row = [
        "试点县甲木材厂", CODES[0], "2020年3月5日", "存续", "张三", "0315-1", "兴城镇一号", "兴城镇",
        "118.3,40.1", "重点", "B", "2026-01-01", "2026-12-31", "种苗站", "木材、苗圃", "三组",
    ]  # fmt: skip
    batch = take_in(agency, [head, row])
    made = the("试点县甲木材厂")
    assert outcome(batch) == [("new", "")]
    assert (made.kind, made.code, made.registered_on) == (EntityKind.ENTERPRISE, CODES[0], date(2020, 3, 5))
    assert (made.lat, made.lon, made.supervision_class) == (40.1, 118.3, SupervisionClass.KEY)
    assert (made.positive_from, made.positive_until) == (date(2026, 1, 1), date(2026, 12, 31))
    assert made.section is not None
    assert (made.section.name, [tag.name for tag in made.tags]) == ("种苗站", ["木材", "苗圃"])
    assert (made.extra, made.pinyin, made.credit_risk) == ({"网格": "三组"}, "sdxjmcc", "B")
    assert made.updated_at == NOW
    assert len(made.token) >= 32


def test_the_register_is_untouched_until_somebody_applies(agency: Agency) -> None:
    batch = take(agency, [ENTITY_HEAD, ("甲厂", CODES[0])])
    assert batch.state is ImportState.PREVIEWED
    assert how_many() == 0


def test_importing_again_finds_everything_unchanged(agency: Agency) -> None:
    rows = [ENTITY_HEAD, ("甲厂", CODES[0], "2020-1-2", "一号", "木材"), ("乙厂", CODES[1], "", "二号", "")]
    take_in(agency, rows)
    assert [verdict for verdict, _ in outcome(take(agency, rows))] == ["unchanged", "unchanged"]


def test_a_changed_row_shows_old_and_new_and_a_blank_erases_nothing(agency: Agency) -> None:
    take_in(
        agency, [[*ENTITY_HEAD, "电话", "网格"], ("甲厂", CODES[0], "2020-1-2", "一号", "木材", "1", "甲")]
    )
    token = the("甲厂").token
    batch = take_in(
        agency, [[*ENTITY_HEAD, "电话", "网格"], ("甲工厂", CODES[0], "N/A", "", "苗圃、木材", "无", "乙")]
    )
    assert changes(batch) == [
        {"名称": ["甲厂", "甲工厂"], "标签": ["木材", "木材、苗圃"], "网格": ["甲", "乙"]}
    ]
    found = the("甲工厂")
    assert (found.registered_on, found.address, found.phone) == (date(2020, 1, 2), "一号", "1")
    assert (found.extra, found.token, found.pinyin) == ({"网格": "乙"}, token, "jgc")
    assert [tag.name for tag in found.tags] == ["木材", "苗圃"]
    assert how_many() == 1


def test_rows_that_say_different_things_change_only_what_they_say(agency: Agency) -> None:
    take_in(
        agency,
        [ENTITY_HEAD, ("甲厂", CODES[0], "2020-1-2", "一号", ""), ("乙厂", CODES[1], "2020-1-2", "二号", "")],
    )
    take_in(agency, [ENTITY_HEAD, ("甲厂", CODES[0], "2021-1-1", "", ""), ("乙厂", CODES[1], "", "三号", "")])
    assert (the("甲厂").registered_on, the("甲厂").address) == (date(2021, 1, 1), "一号")
    assert (the("乙厂").registered_on, the("乙厂").address) == (date(2020, 1, 2), "三号")


def test_bad_rows_stay_out_and_the_good_ones_go_in(agency: Agency) -> None:
    rows = [
        ENTITY_HEAD,
        ("案例（请删除）", "x"),
        ("甲厂", CODES[0]),
        ("乙厂", "123"),
        ("丙厂", CODES[2], "昨天"),
    ]
    batch = take_in(agency, rows)
    assert [verdict for verdict, _ in outcome(batch)] == ["skipped", "new", "rejected", "rejected"]
    assert batch.counts == {"skipped": 1, "new": 1, "rejected": 2}
    assert [each.name for each in db.session.scalars(select(Entity))] == ["甲厂"]


def test_another_agency_s_rows_are_another_register(agency: Agency) -> None:
    make_entity(make_agency(), "别处的甲厂", code=CODES[0])
    commit()
    batch = take_in(agency, [ENTITY_HEAD, ("甲厂", CODES[0])])
    assert outcome(batch) == [("new", "")]
    assert how_many() == 2


def test_objects_without_a_credit_code_get_internal_ones_and_are_known_again(agency: Agency) -> None:
    rows = [
        ["名称", "对象类别", "住所", "编号"],
        ["甲地块", "非主体类", "东村", ""],
        ["张某", "自然人", "东村", ""],
        ["张某", "自然人", "西村", ""],
        ["乙项目", "项目", "", "XM-01"],
    ]
    take_in(agency, rows)
    codes = {f"{each.name}{each.address}": each.code for each in db.session.scalars(select(Entity))}
    prefix = f"F{agency.division_code}-"
    assert codes.pop("乙项目") == "XM-01"
    assert set(codes.values()) == {f"{prefix}{number:06d}" for number in (1, 2, 3)}
    assert {verdict for verdict, _ in outcome(take(agency, rows))} == {"unchanged"}
    (refused,) = outcome(take(agency, [["名称", "对象类别"], ["张某", "自然人"]]))
    assert refused[0] == "rejected"
    assert "2 个同名" in refused[1]


def test_a_section_that_does_not_exist_refuses_the_row(agency: Agency) -> None:
    batch = take(agency, [["名称", "信用代码", "内设机构"], ["甲厂", CODES[0], "没有的科"]])
    (refused,) = outcome(batch)
    assert refused[0] == "rejected"
    assert "没有的科" in refused[1]
    make_section(agency, "没有的科")
    commit()
    assert preview_again(batch) == 1
    commit()
    assert outcome(batch) == [("new", "")]
    assert batch.counts == {"new": 1}


def test_a_section_s_own_import_reaches_no_other_section(agency: Agency) -> None:
    own, other = make_section(agency, "林政科"), make_section(agency, "种苗站")
    make_entity(agency, "他科的厂", code=CODES[1], section_id=other.id)
    make_entity(agency, "不分科的厂", code=CODES[2])
    commit()
    rows = [
        ["名称", "信用代码", "内设机构"],
        ["新厂", CODES[0], ""],
        ["他科的厂改名", CODES[1], ""],
        ["不分科的厂改名", CODES[2], ""],
        ["想进他科", CODES[3], "种苗站"],
    ]
    batch = take(agency, rows, section=own)
    assert [verdict for verdict, _ in outcome(batch)] == ["new", "rejected", "rejected", "rejected"]
    apply(batch, System(), NOW)
    commit()
    assert the("新厂").section_id == own.id


def test_a_register_that_moved_since_the_preview_is_not_written_over(agency: Agency) -> None:
    mine = make_entity(agency, "甲厂", code=CODES[0], address="一号")
    commit()
    batch = take(agency, [ENTITY_HEAD, ("甲厂", CODES[0], "", "二号", ""), ("乙厂", CODES[1], "", "", "")])
    mine.address = "三号"
    commit()
    with pytest.raises(RegisterMoved, match="重新预览"):
        apply(batch, System(), NOW)
    db.session.rollback()
    assert (the("甲厂").address, how_many(), batch.state) == ("三号", 1, ImportState.PREVIEWED)
    assert preview_again(batch) == 1
    commit()
    assert changes(batch) == [{"住所": ["三号", "二号"]}]
    apply(batch, System(), NOW)
    commit()
    db.session.expire_all()
    assert (the("甲厂").address, how_many()) == ("二号", 2)


def test_an_object_entered_by_hand_meanwhile_stops_the_apply(agency: Agency) -> None:
    batch = take(agency, [ENTITY_HEAD, ("甲厂", CODES[0]), ("乙厂", CODES[1])])
    make_entity(agency, "甲厂", code=CODES[0])
    commit()
    with pytest.raises(RegisterMoved):
        apply(batch, System(), NOW)
    db.session.rollback()
    assert how_many() == 1


def test_a_clash_at_the_last_moment_stops_the_apply(agency: Agency, monkeypatch: pytest.MonkeyPatch) -> None:
    batch = take(agency, [ENTITY_HEAD, ("甲厂", CODES[0]), ("乙厂", CODES[1])])
    stale = import_pieces.load_register(agency, None, "entities")
    make_entity(agency, "乙厂", code=CODES[1])
    commit()
    monkeypatch.setattr(import_pieces, "load_register", lambda *_a, **_k: stale)
    with pytest.raises(RegisterMoved, match="就在刚才"):
        apply(batch, System(), NOW)
    db.session.rollback()
    assert how_many() == 1


def test_what_is_decided_is_decided(agency: Agency) -> None:
    batch = take_in(agency, [ENTITY_HEAD, ("甲厂", CODES[0])])
    for again in (
        lambda: apply(batch, System(), NOW),
        lambda: discard(batch, System(), NOW),
        lambda: preview_again(batch),
    ):
        with pytest.raises(AlreadyDecided, match="已导入"):
            again()
        db.session.rollback()
    assert how_many() == 1


def test_two_people_apply_at_once_and_it_is_applied_once(app: Flask, agency: Agency) -> None:
    batch = take(agency, [ENTITY_HEAD, *[(f"第{n}厂", credit_code(9000 + n)) for n in range(300)]])
    number = batch.id
    db.session.remove()
    start, told = Barrier(2), []

    def person() -> None:
        with app.app_context():
            start.wait()
            try:
                apply(db.session.get_one(ImportBatch, number), System(), NOW)
                commit()
                told.append("applied")
            except AlreadyDecided:
                told.append("already")
            finally:
                db.session.remove()

    people = [Thread(target=person) for _ in range(2)]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert sorted(told) == ["already", "applied"]
    assert how_many() == 300
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import.applied")).all()
    assert len(entries) == 1


def test_the_audit_log_tells_counts_and_file(agency: Agency) -> None:
    batch = take_in(agency, [ENTITY_HEAD, ("甲厂", CODES[0]), ("乙厂", "123")])
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "import.applied")).one()
    assert entry.sentence == "导入检查对象：名录.xlsx，新增 1 条，更新 0 条"
    assert (entry.subject_id, entry.agency_id) == (str(batch.id), agency.id)
    assert entry.details["counts"] == {"new": 1, "rejected": 1}


def test_discarding_leaves_the_register_and_forgets_the_rows(agency: Agency) -> None:
    batch = take(agency, [ENTITY_HEAD, ("甲厂", CODES[0])])
    discard(batch, System(), NOW)
    commit()
    assert (how_many(), how_many(ImportRow), batch.state) == (0, 0, ImportState.DISCARDED)


OFFICER_HEAD = [
    "姓名",
    "性别",
    "手机号",
    "执法证号",
    "有效期",
    "发证机关",
    "职务",
    "状态",
    "专长",
    "学历",
    "身份证号",
]


def test_officers_are_entered_numbered_and_known_again(agency: Agency) -> None:
    make_officer(agency, "老人", code="ZF-007", certificate_no="0009")
    commit()
    rows = [
        OFFICER_HEAD,
        [
            "甲某",
            "女",
            "138",
            "0001",
            "2028-12-31",
            "某省",
            "科员",
            "在岗",
            "森林资源",
            "本科",
            "130227199001011234",
        ],
        ["乙某", "男", "", "0002", "长期", "", "", "退休", "", "", ""],
    ]
    batch = take_in(agency, rows, "officers")
    found = {each.name: each for each in db.session.scalars(select(Officer))}
    first, second = found["甲某"], found["乙某"]
    assert (first.code, second.code) == ("ZF-008", "ZF-009")
    assert (first.certificate_until, second.certificate_until) == (date(2028, 12, 31), date(9999, 9, 9))
    assert ([tag.name for tag in first.tags], first.extra, second.on_duty) == (
        ["森林资源"],
        {"学历": "本科"},
        False,
    )
    assert "130227199001011234" not in str([row.values for row in db.session.scalars(select(ImportRow))])
    assert batch.noun == "执法人员"
    assert {verdict for verdict, _ in outcome(take(agency, rows, "officers"))} == {"unchanged"}


def test_a_certificate_that_is_someone_else_s_refuses_the_row(agency: Agency) -> None:
    make_officer(agency, "甲某", code="ZF-001", certificate_no="0001")
    make_officer(agency, "乙某", code="ZF-002", certificate_no="0002")
    commit()
    head = ["姓名", "执法证号", "编号", "状态"]
    (refused,) = outcome(take(agency, [head, ["甲某", "0001", "ZF-002", ""]], "officers"))
    assert refused[0] == "rejected"
    assert "甲某" in refused[1]
    assert changes(take(agency, [head, ["乙某", "0003", "ZF-002", "离岗"]], "officers")) == [
        {"执法证号": ["0002", "0003"], "在岗状态": ["在岗", "离岗"]}
    ]


def test_a_tag_of_the_agency_is_used_again(agency: Agency) -> None:
    tag = make_tag(agency, "木材")
    commit()
    take_in(agency, [ENTITY_HEAD, ("甲厂", CODES[0], "", "", "木材")])
    assert [each.id for each in the("甲厂").tags] == [tag.id]
