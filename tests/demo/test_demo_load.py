"""`sjj demo`: fills an empty database on both kinds, once, all or nothing, and keeps no password."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.app import create_app
from sjj.audit.models import AuditEntry
from sjj.check_cli import check
from sjj.database import db
from sjj.demo import cli
from sjj.demo.accounts import OPEN_STATES
from sjj.demo.cast import Cast
from sjj.demo.cli import demo
from sjj.demo.days import OfficeDays
from sjj.demo.invented_rows import ENTITY_HEADER, entity_rows
from sjj.demo.words import bureaus
from sjj.draws.models import Draw
from sjj.files.store import original_path
from sjj.followups.models import Problem
from sjj.inspections.models import Inspection, SubmissionFile, TeamMember
from sjj.plans.models import Campaign
from sjj.publicity.models import Notice
from sjj.registers.models import Entity, EntityKind, Officer
from sjj.registers.recusal_models import Recusal
from sjj.rules.identity import credit_code_problem
from sjj.rules.lifecycle import CampaignState, DrawState, ProblemState, ResultState
from sjj.rules.verify import canonical, parse, sha256_of
from sjj.rules.workdays import WorkCalendar
from sjj.web import SHANGHAI, now, today
from tests.conftest import settings_for
from tests.demo.conftest import DEMO_PASSWORD
from tests.visitor import Visitor

pytestmark = pytest.mark.slow


def _today() -> date:
    return today(now())


NAMES = {
    *("admin", "security", "auditor", "leader"),
    *(
        f"{role}-{suffix}"
        for role in ("clerk", "approver", "supervisor", "section", "leader")
        for suffix in ("lin", "huan")
    ),
    *(f"zf-{suffix}-{number:02d}" for suffix in ("lin", "huan") for number in range(1, 25)),
}


def test_the_accounts_are_exactly_those_promised(demo_app: Flask) -> None:
    users = {user.username: user for user in db.session.scalars(select(User))}
    assert users.keys() == NAMES
    assert not any(user.must_change_password for user in users.values())
    assert all(user.officer_id for name, user in users.items() if name.startswith("zf-"))
    assert users["leader"].has_role(Role.LEADER)
    assert users["leader"].agencies("register.read") is None
    assert users["clerk-lin"].agencies("register.read") == {users["clerk-lin"].agency_id}


@pytest.mark.parametrize("username", ["admin", "clerk-lin", "approver-huan", "supervisor-lin", "zf-huan-24"])
def test_everybody_signs_in_with_the_one_password(demo_app: Flask, username: str) -> None:
    Visitor(demo_app).sign_in(username, DEMO_PASSWORD).open(
        "/", status=303 if username.startswith("zf") else 200
    )


@pytest.mark.parametrize("suffix", ["lin", "huan"])
@pytest.mark.parametrize("number", ["01", "02"])
def test_the_first_officers_have_a_visit_to_make(demo_app: Flask, suffix: str, number: str) -> None:
    user = db.session.scalars(select(User).where(User.username == f"zf-{suffix}-{number}")).one()
    open_visits = (
        select(func.count())
        .select_from(TeamMember)
        .join(Inspection)
        .where(TeamMember.officer_id == user.officer_id, Inspection.state.in_(OPEN_STATES))
    )
    assert db.session.scalar(open_visits)


def test_each_bureau_has_its_registers(demo_app: Flask) -> None:
    for agency in db.session.scalars(select(Agency)):
        entities = db.session.scalars(select(Entity).where(Entity.agency_id == agency.id)).all()
        assert len(entities) == 302  # two of them entered twice: one merged, one to be looked at
        enterprises = [one for one in entities if one.kind is EntityKind.ENTERPRISE]
        assert not [one.code for one in enterprises if credit_code_problem(one.code)]
        assert {one.kind for one in entities} == set(EntityKind)
        assert any(not one.is_active for one in entities)
        assert any(one.positive_until for one in entities)
        officers = db.session.scalars(select(Officer).where(Officer.agency_id == agency.id)).all()
        assert len(officers) == 24
        left = sorted((one.certificate_until or _today()) - _today() for one in officers)
        assert left[0] < timedelta(0) < left[1] < left[2] < timedelta(30) < left[3]


def test_each_bureau_has_a_campaign_at_every_stage(demo_app: Flask) -> None:
    for agency in db.session.scalars(select(Agency)):
        drawn = select(Campaign).where(Campaign.agency_id == agency.id, Campaign.by_draw)
        alone = drawn.where(~Campaign.partners.any())
        campaigns = db.session.scalars(alone.order_by(Campaign.id)).all()
        assert [one.state for one in campaigns] == [
            CampaignState.FINISHED,
            CampaignState.IN_PROGRESS,
            CampaignState.PUBLISHED,
            CampaignState.DRAFT,
        ]
        in_field = select(Inspection.state).where(Inspection.campaign_id == campaigns[1].id)
        states = list(db.session.scalars(in_field))
        assert {ResultState.NOT_ENTERED, ResultState.AWAITING_REVIEW, ResultState.SENT_BACK} == set(states)


def test_each_bureau_has_an_off_site_batch_that_opened_a_case(demo_app: Flask) -> None:
    for agency in db.session.scalars(select(Agency)):
        named = select(Campaign).where(Campaign.agency_id == agency.id, Campaign.by_draw.is_(False))
        rows = db.session.scalars(named.order_by(Campaign.id)).all()
        batch, case = (one for one in rows if not one.platform)
        assert (batch.is_off_site, case.is_off_site) == (True, False)
        assert batch.state is case.state is CampaignState.IN_PROGRESS
        visit = db.session.scalars(select(Inspection).where(Inspection.campaign_id == case.id)).one()
        found = db.session.get_one(Inspection, visit.origin_id)
        assert (found.campaign_id, found.state) == (batch.id, ResultState.PUBLISHED)


def test_what_was_approved_stands_in_the_scheme_and_in_every_notice(demo_app: Flask) -> None:
    for campaign in db.session.scalars(
        select(Campaign).where(Campaign.approved_at.is_not(None), Campaign.by_draw)
    ):
        assert [item["code"] for item in campaign.scheme["items"]] == [
            row.item.code for row in campaign.items
        ]
        assert campaign.approved_by_id not in (None, campaign.created_by_id)
    for notice in db.session.scalars(select(Notice)):
        assert [item["result"] for item in notice.content["items"]]
        assert notice.inspection.reviewed_at is not None
        assert notice.inspection.reviewed_at < notice.published_at


def test_problems_are_closed_open_and_overdue_and_notices_in_time(demo_app: Flask) -> None:
    for agency in db.session.scalars(select(Agency)):
        drawn = (Inspection.agency_id == agency.id) & Inspection.draw_id.is_not(None)
        of_agency = select(Problem).join(Inspection).where(drawn)
        problems = db.session.scalars(of_agency.order_by(Problem.id)).all()
        assert [one.state for one in problems] == [ProblemState.CLOSED, ProblemState.OPEN, ProblemState.OPEN]
        due = sorted(one.due_on for one in problems if one.state is ProblemState.OPEN and one.due_on)
        assert due[0] < _today() < due[1]
    for notice in db.session.scalars(select(Notice)):
        assert notice.due_on is None or notice.first_published_on <= notice.due_on


def test_one_recusal_waits_and_one_was_approved(demo_app: Flask) -> None:
    approved = list(db.session.scalars(select(Recusal.approved).order_by(Recusal.id)))
    assert approved == [True, None, True, None]


def test_the_draws_are_real(demo_app: Flask) -> None:
    draws = db.session.scalars(select(Draw).order_by(Draw.agency_id, Draw.serial)).all()
    assert [draw.serial for draw in draws] == [1, 2, 3, 1, 2]  # the third: a joint one
    for draw in draws:
        assert draw.state is DrawState.DRAWN
        receipt = parse(draw.receipt.encode())
        assert canonical(receipt) == draw.receipt.encode()
        assert sha256_of(receipt) == draw.receipt_sha256


def test_sjj_check_finds_nothing_wrong(demo_app: Flask) -> None:
    done = demo_app.test_cli_runner().invoke(check)
    assert done.exit_code == 0, done.output


def test_every_named_file_is_on_the_disk(demo_app: Flask) -> None:
    named = set(db.session.scalars(select(SubmissionFile.sha256)))
    assert len(named) > 60
    assert all(original_path(sha256).is_file() for sha256 in named)


def test_nothing_happened_in_the_future(demo_app: Flask) -> None:
    last = db.session.scalar(select(func.max(AuditEntry.at)))
    assert last is not None
    assert last.astimezone(SHANGHAI).date() < _today() + timedelta(1)


def test_a_second_load_is_refused_in_a_sentence(demo_app: Flask) -> None:
    again = demo_app.test_cli_runner().invoke(demo)
    assert again.exit_code == 1
    assert "数据库里已有部门" in again.output


def test_if_empty_only_names_the_accounts(demo_app: Flask) -> None:
    again = demo_app.test_cli_runner().invoke(demo, ["--if-empty"])
    assert again.exit_code == 0
    assert "clerk-lin" in again.output
    assert "sjj user password" in again.output
    assert DEMO_PASSWORD not in again.output


def test_without_a_setting_a_password_is_made_and_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cli, "fill", lambda _password, _day: None)
    app = create_app(settings_for(tmp_path))
    outputs = [app.test_cli_runner().invoke(demo).output for _ in range(2)]
    assert all("只显示这一次" in output for output in outputs)
    assert outputs[0] != outputs[1]


def test_a_load_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_cast: Cast, _finished: object, _in_field: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("sjj.demo.fill.fill_feedback", fail)  # the last step of the first bureau
    app = create_app(settings_for(tmp_path))
    done = app.test_cli_runner().invoke(demo)
    assert isinstance(done.exception, OSError)
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 0
        assert db.session.scalar(select(func.count()).select_from(Agency)) == 0
        db.session.remove()
        db.engine.dispose()


def test_days_go_on_where_no_calendar_is_known() -> None:
    days = OfficeDays(date(2031, 1, 3), WorkCalendar({}, frozenset(), []))
    assert days.day(-3) == date(2030, 12, 31)
    assert days.day(1) == date(2031, 1, 6)


def test_the_same_day_tells_the_same_words() -> None:
    for bureau in bureaus():
        rows = entity_rows(bureau, date(2026, 3, 5))
        assert rows == entity_rows(bureau, date(2026, 3, 5))
        names = [row[ENTITY_HEADER.index("企业名称")] for row in rows if row[1]]
        assert len(names) == len(set(names))
