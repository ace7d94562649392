"""抽查事项 over time: versions in words, reasons, the public list with its history, claiming, two clerks at once."""

from datetime import date
from io import BytesIO
from threading import Barrier, Thread
from typing import Any

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.services import System
from sjj.database import db
from sjj.plans.queries import items_on_offer
from sjj.registers.item_queries import items_in_use
from sjj.registers.item_versions import versions_of
from sjj.registers.models import Item
from sjj.registers.presets import load_pack
from sjj.registers.upkeep_models import ItemVersion, RegisterChange
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import MADE_AT, make_item, make_law
from tests.visitor import Visitor, controls


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency, display_name="王经办"))


def kinds(item: Item) -> list[str]:
    return [version.kind for version in versions_of(item)]


def told() -> list[RegisterChange]:
    """What the 调整名单 is made of, in order."""
    return list(db.session.scalars(select(RegisterChange).order_by(RegisterChange.id)))


def test_an_item_s_life_is_kept_shown_and_published(agency: Agency, clerk: Visitor, visitor: Visitor) -> None:
    law, newer = make_law(agency, "旧的条例"), make_law(agency, "新的条例")
    section = make_section(agency, "林政科")
    db.session.commit()
    clerk.open("/registers/items/new")
    clerk.submit(
        **{
            "place": f"{agency.id}-{section.id}",
            "code": "LY-14",
            "name": "木材经营加工监督检查",
            "frequency": "每年一次",
            "bases-0-law_id": str(law.id),
            "bases-0-articles": "第七条",
        }
    )
    item = db.session.scalars(select(Item)).one()
    clerk.follow()
    clerk.submit('form[action$="/publish"]')
    clerk.open(f"/registers/items/{item.id}/edit")
    values = {"bases-0-law_id": str(newer.id), "bases-0-articles": "第九条", "method": "书面检查"}
    clerk.submit(status=422, **values)
    assert "修改要写明原因" in clerk.text()
    clerk.submit(status=422, **values, reason="联系人 13912345678 来电")
    clerk.submit(**values, reason="新的条例施行")
    page = clerk.follow()
    history = page.select_one("#history").get_text(" ", strip=True)
    assert "原因：新的条例施行" in history
    assert "王经办" in history
    assert [tag.get_text() for tag in page.select("#history li:first-child del")] == [
        "实地检查",
        "《旧的条例》第七条",
    ]
    assert [tag.get_text() for tag in page.select("#history li:first-child ins")] == [
        "书面检查",
        "《新的条例》第九条",
    ]
    clerk.open(f"/registers/items/{item.id}/retire")
    clerk.submit(status=422)
    clerk.submit(reason="职责划转")
    assert items_in_use(agency.id) == []
    assert items_on_offer(agency.id, date(2026, 11, 1)) == []
    clerk.open(f"/registers/items/{item.id}/return")
    clerk.submit(status=422)
    clerk.submit(reason="职责划回")
    db.session.refresh(item)
    assert item.published_at is None, "it is published anew, with its basis checked"
    assert kinds(item) == ["added", "published", "changed", "retired", "returned"]
    assert [change.kind for change in told()] == ["added", "changed", "changed", "left", "returned"]
    assert told()[2].changes["bases"] == [["《旧的条例》第七条"], ["《新的条例》第九条"]]
    assert (told()[2].reason, told()[2].source, told()[2].section_id) == ("新的条例施行", "form", section.id)
    public = Visitor(visitor.app)
    public.open("/public/items")
    said = public.text()
    assert "新增 LY-14 木材经营加工监督检查" in said
    assert "取消 LY-14 木材经营加工监督检查，原因：职责划转" in said
    assert "修改 LY-14 木材经营加工监督检查，原因：新的条例施行" in said
    assert "已取消的事项（1）" in said
    for internal in ("王经办", "林政科", "职责划回"):
        assert internal not in said
    clerk.open(f"/registers/items/{item.id}")
    clerk.submit('form[action$="/publish"]')
    public.open("/public/items")
    assert "重新公布 LY-14 木材经营加工监督检查" in public.text()
    assert "已取消的事项" not in public.text()


def test_what_was_there_before_versions_gets_its_first_before_a_change(
    agency: Agency, clerk: Visitor
) -> None:
    item = make_item(agency, "早先的事项", published_at=MADE_AT)
    db.session.commit()
    public = Visitor(clerk.app)
    public.open("/public/items")
    assert "2026年1月5日 新增" in public.text()
    clerk.open(f"/registers/items/{item.id}/edit")
    clerk.submit(name="改过的名称", reason="名称规范")
    first, second = versions_of(item)
    assert (first.kind, first.since_on, first.content["name"]) == (
        "published",
        date(2026, 1, 5),
        "早先的事项",
    )
    assert (second.kind, second.content["name"], second.reason) == ("changed", "改过的名称", "名称规范")
    public.open("/public/items")
    assert "修改" in public.text()
    clerk.open(f"/registers/items/{item.id}/edit")
    clerk.submit()
    assert len(versions_of(item)) == 2, "saving without a change writes nothing"


def test_a_pack_writes_versions_too(agency: Agency) -> None:
    load_pack(agency, "forestry", System(), MADE_AT)
    db.session.commit()
    assert len(db.session.scalars(select(ItemVersion)).all()) == len(db.session.scalars(select(Item)).all())
    assert {(change.kind, change.source) for change in told()} == {("added", "import")}
    assert all(change.reason == "载入预置包“林业”" for change in told())


def test_the_second_of_two_clerks_is_told(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, published_at=None)
    db.session.commit()
    colleague = Visitor(clerk.app).sign_in(make_user(Role.OFFICE, agency=agency))
    for one in (clerk, colleague):
        one.open(f"/registers/items/{item.id}/edit")
    clerk.submit(object_type="木材经营户")
    colleague.submit(method="书面检查", status=422)
    assert "有人改过这个事项" in colleague.text()
    colleague.submit(method="书面检查", object_type="木材经营户")
    db.session.refresh(item)
    assert (item.object_type, item.method) == ("木材经营户", "书面检查")
    assert [version.version for version in versions_of(item)] == [1, 2, 3], "the first as it stood"


def test_items_of_the_levels_above_are_claimed_one_or_many(agency: Agency, clerk: Visitor) -> None:
    items = [
        make_item(agency, f"上级事项{n}", level=level) for n, level in enumerate(("市级", "省级", "县级"))
    ]
    foreign = make_item(make_agency(), level="市级")
    db.session.commit()
    clerk.open("/registers/items/?claim=open")
    assert [link.get_text() for link in clerk.page.select("#items tbody a")] == ["上级事项0", "上级事项1"]
    clerk.post("/registers/items/claim", status=404, ids=[str(items[0].id), str(foreign.id)])
    clerk.post("/registers/items/claim", ids=[str(item.id) for item in items])
    clerk.follow()
    assert "已认领 2 个事项" in clerk.text()
    for item in items:
        db.session.refresh(item)
    assert [item.claimed_on is not None for item in items] == [True, True, False]
    assert [change.kind for change in told()] == ["claimed", "claimed"]
    clerk.open("/registers/items/?claim=open")
    assert "没有符合条件的事项" in clerk.text()
    clerk.post("/registers/items/claim", ids=[str(items[0].id)])
    clerk.follow()
    assert "都已经认领过" in clerk.text()


def test_the_list_is_filtered_and_taken_along_as_shown(agency: Agency, clerk: Visitor) -> None:
    make_item(agency, "=cmd|'/c calc'!A1", method="书面检查", frequency="每季一次", code="LY-90")
    make_item(agency, "另一个", method="实地检查", object_type="苗圃", level="省级", code="LY-91")
    make_item(make_agency(), "别局的", method="书面检查")
    db.session.commit()
    for query, codes in (
        ("method=书面检查", ["LY-90"]),
        ("object_type=苗圃", ["LY-91"]),
        ("frequency=每季一次", ["LY-90"]),
        ("level=省级", ["LY-91"]),
        ("law=repealed", []),
        ("law=none", []),
        ("section=999999&state=nonsense", []),
        ("sort=-code", ["LY-91", "LY-90"]),
    ):
        clerk.open(f"/registers/items/?{query}")
        assert [cell.get_text() for cell in clerk.page.select('td[data-label="编号"]')] == codes, query
        answer = clerk.client.get(f"/registers/items/export.xlsx?{query}")
        rows = list(openpyxl.load_workbook(BytesIO(answer.data)).active.iter_rows(min_row=2))
        assert [row[0].value for row in rows] == codes, query
        assert all(cell.data_type in ("s", "n") for row in rows for cell in row), "no cell is a formula"
    said = clerk.client.get("/registers/items/export.csv").data.decode("utf-8-sig")
    assert "'=cmd" in said
    assert "别局的" not in said


def test_only_who_keeps_an_item_changes_it(agency: Agency, visitor: Visitor) -> None:
    own, foreign = make_item(agency, retired_at=MADE_AT), make_item(make_agency(), retired_at=MADE_AT)
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open(f"/registers/items/{foreign.id}/return", status=404)
    visitor.open(f"/registers/items/{foreign.id}/guide/diff", status=404)
    visitor.open(f"/registers/items/{foreign.id}/guide.xlsx", status=404)
    visitor.open(f"/registers/items/{own.id}/return")
    reader = Visitor(visitor.app).sign_in(make_user(Role.SUPERVISOR, agency=agency))
    reader.open(f"/registers/items/{own.id}")
    reader.open(f"/registers/items/{own.id}/return", status=403)
    reader.post("/registers/items/claim", status=403, ids=[str(own.id)])


def test_two_at_the_same_moment_never_write_the_same_version(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, published_at=None)
    db.session.commit()
    people = [clerk, Visitor(clerk.app).sign_in(make_user(Role.OFFICE, agency=agency))]
    path = f"/registers/items/{item.id}/edit"
    sent = []
    for number, one in enumerate(people):
        one.open(path)
        sent.append({**controls(one.page.select_one("main form")), "frequency": f"每年 {number + 1} 次"})
    assert sorted(at_once(people, path, sent)) == [303, 422], "the later one is told"
    tokens = [{"csrf_token": each["csrf_token"]} for each in sent]
    assert sorted(at_once(people, f"/registers/items/{item.id}/publish", tokens)) == [303, 422]
    assert kinds(item) == ["added", "changed", "published"]
    assert [version.version for version in versions_of(item)] == [1, 2, 3]


def at_once(people: list[Visitor], path: str, sent: list[dict[str, Any]]) -> list[int]:
    """Post the same page from everybody at the same moment; the answers' codes."""
    gate, codes = Barrier(len(people)), []
    db.session.rollback()  # let go of the database: the others write now

    def post(one: Visitor, data: dict[str, Any]) -> None:
        gate.wait()
        with one.app.app_context():
            answer = one.client.post(path, data=data, content_type="multipart/form-data")
        codes.append(answer.status_code)

    threads = [Thread(target=post, args=pair) for pair in zip(people, sent, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return codes
