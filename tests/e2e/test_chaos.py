"""A network that drops, delays and cuts; a server that is killed; tabs that are closed: 0 lost, 0 doubled.

`make soak` carries 50 records; SJJ_CHAOS_RECORDS says another number.
"""

import os
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext

from sjj.database import db
from tests.e2e.chaos import Drill
from tests.e2e.phone_form import Visit, visit_of
from tests.live import LiveServer
from tests.makers.inspections import make_inspection
from tests.proxy import BadNetwork

FEW, MANY = 6, int(os.environ.get("SJJ_CHAOS_RECORDS", "50"))

pytestmark = pytest.mark.e2e


def make_visits(number: int) -> list[Visit]:
    """One officer's visits; only the first makes the account."""
    first = make_inspection()
    officers = [member.officer for member in first.team]
    more = [make_inspection(campaign=first.campaign, officers=officers) for _ in range(number - 1)]
    uids = [(str(one.uid), one.entity.token) for one in more]
    visit = visit_of(first)
    db.session.rollback()
    return [visit, *(Visit(uid, token, visit.username, visit.team) for uid, token in uids)]


def run_drill(
    number: int, kills: int, within: float, server: LiveServer, context: BrowserContext, folder: Path
) -> None:
    """Make the records, send them home, count."""
    visits = make_visits(number)
    network = BadNetwork(server.port).start()
    page = context.new_page()
    page.set_default_timeout(30_000)
    drill = Drill(network, server, context, folder, page)
    try:
        drill.make_records(visits, signed_every=3)
        drill.send_home(kills, within)
        drill.check()
    finally:
        network.stop()


@pytest.mark.slow
def test_six_records_come_home(
    app: Flask, live_server: LiveServer, phone_context: BrowserContext, tmp_path: Path
) -> None:
    run_drill(FEW, 1, 300, live_server, phone_context, tmp_path)


@pytest.mark.soak
def test_fifty_records_come_home(
    app: Flask, live_server: LiveServer, phone_context: BrowserContext, tmp_path: Path
) -> None:
    run_drill(MANY, 4, 1800, live_server, phone_context, tmp_path)
