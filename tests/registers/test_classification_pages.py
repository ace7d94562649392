"""监管对象分类: rules written on the page, looked at before they are applied, and what a person decides."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.jobs.runner_cli import run_one
from sjj.registers import class_services
from sjj.registers.change_words import said_of
from sjj.registers.models import Entity, SupervisionClass
from sjj.registers.upkeep_models import ClassDecision, ClassRules, RegisterChange
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import make_entity, make_tag
from tests.visitor import Visitor, controls

SPECIAL, KEY, GENERAL = SupervisionClass.SPECIAL, SupervisionClass.KEY, SupervisionClass.GENERAL


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def condition(field: str, compare: str, value: Any = None) -> dict[str, Any]:
    found = {"field": field, "is": compare}
    return found if value is None else {**found, "value": value}


def kept_rules(agency: Agency, *rules: tuple[str, str, dict[str, Any]], default: str = "一般") -> ClassRules:
    content = {
        "default": default,
        "rules": [{"name": name, "class": klass, "when": {"any": [when]}} for name, klass, when in rules],
    }
    maker = make_user(Role.OFFICE, agency=agency)
    number = len(db.session.scalars(select(ClassRules)).all()) + 1
    rules_row = ClassRules(
        agency_id=agency.id, version=number, content=content, made_at=maker.created_at, made_by_id=maker.id,
        counts={},
    )  # fmt: skip
    db.session.add(rules_row)
    db.session.commit()
    return rules_row


CHEMICAL = ("化工", "特殊", condition("industry", "equals", "化工"))
REGISTERED = ("登记管理", "一般", condition("tags", "has_tag", "登记管理"))
LISTED = ("重点排污单位", "重点", condition("tags", "has_tag", "重点排污单位"))


def class_of(name: str) -> str:
    db.session.expire_all()
    return str(db.session.scalar(select(Entity.supervision_class).where(Entity.name == name)))


def apply_form(visitor: Visitor, rules: ClassRules) -> dict[str, Any]:
    visitor.open(f"/registers/classes/versions/{rules.id}/preview")
    form = visitor.page.select_one('main form[action$="/apply"]')
    assert form is not None
    return controls(form)


def test_rules_are_written_row_by_row_and_nothing_changes_before_they_are_applied(
    agency: Agency, clerk: Visitor
) -> None:
    make_entity(agency, "东升化工厂", industry="化工")
    make_entity(agency, "城南苗圃", industry="苗木", supervision_class=KEY)
    db.session.commit()
    clerk.open("/registers/classes/", status=303)
    clerk.follow()
    assert "还没有分类规则" in clerk.text()
    path = f"/registers/classes/{agency.id}/edit"
    clerk.open(path)
    first = {
        "rules-0-name": "化工企业", "rules-0-klass": "特殊", "rules-0-conditions-0-field": "industry",
        "rules-0-conditions-0-compare": "one_of", "rules-0-conditions-0-value": "化工、电镀",
    }  # fmt: skip
    clerk.submit(**first, step="row-0", status=200)
    assert clerk.page.select_one('[name="rules-0-conditions-1-field"]')
    clerk.submit(step="rule", status=200)
    assert clerk.page.select_one('[name="rules-1-name"]')
    clerk.submit(note="按领导小组会议要求")
    clerk.follow()
    assert "现在还没有改动任何对象" in clerk.text()
    assert "“化工企业”（特殊）：行业为下列之一“化工、电镀”（现为化工）" in clerk.text()
    assert class_of("东升化工厂") == "一般"
    clerk.submit('main form[action$="/apply"]')
    clerk.follow()
    assert "调整了 2 个对象的类别" in clerk.text()
    assert (class_of("东升化工厂"), class_of("城南苗圃")) == ("特殊", "一般")
    rules = db.session.scalars(select(ClassRules)).one()
    assert rules.content["rules"][0]["when"]["any"][0]["value"] == ["化工", "电镀"]
    assert rules.counts["runs"][0]["after"] == {"特殊": 1, "一般": 1}
    row = db.session.scalars(select(Entity).where(Entity.name == "东升化工厂")).one()
    assert (row.class_by, row.class_since is not None) == ("rule", True)
    assert "第1版" in row.class_reason
    noted = db.session.scalars(select(RegisterChange).where(RegisterChange.subject_id == row.id)).one()
    assert (noted.changes, noted.source) == ({"supervision_class": ["一般", "特殊"]}, "rule")
    said = db.session.scalars(select(AuditEntry.sentence).order_by(AuditEntry.id.desc())).first()
    assert said == "按监管对象分类规则第 1 版调整了 2 个对象的类别"
    clerk.open(f"/registers/classes/{agency.id}")
    assert "特殊 0 → 1" in clerk.text()
    assert "按领导小组会议要求" in clerk.text()


def test_all_problems_stand_at_their_rows_and_what_was_typed_stays(agency: Agency, clerk: Visitor) -> None:
    clerk.open(f"/registers/classes/{agency.id}/edit")
    clerk.submit(
        **{
            "rules-0-name": "",
            "rules-0-klass": "重点",
            "rules-0-conditions-0-field": "registered_on",
            "rules-0-conditions-0-compare": "contains",
            "rules-0-conditions-0-value": "2020",
            "rules-1-name": "次数多",
            "rules-1-klass": "特殊",
            "rules-1-conditions-0-field": "last_year_checks",
            "rules-1-conditions-0-compare": "between",
            "rules-1-conditions-0-value": "5 至 2",
            "rules-2-name": "空的",
            "rules-2-klass": "特殊",
        },
        status=422,
    )
    problems = {
        str(field.select_one("input, select")["name"]): field.select_one(".problem").get_text(strip=True)
        for field in clerk.page.select(".rule .field.wrong")
    }
    assert problems == {
        "rules-0-name": "请填写规则名称",
        "rules-0-conditions-0-compare": "“成立日期”只能用：等于、不小于、不大于、介于、在年度、在最近天数内、为空、不为空",
        "rules-1-conditions-0-compare": "“上年检查次数”的起点大于终点",
        "rules-2-name": "请至少写一个条件",
    }
    assert clerk.page.select_one('[name="rules-1-conditions-0-value"]')["value"] == "5 至 2"
    assert db.session.scalar(select(ClassRules)) is None


def test_a_draft_to_begin_with_is_marked_as_one(agency: Agency, clerk: Visitor) -> None:
    clerk.open(f"/registers/classes/{agency.id}/edit?draft=1")
    assert "这是草案" in clerk.text()
    clerk.submit()
    rules = db.session.scalars(select(ClassRules)).one()
    assert [rule["class"] for rule in rules.content["rules"]] == ["特殊"] * 5 + ["重点"]
    clerk.open(f"/registers/classes/{agency.id}/edit")
    again = controls(clerk.page.select_one("main form"))
    clerk.submit()
    assert len(db.session.scalars(select(ClassRules)).all()) == 1  # the same rules make no version
    assert again["rules-0-conditions-1-value"] == "上年度受处罚"


def test_what_moved_after_the_preview_is_shown_anew_and_not_applied(agency: Agency, clerk: Visitor) -> None:
    make_entity(agency, "东升化工厂", industry="化工")
    rules = kept_rules(agency, CHEMICAL)
    seen = apply_form(clerk, rules)
    make_entity(agency, "西山化工厂", industry="化工")
    db.session.commit()
    clerk.post(f"/registers/classes/versions/{rules.id}/apply", status=409, **seen)
    assert "没有应用" in clerk.text()
    assert "西山化工厂" in clerk.text()
    assert class_of("东升化工厂") == "一般"
    clerk.submit('main form[action$="/apply"]')
    assert (class_of("东升化工厂"), class_of("西山化工厂")) == ("特殊", "特殊")


def test_two_clerks_do_not_write_over_each_others_rules(agency: Agency, clerk: Visitor) -> None:
    clerk.open(f"/registers/classes/{agency.id}/edit")
    kept_rules(agency, CHEMICAL)
    clerk.submit(
        **{
            "rules-0-name": "甲", "rules-0-conditions-0-field": "name",
            "rules-0-conditions-0-compare": "contains", "rules-0-conditions-0-value": "化工",
        },
        status=422,
    )  # fmt: skip
    assert "别人已经保存了第 1 版" in clerk.text()


def test_what_rules_leave_open_is_decided_by_a_person_and_stands_against_the_rules(
    agency: Agency, clerk: Visitor
) -> None:
    registered, listed = make_tag(agency, "登记管理"), make_tag(agency, "重点排污单位")
    both = make_entity(agency, "两样都符合", industry="化工", tags=[registered])
    make_entity(agency, "重点且登记", tags=[registered, listed])
    rules = kept_rules(agency, CHEMICAL, REGISTERED, LISTED)
    path = f"/registers/classes/{agency.id}/persons"
    clerk.open(path)
    assert "同时符合特殊和一般的条件，由人工确定" in clerk.text()
    assert "重点且登记" not in clerk.text()
    clerk.submit(status=422)
    assert "请勾选要确定的对象" in clerk.text()
    clerk.submit(entity=str(both.id), what="重点", reason="经会议研究")
    clerk.follow()
    assert "没有需要人工确定的对象" in clerk.text()
    assert class_of("两样都符合") == "重点"
    both.tags = []
    db.session.commit()
    clerk.post(f"/registers/classes/versions/{rules.id}/apply", **apply_form(clerk, rules))
    assert class_of("两样都符合") == "重点"  # the rules say 特殊 now; a person's word stands
    clerk.open(path)
    assert "人工定为重点，按规则为特殊" in clerk.text()
    clerk.submit(entity=str(both.id), what="rules", reason="情况已变")
    clerk.post(f"/registers/classes/versions/{rules.id}/apply", **apply_form(clerk, rules))
    assert class_of("两样都符合") == "特殊"
    decision = db.session.scalars(select(ClassDecision)).one()
    assert decision.ended_at is not None


def test_the_class_in_the_form_is_a_persons_decision_with_a_reason(agency: Agency, clerk: Visitor) -> None:
    entity = make_entity(agency, "东升化工厂")
    db.session.commit()
    clerk.open(f"/registers/entities/{entity.id}/edit")
    clerk.submit(supervision_class="特殊", status=422)
    assert "改了监管对象类别，请写明理由" in clerk.text()
    clerk.submit(supervision_class="特殊", reason="上年受处罚")
    db.session.expire_all()
    assert (entity.class_by, entity.class_reason) == ("person", "上年受处罚")
    assert db.session.scalars(select(ClassDecision)).one().supervision_class is SPECIAL


def test_many_objects_are_applied_in_the_background(
    agency: Agency, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_services, "AT_ONCE", 3)
    monkeypatch.setattr(class_services, "PIECE", 2)
    for number in range(5):
        make_entity(agency, f"化工{number}厂", industry="化工")
    rules = kept_rules(agency, CHEMICAL)
    clerk.post(f"/registers/classes/versions/{rules.id}/apply", **apply_form(clerk, rules))
    assert re.fullmatch(r"/jobs/\d+", clerk.response.headers["Location"])
    assert class_of("化工0厂") == "一般"
    assert run_one()
    assert {class_of(f"化工{number}厂") for number in range(5)} == {"特殊"}
    clerk.follow()
    assert "已经办完" in clerk.text()
    db.session.expire_all()
    assert rules.counts["runs"][0]["changed"] == 5


def test_a_background_application_refuses_what_was_not_shown(
    agency: Agency, clerk: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(class_services, "AT_ONCE", 0)
    make_entity(agency, "东升化工厂", industry="化工")
    rules = kept_rules(agency, CHEMICAL)
    clerk.post(f"/registers/classes/versions/{rules.id}/apply", **apply_form(clerk, rules))
    make_entity(agency, "西山化工厂", industry="化工")
    db.session.commit()
    assert run_one()
    clerk.follow()
    assert "没有改动任何对象" in clerk.text()
    assert class_of("东升化工厂") == "一般"


def test_a_reason_that_speaks_of_credit_risk_stays_inside(agency: Agency, clerk: Visitor) -> None:
    entity = make_entity(agency, "东升化工厂", credit_risk="D")
    rules = kept_rules(agency, ("风险", "特殊", condition("credit_risk", "equals", "D")))
    clerk.post(f"/registers/classes/versions/{rules.id}/apply", **apply_form(clerk, rules))
    noted = db.session.scalars(select(RegisterChange).where(RegisterChange.subject_id == entity.id)).one()
    assert noted.reason == "规则第1版"
    assert "信用风险" not in said_of(noted, outside=True).text
    assert "信用风险分类（内部）等于“D”" in said_of(noted).text


def test_only_who_keeps_the_whole_agency_changes_its_rules(agency: Agency, visitor: Visitor) -> None:
    rules = kept_rules(agency, CHEMICAL)
    section = make_section(agency)
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=section))
    visitor.open(f"/registers/classes/{agency.id}")
    assert "修改规则" not in visitor.text()
    visitor.open(f"/registers/classes/{agency.id}/edit", status=404)
    visitor.open(f"/registers/classes/versions/{rules.id}/preview")
    visitor.post(f"/registers/classes/versions/{rules.id}/apply", status=404, mark="")
    other = make_agency()
    elsewhere = kept_rules(other, CHEMICAL)
    visitor.open(f"/registers/classes/versions/{elsewhere.id}/preview", status=404)


def test_the_whole_list_of_changes_is_exported(agency: Agency, clerk: Visitor) -> None:
    make_entity(agency, "东升化工厂", industry="化工")
    rules = kept_rules(agency, CHEMICAL)
    answer = clerk.client.get(f"/registers/classes/versions/{rules.id}/changes.xlsx?from=一般&to=特殊")
    assert answer.status_code == 200
    assert answer.data.startswith(b"PK")
