"""Two people press at the same instant: one succeeds, the other reads a sentence; on both databases."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import integrity
from sjj.draws.models import Draw, FreezeProposal
from sjj.draws.void_services import ask_void
from sjj.rules.lifecycle import DrawState
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, VALUES, make_draw, make_draw_in_room, put_up
from tests.makers.plans import make_campaign, make_register
from tests.visitor import Visitor, controls

ROUNDS = 3


def at_once(app: Flask, visitors: list[Visitor], press: Callable[[Visitor], object]) -> list[object]:
    """Let everybody press together; their answers in no order."""
    gate, answers = threading.Barrier(len(visitors)), []
    db.session.rollback()  # let go of the database: the others write now

    def run(visitor: Visitor) -> None:
        gate.wait()
        with app.app_context():
            answers.append(press(visitor))

    threads = [threading.Thread(target=run, args=(visitor,)) for visitor in visitors]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return answers


def people(app: Flask, agency: object, number: int = 2) -> list[Visitor]:
    """So many clerks of one agency, signed in."""
    return [Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency)) for _ in range(number)]  # type: ignore[arg-type]


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_draw_is_held_once(app: Flask, number: int) -> None:
    draw = make_draw_in_room(values=VALUES)
    number_of, address = draw.id, f"/draws/{draw.id}/hall"
    visitors = people(app, draw.agency)
    for visitor in visitors:
        visitor.open(address)

    def press(visitor: Visitor) -> tuple[int, bool]:
        answer = visitor.client.post(address, data={"csrf_token": visitor.csrf()})
        return answer.status_code, "一次抽取只能进行一次" in answer.get_data(as_text=True)

    assert sorted(at_once(app, visitors, press)) == [(303, False), (409, True)]
    found = db.session.get(Draw, number_of)
    assert found is not None
    assert found.state is DrawState.DRAWN
    assert db.session.query(AuditEntry).filter_by(action="draw.drawn").count() == 1
    assert integrity.faults() == []


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_list_is_put_up_once(app: Flask, number: int) -> None:
    campaign = make_campaign()
    address = f"/draws/freeze/{campaign.id}"
    visitors = people(app, campaign.agency)
    for visitor in visitors:
        visitor.open(address)

    def press(visitor: Visitor) -> tuple[int, bool]:
        answer = visitor.client.post(address, data=controls(visitor.page.select_one("form.card")))
        return answer.status_code, "正等另一人确认" in answer.get_data(as_text=True)

    assert sorted(at_once(app, visitors, press)) == [(303, False), (409, True)]
    assert db.session.query(FreezeProposal).count() == 1
    assert db.session.query(Draw).count() == 0


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_campaign_is_frozen_once(app: Flask, number: int) -> None:
    campaign = put_up(make_campaign())
    address = f"/draws/freeze/{campaign.id}"
    visitors = people(app, campaign.agency)
    for visitor in visitors:
        visitor.open(address)

    def press(visitor: Visitor) -> tuple[int, bool]:
        data = controls(visitor.page.select_one("#confirm"))
        answer = visitor.client.post(f"{address}/confirm", data=data)
        return answer.status_code, "已经冻结，不能再冻结一次" in answer.get_data(as_text=True)

    assert sorted(at_once(app, visitors, press)) == [(303, False), (409, True)]
    assert db.session.query(Draw).one().serial == 1
    assert db.session.query(AuditEntry).filter_by(action="draw.frozen").count() == 1
    assert integrity.faults() == []


@pytest.mark.parametrize("number", range(ROUNDS))
def test_confirming_and_withdrawing_at_once_leave_one_outcome(app: Flask, number: int) -> None:
    campaign = put_up(make_campaign())
    address = f"/draws/freeze/{campaign.id}"
    visitors = people(app, campaign.agency)
    steps = {}
    for visitor, step in zip(visitors, ("confirm", "withdraw"), strict=True):
        visitor.open(address)
        steps[id(visitor)] = step

    def press(visitor: Visitor) -> int:
        step = steps[id(visitor)]
        data = controls(visitor.page.select_one(f"#{step}"))
        return visitor.client.post(f"{address}/{step}", data=data).status_code

    answers = sorted(at_once(app, visitors, press))
    frozen = db.session.query(Draw).count()
    assert answers == ([303, 409] if frozen else [303, 422])
    assert db.session.query(FreezeProposal).count() == 0


def test_two_campaigns_frozen_together_keep_the_chain(app: Flask) -> None:
    agency = make_agency()
    make_register(agency)
    campaigns = [put_up(make_campaign(agency, register=False)) for _ in range(2)]
    visitors = people(app, agency)
    addresses = {}
    for visitor, campaign in zip(visitors, campaigns, strict=True):
        addresses[id(visitor)] = f"/draws/freeze/{campaign.id}"
        visitor.open(addresses[id(visitor)])

    def press(visitor: Visitor) -> int:
        data = controls(visitor.page.select_one("#confirm"))
        return visitor.client.post(f"{addresses[id(visitor)]}/confirm", data=data).status_code

    assert at_once(app, visitors, press) == [303, 303]
    assert sorted(draw.serial for draw in db.session.query(Draw)) == [1, 2]
    assert integrity.faults() == []


def test_the_first_value_and_a_void_at_once_leave_one_outcome(app: Flask) -> None:
    draw = make_draw_in_room()
    clerk, other = people(app, draw.agency)
    clerk.open(f"/draws/{draw.id}/hall")
    other.open(f"/draws/{draw.id}/void")
    value = {"source": "0", "value": VALUES[0], "again": VALUES[0]}
    answers = both(
        app, {clerk: (f"/draws/{draw.id}/hall/value", value), other: (f"/draws/{draw.id}/void", VOID)}
    )
    assert answers in ([303, 409], [303, 422])
    db.session.refresh(draw)
    assert (draw.state is DrawState.VOIDED) is (draw.values_seen_at is None)
    assert integrity.faults() == []


def test_drawing_while_the_second_agrees_to_a_void_ends_void(app: Flask) -> None:
    draw = make_draw_in_room(values=VALUES)
    ask_void(draw, "停电", make_user(Role.APPROVER, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    (clerk,) = people(app, draw.agency, 1)
    supervisor = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=draw.agency))
    clerk.open(f"/draws/{draw.id}/hall")
    supervisor.open(f"/draws/{draw.id}/void")
    answers = both(
        app, {clerk: (f"/draws/{draw.id}/hall", {}), supervisor: (f"/draws/{draw.id}/void/agree", {})}
    )
    db.session.refresh(draw)
    assert draw.state is DrawState.VOIDED
    assert answers == ([303, 303] if draw.receipt else [303, 409])
    assert integrity.faults() == []


@pytest.mark.parametrize("number", range(ROUNDS))
def test_one_value_is_typed_once(app: Flask, number: int) -> None:
    draw = make_draw_in_room()
    first, second = people(app, draw.agency)
    address = f"/draws/{draw.id}/hall/value"
    sent = {}
    for visitor, value in ((first, "111111"), (second, "222222")):
        visitor.open(f"/draws/{draw.id}/hall")
        sent[visitor] = (address, {"source": "0", "value": value, "again": value})
    assert both(app, sent) == [303, 409]
    db.session.refresh(draw)
    assert draw.values_entered in (["111111", ""], ["222222", ""])
    assert db.session.query(AuditEntry).filter_by(action="draw.value_entered").count() == 1


@pytest.mark.slow
def test_one_object_is_shown_once(app: Flask) -> None:
    draw = make_draw(shown=0)
    visitors = people(app, draw.agency)
    for visitor in visitors:
        visitor.open(f"/draws/{draw.id}/hall")
    step = (f"/draws/{draw.id}/hall/reveal", {"shown": "0", "more": "1"})
    assert both(app, dict.fromkeys(visitors, step)) == [303, 409]
    db.session.refresh(draw)
    assert draw.revealed == 1


VOID: dict[str, str] = {"reason": "停电"}


def both(app: Flask, acts: dict[Visitor, tuple[str, dict[str, str]]]) -> list[int]:
    """Everybody does their act at one instant; the statuses, sorted."""

    def press(visitor: Visitor) -> int:
        address, data = acts[visitor]
        return visitor.client.post(address, data={**data, "csrf_token": visitor.csrf()}).status_code

    return sorted(at_once(app, list(acts), press))  # type: ignore[type-var]
