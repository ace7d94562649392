"""Void: alone before the first value, by approver and supervisor together after it; all of it published."""

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import integrity
from sjj.draws import void_services as voids
from sjj.draws.models import Draw, DrawMessage
from sjj.draws.refusals import DrawRefused
from sjj.rules.lifecycle import CampaignState, DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, VALUES, make_draw, make_draw_in_room, void_by_two
from tests.makers.plans import make_campaign
from tests.visitor import Visitor

APPROVER, SUPERVISOR = Role.APPROVER, Role.SUPERVISOR


def page_of(draw: Draw) -> str:
    """The void page's address."""
    return f"/draws/{draw.id}/void"


def person(app: Flask, draw: Draw, *roles: Role) -> Visitor:
    """Somebody of the draw's agency, signed in."""
    return Visitor(app).sign_in(make_user(*roles, agency=draw.agency))


def messages(draw: Draw) -> list[str]:
    """The kinds of what the supervisor was told of voids."""
    query = db.session.query(DrawMessage.kind).filter_by(draw_id=draw.id).order_by(DrawMessage.id)
    return [kind for (kind,) in query if kind.startswith("void")]


def test_the_office_voids_alone_before_the_first_value(app: Flask) -> None:
    draw = make_draw_in_room()
    clerk = person(app, draw, Role.OFFICE)
    clerk.open(page_of(draw))
    clerk.submit("form.card", 422, reason="")
    clerk.submit("form.card", reason="名单漏了一户")
    db.session.refresh(draw)
    assert (draw.state, draw.live_campaign_id, draw.voided_with) == (DrawState.VOIDED, None, None)
    assert draw.campaign.state is CampaignState.PUBLISHED
    assert messages(draw) == ["voided"]
    assert make_draw(draw.campaign).draw_no.endswith("-2"), "the campaign may be drawn anew"
    clerk.submit("form.card", 409, reason="再来")
    assert "已经作废" in clerk.text()


def test_after_the_first_value_the_office_cannot(app: Flask) -> None:
    draw = make_draw_in_room(values=VALUES[:1])
    clerk = person(app, draw, Role.OFFICE)
    assert not clerk.open(page_of(draw)).select("main form")
    clerk.post(page_of(draw), 422, reason="换个数")
    assert "由负责人和监督人员共同作废" in clerk.text()
    clerk.post(f"{page_of(draw)}/agree", 409)
    db.session.refresh(draw)
    assert draw.state is DrawState.FROZEN
    assert draw.void_asked_at is None


@pytest.mark.parametrize(
    "order", [(APPROVER, SUPERVISOR), (SUPERVISOR, APPROVER)], ids=["approver asks", "supervisor asks"]
)
@pytest.mark.parametrize("held", [False, True], ids=["after a value", "after the draw"])
def test_two_agree_in_either_order(app: Flask, order: tuple[Role, Role], held: bool) -> None:
    draw = make_draw() if held else make_draw_in_room(values=VALUES[:1])
    asking, agreeing = (person(app, draw, role) for role in order)
    assert not agreeing.open(page_of(draw)).select("form[action$=agree]")
    asking.open(page_of(draw))
    asking.submit("form.card", reason="骰子有破损")
    asking.follow()
    assert "等待另一方同意作废" in asking.text()
    asking.open(page_of(draw))
    asking.post(f"{page_of(draw)}/agree", 422)
    assert "须由另一人同意" in asking.text()
    page = agreeing.open(page_of(draw))
    assert "骰子有破损" in page.get_text()
    agreeing.submit("form[action$=agree]")
    db.session.refresh(draw)
    assert (draw.state, draw.void_reason) == (DrawState.VOIDED, "骰子有破损")
    assert draw.voided_by_id != draw.voided_with_id
    assert draw.campaign.state is CampaignState.PUBLISHED
    assert messages(draw) == ["void_asked", "voided"]
    told = db.session.query(AuditEntry).filter_by(action="draw.voided").one()
    assert draw.voided_by.display_name in told.sentence
    assert draw.voided_with.display_name in told.sentence
    assert integrity.faults() == []


def test_two_of_one_kind_are_not_the_two(app: Flask) -> None:
    draw = make_draw()
    voids.ask_void(draw, "骰子有破损", make_user(APPROVER, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    for role in (APPROVER, Role.OFFICE):
        other = person(app, draw, role)
        assert not other.open(page_of(draw)).select("main form")
        other.post(f"{page_of(draw)}/agree", 422)
    db.session.refresh(draw)
    assert draw.state is DrawState.DRAWN


def test_one_person_with_both_roles_is_still_one(app: Flask) -> None:
    draw = make_draw()
    both = person(app, draw, APPROVER, SUPERVISOR)
    both.open(page_of(draw))
    both.submit("form.card", reason="骰子有破损")
    both.open(page_of(draw))
    both.post(f"{page_of(draw)}/agree", 422)
    second = make_user(APPROVER, agency=draw.agency)
    db.session.refresh(draw)
    voids.agree_void(draw, second, DRAWN_AT)
    assert draw.state is DrawState.VOIDED


def test_who_asked_may_take_it_back(app: Flask) -> None:
    draw = make_draw()
    asking, other = person(app, draw, APPROVER), person(app, draw, SUPERVISOR)
    asking.open(page_of(draw))
    asking.submit("form.card", reason="骰子有破损")
    other.open(page_of(draw))
    other.post(f"{page_of(draw)}/take_back", 409)
    other.post(page_of(draw), 409, reason="我也要")
    assert "已经申请作废" in other.text()
    asking.open(page_of(draw))
    asking.submit("form[action$=take_back]")
    other.post(f"{page_of(draw)}/agree", 409)
    assert "可能刚被撤回" in other.text()
    db.session.refresh(draw)
    assert (draw.state, draw.void_reason) == (DrawState.DRAWN, "")
    assert messages(draw) == ["void_asked", "void_dropped"]
    assert db.session.query(AuditEntry).filter_by(action="draw.void_taken_back").count() == 1


def test_secret_and_values_are_public_after_a_void_by_two(app: Flask) -> None:
    draw = make_draw_in_room(values=VALUES[:1])
    stranger = Visitor(app)
    stranger.open(f"/public/draws/{draw.id}")
    assert draw.secret not in stranger.text()
    assert VALUES[0] not in stranger.text()
    void_by_two(draw)
    stranger.open(f"/public/draws/{draw.id}")
    assert draw.secret in stranger.text()
    assert f"纪检监督人员：{VALUES[0]}" in stranger.text().replace("： ", "：")


def test_the_receipt_is_public_after_a_void_by_two(app: Flask) -> None:
    draw = make_draw()
    stranger = Visitor(app)
    stranger.open(f"/public/draws/{draw.id}/receipt.json", 404)
    void_by_two(draw)
    assert stranger.client.get(f"/public/draws/{draw.id}/receipt.json").json["secret"] == draw.secret


def test_before_the_first_value_the_secret_stays_sealed(app: Flask) -> None:
    draw = make_draw(state=DrawState.VOIDED)
    stranger = Visitor(app)
    stranger.open(f"/public/draws/{draw.id}")
    assert draw.secret not in stranger.text()


def refusing(draw: Draw, user: User) -> None:
    """This person can do nothing of a void."""
    for act in (voids.void_draw, voids.ask_void):
        with pytest.raises(DrawRefused):
            act(draw, "理由", user, DRAWN_AT)
    with pytest.raises(DrawRefused):
        voids.agree_void(draw, user, DRAWN_AT)


def test_people_of_another_agency_have_no_part_in_it(app: Flask) -> None:
    draw = make_draw(make_campaign())
    elsewhere = make_agency()
    refusing(draw, make_user(APPROVER, SUPERVISOR, agency=elsewhere))
    voids.ask_void(draw, "理由", make_user(APPROVER, agency=draw.agency), DRAWN_AT)
    refusing(draw, make_user(SUPERVISOR, agency=elsewhere))


def test_a_supervisor_does_not_void_alone(app: Flask) -> None:
    draw = make_draw_in_room()
    supervisor = person(app, draw, SUPERVISOR)
    assert not supervisor.open(page_of(draw)).select("main form")
    supervisor.post(page_of(draw), 422, reason="理由")
    Visitor(app).open(page_of(draw), 303)
    officer = person(app, draw, Role.OFFICER)
    officer.open(page_of(draw), 403)
