"""认领 and 状态: who takes an object, how it leaves the lists, and where it is."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.models import EntityKind
from sjj.registers.upkeep_models import RegisterChange
from sjj.web import now, today
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import make_entity
from tests.visitor import Visitor


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


def test_a_section_claims_what_is_its_business(agency: Agency, visitor: Visitor) -> None:
    section, other = make_section(agency, "林政科"), make_section(agency, "种苗站")
    free, taken = make_entity(agency, "兴旺木材厂"), make_entity(agency, "城南苗木公司", section=other)
    make_entity(agency, "一号林地", kind=EntityKind.OTHER)
    user = make_user(Role.SECTION_ADMIN, agency=agency, section=section)
    db.session.commit()
    visitor.sign_in(user)
    visitor.open("/registers/entities/claims")
    assert "一号林地" not in visitor.text()
    assert "归其他科室" in visitor.text()
    visitor.submit("main form[method=post]", status=422)
    assert "请勾选要认领的对象" in visitor.text()
    mine = f"{agency.id}-{section.id}"
    visitor.submit("main form[method=post]", entity=[str(free.id), str(taken.id)], place=mine)
    visitor.follow()
    assert "已认领 1 户。另有 1 户已被认领或不归您管。" in visitor.text()
    db.session.expire_all()
    assert (free.claimed_by_id, free.section_id, taken.claimed_at) == (user.id, section.id, None)
    noted = db.session.scalars(select(RegisterChange)).one()
    assert (noted.kind, noted.changes["section_id"]) == ("claimed", [None, section.id])
    visitor.open("/registers/entities/?claimed=no")
    names = [link.get_text() for link in visitor.page.select("#entities tbody td:first-child a")]
    assert names == ["城南苗木公司"]


def test_a_cancelled_object_leaves_the_lists_with_day_reason_and_source(
    agency: Agency, visitor: Visitor
) -> None:
    entity = make_entity(agency, "兴旺木材厂")
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open(f"/registers/entities/{entity.id}/state")
    visitor.submit(state="在业", on="2099-01-01", told_by="", reason="", status=422)
    for said in ("变动日期不能在今天以后", "请写明信息来源", "请写明理由"):
        assert said in visitor.text()
    visitor.submit(state="在业", on="2026-02-03", told_by="市场监管部门", reason="注销登记", status=422)
    assert "名录库里已经是“在业”" in visitor.text()
    visitor.submit(state="注销", on="2026-02-03", told_by="市场监管部门", reason="注销登记")
    visitor.follow()
    assert "不进入抽查名单" in visitor.text()
    noted = db.session.scalars(select(RegisterChange)).one()
    assert (noted.kind, noted.source) == ("left", "form")
    assert noted.changes == {
        "state": ["在业", "注销"], "state_on": [None, "2026-02-03"], "state_source": [None, "市场监管部门"],
    }  # fmt: skip


def test_the_positive_list_is_filtered_by_its_days(agency: Agency, visitor: Visitor) -> None:
    from_on = {"positive_from": _day(-100)}
    make_entity(agency, "长期", **from_on)
    make_entity(agency, "快到期", **from_on, positive_until=_day(10))
    make_entity(agency, "过期", **from_on, positive_until=_day(-1))
    make_entity(agency, "不在")
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    found = {}
    for wanted in ("yes", "ending", "over"):
        visitor.open(f"/registers/entities/?positive={wanted}")
        found[wanted] = {a.get_text() for a in visitor.page.select("#entities tbody td:first-child a")}
    assert found == {"yes": {"长期", "快到期"}, "ending": {"快到期"}, "over": {"过期"}}
    visitor.open("/")
    assert "1 户 30 天内移出正面清单" in visitor.text()


def _day(ahead: int) -> object:
    return today(now()) + timedelta(days=ahead)
