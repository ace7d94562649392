"""法律依据 as dated data: confirmed by name, ended, and what is then to be done with items and check points."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.audit.services import System
from sjj.database import db
from sjj.plans.checks import item_warnings
from sjj.registers.item_versions import versions_of
from sjj.registers.law_names import laws_cited
from sjj.registers.models import Item, LawBasis
from sjj.registers.presets import load_pack
from sjj.registers.upkeep_models import RegisterChange
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import MADE_AT, make_item, make_law
from tests.visitor import Visitor

NOW = datetime(2026, 9, 1, 2, 0, tzinfo=UTC)
LONG_AGO, TO_COME = date(2020, 8, 15), date(2999, 1, 1)


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def test_the_ten_repealed_laws_of_the_pack_wait_until_somebody_stands_for_them(
    agency: Agency, clerk: Visitor
) -> None:
    load_pack(agency, "ecology", System(), NOW)
    for law in db.session.scalars(select(LawBasis).where(LawBasis.repealed_on.is_not(None))):
        law.repealed_on = LONG_AGO  # so that the date has come, whenever this is run
    db.session.commit()
    ended = [law for law in db.session.scalars(select(LawBasis)) if law.repealed_on]
    waiting = [law for law in db.session.scalars(select(LawBasis)) if not law.verified]
    assert len(ended) == 10
    clerk.open("/registers/laws/confirm")
    assert f"待核实 {len(waiting)} 部" in clerk.text()
    clerk.open("/registers/laws/lapsed")
    assert "依据已失效" not in clerk.page.select_one("main").get_text()
    assert "可能失效，先核实" in clerk.text()
    item = next(
        item for item in db.session.scalars(select(Item)) if any(basis.law in ended for basis in item.bases)
    )
    assert [word for word in item_warnings(item, NOW.date()) if "依据待核实" in word]
    clerk.open("/registers/laws/confirm")
    clerk.submit(status=422, by="", ids=[str(ended[0].id)])
    assert "请填写核实人姓名" in clerk.text()
    clerk.submit(status=422, by="法制科赵某", on=str(TO_COME), ids=[str(ended[0].id)])
    assert "不能晚于今天" in clerk.text()
    clerk.submit(status=422, by="法制科赵某", ids=[])
    clerk.submit(by="法制科赵某", on="2026-09-01", ids=[str(law.id) for law in ended])
    page = clerk.follow()
    assert "已经失效" in clerk.text()
    assert "怎样办" in clerk.text()
    assert page.select('a[href$="/edit"]')
    assert [word for word in item_warnings(item, NOW.date()) if "依据已失效" in word]
    clerk.open("/registers/laws/")
    assert "法制科赵某，2026年9月1日" in clerk.text()
    assert versions_of(item)[-1].reason.startswith("已核实《")
    assert any("废止）" in line for line in versions_of(item)[-1].content["bases"])
    assert db.session.scalars(select(AuditEntry.action)).all().count("law.changed") == 10


def test_what_is_to_be_done_depends_on_what_is_left(agency: Agency, clerk: Visitor) -> None:
    gone = make_law(agency, "旧防治条例", repealed_on=LONG_AGO)
    only, both, point = (make_item(agency, name) for name in ("只有旧的", "还有别的", "只在要点里"))
    only.bases[0].law = both.bases[0].law = gone
    both.bases.append(type(both.bases[0])(law=make_law(agency, "新条例"), articles="第一条"))
    point.guides[0].points[1].penalty = "旧防治条例第四十条"
    make_item(agency, "停用的", retired_at=MADE_AT).bases[0].law = gone
    make_item(agency, "不相干", object_type="旧防治条例实施细则")
    db.session.commit()
    clerk.open("/registers/laws/lapsed")
    cards = {card.h3.get_text(): card.get_text() for card in clerk.page.select("main section.card")}
    told = {name.split(" ")[1]: words for name, words in cards.items()}
    assert sorted(told) == sorted(["只有旧的", "还有别的", "只在要点里"])
    assert "否则应当停用" in told["只有旧的"]
    assert "换成新的条款" in told["还有别的"]
    assert "修订指引要点" in told["只在要点里"]
    clerk.open(f"/registers/items/{point.id}")
    assert [
        h.get_text(" ", strip=True) for h in clerk.page.select(".point h3") if "依据已失效" in h.get_text()
    ]
    clerk.open("/registers/items/?law=repealed")
    assert len(clerk.page.select("#items tbody tr")) == 3, "the retired one cites it too"
    clerk.open(f"/registers/items/{only.id}/edit")
    assert "旧防治条例（依据已失效）" in clerk.text()


def test_who_changes_dates_stands_for_them(agency: Agency, clerk: Visitor) -> None:
    law = make_law(agency, "某某条例", effective_on=date(2015, 1, 1))
    item = make_item(agency)
    item.bases[0].law = law
    db.session.commit()
    clerk.open(f"/registers/laws/{law.id}")
    clerk.submit(repealed_on="2020-08-15")
    db.session.refresh(law)
    assert law.verified_by
    assert law.verified_on is not None
    change = db.session.scalars(select(RegisterChange)).one()
    assert change.changes["bases"] == [
        ["《某某条例》第六十五条"],
        ["《某某条例》第六十五条（2020年8月15日废止）"],
    ]
    clerk.open(f"/registers/laws/{law.id}")
    page = clerk.page
    fields = {
        control["name"]: control.get("value", "") for control in page.select("main form.form input[name]")
    }
    fields.pop("verified")
    clerk.post(f"/registers/laws/{law.id}", **fields)
    db.session.refresh(law)
    assert (law.verified, law.verified_by, law.verified_on) == (False, "", None)


def test_laws_are_confirmed_only_by_who_keeps_them(agency: Agency, visitor: Visitor) -> None:
    foreign = make_law(make_agency(), verified=False)
    own = make_law(agency, verified=False)
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open("/registers/laws/confirm")
    visitor.submit(status=422, by="赵某", ids=[str(own.id), str(foreign.id)])
    db.session.expire_all()
    assert not own.verified
    assert not foreign.verified
    section = make_section(agency)
    keeper = Visitor(visitor.app).sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=section))
    keeper.open("/registers/laws/confirm", status=403)
    keeper.open("/registers/laws/lapsed")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "森林法第三十七条、第六十六条；种子法第三十一条",
            ["森林法第三十七条、第六十六条", "种子法第三十一条"],
        ),
        ("《中华人民共和国森林法》第三十七条第一款", ["森林法第三十七条第一款"]),
        ("森林法实施条例第十六条", ["森林法实施条例第十六条"]),
        ("森林法实施细则第十六条", []),
        ("海洋种子法第一条", []),
        ("依照森林法", []),
        ("森林法和种子法", ["森林法", "种子法"]),
        ("", []),
    ],
)
def test_a_law_is_found_where_its_name_stands_alone(text: str, found: list[str]) -> None:
    names = (("森林法", "中华人民共和国森林法"), ("森林法实施条例",) * 2, ("种子法", "中华人民共和国种子法"))
    laws = [LawBasis(id=n, key=key, title=title) for n, (key, title) in enumerate(names)]
    assert [each.law.key + each.articles for each in laws_cited(text, laws)] == found


def test_laws_behind_published_items_stand_on_the_home_page_until_seen_to(
    agency: Agency, clerk: Visitor
) -> None:
    gone, doubtful = make_item(agency, "依据没了的"), make_item(agency, "要核实的")
    gone.bases[0].law = make_law(agency, "旧条例", repealed_on=LONG_AGO)
    doubtful.bases[0].law = make_law(agency, "新条例", repealed_on=LONG_AGO, verified=False)
    make_item(agency, "没公布的", published_at=None).bases[0].law = make_law(
        agency, "没人用的条例", verified=False
    )
    db.session.commit()
    clerk.open("/")
    said = clerk.text()
    assert "1 项已公布的事项依据已失效" in said
    assert "核实 1 部法律依据，1 项已公布的事项引用" in said
    assert ("《新条例》" in said, "没人用的条例" in said) == (True, False)
    addresses = [str(link["href"]) for link in clerk.page.select('main a[href^="/registers/laws/"]')]
    assert set(addresses) == {"/registers/laws/lapsed", "/registers/laws/confirm"}
    for address in addresses:
        clerk.open(address)
    clerk.submit(by="法制科赵某", ids=[str(doubtful.bases[0].law_id)])
    clerk.open("/")
    assert "2 项已公布的事项依据已失效" in clerk.text()
    assert "已公布的事项引用" not in clerk.text()
