"""The drill on freezes and draws: the server is killed in the middle, the file must hold all of it or nothing.

How often and how long after the request is for the test to say. SQLite, for which nothing but the file is left.
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flask import Flask

from sjj.accounts.roles import Role
from sjj.app import create_app
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.models import Draw, FreezeProposal
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import CampaignState, DrawState
from tests.conftest import settings_for
from tests.live import Caller, LiveServer, kill_during
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import VALUES, enter_values, make_draw, put_up
from tests.makers.plans import by_class, make_campaign
from tests.makers.registers import make_entity, make_officer

OBJECTS = 600
CLERK = "clerk"
Delays = Sequence[float | None]  # seconds after the request was sent; None: not before the answer


@contextmanager
def installation(folder: Path, template: Path) -> Iterator[Flask]:
    """An empty installation on disk, the context of its app pushed."""
    shutil.copy(template, folder / "sjj.db")
    app = create_app(settings_for(folder))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def server_of(folder: Path) -> LiveServer:
    """The server of an installation on disk; not started yet."""
    return LiveServer(folder, f"sqlite:///{folder / 'sjj.db'}")


def post_and_kill(
    server: LiveServer, page: str, path: str, values: dict[str, object], delay: float | None
) -> None:
    """Start the server, send the form of the page as the clerk, and kill it, workers and all, so long after."""
    db.session.remove()
    try:
        clerk = Caller(server.start()).sign_in(CLERK)
        token = clerk.token(page)
        kill_during(server, delay, lambda: clerk.post(path, values, token))
    finally:
        server.kill()


def entries(action: str) -> int:
    """How often the audit log tells of it."""
    return db.session.query(AuditEntry).filter_by(action=action).count()


def fill(campaigns: int) -> None:
    """One agency with a large register, its clerk, and campaigns ready to be frozen."""
    agency = make_agency()
    for _ in range(OBJECTS):
        make_entity(agency)
    today = datetime.now(UTC).date()
    for _ in range(8):
        make_officer(agency, certificate_until=today + timedelta(days=900))
    more = {"starts_on": today, "ends_on": today + timedelta(days=30), "register": False}
    for _ in range(campaigns):
        make_campaign(agency, strata=by_class("0", "0", "25%"), **more)
    make_user(Role.OFFICE, Role.APPROVER, agency=agency, username=CLERK)


def drill_freezes(folder: Path, delays: Delays) -> list[bool]:
    """Confirm the list of one campaign for each delay; which of the freezes were done."""
    fill(len(delays))
    campaigns = db.session.query(Campaign).order_by(Campaign.id).all()
    proposer = make_user(Role.OFFICE, agency=campaigns[0].agency)
    at = datetime.now(UTC) - timedelta(hours=1)
    ids = [put_up(one, actor=proposer, at=at).id for one in campaigns]

    def frozen(campaign_id: int) -> bool:
        draws = db.session.query(Draw).filter_by(campaign_id=campaign_id).count()
        state = db.session.get_one(Campaign, campaign_id).state
        assert state is (CampaignState.FROZEN if draws else CampaignState.PUBLISHED)
        assert db.session.query(FreezeProposal).filter_by(campaign_id=campaign_id).count() == 1 - draws
        return draws == 1

    targets = [(one, f"/draws/freeze/{one}", f"/draws/freeze/{one}/confirm") for one in ids]
    return _drill(folder, delays, targets, {}, frozen, "draw.frozen")


def drill_draws(folder: Path, delays: Delays) -> list[bool]:
    """Hold one frozen draw for each delay; which of the draws were held."""
    fill(len(delays))
    at = datetime.now(UTC) - timedelta(hours=1)
    campaigns = db.session.query(Campaign).order_by(Campaign.id).all()
    actor = make_user(Role.OFFICE, agency=campaigns[0].agency)
    draws = [make_draw(one, state=DrawState.FROZEN, actor=actor, at=at) for one in campaigns]
    for draw in draws:
        enter_values(draw, VALUES, actor, at + timedelta(minutes=10))
    db.session.commit()
    ids = [draw.id for draw in draws]

    def held(draw_id: int) -> bool:
        draw = db.session.get_one(Draw, draw_id)
        done = draw.state is DrawState.DRAWN
        assert len(draw.objects) == (OBJECTS // 4 if done else 0)
        assert bool(draw.receipt) is done
        assert draw.campaign.state is (CampaignState.IN_PROGRESS if done else CampaignState.FROZEN)
        return done

    targets = [(one, f"/draws/{one}/hall", f"/draws/{one}/hall") for one in ids]
    return _drill(folder, delays, targets, {}, held, "draw.drawn")


def _drill(
    folder: Path,
    delays: Delays,
    targets: Sequence[tuple[int, str, str]],
    values: dict[str, object],
    is_done: Callable[[int], bool],
    action: str,
) -> list[bool]:
    """Send the form of the page to each target, each with its delay; after every kill look whether the file is whole."""
    server, done = server_of(folder), []
    for (target, shown, address), delay in zip(targets, delays, strict=True):
        post_and_kill(server, shown, address, values, delay)
        done.append(is_done(target))
        assert entries(action) == sum(done), delay
        assert integrity.faults() == [], delay
    return done
