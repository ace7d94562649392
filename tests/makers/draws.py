"""Makers of draws, through the real services; committed, so that a browser or a command can see them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws import ceremony_services as ceremony
from sjj.draws import void_services as voids
from sjj.draws.ceremony_services import Witness
from sjj.draws.freeze_services import freeze, propose
from sjj.draws.models import Draw
from sjj.plans.models import Campaign
from sjj.rules.draw import Source
from sjj.rules.lifecycle import DrawState
from tests.makers.accounts import make_user
from tests.makers.plans import make_campaign

FROZEN_AT = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)  # 09:10 in Shanghai
DRAWN_AT = FROZEN_AT + timedelta(minutes=21)
SOURCES = (Source("纪检监督人员", "dice", "", 6), Source("企业代表", "dice", "", 4))
VALUES = ("031415", "0271")
WITNESSES = (Witness("赵清", "纪检监察组"), Witness("钱明", "企业代表"))
EVERY_ONE = 1_000_000


def make_draw(
    campaign: Campaign | None = None,
    *,
    state: DrawState = DrawState.DRAWN,
    actor: User | None = None,
    values: Sequence[str] = VALUES,
    at: datetime = FROZEN_AT,
    shown: int = EVERY_ONE,
) -> Draw:
    """A draw of a published campaign, frozen by two persons (`actor` confirms), held or voided.

    A draw that was held has had its witnesses, its values and its first `shown` objects shown in the room.
    """
    campaign = campaign or make_campaign()
    actor = actor or make_user(Role.OFFICE, Role.APPROVER, agency=campaign.agency)
    draw = freeze(campaign, SOURCES, make_user(Role.OFFICE, agency=campaign.agency), actor, at)
    if state is DrawState.DRAWN:
        enter_values(draw, values, actor, at + timedelta(minutes=10))
        ceremony.hold_draw(draw, actor, at + (DRAWN_AT - FROZEN_AT))
        db.session.flush()
        if shown:
            ceremony.reveal(draw, 0, shown, actor, at + (DRAWN_AT - FROZEN_AT))
    if state is DrawState.VOIDED:
        voids.void_draw(draw, "名单有误", actor, at + timedelta(minutes=5))
    db.session.commit()
    return draw


def enter_values(draw: Draw, values: Sequence[str], actor: User, at: datetime) -> None:
    """Witnesses are named and give these values; fewer than the sources leave the rest to come."""
    ceremony.name_witnesses(draw, WITNESSES, actor, at)
    for place, value in enumerate(values):
        ceremony.enter_value(draw, place, value, actor, at)


def make_draw_in_room(*, values: Sequence[str] = (), campaign: Campaign | None = None) -> Draw:
    """A frozen draw whose witnesses are named and have given some of their values."""
    draw = make_draw(campaign, state=DrawState.FROZEN)
    enter_values(draw, values, make_user(Role.OFFICE, agency=draw.agency), FROZEN_AT + timedelta(minutes=10))
    db.session.commit()
    return draw


def void_by_two(draw: Draw, reason: str = "名单有误", at: datetime = DRAWN_AT) -> Draw:
    """The approver asks, the supervisor agrees."""
    voids.ask_void(draw, reason, make_user(Role.APPROVER, agency=draw.agency), at)
    voids.agree_void(draw, make_user(Role.SUPERVISOR, agency=draw.agency), at + timedelta(minutes=1))
    db.session.commit()
    return draw


def put_up(campaign: Campaign, *, actor: User | None = None, at: datetime = FROZEN_AT) -> Campaign:
    """A campaign whose list waits for the second person."""
    propose(campaign, SOURCES, actor or make_user(Role.OFFICE, agency=campaign.agency), at)
    db.session.commit()
    return campaign
