"""The settings of a year: presets of two bureaus, changing them with their source, officer-days proposed."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.plans.plan_forecast import forecast_of
from sjj.plans.plan_models import PlanSettings
from sjj.plans.plan_settings import proposals, settings_of, to_targets_of
from sjj.registers.upkeep_models import OfficerLeave
from tests.makers.accounts import MADE_AT, make_agency, make_user
from tests.makers.plans import make_plan_line
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor

DAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def targets(agency: Agency, year: int = 2026) -> dict[str, str]:
    """Each target in words."""
    return {one.indicator: one.words for one in settings_of(agency, year).targets}


@pytest.mark.parametrize(
    ("theme", "some"),
    [
        pytest.param("林业", {"inspected_share": "不低于3%", "credit_share": "不低于85%"}, id="S1"),
        pytest.param("生态", {"special_quarter": "不低于50%", "internal_joint_share": "不低于30%"}, id="S3"),
    ],
)
def test_a_year_begins_with_the_bureaus_paper(app: Flask, theme: str, some: dict[str, str]) -> None:
    agency = make_agency(theme=theme, frequency_cap=2)
    assert some.items() <= targets(agency).items()
    assert settings_of(agency, 2026).cap == 2


def test_an_office_writes_its_own_targets_with_their_source(visitor: Visitor) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/plan-settings/{agency.id}/2026")
    assert "现在用的是参考文件的指标" in visitor.text()
    visitor.submit(
        "main form[method=post]", 422,
        value_inspected_share="300", source_credit_share="", value_cross_joint_quarter="1.5",
        source_cross_joint_quarter="本局方案", ratio="5", capacity_1="-1",
    )  # fmt: skip
    for said in ("超过100%", "请写明依据", "应为整数次", "请写明人数比例的依据", "人日为 0–99999"):
        assert said in visitor.text()
    visitor.submit(
        "main form[method=post]",
        value_inspected_share="5%", source_inspected_share="本局〔2026〕1号 二", value_credit_share="",
        value_cross_joint_quarter="2", source_cross_joint_quarter="本局〔2026〕1号 三", capacity_1="120",
        team="3", on_site_a_day="1.5", ratio="5", ratio_source="市局方案", count_off_site=[],
        target_outside_draws=[],
    )  # fmt: skip
    assert targets(agency) == {
        "inspected_share": "不低于5%", "in_time": "不低于100%", "cross_joint_quarter": "不低于2次",
        "followup_in_time": "不低于100%",
    }  # fmt: skip
    kept = settings_of(agency, 2026)
    assert (kept.capacity, kept.team, str(kept.on_site_a_day)) == ({1: 120}, 3, "3/2")
    assert not kept.counting.off_site
    assert not to_targets_of(agency.id, 2026).outside_draws
    [said] = db.session.scalars(select(AuditEntry.sentence).where(AuditEntry.action == "plan_settings.saved"))
    assert said.startswith("保存2026年计划设置：年度抽查企业占比不低于5%")
    assert targets(agency, 2027) == targets(agency), "settings stay until they are changed"
    assert not settings_of(agency, 2027).capacity, "officer-days are of one year"
    visitor.open(f"/plan-settings/{agency.id}/2026")
    assert visitor.page.select_one("#value_inspected_share")["value"] == "5"  # type: ignore[index]


def test_officer_days_are_proposed_from_officers_working_days_and_leave(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    first = make_officer(agency)
    make_officer(agency)
    make_officer(agency, on_duty=False)
    make_officer(agency, certificate_until=date(2026, 1, 1))
    clerk = make_user(Role.OFFICE, agency=agency)
    db.session.add(
        OfficerLeave(
            officer_id=first.id, from_on=date(2026, 3, 30), until_on=date(2026, 4, 3), reason="学习",
            at=MADE_AT, by_id=clerk.id,
        )
    )  # fmt: skip
    db.session.commit()
    found = proposals(agency.id, 2026, DAY)
    days = [int(one.sentence.split(" × ")[1].split(" ")[0]) for one in found]
    assert found[0].days == 2 * days[0] - 2, "30 and 31 March are in the first quarter"
    assert f"× {days[0]} 个工作日 − 请假 2 人日 = {found[0].days} 人日" in found[0].sentence
    assert found[2].days == 2 * days[2]
    assert proposals(agency.id, 2090, DAY)[0].days is None
    visitor.sign_in(clerk).open(f"/plan-settings/{agency.id}/2026")
    visitor.submit("main form[method=post]", 200, do="propose")
    assert visitor.page.select_one("#capacity_1")["value"] == str(found[0].days)  # type: ignore[index]
    assert db.session.scalar(select(PlanSettings.id)) is None, "a proposal is not kept"


def test_the_ratio_of_officers_to_objects_is_held_against_the_plan(app: Flask) -> None:
    agency = make_agency()
    for _ in range(2):
        make_officer(agency)
    for _ in range(20):
        make_entity(agency)
    make_plan_line(agency, ratio="30%")
    ratio = {"per_officer": 5, "is_floor": True, "source": "市局方案"}
    row = PlanSettings(
        agency_id=agency.id, year=2026, targets=[], others={"ratio": ratio}, changed_at=MADE_AT
    )
    db.session.add(row)
    db.session.commit()
    found = forecast_of(agency, 2026, NOW)
    said = "全年不少于 在岗执法人员 2 人 × 5 户（1:5）= 10 户（市局方案），计划 6 户次，少 4"
    assert (found.officers, found.is_short_of_officers) == (said, True)
    row.others = {"ratio": {**ratio, "is_floor": False}}
    db.session.commit()
    assert not forecast_of(agency, 2026, NOW).is_short_of_officers


def test_what_an_older_program_kept_does_not_close_the_page(visitor: Visitor) -> None:
    agency = make_agency()
    row = PlanSettings(agency_id=agency.id, year=2026, targets=[{"indicator": "gone"}], changed_at=MADE_AT)
    db.session.add(row)
    clerk = make_user(Role.OFFICE, agency=agency)
    visitor.sign_in(clerk).open(f"/plan-settings/{agency.id}/2026")
    visitor.open("/plan-lines/?year=2026")
    visitor.open(f"/plan-settings/{agency.id}/1999", 404)
