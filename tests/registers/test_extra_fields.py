"""扩展栏目: fields that an agency defines for itself, in the form, on the page, in the filter and in the rules."""

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.registers.class_fields import fields_of
from sjj.registers.models import Entity, Officer
from sjj.registers.upkeep_models import ExtraField, RegisterChange
from sjj.rules.condition_fields import FieldKind
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import make_entity
from tests.visitor import Visitor


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def own(
    agency: Agency,
    label: str,
    kind: str = "text",
    choices: tuple[str, ...] = (),
    place: int = 1,
    register: str = "entity",
) -> str:
    """A field of the agency's own; gives the name of its control."""
    field = ExtraField(
        agency_id=agency.id, register=register, label=label, kind=kind, choices=list(choices), position=place
    )
    db.session.add(field)
    db.session.commit()
    return f"own_{field.id}"


def test_a_field_is_defined_moved_retired_and_brought_back(agency: Agency, clerk: Visitor) -> None:
    clerk.open("/registers/extra-fields/", status=303)
    clerk.follow()
    clerk.submit(
        "form#add", register="entity", kind="choice", label="排污许可管理类别", choices="", status=422
    )
    assert "请至少写两个可选的值" in clerk.text()
    clerk.submit("form#add", label="行业", kind="text", status=422)
    assert "已有这个栏目" in clerk.text()
    clerk.submit("form#add", kind="choice", label="排污许可管理类别", choices="重点管理、简化管理")
    clerk.follow()
    clerk.submit(
        "form#add", register="entity", kind="choice", label="排污许可管理类别", choices="甲、乙", status=422
    )
    assert "已经有这个栏目" in clerk.text()
    clerk.submit("form#add", register="entity", kind="number", label="废水排口", choices="")
    first, second = db.session.scalars(select(ExtraField).order_by(ExtraField.id))
    assert (first.choices, second.choices) == (["重点管理", "简化管理"], [])
    clerk.open(f"/registers/extra-fields/{agency.id}")
    clerk.submit(f'form[action="/registers/extra-fields/fields/{second.id}/up"]')
    clerk.open(f"/registers/extra-fields/fields/{first.id}")
    clerk.submit(choices="重点管理、简化管理、登记管理")
    clerk.follow()
    labels = [row.select_one("td").get_text() for row in clerk.page.select("tbody tr")]
    assert labels == ["废水排口", "排污许可管理类别"]
    clerk.submit(f'form[action="/registers/extra-fields/fields/{second.id}/retire"]')
    clerk.open("/registers/entities/new")
    assert (
        clerk.page.select_one(f'[name="own_{first.id}"]') is not None,
        clerk.page.select_one(f'[name="own_{second.id}"]') is not None,
    ) == (True, False)
    clerk.open(f"/registers/extra-fields/{agency.id}")
    clerk.submit(f'form[action="/registers/extra-fields/fields/{second.id}/restore"]')
    clerk.follow()
    assert "已停用" not in clerk.text()


def test_values_are_filled_in_kept_under_the_label_and_filtered_by(agency: Agency, clerk: Visitor) -> None:
    category = own(agency, "排污许可管理类别", "choice", ("重点管理", "简化管理"))
    outlets = own(agency, "废水排口", "number", place=2)
    since = own(agency, "许可证有效期", "day", place=3)
    entity = make_entity(agency, "东升化工厂", extra={"排污许可管理类别": "旧类别", "别的列": "原样"})
    make_entity(agency, "城南苗圃")
    db.session.commit()
    clerk.open(f"/registers/entities/{entity.id}/edit")
    assert clerk.page.select_one(f'[name="{category}"] option[selected]').get_text() == "旧类别"
    clerk.submit(**{outlets: "三个", since: "2026-02-30"}, status=422)
    assert "请填数字" in clerk.text()
    assert "日期请写成 2026-03-05 的样子" in clerk.text()
    clerk.submit(**{category: "重点管理", outlets: "3", since: "2026年12月31日"})
    db.session.refresh(entity)
    assert entity.extra == {
        "排污许可管理类别": "重点管理", "别的列": "原样", "废水排口": "3", "许可证有效期": "2026-12-31",
    }  # fmt: skip
    changed = db.session.scalars(select(RegisterChange)).one().changes["extra"]
    assert changed[0] == {"排污许可管理类别": "旧类别", "废水排口": None, "许可证有效期": None}
    clerk.follow()
    assert "2026-12-31" in clerk.text()
    clerk.open(f"/registers/entities/?{category}=重点管理")
    links = [link.get_text() for link in clerk.page.select("#entities tbody td:first-child a")]
    assert links == ["东升化工厂"]
    export = clerk.client.get(f"/registers/entities/export.csv?{category}=重点管理").data.decode("utf-8-sig")
    assert ("东升化工厂" in export, "城南苗圃" in export) == (True, False)


def test_officers_have_own_fields_in_their_form_page_and_changes(agency: Agency, clerk: Visitor) -> None:
    kind = own(agency, "人员性质", "choice", ("行政", "事业"), register="officer")
    since = own(agency, "培训日期", "day", place=2, register="officer")
    own(agency, "废水排口", "number")
    clerk.open("/registers/officers/new")
    labels = [one.get_text(strip=True) for one in clerk.page.select("main form label")]
    assert ([one for one in labels if "人员性质" in one] != [], "废水排口" in "".join(labels)) == (
        True,
        False,
    )
    place = clerk.page.select_one('[name="place"] option:not([value=""])')["value"]
    clerk.submit("main form", place=place, name="陈测试", **{kind: "行政", since: "去年"}, status=422)
    assert "日期请写成 2026-03-05 的样子" in clerk.text()
    clerk.submit("main form", **{since: "2026年3月5日"})
    clerk.follow()
    for words in ("人员性质", "行政", "2026-03-05"):
        assert words in clerk.text()
    officer = db.session.scalars(select(Officer)).one()
    clerk.open(f"/registers/officers/{officer.id}/edit")
    clerk.submit("main form", **{kind: "", since: "2026-04-01"})
    db.session.refresh(officer)
    assert officer.extra == {"培训日期": "2026-04-01"}
    clerk.follow()
    assert "人员性质：行政 → （空）" in clerk.text()
    assert "培训日期：2026-03-05 → 2026-04-01" in clerk.text()


def test_rules_may_ask_about_own_fields_by_their_kind(agency: Agency) -> None:
    own(agency, "废水排口", "number")
    own(agency, "许可证有效期", "day")
    own(make_agency(), "别家的")
    fields = fields_of(agency.id)
    assert fields["extra.废水排口"].kind is FieldKind.NUMBER
    assert fields["extra.许可证有效期"].kind is FieldKind.DAY
    assert "extra.别家的" not in fields


def test_only_who_keeps_the_whole_agency_defines_fields(agency: Agency, visitor: Visitor) -> None:
    name = own(agency, "废水排口")
    section = make_section(agency)
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=section))
    visitor.open(f"/registers/extra-fields/{agency.id}", status=404)
    number = name.removeprefix("own_")
    visitor.post(f"/registers/extra-fields/fields/{number}/retire", status=404)
    assert db.session.scalars(select(ExtraField)).one().retired_at is None
    visitor.open("/registers/entities/new")
    visitor.submit(
        place=f"{agency.id}-{section.id}", kind="other", name="一号苗圃", state="在业", **{name: "无"}
    )
    assert db.session.scalars(select(Entity)).one().extra == {"废水排口": "无"}
