"""预置包: loading what an agency does not have yet, by page and by command."""

from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import select

from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.audit.services import System
from sjj.database import db
from sjj.registers.models import CheckPoint, Item, LawBasis
from sjj.registers.preset_cli import preset
from sjj.registers.presets import UnknownPack, load_pack, packs
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import make_item, make_law
from tests.visitor import Visitor

NOW = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize("pack", ["forestry", "ecology"])
def test_a_pack_arrives_whole_unpublished_and_as_a_draft(pack: str, app: Flask) -> None:
    agency = make_agency()
    done = load_pack(agency, pack, System(), NOW)
    db.session.commit()
    items = db.session.scalars(select(Item).order_by(Item.code)).all()
    assert done.items == len(items) == len(packs()[pack]["items"])
    assert done.laws == len(db.session.scalars(select(LawBasis)).all())
    for item in items:
        assert item.published_at is None
        assert item.bases
        assert [guide.is_draft for guide in item.guides] == [True]
        assert len(item.guides[0].points) >= 4
    point = db.session.scalars(select(CheckPoint).where(CheckPoint.code == f"{items[0].code}-1")).one()
    assert point.basis.startswith(packs()[pack]["items"][0]["points"][0]["basis"]["law"])


def test_what_the_agency_has_already_is_left_alone(app: Flask) -> None:
    agency = make_agency()
    own = make_item(agency, "本局自己的事项", code="LY-01")
    law = make_law(agency, "本局登记的森林法", key="森林法")
    done = load_pack(agency, "forestry", System(), NOW)
    db.session.commit()
    assert (done.items, done.skipped) == (12, 1)
    assert (own.name, law.title) == ("本局自己的事项", "本局登记的森林法")
    again = load_pack(agency, "forestry", System(), NOW)
    assert (again.items, again.skipped, again.laws) == (0, 13, 0)


def test_two_agencies_load_the_same_pack_apart(app: Flask) -> None:
    for agency in (make_agency(), make_agency()):
        assert load_pack(agency, "forestry", System(), NOW).items == 13


def test_an_unknown_pack_is_refused(app: Flask) -> None:
    with pytest.raises(UnknownPack, match="没有预置包"):
        load_pack(make_agency(), "nothing", System(), NOW)


def test_the_page_loads_a_pack_and_says_what_it_did(visitor: Visitor, app: Flask) -> None:
    agency = make_agency()
    visitor.sign_in(make_user(Role.OFFICE, agency=agency))
    visitor.open("/registers/items/")
    assert visitor.page.select_one('.empty a[href="/registers/presets/"]')
    visitor.open("/registers/presets/")
    assert "草案，法制审核后启用" in visitor.text()
    visitor.post("/registers/presets/", pack="forestry", agency_id=str(agency.id))
    visitor.follow()
    assert "已载入“林业”：新增 13 项" in visitor.text()
    assert "LY-13" in visitor.text()
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.sentence == "载入预置包 林业：新增 13 项，已有 0 项未动"


def test_the_page_loads_nothing_into_another_agency(visitor: Visitor, app: Flask) -> None:
    other = make_agency()
    visitor.sign_in(make_user(Role.OFFICE, agency=make_agency()))
    visitor.open("/registers/presets/")
    visitor.post("/registers/presets/", pack="forestry", agency_id=str(other.id), status=422)
    assert db.session.scalar(select(Item)) is None


def test_the_command_loads_a_pack(app: Flask) -> None:
    agency = make_agency("试点县林业局")
    db.session.commit()
    runner = CliRunner()
    done = runner.invoke(preset, ["load", "forestry", "--agency", agency.name], obj=None)
    assert done.exit_code == 0, done.output
    assert "新增 13 项" in done.output
    assert len(db.session.scalars(select(Item)).all()) == 13
    for arguments in (
        ["load", "nothing", "--agency", agency.name],
        ["load", "forestry", "--agency", "没有的局"],
    ):
        refused = runner.invoke(preset, arguments)
        assert refused.exit_code == 1
        assert "没有" in refused.output
    assert "forestry" in runner.invoke(preset, ["list"]).output
