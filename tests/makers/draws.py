"""Makers of draws, through the real services; committed, so that a browser or a command can see them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.freeze_services import freeze, propose
from sjj.draws.models import Draw
from sjj.draws.services import run_draw, void_draw
from sjj.plans.models import Campaign
from sjj.rules.draw import Source
from sjj.rules.lifecycle import DrawState
from tests.makers.accounts import make_user
from tests.makers.plans import make_campaign

FROZEN_AT = datetime(2026, 3, 2, 1, 10, tzinfo=UTC)  # 09:10 in Shanghai
DRAWN_AT = FROZEN_AT + timedelta(minutes=21)
SOURCES = (Source("纪检监督人员", "dice", "", 6), Source("企业代表", "dice", "", 4))
VALUES = ("031415", "0271")


def make_draw(
    campaign: Campaign | None = None,
    *,
    state: DrawState = DrawState.DRAWN,
    actor: User | None = None,
    values: Sequence[str] = VALUES,
    at: datetime = FROZEN_AT,
) -> Draw:
    """A draw of a published campaign, frozen by two persons (`actor` confirms), held or voided."""
    campaign = campaign or make_campaign()
    actor = actor or make_user(Role.OFFICE, Role.APPROVER, agency=campaign.agency)
    draw = freeze(campaign, SOURCES, make_user(Role.OFFICE, agency=campaign.agency), actor, at)
    if state is DrawState.DRAWN:
        run_draw(draw, values, actor, at + (DRAWN_AT - FROZEN_AT))
    if state is DrawState.VOIDED:
        void_draw(draw, "名单有误", actor, at + timedelta(minutes=5))
    db.session.commit()
    return draw


def put_up(campaign: Campaign, *, actor: User | None = None, at: datetime = FROZEN_AT) -> Campaign:
    """A campaign whose list waits for the second person."""
    propose(campaign, SOURCES, actor or make_user(Role.OFFICE, agency=campaign.agency), at)
    db.session.commit()
    return campaign
