"""kill -9 of a real server in the middle of a freeze or a draw leaves all of it or nothing (SQLite)."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.app import create_app
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.models import Draw
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import CampaignState, DrawState
from tests.conftest import settings_for
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import SOURCES, VALUES, make_draw
from tests.makers.plans import by_class, make_campaign
from tests.makers.registers import make_entity, make_officer
from tests.postgres import free_port
from tests.visitor import PASSWORD

ROOT = Path(__file__).parents[2]
DELAYS = (0.0, 0.01, 0.03, 0.06, 0.12, 5.0)  # seconds after the request was sent; the last is never in time
OBJECTS = 600

pytestmark = pytest.mark.slow


@pytest.fixture
def instance(tmp_path: Path, sqlite_template: Path) -> Iterator[Flask]:
    """An installation on disk with one campaign for each delay, ready to be frozen."""
    shutil.copy(sqlite_template, tmp_path / "sjj.db")
    app = create_app(settings_for(tmp_path))
    with app.app_context():
        fill()
        yield app
        db.session.remove()
        db.engine.dispose()


def fill() -> None:
    """One agency with a large register and its clerk."""
    agency = make_agency()
    for _ in range(OBJECTS):
        make_entity(agency)
    today = datetime.now(UTC).date()
    for _ in range(8):
        make_officer(agency, certificate_until=today + timedelta(days=900))
    more = {"starts_on": today, "ends_on": today + timedelta(days=30), "register": False}
    for _ in DELAYS:
        make_campaign(agency, strata=by_class("0", "0", "25%"), **more)
    make_user(Role.OFFICE, Role.APPROVER, agency=agency, username="clerk")


class Browser:
    """A cookie jar, a server and nothing else."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        handler = urllib.request.HTTPCookieProcessor(CookieJar())
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), handler)

    def get(self, path: str) -> str:
        """A page."""
        with self.opener.open(self.base + path, timeout=20) as answer:
            return str(answer.read().decode())

    def post(self, path: str, token: str, values: dict[str, str]) -> None:
        """Send a form; whatever becomes of the connection is the drill's business."""
        body = urlencode({**values, "csrf_token": token}).encode()
        with suppress(OSError, urllib.error.URLError):
            self.opener.open(self.base + path, body, timeout=20).close()

    def token(self, path: str) -> str:
        """The form token of a page."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path))
        assert found
        return found[1]


@contextmanager
def server(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], Browser]]:
    """A running server of this installation with the clerk signed in."""
    port = free_port()
    env = {**os.environ, "SJJ_INSTANCE": str(folder), "SJJ_SECRET_KEY": "only for tests", "SJJ_TESTING": "1"}
    env.pop("DATABASE_URL", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "sjj", "serve", "--port", str(port)],
        cwd=ROOT,
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        browser = Browser(port)
        until = time.monotonic() + 40
        while time.monotonic() < until:
            with suppress(OSError, urllib.error.URLError):
                browser.get("/healthz")
                break
            time.sleep(0.05)
        browser.post("/sign-in", browser.token("/sign-in"), {"username": "clerk", "password": PASSWORD})
        yield process, browser
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def killed_during(folder: Path, page: str, path: str, values: dict[str, str], delay: float) -> None:
    """Send the form and kill the server, workers and all, so long after."""
    with server(folder) as (process, browser):
        token = browser.token(page)
        sender = threading.Thread(target=browser.post, args=(path, token, values))
        sender.start()
        if delay >= 1:
            sender.join(delay)
        else:
            time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        sender.join()


def entries(action: str) -> int:
    """How often the audit log tells of it."""
    return db.session.query(AuditEntry).filter_by(action=action).count()


def sources() -> dict[str, str]:
    """The freeze form as a browser sends it."""
    values = {f"sources-{n}-{name}": "" for n in range(4) for name in ("from_", "issue", "digits")}
    values |= {f"sources-{n}-kind": "dice" for n in range(4)}
    for n, source in enumerate(SOURCES):
        values |= {f"sources-{n}-from_": source.from_, f"sources-{n}-digits": str(source.digits)}
    return values


def test_a_freeze_is_whole_or_was_never_begun(instance: Flask, tmp_path: Path) -> None:
    done = []
    for campaign_id, delay in zip(db.session.scalars(db.select(Campaign.id)).all(), DELAYS, strict=True):
        db.session.commit()
        address = f"/draws/freeze/{campaign_id}"
        killed_during(tmp_path, address, address, sources(), delay)
        db.session.rollback()
        frozen = db.session.query(Draw).filter_by(campaign_id=campaign_id).count()
        campaign = db.session.get(Campaign, campaign_id)
        assert campaign is not None
        assert campaign.state is (CampaignState.FROZEN if frozen else CampaignState.PUBLISHED), delay
        done.append(bool(frozen))
        assert entries("draw.frozen") == sum(done)
        assert integrity.faults() == []
        db.session.rollback()
    assert done[-1], "with time enough the freeze is done"


def test_a_draw_is_whole_or_was_never_begun(instance: Flask, tmp_path: Path) -> None:
    at = datetime.now(UTC) - timedelta(hours=1)
    actor = make_user(Role.OFFICE, agency=db.session.query(Campaign).first().agency)
    campaigns = db.session.query(Campaign).order_by(Campaign.id).all()
    draws = [make_draw(one, state=DrawState.FROZEN, actor=actor, at=at).id for one in campaigns]
    values = {"value_0": VALUES[0], "again_0": VALUES[0], "value_1": VALUES[1], "again_1": VALUES[1]}
    done = []
    for draw_id, delay in zip(draws, DELAYS, strict=True):
        db.session.commit()
        address = f"/draws/{draw_id}/hall"
        killed_during(tmp_path, address, address, values, delay)
        db.session.rollback()
        draw = db.session.get(Draw, draw_id)
        assert draw is not None
        held = draw.state is DrawState.DRAWN
        assert len(draw.objects) == (OBJECTS // 4 if held else 0), delay
        assert bool(draw.receipt) is held
        assert draw.campaign.state is (CampaignState.IN_PROGRESS if held else CampaignState.FROZEN)
        done.append(held)
        assert entries("draw.drawn") == sum(done)
        assert integrity.faults() == []
        db.session.rollback()
    assert done[-1], "with time enough the draw is held"
