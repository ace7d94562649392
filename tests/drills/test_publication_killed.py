"""kill -9 of a real server while results are published leaves the whole batch public or none of it (SQLite)."""

from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.cli import cli
from sjj.database import db
from sjj.inspections.models import Inspection
from sjj.publicity.models import Notice
from sjj.rules.lifecycle import CampaignState, ResultState
from tests.drills.draw_drills import CLERK, entries, installation, post_and_kill, server_of
from tests.makers.accounts import make_agency, make_user
from tests.makers.inspections import make_inspection
from tests.makers.publicity import make_accepted

DELAYS = (0.0, 0.05, 0.2, None)  # seconds after sending; None: not before the answer
BATCH = 40

pytestmark = pytest.mark.slow


def make_batch(office: User) -> list[int]:
    """The accepted inspections of one campaign, some with a problem; their ids."""
    first = make_inspection(office.agency)
    team = [member.officer for member in first.team]
    more = [make_inspection(campaign=first.campaign, officers=team) for _ in range(BATCH - 1)]
    return [
        make_accepted(one, actor=office, problem=number % 4 == 0).id
        for number, one in enumerate([first, *more])
    ]


def is_public(ids: list[int]) -> bool:
    """Whether this batch is published; every place that says so says the same."""
    notices = db.session.scalars(select(Notice).where(Notice.inspection_id.in_(ids))).all()
    done = bool(notices)
    assert sorted(one.inspection_id for one in notices) == (sorted(ids) if done else [])
    assert all(one.is_live and one.content["items"] for one in notices)
    inspections = db.session.scalars(select(Inspection).where(Inspection.id.in_(ids))).all()
    expected = ResultState.PUBLISHED if done else ResultState.AWAITING_PUBLICATION
    assert {one.state for one in inspections} == {expected}
    campaign = inspections[0].campaign
    assert campaign.state is (CampaignState.FINISHED if done else CampaignState.IN_PROGRESS)
    return done


def told_of() -> list[int]:
    """The notices that the audit log tells of."""
    query = select(AuditEntry.subject_id).where(AuditEntry.action == "notice.published")
    return sorted(int(one) for one in db.session.scalars(query))


def check(app: Flask) -> None:
    """`sjj check` finds nothing."""
    result = app.test_cli_runner().invoke(cli, ["check"])
    assert result.exit_code == 0, result.output


def test_a_batch_is_published_whole_or_not_at_all(tmp_path: Path, sqlite_template: Path) -> None:
    with installation(tmp_path, sqlite_template) as app:
        office = make_user(Role.OFFICE, agency=make_agency(), username=CLERK)
        batches = [make_batch(office) for _ in DELAYS]
        server, done = server_of(tmp_path), []
        for ids, delay in zip(batches, DELAYS, strict=True):
            preview = f"/notices/preview?{urlencode({'id': ids}, doseq=True)}"
            post_and_kill(server, preview, "/notices/publish", {"id": ids}, delay)
            done.append(is_public(ids))
            assert told_of() == sorted(db.session.scalars(select(Notice.id))), delay
            assert entries("campaign.finished") == sum(done), delay
            check(app)
        assert done[-1], "with time enough the batch is published"
        assert db.session.scalar(select(func.count()).select_from(Notice)) == BATCH * sum(done)
