"""取件码: what it opens, to whom, for how long; guessing it is slowed and its trace stands in no address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.inspections.feedback_models import PickupTry, VisitRating
from sjj.inspections.models import Inspection
from sjj.inspections.pickup import MOST_AT_A_VISIT, MOST_OF_AN_ADDRESS, PickupRefused, pick_up, plain_code
from sjj.publicity.visit_pass import LASTS, is_pass, make_pass
from sjj.rules.lifecycle import ResultState
from tests.inspections.papers import pdf_text
from tests.makers.accounts import make_user
from tests.makers.feedback import page_of
from tests.makers.inspections import hash_of, make_inspection, make_photo
from tests.makers.publicity import make_recorded, with_problem
from tests.visitor import Visitor

NOW = datetime(2026, 3, 6, 1, 0, tzinfo=UTC)
WRONG = "22222222"


@pytest.fixture
def inspection(app: Flask) -> Inspection:
    """A visit whose record is here."""
    return make_inspection(state=ResultState.AWAITING_REVIEW)


def opened(visitor: Visitor, inspection: Inspection, code: str = "", status: int = 303) -> Visitor:
    """The visitor who typed a code, the right one if none is told."""
    visitor.open(page_of(inspection))
    visitor.submit("form[action$='/pickup']", status, code=code or inspection.pickup_code)
    return visitor


def test_the_code_opens_the_record_its_papers_and_pictures(app: Flask, visitor: Visitor) -> None:
    made = make_inspection()
    inspection = make_recorded(made, said=with_problem(made))
    entity = inspection.entity
    entity.credit_risk = "D"
    code = f" {inspection.pickup_code[:4].lower()}－{inspection.pickup_code[4:]} "
    visitor = opened(visitor, inspection, code)
    assert visitor.response is not None
    assert visitor.response.headers["Location"] == page_of(inspection, "record")
    page = visitor.follow()
    for words in (entity.name, "李四 厂长", "13800000000", "台账齐全。", "未建立原料入库台账", "原料堆场"):
        assert words in visitor.text()
    assert "信用" not in visitor.text()
    pictures = [str(one["src"]) for one in page.select("main img")]
    assert len(pictures) == 1 + 3
    for source in pictures:
        assert visitor.client.get(source, buffered=True).mimetype == "image/jpeg"
    for name, title in (
        ("record", "现场检查笔录"),
        ("result", "检查结果告知书"),
        ("order", "责令改正通知书"),
    ):
        answer = visitor.client.get(page_of(inspection, f"{name}.pdf"))
        assert title in pdf_text(answer.data)
        assert answer.headers["Cache-Control"] == "no-store"
    visitor.open(page_of(inspection, "approval.pdf"), 404)
    visitor.open(page_of(inspection, "notice.pdf"), 404)
    assert "record.picked_up" in set(db.session.scalars(db.select(AuditEntry.action)))


def test_a_check_off_site_has_its_own_record_to_pick_up(visitor: Visitor, inspection: Inspection) -> None:
    inspection.off_site = True
    db.session.commit()
    page = opened(visitor, inspection).follow()
    assert not page.select("a[href$='/record.pdf']")
    said = pdf_text(visitor.client.get(page_of(inspection, "offsite.pdf")).data)
    assert "非现场检查记录" in said
    visitor.open(page_of(inspection, "record.pdf"), 404)


def test_what_the_browser_keeps_is_for_this_visit_only_and_shut_to_scripts(
    app: Flask, visitor: Visitor, inspection: Inspection
) -> None:
    other = make_inspection(state=ResultState.AWAITING_REVIEW)
    opened(visitor, inspection)
    assert visitor.response is not None
    cookie = next(one for one in visitor.response.headers.getlist("Set-Cookie") if one.startswith("visit="))
    for words in (f"Path={page_of(inspection)}", "HttpOnly", "SameSite=Lax", "Max-Age=1800"):
        assert words in cookie
    assert inspection.pickup_code not in cookie
    value = cookie.split(";")[0].removeprefix("visit=")
    for rest in ("record", "record.pdf", f"pictures/{hash_of(f'{other.uid}现场')}"):
        stolen = app.test_client().get(page_of(other, rest), headers={"Cookie": f"visit={value}"})
        assert stolen.status_code in (303, 404)
    visitor.open(page_of(inspection, f"pictures/{hash_of(f'{other.uid}现场')}"), 404)
    visitor.open(page_of(inspection, f"pictures/{make_photo().sha256}"), 404)
    visitor.open(page_of(inspection, "record"))
    visitor.submit("form[action$='/close']")
    visitor.open(page_of(inspection, "record"), 303)


def test_a_pass_runs_out_and_cannot_be_made_up(inspection: Inspection) -> None:
    shown = make_pass("key", inspection, NOW)
    assert is_pass("key", shown, inspection, NOW + LASTS - timedelta(seconds=1))
    assert not is_pass("key", shown, inspection, NOW + LASTS)
    until, _, mark = shown.partition(".")
    for bad in (
        "",
        ".",
        until,
        f"{int(until) + 9}.{mark}",
        f"{until}.{'0' * 64}",
        f"x.{mark}",
        f"{until}.é",
        "é.é",
    ):
        assert not is_pass("key", bad, inspection, NOW), bad
    assert not is_pass("another key", shown, inspection, NOW)
    inspection.pickup_code = "23456789"
    assert not is_pass("key", shown, inspection, NOW)


def test_without_the_code_nothing_of_the_record_is_told(visitor: Visitor, inspection: Inspection) -> None:
    for rest in ("record", "record.pdf", "result.pdf"):
        visitor.open(page_of(inspection, rest), 303)
    visitor.open(page_of(inspection, f"pictures/{hash_of(f'{inspection.uid}现场')}"), 404)
    page = visitor.open(page_of(inspection))
    assert "台账齐全。" not in str(page)
    visitor.post(page_of(inspection, "objections"), by_name="某", by_phone="13800000000", text="x")
    assert visitor.response is not None
    assert visitor.response.headers["Location"].endswith("#pickup")
    visitor.client.get(page_of(inspection, f"pickup?code={inspection.pickup_code}"))
    visitor.open(page_of(inspection, "record"), 303)


def test_a_code_before_there_is_a_record_is_not_even_judged(app: Flask, visitor: Visitor) -> None:
    inspection = make_inspection()
    visitor.open("/sign-in")
    visitor.post(page_of(inspection, "pickup"), 422, code=inspection.pickup_code)
    assert "检查记录还没有收到" in visitor.text()
    assert db.session.scalar(db.select(db.func.count()).select_from(PickupTry)) == 0


def test_five_wrong_codes_make_this_address_wait_and_nobody_else(
    visitor: Visitor, inspection: Inspection
) -> None:
    for left in (4, 3, 2, 1):
        opened(visitor, inspection, WRONG, 422)
        assert f"还可以试 {left} 次" in visitor.text()
    opened(visitor, inspection, WRONG, 429)
    opened(visitor, inspection, status=429)
    assert "请 15 分钟后再试" in visitor.text()
    elsewhere = Visitor(visitor.app)
    elsewhere.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    opened(elsewhere, inspection)
    tries = db.session.scalars(db.select(PickupTry)).all()
    assert len(tries) == 5
    for one in tries:
        one.at -= timedelta(minutes=16)
    db.session.commit()
    opened(visitor, inspection)
    locked = db.select(AuditEntry.address).where(AuditEntry.action == "record.pickup_locked")
    assert db.session.scalars(locked).all() == ["127.0.0.1"]


def test_a_code_of_another_shape_is_no_try(visitor: Visitor, inspection: Inspection) -> None:
    for code in ("1234", "OOOOOOOO", "IIIIIIII", "x" * 40):
        opened(visitor, inspection, code, 422)
    assert db.session.scalar(db.select(db.func.count()).select_from(PickupTry)) == 0


def test_changing_addresses_or_visits_helps_no_guesser(app: Flask, inspection: Inspection) -> None:
    for number in range(MOST_AT_A_VISIT):
        refused(inspection, WRONG, f"198.51.100.{number}")
    assert refused(inspection, inspection.pickup_code, "203.0.113.1").must_wait
    pick_up(inspection, inspection.pickup_code, "203.0.113.1", NOW + timedelta(minutes=16))
    for number in range(MOST_OF_AN_ADDRESS):
        db.session.add(
            PickupTry(
                inspection_id=make_inspection().id if not number else inspection.id, address="one", at=NOW
            )
        )
    other = make_inspection(state=ResultState.AWAITING_REVIEW)
    assert refused(other, other.pickup_code, "one").must_wait


def refused(inspection: Inspection, code: str, address: str) -> PickupRefused:
    """How a code was refused."""
    with pytest.raises(PickupRefused) as told:
        pick_up(inspection, code, address, NOW)
    return told.value


def test_a_form_of_another_site_opens_nothing(app: Flask, inspection: Inspection) -> None:
    client = app.test_client()
    for name in ("pickup", "rating", "objections", "close"):
        answer = client.post(page_of(inspection, name), data={"code": inspection.pickup_code, "points": "5"})
        assert answer.status_code == 400, name


def test_codes_are_read_as_people_type_them() -> None:
    for typed in ("abcd-2345", " ABCD 2345 ", "ＡＢＣＤ２３４５", "ab cd－23_45"):
        assert plain_code(typed) == "ABCD2345"


def test_the_office_cannot_be_kept_out_by_its_own_session(app: Flask, inspection: Inspection) -> None:
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=inspection.agency))
    opened(clerk, inspection)
    clerk.open(page_of(inspection, "record"))
    assert not clerk.page.select("form[action$='/objections']")
    clerk.open("/inspections/")


def test_many_at_once_get_no_further_than_one_by_one(app: Flask, inspection: Inspection) -> None:
    address, codes = page_of(inspection), [WRONG] * 12
    rounds = [(app.test_client(), code) for code in codes]

    def guess(one: tuple[FlaskClient, str]) -> int:
        return sent(one[0], "pickup", code=one[1])

    def say(one: tuple[FlaskClient, str]) -> int:
        return sent(one[0], "rating", points=one[1])

    def sent(client: FlaskClient, name: str, **values: str) -> int:
        with app.app_context():
            page = BeautifulSoup(client.get(address).data, "html.parser")
            token = page.select_one(f"form[action$='/{name}'] [name=csrf_token]")
            assert token is not None
            return client.post(f"{address}/{name}", data={"csrf_token": token["value"], **values}).status_code

    db.session.rollback()  # the test itself holds no lock meanwhile
    with ThreadPoolExecutor(6) as many:
        assert sorted(many.map(guess, rounds)) == [422] * 4 + [429] * 8
        said = list(many.map(say, [(client, str(1 + n % 5)) for n, (client, _) in enumerate(rounds)]))
    assert set(said) <= {303, 422}
    assert db.session.scalar(db.select(db.func.count()).select_from(PickupTry)) == 5
    assert db.session.scalar(db.select(db.func.count()).select_from(VisitRating)) == 5
