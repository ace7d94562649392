"""抽查事项 and 工作指引: publishing, retiring, versions, the form of points without JavaScript, laws."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.registers.item_queries import items_in_use, latest_guide, newest_guide
from sjj.registers.item_versions import state_of
from sjj.registers.models import Item, LawBasis
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import make_item, make_law
from tests.visitor import Visitor, controls


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def texts(visitor: Visitor) -> list[str]:
    """The points as they stand in the form."""
    return [str(field.get("value", "")) for field in visitor.page.select('input[name$="-text"]')]


def press(visitor: Visitor, item: Item, what: str, status: int = 200, **values: str) -> None:
    """Press one of the buttons of the guide's form."""
    form = visitor.page.select_one("main form.form")
    visitor.post(
        f"/registers/items/{item.id}/guide", status=status, **{**controls(form), **values, "do": what}
    )


def test_an_item_is_entered_with_its_laws(agency: Agency, clerk: Visitor) -> None:
    law, second = make_law(agency, "中华人民共和国森林法"), make_law(agency, "森林法实施条例")
    db.session.commit()
    clerk.open("/registers/items/new")
    clerk.submit(
        **{
            "place": f"{agency.id}-0",
            "code": "LY-14",
            "name": "木材经营加工监督检查",
            "bases-0-law_id": str(law.id),
            "bases-0-articles": "第六十五条",
            "bases-2-law_id": str(second.id),
        }
    )
    item = db.session.scalars(select(Item)).one()
    assert [(basis.law, basis.articles) for basis in item.bases] == [(law, "第六十五条"), (second, "")]
    assert state_of(item) == "unpublished"
    clerk.follow()
    assert "没有公布的检查事项不得实施" in clerk.text()


def test_a_law_taken_out_is_audited_with_before_and_after(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency)
    title = item.bases[0].law.title
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/edit")
    clerk.submit(
        **{"bases-0-law_id": "0", "bases-0-articles": "", "method": "书面检查", "reason": "依据调整"}
    )
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.details["changes"] == {
        "method": ["实地检查", "书面检查"],
        "bases": [[f"{title}第六十五条"], []],
    }


def test_saving_without_a_change_writes_nothing(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency)
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/edit")
    count = len(db.session.scalars(select(AuditEntry)).all())
    clerk.submit()
    assert len(db.session.scalars(select(AuditEntry)).all()) == count


def test_another_agency_s_law_cannot_be_cited(agency: Agency, clerk: Visitor) -> None:
    foreign = make_law(make_agency())
    db.session.commit()
    clerk.open("/registers/items/new")
    values = {"place": f"{agency.id}-0", "code": "LY-14", "name": "事项", "bases-0-law_id": str(foreign.id)}
    clerk.submit(status=422, **values)
    assert db.session.scalar(select(Item)) is None


def test_a_code_in_use_is_refused_by_name(agency: Agency, clerk: Visitor) -> None:
    make_item(agency, "先有的事项", code="LY-01")
    db.session.commit()
    clerk.open("/registers/items/new")
    clerk.submit(status=422, place=f"{agency.id}-0", code="LY-01", name="另一个")
    assert "编号 LY-01 已用于“先有的事项”" in clerk.text()


def test_only_published_items_that_are_not_retired_are_in_use(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, "待公布的", published_at=None)
    make_item(agency, "用着的")
    db.session.commit()
    assert [each.name for each in items_in_use(agency.id)] == ["用着的"]
    clerk.open(f"/registers/items/{item.id}")
    clerk.submit('form[action$="/publish"]')
    assert len(items_in_use(agency.id)) == 2
    clerk.open(f"/registers/items/{item.id}/retire")
    clerk.submit(reason="职责划转")
    assert [each.name for each in items_in_use(agency.id)] == ["用着的"]
    clerk.follow()
    assert "停用，不能再列入新的抽查任务" in clerk.text().replace(" ", "").replace("停用不能", "停用，不能")
    clerk.post(f"/registers/items/{item.id}/retire", status=422)
    assert "已经停用" in clerk.text()


def test_an_item_without_a_law_in_force_is_not_published(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, published_at=None)
    item.bases[0].law.repealed_on = date(2020, 8, 15)
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}")
    assert "依据已失效" in clerk.text()
    clerk.submit('form[action$="/publish"]', status=422)
    assert "没有现行有效的法律依据" in clerk.text()
    assert item.published_at is None


def test_chips_tell_what_is_wrong_with_a_law(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency)
    item.bases[0].law.verified = False
    item.bases[0].law.effective_on = date(2999, 1, 1)
    db.session.commit()
    for path in ("/registers/items/", f"/registers/items/{item.id}", "/registers/laws/"):
        clerk.open(path)
        assert "依据待核实" in clerk.text(), path
        assert "尚未施行" in clerk.text(), path


def test_points_are_moved_added_and_dropped_without_losing_what_is_typed(
    agency: Agency, clerk: Visitor
) -> None:
    item = make_item(agency, points=3, confirmed=False)
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/guide")
    first, second, third = texts(clerk)
    press(clerk, item, "down-0", **{"points-0-text": "改过的第一条"})
    assert texts(clerk) == [second, "改过的第一条", third]
    press(clerk, item, "add")
    assert texts(clerk) == [second, "改过的第一条", third, ""]
    press(clerk, item, "drop-2")
    assert texts(clerk) == [second, "改过的第一条", ""]
    assert [point.text for point in newest_guide(item).points] == [first, second, third], (
        "nothing is saved yet"
    )
    press(clerk, item, "save", 422)
    assert "请填写检查要点" in clerk.text()
    filled = {"points-2-text": "新的一条", "points-2-standard": "未发现问题：齐全。发现问题：不齐全。"}
    press(clerk, item, "save", 303, **filled)
    db.session.expire_all()
    saved = newest_guide(item)
    assert [(point.code, point.text) for point in saved.points] == [
        (f"{item.code}-2", second),
        (f"{item.code}-1", "改过的第一条"),
        (f"{item.code}-4", "新的一条"),
    ]
    assert saved.version == 1, "a draft is written on in place"


def test_a_confirmed_guide_never_changes(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, points=2)
    before = item.guides[0].points[0].text
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/guide")
    assert "保存后成为第2版草案" in clerk.text()
    press(clerk, item, "save", 303)
    assert len(item.guides) == 1, "saving what already stands makes no version"
    clerk.open(f"/registers/items/{item.id}/guide")
    press(clerk, item, "save", 303, **{"points-0-text": "改过的"})
    db.session.expire_all()
    assert [(guide.version, guide.is_draft) for guide in item.guides] == [(1, False), (2, True)]
    assert item.guides[0].points[0].text == before
    assert latest_guide(item).version == 1, "work goes by the confirmed version"
    clerk.follow()
    assert "草案，法制审核后启用" in clerk.text()
    clerk.open(f"/registers/items/{item.id}?version=1")
    assert before in clerk.text()


def test_a_draft_is_confirmed_after_its_legal_review(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, confirmed=False)
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/guide/confirm")
    clerk.submit(status=422, reviewer="法制科赵某")
    assert "未经法制审核不能启用" in clerk.text()
    clerk.submit(reviewer="法制科赵某", reviewed="y")
    assert latest_guide(item).confirmed_at is not None
    assert not latest_guide(item).is_draft
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert "法制科赵某" in entry.sentence
    clerk.open(f"/registers/items/{item.id}/guide/confirm")
    clerk.submit(status=422, reviewer="法制科赵某", reviewed="y")
    assert "第1版已经启用" in clerk.text()


def test_a_guide_needs_a_point(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, points=1, confirmed=False)
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/guide")
    press(clerk, item, "drop-0")
    press(clerk, item, "save", 422)
    assert "至少要有一条检查要点" in clerk.text()


def test_nonsense_buttons_change_nothing(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, points=2)
    db.session.commit()
    clerk.open(f"/registers/items/{item.id}/guide")
    stood = texts(clerk)
    for what in ("up-0", "down-1", "drop-99", "up-x", "drop--1", "hack"):
        press(clerk, item, what)
        assert texts(clerk) == stood, what


def test_a_law_s_dates_are_changed_and_audited(agency: Agency, clerk: Visitor) -> None:
    law = make_law(agency, "环境保护法", effective_on=date(2015, 1, 1))
    db.session.commit()
    clerk.open(f"/registers/laws/{law.id}")
    clerk.submit(repealed_on="2014-01-01", status=422)
    assert "废止日期不能早于施行日期" in clerk.text()
    clerk.submit(repealed_on="2026-08-15")
    db.session.refresh(law)
    assert law.repealed_on == date(2026, 8, 15)
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.details["changes"]["repealed_on"] == [None, "2026-08-15"]
    assert set(entry.details["changes"]) == {"repealed_on", "verified_by", "verified_on"}


def test_a_law_is_entered_once(agency: Agency, clerk: Visitor) -> None:
    clerk.open("/registers/laws/new")
    clerk.submit(title="中华人民共和国森林法", key="森林法", effective_on="2020-07-01")
    clerk.open("/registers/laws/new")
    clerk.submit(title="另一部", key="森林法", status=422)
    assert "已用于《中华人民共和国森林法》" in clerk.text()
    assert len(db.session.scalars(select(LawBasis)).all()) == 1


def test_another_agency_s_items_and_laws_are_not_found(agency: Agency, clerk: Visitor) -> None:
    other = make_agency()
    item, law = make_item(other, "别局的事项"), make_law(other)
    db.session.commit()
    for path in ("", "/edit", "/guide", "/guide/confirm", "/retire"):
        clerk.open(f"/registers/items/{item.id}{path}", status=404)
    clerk.post(f"/registers/items/{item.id}/publish", status=404)
    clerk.open(f"/registers/laws/{law.id}", status=404)
    clerk.open("/registers/items/")
    assert "别局的事项" not in clerk.text()


def test_a_section_administrator_keeps_only_own_items_and_no_laws(agency: Agency, visitor: Visitor) -> None:
    mine = make_section(agency)
    own, other, law = make_item(agency, section=mine), make_item(agency), make_law(agency)
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    visitor.open(f"/registers/items/{own.id}/guide")
    visitor.open(f"/registers/items/{other.id}/guide", status=404)
    visitor.open(f"/registers/laws/{law.id}", status=404)
    visitor.open("/registers/laws/new", status=403)
    visitor.open("/registers/presets/", status=404)


def test_filters_and_search(agency: Agency, clerk: Visitor) -> None:
    make_item(agency, "木材检查")
    make_item(agency, "种苗检查", published_at=None)
    db.session.commit()
    for query, found in (
        ("q=种苗", ["种苗检查"]),
        ("state=unpublished", ["种苗检查"]),
        ("state=retired", []),
    ):
        clerk.open(f"/registers/items/?{query}")
        names = [link.get_text() for link in clerk.page.select("#items tbody a")]
        assert names == found, query


def test_hostile_text_is_shown_as_text(agency: Agency, clerk: Visitor) -> None:
    item = make_item(agency, "<b>事项")
    item.guides[0].points[0].text = "<script>x</script>要点"
    item.bases[0].law.note = "<img src=x>"
    db.session.commit()
    for path in ("", "/edit", "/guide", "/retire"):
        clerk.open(f"/registers/items/{item.id}{path}")
        assert not clerk.page.select("main script, h1 b, img[src=x]")
