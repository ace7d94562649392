"""The lines that a year's targets require: proposed with the reason, added when chosen, never twice."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.plan_forecast import forecast_of, lines_of
from sjj.plans.plan_generate import proposals_for
from sjj.registers.models import SupervisionClass
from sjj.rules.forecast import Verdict
from sjj.web import now
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.plans import make_plan_line
from tests.makers.registers import make_entity, make_item
from tests.visitor import Visitor

NEXT = 2027  # a year in which every quarter is still to come


def bureau(theme: str) -> Agency:
    """A bureau with objects of every class."""
    agency = make_agency(theme=theme)
    for kind, number, listed in (
        (SupervisionClass.SPECIAL, 6, None),
        (SupervisionClass.KEY, 9, None),
        (SupervisionClass.GENERAL, 5, date(2026, 1, 1)),
        (SupervisionClass.GENERAL, 40, None),
    ):
        for _ in range(number):
            make_entity(agency, supervision_class=kind, positive_from=listed)
    db.session.commit()
    return agency


@pytest.mark.parametrize(
    ("theme", "number"), [pytest.param("林业", 2, id="S1"), pytest.param("生态", 16, id="S3")]
)
def test_a_year_from_nothing_meets_every_target_that_a_plan_can_meet(
    visitor: Visitor, theme: str, number: int
) -> None:
    agency, other = bureau(theme), make_agency()
    item = make_item(agency)
    sections = [make_section(agency, name).id for name in ("一科", "二科")]
    visitor.sign_in(make_user(Role.OFFICE, agency=agency)).open(f"/plan-generate/{agency.id}/{NEXT}")
    visitor.submit(
        "main form",
        item_ids=[str(item.id)],
        sections=[f"s{one}" for one in sections],
        agencies=[f"a{other.id}"],
    )
    visitor.follow()
    lines = lines_of(agency.id, NEXT)
    assert len(lines) == number
    assert all(one.items == [item.id] for one in lines)
    found = forecast_of(agency, NEXT, now())
    verdicts = {one.sure.target.indicator: one.verdict for one in found.forecast.outlooks}
    assert {verdict for key, verdict in verdicts.items() if key not in ("in_time", "followup_in_time")} == {
        Verdict.SURE
    }
    for one in lines:
        wanted = {"cross": [{"agency": other.id, "section": None}], "internal": [
            {"agency": agency.id, "section": number} for number in sections]}  # fmt: skip
        assert one.partners == wanted.get(one.joint, [])
    assert not proposals_for(agency, NEXT, now()).lines, "asking twice adds nothing twice"
    visitor.open(f"/plan-generate/{agency.id}/{NEXT}")
    assert "没有要加的" in visitor.text()
    visitor.post(f"/plan-generate/{agency.id}/{NEXT}", 422, keys="1-key_quarter")
    assert len(lines_of(agency.id, NEXT)) == number
    assert (
        len(list(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan_line.generated"))))
        == 1
    )


def test_only_what_is_missing_is_proposed_with_its_reason(app: Flask) -> None:
    agency = bureau("生态")
    layers = [{"by": "supervision_class", "value": "特殊", "take": "50%", "minimum": 0}]
    make_plan_line(agency, year=NEXT, quarter=1, layers=layers)
    weak = make_plan_line(agency, year=NEXT, quarter=2, layers=[{**layers[0], "take": "10%"}])
    found = {one.key: one for one in proposals_for(agency, NEXT, now()).lines}
    assert "1-special_quarter" not in found
    assert found["2-special_quarter"].stands is weak, "the line itself is to be mended"
    assert found["1-key_quarter"].sentence == "重点监管对象 9 户 × 25% → 3 户"
    assert found["1-key_quarter"].why.startswith("2027年第1季度重点监管对象季度抽查占比达不到：0 户 ÷ 9 户")
    assert found["1-positive_quarter"].line.off_site


def test_the_years_share_asks_only_for_what_the_plan_lacks(app: Flask) -> None:
    agency = make_agency()
    for _ in range(100):
        make_entity(agency)
    make_plan_line(agency, year=NEXT, quarter=1, ratio="2户", skip_inspected="year")
    db.session.commit()
    [one] = proposals_for(agency, NEXT, now()).lines
    assert one.sentence == "企业 100 户，抽 1 户"


def test_a_quarter_that_is_past_is_not_planned_any_more(app: Flask) -> None:
    agency = bureau("生态")
    keys = {one.key[0] for one in proposals_for(agency, 2026, now()).lines}
    assert (
        keys == {str(quarter) for quarter in range((now().month + 2) // 3, 5)} if now().year == 2026 else True
    )
    assert not proposals_for(agency, 2025, now()).lines
    assert db.session.query(PlanLine).count() == 0
