"""What the supervisor is told, where it stands, and the mark that it was read."""

from flask import Flask

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws import messages as told
from sjj.draws.models import Draw, DrawMessage
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, make_draw, void_by_two
from tests.visitor import Visitor

LIST = "/draws/messages"


def supervisor_of(app: Flask, draw: Draw) -> Visitor:
    """The supervisor of the draw's agency, signed in."""
    return Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=draw.agency))


def test_told_of_the_draw_and_of_its_void(app: Flask) -> None:
    draw = make_draw()
    void_by_two(draw)
    kinds = [kind for (kind,) in db.session.query(DrawMessage.kind).order_by(DrawMessage.id)]
    assert [kind for kind in kinds if kind in ("drawn", "void_asked", "voided")] == [
        "drawn",
        "void_asked",
        "voided",
    ]
    said = " ".join(text for (text,) in db.session.query(DrawMessage.sentence))
    assert draw.draw_no in said
    assert not [one.name for one in draw.objects if one.name in said]


def test_unread_ones_stand_at_home_until_they_are_read(app: Flask) -> None:
    draw = make_draw()
    supervisor = supervisor_of(app, draw)
    page = supervisor.open("/")
    waiting = len(page.select(".told li"))
    assert waiting
    assert page.select_one(f'nav a[href="{LIST}"] em').get_text() == str(waiting)
    supervisor.submit(".told form")
    assert supervisor.response.headers["Location"] == "/"
    assert len(supervisor.follow().select(".told li")) == waiting - 1
    supervisor.open(LIST)
    supervisor.submit("form[action$='messages/read']")
    supervisor.follow()
    assert not supervisor.open("/").select(".told")
    assert len(supervisor.open(LIST).select("#messages tbody tr")) == waiting
    assert supervisor_of(app, draw).open("/").select(".told"), "another supervisor has not read them"


def test_found_by_words_kind_and_reading(app: Flask) -> None:
    draw = make_draw()
    void_by_two(draw)
    supervisor = supervisor_of(app, draw)
    for query, number in (
        ("kind=voided", 1),
        ("q=申请作废", 1),
        ("q=没有这回事", 0),
        ("kind=drawn&unread=1", 1),
    ):
        page = supervisor.open(f"{LIST}?{query}")
        assert len(page.select("#messages tbody tr")) == number, query
    assert_swap_equals_reload(supervisor.client, f"{LIST}?kind=voided")
    table = supervisor.client.get(f"{LIST}.csv?kind=voided").get_data(as_text=True)
    assert len(table.splitlines()) == 2
    assert "名单有误" in table


def test_only_who_witnesses_there_is_told(app: Flask) -> None:
    draw = make_draw()
    message = db.session.query(DrawMessage).first()
    assert message is not None
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=draw.agency))
    assert not clerk.open("/").select(".told")
    clerk.open(LIST, 403)
    elsewhere = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=make_agency()))
    assert "没有提醒" in elsewhere.open(LIST).get_text()
    elsewhere.post(f"{LIST}/{message.id}/read", 404)


def test_reading_twice_keeps_the_first_time(app: Flask) -> None:
    draw = make_draw()
    supervisor = make_user(Role.SUPERVISOR, agency=draw.agency)
    message = told.unread(supervisor)[0]
    told.mark_read(message, supervisor, DRAWN_AT)
    db.session.commit()
    told.mark_read(message, supervisor, DRAWN_AT.replace(hour=9))
    db.session.commit()
    assert told.with_marks(supervisor, [message])[0].read_at == DRAWN_AT


def test_a_long_sentence_is_cut_and_marks_lead_nowhere_else(app: Flask) -> None:
    draw = make_draw()
    told.tell(draw.agency_id, draw.campaign, draw, told.Kind.CHANGE_ASKED, "长" * 2000, DRAWN_AT)
    db.session.commit()
    supervisor = supervisor_of(app, draw)
    page = supervisor.open(f"{LIST}?kind=change_asked")
    assert page.select_one("#messages tbody a").get_text() == "长" * told.LONGEST
    supervisor.submit("#messages form", next="https://elsewhere.example/")
    assert supervisor.response.headers["Location"] == LIST
