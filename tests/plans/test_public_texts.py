"""What a clerk types and everybody will read: no number of a person, nothing of credit in an open layer."""

import pytest

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.rules.lifecycle import CampaignState, DrawState
from tests.makers.accounts import make_user
from tests.makers.draws import make_draw
from tests.makers.plans import by_class, make_campaign, make_plan_line
from tests.visitor import Visitor

PHONE, ID_NUMBER = "联系 13812345678", "居民130227199001011234"
REFUSED = "请不要写身份证号或电话号码"


@pytest.mark.parametrize(
    ("part", "typed"),
    [
        ("edit", {"name": f"检查 {PHONE}"}),
        ("edit", {"purpose": f"据{ID_NUMBER}举报"}),
        ("strata?by=supervision_class", {"take_0": "50%", "basis_0": f"特殊 {PHONE}"}),
        ("cancel", {"reason": ID_NUMBER}),
    ],
)
def test_no_number_of_a_person_in_a_campaign(visitor: Visitor, part: str, typed: dict[str, str]) -> None:
    campaign = make_campaign(state=CampaignState.DRAFT, strata=by_class())
    visitor.sign_in(make_user(Role.OFFICE, agency=campaign.agency))
    visitor.open(f"/campaigns/{campaign.id}/{part}")
    visitor.submit("main form[method=post]", 422, **typed)
    assert REFUSED in visitor.text()
    db.session.refresh(campaign)
    assert campaign.state is CampaignState.DRAFT


@pytest.mark.parametrize("field", ["name", "basis"])
def test_no_number_of_a_person_in_the_plan(visitor: Visitor, field: str) -> None:
    campaign = make_campaign(state=CampaignState.DRAFT)
    line = make_plan_line(campaign.agency)
    visitor.sign_in(make_user(Role.OFFICE, agency=campaign.agency))
    visitor.open(f"/plan-lines/{line.id}")
    visitor.submit("form.plan-line", 422, **{field: PHONE})
    assert REFUSED in visitor.text()


@pytest.mark.parametrize("field", ["sources-0-from_", "sources-0-issue"])
def test_no_number_of_a_person_as_a_source(visitor: Visitor, field: str) -> None:
    campaign = make_campaign()
    visitor.sign_in(make_user(Role.OFFICE, agency=campaign.agency))
    visitor.open(f"/draws/freeze/{campaign.id}")
    visitor.submit("form.card", 422, **{field: PHONE})
    assert REFUSED in visitor.text()


def test_no_number_of_a_person_as_the_reason_of_a_void(visitor: Visitor) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    visitor.sign_in(make_user(Role.OFFICE, agency=draw.agency))
    visitor.open(f"/draws/{draw.id}/void")
    visitor.submit("form.card", 422, reason=PHONE)
    assert REFUSED in visitor.text()
    db.session.refresh(draw)
    assert draw.state is DrawState.FROZEN


def test_an_open_layer_does_not_speak_of_credit(visitor: Visitor) -> None:
    campaign = make_campaign(state=CampaignState.DRAFT, strata=by_class())
    visitor.sign_in(make_user(Role.OFFICE, agency=campaign.agency))
    visitor.open(f"/campaigns/{campaign.id}/strata?by=supervision_class")
    layers = {"take_0": "50%", "basis_0": "信用风险D类从严"}
    visitor.submit("main form", 422, **layers)
    assert "公开的层不能写信用" in visitor.text()
    visitor.submit("main form", **layers, closed="y")
    db.session.refresh(campaign)
    assert all(one.closed for one in campaign.strata)
