"""Sending teams out: once, whatever is pressed; a draw that was not held sends nobody."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.dispatch import DispatchRefused, dispatch, dispatched
from sjj.registers.models import Officer
from sjj.rules.lifecycle import CampaignState, DrawState, ResultState
from tests.makers.accounts import make_agency, make_user
from tests.makers.plans import ENDS_ON, make_campaign
from tests.makers.registers import make_entity, make_officer
from tests.visitor import Visitor

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


def held_draw(agency: Agency, objects: int = 3, **more: Any) -> Draw:
    """A draw with its outcome, as a finished one is stored; committed."""
    campaign = make_campaign(agency, state=CampaignState.IN_PROGRESS, register=False)
    officers = [make_officer(agency) for _ in range(3)]
    entities = [make_entity(agency) for _ in range(objects)]
    values = {
        "draw_no": f"试抽〔2026〕{campaign.id}号",
        "serial": campaign.id,
        "state": DrawState.DRAWN,
        "frozen_at": NOW,
        "commitment": "{}",
        "commitment_sha256": f"{campaign.id:064x}",
        "pool": "[]",
        "rule": json.dumps({"team": {"size": 2, "unit": "officer"}, "officers": _entries(officers)}),
        "secret": "0" * 64,
        "entity_ids": {entity.code: entity.id for entity in entities},
        "officer_ids": {officer.code: officer.id for officer in officers},
        "drawn_at": NOW,
        **more,
    }
    draw = Draw(agency_id=agency.id, campaign=campaign, live_campaign_id=campaign.id, **values)
    draw.objects = [
        DrawnObject(
            place=place,
            entity=entity,
            code=entity.code,
            name=entity.name,
            stratum="全部",
            ticket=f"0.{place}",
            team=[officers[place % 3].code, officers[(place + 1) % 3].code],
            team_now=[officers[place % 3].code, officers[(place + 1) % 3].code],
        )
        for place, entity in enumerate(entities, start=1)
    ]
    db.session.add(draw)
    db.session.commit()
    return draw


def _entries(officers: list[Officer]) -> list[dict[str, Any]]:
    return [{"code": one.code, "groups": [], "tags": [], "load": 0} for one in officers]


@pytest.fixture
def agency(app: Flask) -> Agency:
    """An agency."""
    return make_agency()


@pytest.fixture
def clerk(agency: Agency) -> User:
    """Office staff of it."""
    return make_user(Role.OFFICE, agency=agency)


def test_each_drawn_object_gets_its_inspection_with_team_and_form(agency: Agency, clerk: User) -> None:
    draw = held_draw(agency)
    made = dispatch(draw, ENDS_ON, clerk, NOW)
    assert [one.entity_id for one in made] == [drawn.entity_id for drawn in draw.objects]
    for one, drawn in zip(made, draw.objects, strict=True):
        assert [member.officer.code for member in one.team] == drawn.team
        assert (one.state, one.due_on, one.agency_id) == (ResultState.NOT_ENTERED, ENDS_ON, agency.id)
        assert one.form_sha256 == made[0].form_sha256
    assert len({one.uid for one in made}) == 3


def test_dispatching_twice_makes_nothing_twice(agency: Agency, clerk: User) -> None:
    draw = held_draw(agency)
    first = [one.uid for one in dispatch(draw, ENDS_ON, clerk, NOW)]
    db.session.commit()
    assert [one.uid for one in dispatch(draw, ENDS_ON, clerk, NOW)] == first


@pytest.mark.parametrize("state", [DrawState.FROZEN, DrawState.VOIDED], ids=lambda state: state.label)
def test_a_draw_that_does_not_count_sends_nobody(agency: Agency, clerk: User, state: DrawState) -> None:
    draw = held_draw(agency, state=state)
    with pytest.raises(DispatchRefused, match="已抽取、未作废"):
        dispatch(draw, ENDS_ON, clerk, NOW)
    assert dispatched(draw) == []


def test_a_date_before_the_campaign_is_refused(agency: Agency, clerk: User) -> None:
    with pytest.raises(DispatchRefused, match="不能早于"):
        dispatch(held_draw(agency), date(2026, 1, 1), clerk, NOW)


def test_an_officer_that_the_draw_does_not_know_stops_it(agency: Agency, clerk: User) -> None:
    draw = held_draw(agency, officer_ids={})
    with pytest.raises(DispatchRefused, match="已不在名录"):
        dispatch(draw, ENDS_ON, clerk, NOW)


def test_the_page_asks_for_the_date_and_does_it(agency: Agency, clerk: User, visitor: Visitor) -> None:
    draw = held_draw(agency)
    visitor.sign_in(clerk)
    page = visitor.open(f"/inspections/dispatch/{draw.id}")
    assert page.select_one("#due_on")["value"] == ENDS_ON.isoformat()
    visitor.submit("main form", due_on="", status=422)
    assert "请选择检查完成日期" in visitor.text()
    visitor.submit("main form", due_on="2025-01-01", status=422)
    assert "不能早于" in visitor.text()
    assert dispatched(draw) == []
    visitor.submit("main form", due_on="2026-06-30")
    db.session.expire_all()
    assert [str(one.due_on) for one in dispatched(draw)] == ["2026-06-30"] * 3
    assert "已派发 3 户" in visitor.open(f"/inspections/dispatch/{draw.id}").get_text()


def test_the_page_is_for_those_who_draw_in_that_agency(agency: Agency, app: Flask) -> None:
    draw = held_draw(agency)
    elsewhere = make_user(Role.OFFICE, agency=make_agency())
    Visitor(app).sign_in(elsewhere).open(f"/inspections/dispatch/{draw.id}", 404)
    supervisor = make_user(Role.SUPERVISOR, agency=agency)
    Visitor(app).sign_in(supervisor).open(f"/inspections/dispatch/{draw.id}", 403)
