"""The room: witnesses, covered values, the draw, one object after another; the same for everybody who looks."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws.models import Draw
from sjj.rules.draw import Source
from sjj.rules.lifecycle import DrawState
from tests.house.swap import _plain, assert_swap_equals_reload
from tests.makers import draws as makers
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, VALUES, make_draw, make_draw_in_room
from tests.makers.plans import by_class, make_campaign, make_register
from tests.room import hall, hold_in_room, name_witnesses, press_draw, show, type_value
from tests.visitor import Visitor

HTMX = {"HX-Request": "true"}


def person(app: Flask, draw: Draw, role: Role = Role.OFFICE) -> Visitor:
    """Somebody of the draw's agency, signed in."""
    return Visitor(app).sign_in(make_user(role, agency=draw.agency))


def actions(*names: str) -> list[str]:
    """What the audit log says of these actions, in order."""
    query = db.session.query(AuditEntry.action).filter(AuditEntry.action.in_(names)).order_by(AuditEntry.id)
    return [action for (action,) in query]


def test_from_commitment_to_the_last_object(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    clerk = person(app, draw)
    page = clerk.open(hall(draw.id))
    assert page.select_one(".hash-large").get_text() == draw.commitment_sha256
    assert f"/public/draws/{draw.id}" in clerk.text()
    assert clerk.client.get(page.select_one(".hall-qr img")["src"]).data.startswith(b"<?xml")
    name_witnesses(clerk, draw.id)
    clerk.follow()
    assert "赵清" in clerk.text()
    assert "第 1 个，共 2 个： 纪检监督人员" in clerk.text()
    for place, value in enumerate(VALUES):
        type_value(clerk, draw.id, place, value)
    ready = clerk.follow()
    assert [seed.get_text() for seed in ready.select(".seed")] == list(VALUES)
    assert draw.secret not in str(ready), "sealed until the button is pressed"
    press_draw(clerk, draw.id)
    started = clerk.follow()
    assert draw.secret in started.get_text()
    assert "已显示 0/4" in clerk.text()
    assert not started.select(".drawn .place:not(.next .place)")
    for shown in range(4):
        show(clerk, draw.id, shown, 1)
        page = clerk.follow()
        assert f"已显示 {shown + 1}/4" in clerk.text()
        assert len(page.select(".drawn li:not(.next)")) == shown + 1
    assert not page.select("form")
    assert "抽取记录表" in clerk.text()
    assert actions(
        "draw.witnesses_named", "draw.value_entered", "draw.reveal_started", "draw.reveal_ended"
    ) == [
        "draw.witnesses_named",
        "draw.value_entered",
        "draw.value_entered",
        "draw.reveal_started",
        "draw.reveal_ended",
    ]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        pytest.param({}, "至少写明 2 名见证人", id="nobody"),
        pytest.param({"rows-0-name": "赵清", "rows-0-of": "纪检"}, "至少写明 2 名见证人", id="only one"),
        pytest.param(
            {f"rows-{n}-{name}": text for n in (0, 1) for name, text in (("name", "赵清"), ("of", "纪检"))},
            "同一名见证人写了两次",
            id="the same twice",
        ),
        pytest.param(
            {"rows-0-name": "赵清", "rows-1-name": "钱明", "rows-1-of": "企业"},
            "请填写单位或身份",
            id="of nowhere",
        ),
        pytest.param(
            {
                "rows-0-name": "赵清 13900001111",
                "rows-0-of": "纪检",
                "rows-1-name": "钱明",
                "rows-1-of": "企业",
            },
            "不要写身份证号或电话号码",
            id="a phone number",
        ),
    ],
)
def test_witnesses_are_two_people_with_a_house(app: Flask, rows: dict[str, str], said: str) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    clerk = person(app, draw)
    name_witnesses(clerk, draw.id, 422, **(rows or {"rows-0-name": ""}))
    assert said in clerk.text()
    db.session.refresh(draw)
    assert draw.witnesses == []
    type_value(clerk, draw.id, 0, VALUES[0], status=422)
    assert "请先写明见证人" in clerk.text()
    name_witnesses(clerk, draw.id)


def test_witnesses_may_be_corrected_until_the_first_value(app: Flask) -> None:
    draw = make_draw_in_room()
    clerk = person(app, draw)
    clerk.open(hall(draw.id))
    clerk.submit("form[action$=witnesses]", **{"rows-1-name": "孙宁"})
    db.session.refresh(draw)
    assert draw.witnesses[1] == {"name": "孙宁", "of": "企业代表"}
    type_value(clerk, draw.id, 0, VALUES[0])
    page = clerk.follow()
    assert not page.select("form[action$=witnesses]")
    clerk.post(
        f"{hall(draw.id)}/witnesses",
        422,
        **{"rows-0-name": "甲", "rows-0-of": "乙", "rows-1-name": "丙", "rows-1-of": "丁"},
    )
    assert "见证人名单不能再改" in clerk.text()


@pytest.mark.parametrize(
    ("value", "again", "said", "kept"),
    [
        pytest.param("031415", "031416", "两次输入的数字不一致", "031415", id="the two do not agree"),
        pytest.param("31415", "31415", "应为 6 位，刚才是 5 位", "", id="a leading zero left out"),
        pytest.param("０３１４１５", "０３１４１５", "全角数字", "", id="full-width digits"),
        pytest.param("03141a", "03141a", "只能输入 0–9", "", id="a letter"),
        pytest.param("", "031415", "请输入 6 位数字", "", id="typed only once"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(
    app: Flask, value: str, again: str, said: str, kept: str
) -> None:
    draw = make_draw_in_room()
    clerk = person(app, draw)
    page = type_value(clerk, draw.id, 0, value, again, status=422)
    assert said in page.select_one(".field.wrong").get_text()
    assert (value or again) not in str(page), "a refused value does not stay on the screen"
    db.session.refresh(draw)
    assert draw.values_entered == []
    assert draw.values_seen_at is not None, "somebody has seen a value now"
    assert draw.values_typed == ([[kept, ""]] if kept else [])
    assert actions("draw.value_seen", "draw.value_refused") == ["draw.value_seen", "draw.value_refused"]
    type_value(clerk, draw.id, 0, VALUES[0])


def test_nothing_typed_is_no_value_seen(app: Flask) -> None:
    draw = make_draw_in_room()
    type_value(person(app, draw), draw.id, 0, "", status=422)
    db.session.refresh(draw)
    assert draw.values_seen_at is None


def test_values_stay_covered_until_all_are_in(app: Flask) -> None:
    draw = make_draw_in_room()
    clerk, supervisor = person(app, draw), person(app, draw, Role.SUPERVISOR)
    type_value(clerk, draw.id, 0, VALUES[0])
    for looking in (clerk, supervisor):
        for address in (
            hall(draw.id),
            f"/draws/{draw.id}",
            f"/public/draws/{draw.id}",
            f"/draws/{draw.id}/commitment",
        ):
            assert VALUES[0] not in str(looking.open(address))
        assert "●●●" in str(looking.open(hall(draw.id)))
    assert VALUES[0] not in " ".join(str(one.details) + one.sentence for one in db.session.query(AuditEntry))
    type_value(supervisor, draw.id, 1, VALUES[1])
    page = supervisor.follow().get_text()
    assert all(value in page for value in VALUES)


def test_the_supervisor_types_on_the_own_phone_but_does_not_draw(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    supervisor = person(app, draw, Role.SUPERVISOR)
    name_witnesses(supervisor, draw.id)
    for place, value in enumerate(VALUES):
        type_value(supervisor, draw.id, place, value)
    ready = supervisor.follow()
    assert not ready.select("#hall form")
    supervisor.post(hall(draw.id), 403)
    supervisor.post(f"{hall(draw.id)}/reveal", 403, shown="0", more="1")
    held = make_draw(make_campaign(draw.agency, register=False), shown=0)
    assert not supervisor.open(hall(held.id)).select("#hall form")


def test_the_approver_only_looks_and_a_stranger_sees_nothing(app: Flask) -> None:
    draw = make_draw_in_room()
    approver = person(app, draw, Role.APPROVER)
    assert not approver.open(hall(draw.id)).select("#hall form")
    approver.post(f"{hall(draw.id)}/value", 404, source="0", value=VALUES[0], again=VALUES[0])
    approver.post(f"{hall(draw.id)}/witnesses", 404)
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    for part in (
        "",
        "/hall",
        "/hall/qr.svg",
        "/hall/value",
        "/receipt.json",
        "/commitment",
        "/void",
        "/record.pdf",
    ):
        stranger.open(f"/draws/{draw.id}{part}", 404)
    stranger.open(f"/draws/freeze/{draw.campaign_id}", 404)


def test_one_source_after_another_each_once(app: Flask) -> None:
    draw = make_draw_in_room()
    clerk = person(app, draw)
    type_value(clerk, draw.id, 1, VALUES[1], status=422)
    assert "请按顺序录入" in clerk.text()
    type_value(clerk, draw.id, 0, VALUES[0])
    type_value(clerk, draw.id, 0, "999999", status=409)
    assert "刚才已经录入" in clerk.text()
    db.session.refresh(draw)
    assert draw.values_entered == [VALUES[0], ""]
    press_draw(clerk, draw.id, 422)
    assert "还没有录全" in clerk.text()
    clerk.open(f"{hall(draw.id)}/value", 303)
    clerk.post(f"{hall(draw.id)}/value", 404, source="7", value="1", again="1")


def test_twenty_digits_and_leading_zeros_stay_text(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    long = "00012345678901234567"
    sources = (Source("公开彩票", "lottery", "第 2026021 期", 20), Source("企业代表", "balls", "", 1))
    monkeypatch.setattr(makers, "SOURCES", sources)
    draw = make_draw_in_room()
    clerk = person(app, draw)
    for place, value in enumerate((long, "0")):
        type_value(clerk, draw.id, place, value)
    assert [seed.get_text() for seed in clerk.follow().select(".seed")] == [long, "0"]
    press_draw(clerk, draw.id)
    db.session.refresh(draw)
    assert draw.outside_values == [long, "0"]


def test_a_reload_in_the_middle_keeps_everything(app: Flask) -> None:
    draw = make_draw_in_room(values=VALUES[:1])
    first = person(app, draw)
    later = person(app, draw)
    pages = [_plain(one.open(hall(draw.id)).select_one(".hall-told")) for one in (first, later, first)]
    assert pages[0] == pages[1] == pages[2]
    assert "赵清" in pages[0]
    type_value(later, draw.id, 1, VALUES[1])
    press_draw(later, draw.id)
    later.follow()
    show(later, draw.id, 0, 2)
    assert "已显示 2/4" in first.open(hall(draw.id)).get_text()


def test_the_clock_may_not_run_backwards(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN, at=DRAWN_AT + timedelta(days=1))
    clerk = person(app, draw)
    name_witnesses(clerk, draw.id)
    type_value(clerk, draw.id, 0, VALUES[0], status=422)
    assert "服务器时钟早于冻结时间" in clerk.text()
    db.session.refresh(draw)
    assert draw.values_seen_at is not None
    assert draw.values_typed == [[VALUES[0], ""]], "typed in vain, and public if it is voided"


def test_the_clock_set_back_between_values_and_draw(app: Flask) -> None:
    draw = make_draw_in_room(values=VALUES)
    draw.values_seen_at = DRAWN_AT + timedelta(days=1)
    clerk = person(app, draw)
    press_draw(clerk, draw.id, 422)
    assert "服务器时钟早于录入数字的时间" in clerk.text()


def large_draw(*, shown: int, at_once: bool = False) -> Draw:
    """A draw of thirty of thirty objects."""
    agency = make_agency()
    make_register(agency, entities=30)
    strata = by_class("100%", "100%", "100%")
    campaign = make_campaign(agency, register=False, strata=strata, publishes_at_once=at_once)
    return make_draw(campaign, shown=shown)


@pytest.mark.parametrize("at_once", [False, True], ids=["names covered", "names open at once"])
def test_nothing_of_what_is_not_shown_stands_in_the_page(app: Flask, at_once: bool) -> None:
    draw = large_draw(shown=12, at_once=at_once)
    for role in (Role.OFFICE, Role.SUPERVISOR):
        page = str(person(app, draw, role).open(hall(draw.id)))
        for one in draw.objects:
            is_shown = one.place <= 12
            assert (one.ticket[:14] in page) is is_shown, one.place
            assert (one.name in page) is (is_shown and at_once)
            assert one.code not in page
            assert one.stratum in page


def test_the_latest_stand_large_the_others_in_pages(app: Flask) -> None:
    draw = large_draw(shown=30)
    clerk = person(app, draw)
    page = clerk.open(hall(draw.id))
    assert [place.get_text() for place in page.select(".drawn .place")] == [str(n) for n in range(23, 31)]
    assert [place.get_text() for place in page.select(".drawn-small b")] == [str(n) for n in range(1, 23)]


def test_names_are_shown_one_by_one_where_the_scheme_publishes_at_once(app: Flask) -> None:
    draw = make_draw(make_campaign(publishes_at_once=True), shown=1)
    clerk = person(app, draw)
    clerk.open(hall(draw.id))
    assert [one.name in clerk.text() for one in draw.objects] == [True, False, False, False]
    show(clerk, draw.id, 1, 99)
    clerk.follow()
    assert all(one.name in clerk.text() for one in draw.objects)


def test_what_another_showed_is_not_shown_again(app: Flask) -> None:
    draw = make_draw(shown=2)
    clerk = person(app, draw)
    clerk.open(hall(draw.id))
    show(clerk, draw.id, 1, 1, 409)
    assert "已由他人显示到第 2 户" in clerk.text()
    show(clerk, draw.id, 2, -1, 422)
    show(clerk, draw.id, 2, 2)
    show(clerk, draw.id, 4, 1, 409)
    assert "全部对象都已显示" in clerk.text()
    db.session.refresh(draw)
    assert draw.revealed == 4


def test_an_unchanged_page_is_left_alone(app: Flask) -> None:
    draw = make_draw_in_room()
    clerk = person(app, draw)
    asked = clerk.open(hall(draw.id)).select_one("#hall")["hx-get"]
    answer = clerk.client.get(asked, headers=HTMX)
    assert (answer.status_code, answer.data) == (204, b"")
    type_value(clerk, draw.id, 0, VALUES[0])
    answer = clerk.client.get(asked, headers=HTMX)
    assert answer.status_code == 200
    assert b"<html" not in answer.data


def test_every_stage_by_htmx_is_what_a_reload_shows(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    clerk = person(app, draw)
    address = hall(draw.id)
    assert_swap_equals_reload(clerk.client, address)
    name_witnesses(clerk, draw.id)
    for place, value in enumerate(VALUES):
        assert_swap_equals_reload(clerk.client, address)
        type_value(clerk, draw.id, place, value)
    assert_swap_equals_reload(clerk.client, address)
    before = BeautifulSoup(str(clerk.open(address)), "html.parser")
    answer = clerk.client.post(address, data={"csrf_token": clerk.csrf()}, headers=HTMX)
    answer = clerk.client.get(answer.headers["Location"], headers=HTMX)
    before.find(id="hall").replace_with(BeautifulSoup(answer.data, "html.parser").find(id="hall"))
    assert _plain(before.find("main")) == _plain(clerk.open(address).find("main"))
    for shown in range(4):
        assert_swap_equals_reload(clerk.client, address)
        show(clerk, draw.id, shown, 1)
    assert_swap_equals_reload(clerk.client, address)


def test_a_refusal_by_htmx_is_the_same_fragment(app: Flask) -> None:
    draw = make_draw_in_room()
    clerk = person(app, draw)
    clerk.open(hall(draw.id))
    data = {"csrf_token": clerk.csrf(), "source": "0", "value": "1", "again": "1"}
    answer = clerk.client.post(f"{hall(draw.id)}/value", data=data, headers=HTMX)
    assert answer.status_code == 422
    roots = [node for node in BeautifulSoup(answer.data, "html.parser").contents if node.name]
    assert [root["id"] for root in roots] == ["hall"]


def test_the_room_of_a_void_draw_says_so(app: Flask) -> None:
    draw = make_draw(state=DrawState.VOIDED)
    clerk = person(app, draw)
    assert "本次抽取已作废" in clerk.open(hall(draw.id)).get_text()
    press_draw(clerk, draw.id, 409)
    type_value(clerk, draw.id, 0, VALUES[0], status=409)


def test_values_are_those_that_were_typed(app: Flask) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    hold_in_room(person(app, draw), draw.id, ("000001", "0002"))
    db.session.refresh(draw)
    assert draw.outside_values == ["000001", "0002"]
    assert draw.revealed == 4
