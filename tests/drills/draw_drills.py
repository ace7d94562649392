"""The drills on lists, draws and changes: the server is killed in the middle, the file must hold all of it or nothing.

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
from sjj.draws.changes_queries import full_receipt, versions_of
from sjj.draws.changes_services import REPLACE, SUBSTITUTE
from sjj.draws.models import Draw, DrawChange, DrawnObject, FreezeProposal
from sjj.inspections.dispatch import dispatch
from sjj.inspections.integrity import visit_faults
from sjj.inspections.models import Inspection, TeamMember
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import CampaignState, ChangeState, DrawState, ResultState
from sjj.rules.verify import sha256_of
from tests.conftest import settings_for
from tests.live import Caller, LiveServer, kill_during
from tests.makers.accounts import make_agency, make_user
from tests.makers.changes import make_ask, to_visit
from tests.makers.draws import SOURCES, VALUES, enter_values, make_draw, put_up
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
        shown = clerk.form(page, path)
        token = str(shown.pop("csrf_token"))
        kill_during(server, delay, lambda: clerk.post(path, shown | values, token))
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


def drill_proposals(folder: Path, delays: Delays) -> list[bool]:
    """Put up the list of one campaign for each delay; which of them wait for the second person."""
    fill(len(delays))
    ids = db.session.scalars(db.select(Campaign.id).order_by(Campaign.id)).all()

    def proposed(campaign_id: int) -> bool:
        assert db.session.get_one(Campaign, campaign_id).state is CampaignState.PUBLISHED
        return db.session.get(FreezeProposal, campaign_id) is not None

    targets = [(one, f"/draws/freeze/{one}", f"/draws/freeze/{one}") for one in ids]
    return _drill(folder, delays, targets, sources(), proposed, "draw.proposed")


def sources() -> dict[str, object]:
    """The outside sources as a browser sends them."""
    values: dict[str, object] = {
        f"sources-{n}-{name}": "" for n in range(4) for name in ("from_", "issue", "digits")
    }
    values |= {f"sources-{n}-kind": "dice" for n in range(4)}
    for n, source in enumerate(SOURCES):
        values |= {f"sources-{n}-from_": source.from_, f"sources-{n}-digits": str(source.digits)}
    return values


def drill_values(folder: Path, delays: Delays) -> list[bool]:
    """Type the first value of one draw for each delay; which of the values are kept."""
    fill(len(delays))
    ids = [draw.id for draw in _frozen_draws(values=())]

    def kept(draw_id: int) -> bool:
        draw = db.session.get_one(Draw, draw_id)
        done = draw.values_entered[:1] == [VALUES[0]]
        assert (draw.values_seen_at is not None) is done
        assert draw.values_typed == []
        return done

    typed: dict[str, object] = {"source": "0", "value": VALUES[0], "again": VALUES[0]}
    targets = [(one, f"/draws/{one}/hall", f"/draws/{one}/hall/value") for one in ids]
    return _drill(folder, delays, targets, typed, kept, "draw.value_entered")


def _frozen_draws(values: Sequence[str]) -> list[Draw]:
    """A frozen draw of each campaign, its witnesses named, with these values typed; committed."""
    at = datetime.now(UTC) - timedelta(hours=1)
    campaigns = db.session.query(Campaign).order_by(Campaign.id).all()
    actor = make_user(Role.OFFICE, agency=campaigns[0].agency)
    draws = [make_draw(one, state=DrawState.FROZEN, actor=actor, at=at) for one in campaigns]
    for draw in draws:
        enter_values(draw, values, actor, at + timedelta(minutes=10))
    db.session.commit()
    return draws


def drill_changes(folder: Path, delays: Delays) -> list[bool]:
    """Approve one change of a draw on its way for each delay, 递补 and substitution by turns; which were made."""
    fill(1)
    at = datetime.now(UTC) - timedelta(hours=1)
    draw = make_draw(db.session.query(Campaign).one(), at=at)
    office = make_user(Role.OFFICE, agency=draw.agency)
    visits = len(dispatch(draw, draw.campaign.ends_on, office, at + timedelta(minutes=30)))
    rows = to_visit(draw)
    kinds = [(REPLACE, SUBSTITUTE)[number % 2] for number in range(len(delays))]
    asked_at = at + timedelta(minutes=40)
    asked = [
        make_ask(draw, kind, row=rows[number % len(rows)], actor=office, at=asked_at, out=_out(rows, number))
        for number, kind in enumerate(kinds)
    ]
    ids, draw_id = [one.id for one in asked], draw.id

    def made(change_id: int) -> bool:
        change = db.session.get_one(DrawChange, change_id)
        done = change.state is ChangeState.APPROVED
        assert bool(change.entry) is bool(change.receipt_sha256) is (change.number is not None) is done
        came = db.session.query(DrawnObject).filter(DrawnObject.came_by.is_not(None)).count()
        gone = db.session.query(Inspection).filter_by(state=ResultState.WITHDRAWN).count()
        assert db.session.query(Inspection).count() == visits + came == visits + gone
        left = db.session.query(TeamMember).filter(TeamMember.left_at.is_not(None)).count()
        assert came + left == db.session.query(DrawChange).filter_by(state=ChangeState.APPROVED).count()
        assert visit_faults() == []
        assert last_hash(db.session.get_one(Draw, draw_id)) == sha256_of(
            full_receipt(db.session.get_one(Draw, draw_id))
        )
        return done

    targets = [(one, f"/changes/{one}", f"/changes/{one}/approve") for one in ids]
    return _drill(folder, delays, targets, {}, made, "draw.change_made")


def _out(rows: Sequence[DrawnObject], number: int) -> str:
    return str(rows[number % len(rows)].team_now[0])


def last_hash(draw: Draw) -> str:
    """The newest published hash of the receipt."""
    return versions_of(draw)[-1].sha256


def drill_draws(folder: Path, delays: Delays) -> list[bool]:
    """Hold one frozen draw for each delay; which of the draws were held."""
    fill(len(delays))
    ids = [draw.id for draw in _frozen_draws(VALUES)]

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
