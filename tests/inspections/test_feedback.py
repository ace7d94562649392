"""Ratings and objections: the enterprise is heard, the office answers, and whoever inspected never sees a rating."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.files.models import StoredFile
from sjj.home.dues import dues_of
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.feedback_models import Objection, VisitRating
from sjj.inspections.feedback_services import MOST_OBJECTIONS, MOST_RATINGS
from sjj.inspections.models import Inspection
from sjj.rules.lifecycle import ObjectionState, ResultState
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import make_agency, make_user
from tests.makers.feedback import make_arrival, make_objection, make_rating, page_of
from tests.makers.inspections import make_inspection, make_officer_user, make_photo, picture
from tests.makers.plans import make_campaign
from tests.makers.publicity import make_accepted, make_notice
from tests.visitor import Visitor

SCRIPT = "<script>alert(1)</script>"
LONG_AGO = datetime(2026, 1, 10, 2, 0, tzinfo=UTC)


@pytest.fixture
def inspection(app: Flask) -> Inspection:
    """A visit whose record is here."""
    return make_inspection(state=ResultState.AWAITING_REVIEW)


def office(inspection: Inspection, role: Role = Role.OFFICE, **more: object) -> User:
    """Somebody of the agency."""
    return make_user(role, agency=inspection.agency, **more)


def rate(visitor: Visitor, inspection: Inspection, points: int, words: str = "", status: int = 303) -> None:
    """Rate through the page."""
    visitor.open(page_of(inspection))
    visitor.submit("form[action$='/rating']", status, points=str(points), words=words)


def enter(visitor: Visitor, inspection: Inspection) -> None:
    """Open the record with its code."""
    visitor.open(page_of(inspection))
    visitor.submit("form[action$='/pickup']", code=inspection.pickup_code)
    visitor.follow()


def object_to(visitor: Visitor, text: str = "台账其实齐全", status: int = 303, **more: object) -> None:
    """Raise an objection on the record's page that is open."""
    told = {"by_name": "李四", "by_phone": "0315-1234567", "text": text, **more}
    visitor.submit("form[action$='/objections']", status, **told)


def given(inspection: Inspection) -> list[tuple[int, str]]:
    """What stands of a visit."""
    query = db.select(VisitRating).where(VisitRating.inspection_id == inspection.id).order_by(VisitRating.id)
    return [(one.points, one.words) for one in db.session.scalars(query)]


def test_a_rating_asks_no_name_and_its_trace_tells_nothing_of_it(
    visitor: Visitor, inspection: Inspection
) -> None:
    visitor.open(page_of(inspection))
    assert not visitor.page.select(
        "form[action$='/rating'] [name*='name'], form[action$='/rating'] [name*='phone']"
    )
    rate(visitor, inspection, 2, "等了很久 13800000000")
    visitor.follow()
    assert "评价已收到" in visitor.text()
    assert "等了很久" not in visitor.text()
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "rating.given")).one()
    assert (entry.address, entry.actor_name) == ("", "企业")
    assert "等了很久" not in str(entry.details) + entry.sentence
    assert list(entry.details.values()) == [inspection.entity.name]  # no points


def test_a_later_rating_counts_the_same_again_is_none_and_there_is_an_end(
    visitor: Visitor, inspection: Inspection
) -> None:
    for points in (1, 2, 2, 3, 4, 5):
        rate(visitor, inspection, points)
    assert given(inspection) == [(1, ""), (2, ""), (3, ""), (4, ""), (5, "")]
    rate(visitor, inspection, 5)
    rate(visitor, inspection, 1, status=422)
    assert f"已评价 {MOST_RATINGS} 次" in visitor.text()


def test_what_is_no_rating_is_refused_with_what_was_typed_kept(
    visitor: Visitor, inspection: Inspection
) -> None:
    visitor.open(page_of(inspection))
    for points in ("0", "6", "-1", "5.5", "五", ""):
        visitor.post(page_of(inspection, "rating"), 422, points=points, words="写好的意见")
        assert "请选择 1 到 5 分" in visitor.text()
        assert "写好的意见" in visitor.text()
    visitor.post(page_of(inspection, "rating"), 422, points="5", words="长" * 501)
    visitor.post(page_of(inspection, "rating"), points="5", words=f"{SCRIPT}\x00\u202e好")
    assert given(inspection) == [(5, f"{SCRIPT}好")]
    coming = make_inspection()
    visitor.post(page_of(coming, "rating"), 422, points="5")
    assert "检查开始以后才能评价" in visitor.text()
    make_arrival(coming, datetime.now(UTC))
    rate(visitor, coming, 4)


def test_staff_who_are_signed_in_rate_and_object_to_nothing(app: Flask, inspection: Inspection) -> None:
    officer = Visitor(app).sign_in(make_officer_user(inspection.team[0].officer))
    page = officer.open(page_of(inspection))
    assert not page.select("form[action$='/rating']")
    officer.post(page_of(inspection, "rating"), 422, points="5")
    officer.submit("form[action$='/pickup']", code=inspection.pickup_code)
    officer.follow()
    officer.post(page_of(inspection, "objections"), 422, by_name="某", by_phone="12345678", text="x")
    assert given(inspection) == []
    assert db.session.scalars(db.select(Objection)).all() == []


def rated_months(agency, months: dict[int, int], words: str = "") -> list[Inspection]:
    """That many rated visits in each month of 2026."""
    campaign = make_campaign(agency, register=False)
    made = []
    for month, visits in months.items():
        for number in range(visits):
            one = make_inspection(agency, campaign=campaign)
            make_rating(
                one, 1 + number % 5, f"{words}{month}-{number}", datetime(2026, month, 9, 4, tzinfo=UTC)
            )
            made.append(one)
    return made


def test_the_office_reads_ratings_only_among_enough_others_and_never_whose(app: Flask) -> None:
    agency = make_agency()
    visits = rated_months(agency, {1: 2, 2: 3, 3: 5, 4: 4}, "意见")
    clerk = Visitor(app).sign_in(make_user(Role.OFFICE, agency=agency))
    clerk.open("/inspections/ratings")
    heads = [row.th.get_text() for row in clerk.page.select("main tbody tr")]  # type: ignore[union-attr]
    assert heads == ["2026年3月", "2026年1月至2月"]
    assert "意见1-0" in clerk.text()
    assert "意见4-0" not in clerk.text()
    assert not [one for one in visits if one.entity.name in clerk.text()]
    table = clerk.client.get("/inspections/ratings/export.csv").get_data(as_text=True)
    assert "2026年3月,5,1,1,1,1,1,2" in table
    assert "意见" not in table
    supervisor = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=agency))
    supervisor.open("/inspections/ratings")
    assert "意见4-0" in supervisor.text()
    assert visits[-1].entity.name in supervisor.text()
    stranger = Visitor(app).sign_in(make_user(Role.SUPERVISOR, agency=make_agency()))
    stranger.open(f"/inspections/ratings?agency={agency.id}")
    assert "还没有可以看的评价" in stranger.text()
    assert not stranger.page.select("main tbody")
    for role in (Role.OFFICER, Role.AUDITOR, Role.SYSTEM_ADMIN, Role.LEADER):
        Visitor(app).sign_in(make_user(role, agency=agency)).open("/inspections/ratings", 403)


def test_who_went_along_never_sees_a_rating_of_it_whatever_else_he_is(app: Flask) -> None:
    agency = make_agency()
    visits = rated_months(agency, {1: 6}, "意见")
    mine, left = visits[0], visits[1]
    mine.team[0].officer.name = "本人"
    officer = mine.team[0].officer
    left.team[1].officer_id, left.team[1].left_at = officer.id, LONG_AGO
    db.session.commit()
    for roles in (
        (Role.OFFICE, Role.OFFICER),
        (Role.SUPERVISOR, Role.OFFICER),
        (Role.APPROVER, Role.SUPERVISOR),
    ):
        both = Visitor(app).sign_in(make_user(*roles, agency=agency, officer_id=officer.id))
        both.open("/inspections/ratings")
        assert "意见1-0" not in both.text(), roles
        assert "意见1-1" not in both.text(), roles
        assert "还没有可以看的评价" in both.text()  # four others are not enough
        assert ("意见1-2" in both.text()) is (Role.SUPERVISOR in roles)
        for address in (f"/inspections/{mine.id}", "/", "/inspections/", "/field/", "/field/me"):
            answer = both.client.get(address)
            assert "意见1-0" not in answer.get_data(as_text=True), address


def test_an_objection_reaches_the_office_is_answered_and_read(app: Flask, visitor: Visitor) -> None:
    made = make_accepted(problem=False)
    enter(visitor, made)
    object_to(visitor, f"{SCRIPT}面积不对", file=(BytesIO(picture("证据")), "a.html"))
    visitor.follow()
    assert "异议已收到" in visitor.text()
    assert f"{SCRIPT}面积不对" in visitor.text()
    assert not visitor.page.select("main script")
    assert "0315-1234567" not in visitor.text()
    clerk_user = office(made)
    lines = [line for line in dues_of(clerk_user, Deadlines(date(2026, 3, 9))) if "异议" in line.title]
    assert len(lines) == 1
    clerk = Visitor(app).sign_in(clerk_user)
    clerk.open("/")
    assert "答复企业异议" in clerk.text()
    clerk.open(f"/inspections/{made.id}")
    assert "面积不对" in clerk.page.select_one("#objections").get_text()  # type: ignore[union-attr]
    clerk.open(f"/notices/preview?id={made.id}")
    assert "当事人提出异议，待答复" in clerk.text()
    clerk.open("/inspections/objections")
    link = clerk.page.select_one("main tbody th a")
    assert link is not None
    clerk.open(str(link["href"]))
    assert "0315-1234567" in clerk.text()
    attached = clerk.client.get(f"{link['href']}/file", buffered=True)
    assert attached.headers["Content-Disposition"].startswith("attachment;")
    assert attached.data == picture("证据")
    clerk.submit("form[action$='/answer']", 422, text=" ")
    clerk.submit("form[action$='/answer']", text="已核对，面积以附件为准。")
    clerk.open(str(link["href"]))
    assert not clerk.page.select("form[action$='/answer']")
    clerk.post(f"{link['href']}/answer", 422, text="再答一次")
    visitor.open(page_of(made, "record"))
    assert "面积以附件为准" in visitor.text()
    notice = make_notice(made)
    public = Visitor(app)
    public.open(f"/public/results/{notice.id}")
    assert "当事人提出异议，已答复" in public.text()
    assert "面积" not in public.text()
    actions = set(db.session.scalars(db.select(AuditEntry.action)))
    assert {"objection.raised", "objection.answered"} <= actions
    assert "0315-1234567" not in "".join(
        str(row) for row in db.session.scalars(db.select(AuditEntry.details))
    )


def test_who_went_along_neither_answers_nor_reads_who_objected(app: Flask, inspection: Inspection) -> None:
    raised = make_objection(inspection, by_name="举报人", by_phone="13900000000", sha256=make_photo().sha256)
    officer = inspection.team[0].officer
    both = make_user(Role.OFFICE, Role.OFFICER, agency=inspection.agency, officer_id=officer.id)
    assert not [line for line in dues_of(both, Deadlines(date(2026, 3, 9))) if "异议" in line.title]
    one = Visitor(app).sign_in(both)
    page = one.open(f"/inspections/objections/{raised.id}")
    assert "举报人" not in str(page)
    assert "13900000000" not in str(page)
    one.open(f"/inspections/objections/{raised.id}/file", 404)  # a signed letter names who wrote it
    one.post(f"/inspections/objections/{raised.id}/answer", 422, text="没有问题")
    assert "应由他人答复" in one.text()
    table = one.client.get("/inspections/objections/export.csv").get_data(as_text=True)
    assert "13900000000" not in table
    assert raised.text in table
    officer_only = Visitor(app).sign_in(make_officer_user(inspection.team[1].officer))
    officer_only.open(f"/inspections/objections/{raised.id}", 403)
    stranger = Visitor(app).sign_in(make_user(Role.OFFICE, agency=make_agency()))
    stranger.open(f"/inspections/objections/{raised.id}", 404)
    stranger.open(f"/inspections/objections/{raised.id}/file", 404)
    reader = Visitor(app).sign_in(office(inspection, Role.SUPERVISOR))
    reader.open(f"/inspections/objections/{raised.id}")
    assert not reader.page.select("form[action$='/answer']")
    db.session.refresh(raised)
    assert raised.state is ObjectionState.RAISED


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"<html><script>alert(1)</script>", id="a page"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", id="a drawing"),
        pytest.param(b"%PDF-1.4 /JavaScript startxref %%EOF", id="a PDF that runs"),
        pytest.param(b"MZ\x90\x00", id="a program"),
        pytest.param(b"", id="nothing"),
        pytest.param(picture("x")[:60], id="half a picture"),
    ],
)
def test_a_file_that_is_no_picture_and_no_pdf_is_refused(
    visitor: Visitor, inspection: Inspection, content: bytes
) -> None:
    enter(visitor, inspection)
    object_to(visitor, "有附件", 422, file=(BytesIO(content), "证据.jpg"))
    assert "有附件" in visitor.text()
    assert db.session.scalars(db.select(Objection)).all() == []


def test_objections_are_bounded_and_the_same_one_is_taken_once(
    visitor: Visitor, inspection: Inspection
) -> None:
    enter(visitor, inspection)
    page = visitor.page
    object_to(visitor, "第一次")
    visitor.page = page
    object_to(visitor, "第一次")
    for number in range(2, MOST_OBJECTIONS + 1):
        visitor.page = page
        object_to(visitor, f"第 {number} 次")
    stored = db.session.scalar(db.select(db.func.count()).select_from(StoredFile))
    visitor.page = page
    object_to(visitor, "再来一次", 422, file=(BytesIO(picture("多余")), "a.jpg"))
    assert "次数已满" in visitor.text()
    assert db.session.scalar(db.select(db.func.count()).select_from(Objection)) == MOST_OBJECTIONS
    assert db.session.scalar(db.select(db.func.count()).select_from(StoredFile)) == stored


def test_all_that_is_missing_is_said_at_once(visitor: Visitor, inspection: Inspection) -> None:
    enter(visitor, inspection)
    object_to(visitor, "", 422, by_name=" ", by_phone="没有")
    assert len(visitor.page.select(".summary li")) == 3


def test_the_list_of_objections_filters_sorts_swaps_and_is_safe_to_take_along(
    app: Flask, inspection: Inspection
) -> None:
    make_objection(inspection, "=HYPERLINK(1)")
    clerk = Visitor(app).sign_in(office(inspection))
    for query in (
        "",
        "?show=all&sort=-entity",
        "?q=HYPERLINK",
        "?show=answered",
        "?sort=nonsense&page=99&per_page=7",
    ):
        clerk.open(f"/inspections/objections{query}")
        assert_swap_equals_reload(clerk.client, f"/inspections/objections{query}")
    clerk.open("/inspections/objections?q=没有这样的")
    assert "没有这样的异议" in clerk.text()
    assert ",'=HYPERLINK(1)," in clerk.client.get("/inspections/objections/export.csv").get_data(as_text=True)


def test_an_objection_that_waits_long_is_late(app: Flask, inspection: Inspection) -> None:
    raised = make_objection(inspection)
    line = next(
        one for one in dues_of(office(inspection), Deadlines(date(2026, 3, 13))) if "异议" in one.title
    )
    assert (line.tone, line.on) == ("late", raised.at.date())
    assert "已等 7 天" in line.sub
    assert raised.at + timedelta(days=7) == datetime(2026, 3, 13, 1, 0, tzinfo=UTC)
