"""Signing in, staying signed in, and being locked out."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from sjj.accounts.models import LoginSession, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from tests.makers.accounts import make_agency, make_user
from tests.visitor import PASSWORD, Visitor


def test_a_right_password_opens_the_home_page(visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.OFFICE, agency=make_agency(), username="clerk"))
    assert visitor.follow().h1.get_text() == "今天要办"  # type: ignore[union-attr]
    entry = db.session.scalars(select(AuditEntry)).one()
    assert entry.sentence == "clerk 登录"


def test_a_wrong_password_and_an_unknown_name_read_the_same(visitor: Visitor) -> None:
    make_user(Role.OFFICE, username="clerk")
    said = []
    for name in ("clerk", "nobody"):
        visitor.open("/sign-in")
        visitor.submit(username=name, password="wrong", status=422)
        said.append([p.get_text(strip=True) for p in visitor.page.select(".problem")])
    assert said[0] == said[1] != []


def test_a_page_sends_the_signed_out_to_sign_in_and_back(visitor: Visitor) -> None:
    make_user(Role.AUDITOR, username="auditor")
    visitor.open("/audit/?q=x", 303)
    visitor.follow()
    visitor.submit(username="auditor", password=PASSWORD)
    assert visitor.response is not None
    assert visitor.response.headers["Location"] == "/audit/?q=x"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example/", "/\\evil.example", "evil", "/a\r\nb"]
)
def test_sign_in_never_leads_out_of_the_app(visitor: Visitor, target: str) -> None:
    make_user(Role.AUDITOR, username="auditor")
    visitor.open("/sign-in")
    token = visitor.csrf()
    response = visitor.client.post(
        "/sign-in",
        query_string={"next": target},
        data={"username": "auditor", "password": PASSWORD, "csrf_token": token},
    )
    assert response.status_code == 303
    assert response.headers["Location"] == "/"


def test_five_wrong_passwords_lock_the_account_for_a_quarter_of_an_hour(visitor: Visitor) -> None:
    make_user(Role.OFFICE, username="clerk")
    with time_machine.travel("2026-03-05T01:00:00Z", tick=False) as clock:
        for _ in range(5):
            visitor.open("/sign-in")
            visitor.submit(username="clerk", password="wrong", status=422)
        visitor.submit(username="clerk", password=PASSWORD, status=422)
        assert "已锁定" in visitor.text()
        clock.shift(timedelta(minutes=16))
        visitor.sign_in("clerk")


def test_the_session_token_changes_at_sign_in_and_dies_at_sign_out(visitor: Visitor) -> None:
    make_user(Role.OFFICE, agency=make_agency(), username="clerk")
    visitor.open("/sign-in")
    before = visitor.client.get_cookie("sjj")
    visitor.submit(username="clerk", password=PASSWORD)
    after = visitor.client.get_cookie("sjj")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    visitor.open("/")
    visitor.submit(form='form[action="/sign-out"]', status=303)
    visitor.client.set_cookie("sjj", after.value)
    visitor.open("/", 303)
    assert db.session.scalars(select(LoginSession)).all() == []


@pytest.mark.parametrize(
    ("pause", "times"),
    [pytest.param(61, 1, id="an hour without a click"), pytest.param(50, 16, id="half a day of clicking")],
)
def test_a_session_ends(visitor: Visitor, pause: int, times: int) -> None:
    user = make_user(Role.OFFICE, agency=make_agency())
    with time_machine.travel("2026-03-05T01:00:00Z", tick=False) as clock:
        visitor.sign_in(user)
        for _ in range(times - 1):
            clock.shift(timedelta(minutes=pause))
            if visitor.client.get("/").status_code == 303:
                break
        clock.shift(timedelta(minutes=pause))
        visitor.open("/", 303)


def test_a_disabled_account_is_out_at_once(visitor: Visitor) -> None:
    user = make_user(Role.OFFICE, agency=make_agency())
    visitor.sign_in(user)
    user = db.session.get_one(User, user.id)
    user.disabled = True
    db.session.commit()
    visitor.open("/", 303)


def test_the_first_password_must_be_changed(visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.OFFICE, agency=make_agency(), must_change_password=True))
    visitor.open("/", 303)
    assert "首次登录" in visitor.follow().get_text()
    visitor.submit(
        form='form[action="/account/password"]', old=PASSWORD, new="short", again="short", status=422
    )
    assert "密码至少 8 位" in visitor.text()
    visitor.submit(
        form='form[action="/account/password"]', old=PASSWORD, new="chestnut-9-hill", again="chestnut-9-hill"
    )
    visitor.open("/")


@pytest.mark.parametrize(
    "name", ["Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy", "Permissions-Policy"]
)
def test_every_answer_carries_the_security_headers(visitor: Visitor, name: str) -> None:
    visitor.open("/sign-in")
    assert visitor.response is not None
    assert visitor.response.headers[name]
    assert "unsafe-inline" not in visitor.response.headers["Content-Security-Policy"]


def test_a_post_without_a_token_changes_nothing(visitor: Visitor) -> None:
    make_user(Role.OFFICE, username="clerk")
    response = visitor.client.post("/sign-in", data={"username": "clerk", "password": PASSWORD})
    assert response.status_code == 400
    assert db.session.scalars(select(LoginSession)).all() == []


def test_a_form_sent_after_a_pause_is_taken_and_keeps_the_session_alive(visitor: Visitor) -> None:
    with time_machine.travel("2026-03-05T01:00:00Z", tick=False) as clock:
        visitor.sign_in(make_user(Role.SYSTEM_ADMIN))
        visitor.open("/admin/agencies/new")
        clock.shift(timedelta(minutes=2))
        visitor.submit(name="试点县林业局", short_name="试林", theme="林业", division_code="130227")
        seen = db.session.scalars(select(LoginSession.last_seen_at)).one()
        assert seen.minute == 2


def test_the_address_of_a_form_says_what_to_do_when_opened_by_itself(visitor: Visitor) -> None:
    answer = visitor.client.get("/sign-out")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]
    assert "这个地址不能直接打开" in answer.get_data(as_text=True)
