"""检查对象: list, search, filters, entering, changing, who may, and what is refused."""

from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.registers.models import Entity, EntityKind, SupervisionClass
from sjj.registers.shared_forms import NO_ID_NUMBER, holds_id_number, is_id_number
from sjj.registers.upkeep_models import RegisterChange
from sjj.rules.identity import credit_code_problem, id_number_problem
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import credit_code, make_entity, make_officer, make_recusal, make_tag
from tests.visitor import Visitor

ID_NUMBER = "130227199003079000"  # right by both rules, as one ID number in 31 is; belongs to nobody


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def rows(visitor: Visitor) -> list[str]:
    """The names in the list, from the top."""
    return [link.get_text(strip=True) for link in visitor.page.select("#entities tbody td:first-child a")]


def last_audit() -> AuditEntry:
    entry = db.session.scalar(select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1))
    assert entry is not None
    return entry


def entry_form(agency: Agency, **more: object) -> dict[str, object]:
    return {"place": f"{agency.id}-0", "kind": "enterprise", "name": "试点县兴旺木材加工厂", **more}


def test_an_empty_register_says_what_to_do_next(clerk: Visitor) -> None:
    clerk.open("/registers/entities/")
    assert "名录库还是空的" in clerk.text()
    assert clerk.page.select_one('.empty a[href="/registers/entities/new"]')


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("兴旺", "试点县兴旺木材加工厂"),
        ("sdxxw", "试点县兴旺木材加工厂"),
        ("SDXXW", "试点县兴旺木材加工厂"),
        ("９１１３０２２７", "试点县兴旺木材加工厂"),
        ("100%", "折扣100%商店"),
        ("a_b", "a_b苗圃"),
    ],
    ids=[
        "by name",
        "by initials",
        "by initials in capitals",
        "by a code typed full-width",
        "per cent",
        "underscore",
    ],
)
def test_the_search_finds_what_is_typed_and_nothing_else(
    words: str, found: str, agency: Agency, clerk: Visitor
) -> None:
    make_entity(agency, "试点县兴旺木材加工厂", code=credit_code(7), pinyin="sdxxwmcjgc")
    make_entity(agency, "折扣100%商店", kind=EntityKind.OTHER)
    make_entity(agency, "a_b苗圃", kind=EntityKind.OTHER)
    make_entity(agency, "axb苗圃", kind=EntityKind.OTHER)
    db.session.commit()
    clerk.open("/registers/entities/?q=" + words.replace("%", "%25"))
    assert rows(clerk) == [found]
    assert "共 1 个对象" in clerk.text()


@pytest.mark.parametrize(
    "query", ["kind=person", "class=特殊", "tag=木材", "township=金厂峪镇", "state=注销", "section={section}"]
)
def test_each_filter_in_the_address_narrows_the_list(query: str, agency: Agency, clerk: Visitor) -> None:
    section = make_section(agency)
    make_entity(
        agency,
        "要找的",
        kind=EntityKind.PERSON,
        supervision_class=SupervisionClass.SPECIAL,
        tags=[make_tag(agency, "木材")],
        township="金厂峪镇",
        state="注销",
        section=section,
    )
    make_entity(agency, "别的")
    db.session.commit()
    clerk.open("/registers/entities/?" + query.format(section=section.id))
    assert rows(clerk) == ["要找的"]


def test_sorting_and_page_size_live_in_the_address(agency: Agency, clerk: Visitor) -> None:
    for number in range(25):
        make_entity(agency, f"对象{number:02d}", code=f"F-{number:02d}", kind=EntityKind.OTHER)
    db.session.commit()
    clerk.open("/registers/entities/?sort=-code&page=2")
    assert rows(clerk) == [f"对象{number:02d}" for number in (4, 3, 2, 1, 0)]
    clerk.open("/registers/entities/?sort=-code&per_page=50")
    assert len(rows(clerk)) == 25
    clerk.open("/registers/entities/?sort=nonsense&per_page=1000000&page=-3")
    assert len(rows(clerk)) == 20


def test_the_live_search_gets_only_the_list_and_it_equals_the_page(agency: Agency, clerk: Visitor) -> None:
    make_entity(agency, "试点县兴旺木材加工厂")
    db.session.commit()
    clerk.open("/registers/entities/?q=兴旺")
    whole = clerk.page.select_one("#entities")
    part = clerk.open("/registers/entities/?q=兴旺", headers={"HX-Request": "true"})
    assert part.find("html") is None
    assert str(part.select_one("#entities")) == str(whole)
    assert "HX-Request" in clerk.response.headers["Vary"]


def test_an_enterprise_is_entered_with_its_code_cleaned(agency: Agency, clerk: Visitor) -> None:
    code = credit_code(11)
    clerk.open("/registers/entities/new")
    clerk.submit(
        **entry_form(
            agency, code=f" {code[:8].lower()} {code[8:]} ", new_tags="木材、重点林区", credit_risk="B"
        )
    )
    entity = db.session.scalars(select(Entity)).one()
    assert (entity.code, entity.pinyin, entity.credit_risk) == (code, "sdxxwmcjgc", "B")
    assert sorted(tag.name for tag in entity.tags) == ["木材", "重点林区"]
    assert len(entity.token) == 32
    assert last_audit().sentence == "新增检查对象 试点县兴旺木材加工厂"
    clerk.follow()
    assert "内部" in clerk.text()
    assert "B 类" in clerk.text()


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("", "主体类对象须填写统一社会信用代码"),
        ("9113022712345", "应为18位"),
        (credit_code(11)[:17] + "?", "不能有"),
        (credit_code(11)[:16] + "00", "校验位不对"),
        (ID_NUMBER, NO_ID_NUMBER),
    ],
    ids=["none", "too short", "a wrong letter", "a wrong check", "an ID number"],
)
def test_a_wrong_code_is_refused_with_a_sentence_and_the_input_kept(
    code: str, problem: str, agency: Agency, clerk: Visitor
) -> None:
    clerk.open("/registers/entities/new")
    clerk.submit(status=422, **entry_form(agency, code=code, township="兴城镇"))
    assert problem in clerk.text()
    assert clerk.page.select_one("#township")["value"] == "兴城镇"
    assert db.session.scalar(select(Entity)) is None


def test_a_code_in_use_is_refused_by_name(agency: Agency, clerk: Visitor) -> None:
    first = make_entity(agency, "先登记的厂")
    db.session.commit()
    clerk.open("/registers/entities/new")
    clerk.submit(status=422, **entry_form(agency, code=first.code))
    assert "“先登记的厂”已经用这个代码登记" in clerk.text()


def test_all_others_get_the_next_number_of_the_agency_s_own_sequence(agency: Agency, clerk: Visitor) -> None:
    make_entity(make_agency(), kind=EntityKind.OTHER, code="F130227-000900")
    make_entity(agency, kind=EntityKind.OTHER, code="F130227-000041")
    db.session.commit()
    for kind in ("other", "person"):
        clerk.open("/registers/entities/new")
        clerk.submit(**entry_form(agency, kind=kind, name=f"新对象{kind}"))
    codes = {entity.name: entity.code for entity in db.session.scalars(select(Entity))}
    assert codes["新对象other"] == "F130227-000042"
    assert codes["新对象person"] == "F130227-000043"


@pytest.mark.parametrize(
    "field", ["name", "legal_representative", "contact", "address", "phone", "business_scope"]
)
def test_an_id_number_is_refused_wherever_it_is_typed(field: str, agency: Agency, clerk: Visitor) -> None:
    clerk.open("/registers/entities/new")
    clerk.submit(status=422, **entry_form(agency, kind="person", **{field: f"张三 {ID_NUMBER}"}))
    assert NO_ID_NUMBER in clerk.text()


@pytest.mark.parametrize("code", [credit_code(number) for number in (1, 5, 20199001)])
def test_a_credit_code_is_never_taken_for_an_id_number(code: str) -> None:
    assert not is_id_number(code)


def test_an_id_number_is_known_in_any_dress() -> None:
    assert holds_id_number("证号１３０２２７１９９００３０７１２３ｘ")
    assert id_number_problem(ID_NUMBER) is None
    assert credit_code_problem(ID_NUMBER) is None
    assert is_id_number(ID_NUMBER)
    assert is_id_number("130227 19900307 1230"), "a mistyped one is an ID number still"
    assert not holds_id_number("合同 2023199012345")


def test_every_problem_is_told_at_once(agency: Agency, clerk: Visitor) -> None:
    clerk.open("/registers/entities/new")
    clerk.submit(
        status=422,
        **entry_form(
            agency,
            name="",
            code="1",
            lat="95",
            registered_on="昨天",
            positive_from="2026-05-01",
            positive_until="2026-04-01",
        ),
    )
    summary = clerk.page.select_one("[data-summary]").get_text(" ")
    assert "有 6 处需要改正" in summary
    for told in (
        "请填写名称",
        "应为18位",
        "纬度在 -90 到 90 之间",
        "同时填写",
        "2026-03-05",
        "止日不能早于起日",
    ):
        assert told in summary


def test_a_change_is_audited_with_before_and_after_and_keeps_extra(agency: Agency, clerk: Visitor) -> None:
    entity = make_entity(
        agency, "兴旺厂", extra={"排污许可管理类别": "简化管理"}, tags=[make_tag(agency, "木材")]
    )
    db.session.commit()
    clerk.open(f"/registers/entities/{entity.id}/edit")
    clerk.submit(state="停业", tags=[], phone="0315-1234567", status=422)
    assert "改了状态，请写明理由" in clerk.text()
    clerk.submit(state="停业", tags=[], phone="0315-1234567", reason="企业书面报告")
    db.session.refresh(entity)
    assert entity.extra == {"排污许可管理类别": "简化管理"}
    changes = last_audit().details["changes"]
    assert changes == {"state": ["在业", "停业"], "phone": ["", "0315-1234567"], "tags": [["木材"], []]}
    clerk.follow()
    assert "简化管理" in clerk.text()
    assert "不进入抽查名单" in clerk.text()
    noted = db.session.scalars(select(RegisterChange)).one()
    assert (noted.kind, noted.reason, noted.source) == ("left", "企业书面报告", "form")
    assert noted.changes == changes


def test_saving_without_a_change_leaves_no_trace(agency: Agency, clerk: Visitor) -> None:
    entity = make_entity(agency, lat=40.1345, lon=118.3120)
    db.session.commit()
    clerk.open(f"/registers/entities/{entity.id}/edit")
    count = len(db.session.scalars(select(AuditEntry)).all())
    clerk.submit()
    assert "没有改动" in clerk.follow().get_text()
    assert len(db.session.scalars(select(AuditEntry)).all()) == count


def test_an_internal_code_cannot_be_changed(agency: Agency, clerk: Visitor) -> None:
    person = make_entity(agency, "李四", kind=EntityKind.PERSON)
    code = person.code
    db.session.commit()
    clerk.open(f"/registers/entities/{person.id}/edit")
    clerk.submit(code="F999999-000001")
    db.session.refresh(person)
    assert person.code == code


def test_hostile_text_is_shown_as_text(agency: Agency, clerk: Visitor) -> None:
    nasty = "<script>alert(1)</script><b>厂"
    entity = make_entity(
        agency, nasty, extra={"<i>栏": "<img src=x>"}, tags=[make_tag(agency, "<u>标")], township="<s>镇"
    )
    make_recusal(make_officer(agency, "<em>王"), entity, reason="<a href=x>亲属")
    db.session.commit()
    for path in (
        "/registers/entities/",
        f"/registers/entities/{entity.id}",
        f"/registers/entities/{entity.id}/edit",
        "/registers/entities/labels",
        "/registers/recusals/",
        f"/registers/recusals/new?entity={entity.id}",
    ):
        clerk.open(path)
        assert nasty in clerk.response.get_data(as_text=True).replace("&lt;", "<").replace("&gt;", ">")
        assert not clerk.page.select(
            "main script, main b b, main i i, main u, main s, main em em, img[src=x], a[href=x]"
        )


def test_the_qr_code_carries_the_public_address(agency: Agency, clerk: Visitor) -> None:
    entity = make_entity(agency)
    db.session.commit()
    clerk.open(f"/registers/entities/{entity.id}")
    assert f"http://localhost/field/scan/{entity.token}" in clerk.text()
    answer = clerk.client.get(f"/registers/entities/{entity.id}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert answer.data.startswith(b"<?xml")
    assert b"<script" not in answer.data


def test_the_sheet_of_labels_follows_the_filters(agency: Agency, clerk: Visitor) -> None:
    make_entity(agency, "甲厂", township="金厂峪镇")
    make_entity(agency, "乙厂")
    db.session.commit()
    clerk.open("/registers/entities/labels?township=金厂峪镇")
    assert [label.get_text() for label in clerk.page.select(".labels b")] == ["甲厂"]


@pytest.mark.parametrize("path", ["", "/edit", "/qr.svg"], ids=["the object", "its form", "its QR code"])
def test_another_agency_s_object_is_not_found(path: str, agency: Agency, clerk: Visitor) -> None:
    other = make_entity(make_agency(), "别局的厂")
    db.session.commit()
    clerk.open(f"/registers/entities/{other.id}{path}", status=404)
    clerk.open("/registers/entities/?q=别局")
    assert rows(clerk) == []
    clerk.open("/registers/entities/labels")
    assert "别局的厂" not in clerk.text()


def test_a_section_administrator_keeps_only_the_own_section(agency: Agency, visitor: Visitor) -> None:
    mine, theirs = make_section(agency, "林政科"), make_section(agency, "种苗站")
    user = make_user(Role.SECTION_ADMIN, agency=agency, section=mine)
    own, other, nobody = (make_entity(agency, section=section) for section in (mine, theirs, None))
    db.session.commit()
    visitor.sign_in(user)
    visitor.open(f"/registers/entities/{own.id}/edit")
    assert [option["value"] for option in visitor.page.select("#place option")] == [f"{agency.id}-{mine.id}"]
    visitor.submit(status=422, place=f"{agency.id}-{theirs.id}")
    visitor.open(f"/registers/entities/{other.id}")
    assert not visitor.page.select(f'a[href="/registers/entities/{other.id}/edit"]')
    visitor.open(f"/registers/entities/{other.id}/edit", status=404)
    visitor.open(f"/registers/entities/{nobody.id}/edit", status=404)
    visitor.open("/registers/entities/new")
    visitor.submit(**entry_form(agency, code=credit_code(31), place=f"{agency.id}-{mine.id}"))


@pytest.mark.parametrize(
    ("role", "reads", "edits"),
    [
        (Role.OFFICE, 200, 200),
        (Role.SECTION_ADMIN, 200, 200),
        (Role.APPROVER, 200, 403),
        (Role.SUPERVISOR, 200, 403),
        (Role.LEADER, 200, 403),
        (Role.OFFICER, 403, 403),
        (Role.AUDITOR, 403, 403),
        (Role.SECURITY_ADMIN, 403, 403),
    ],
)
def test_who_may_read_and_who_may_enter(
    role: Role, reads: int, edits: int, agency: Agency, visitor: Visitor
) -> None:
    user: User = make_user(role, agency=agency, section=make_section(agency))
    visitor.sign_in(user)
    visitor.open("/registers/entities/", status=reads)
    visitor.open("/registers/entities/new", status=edits)


def test_signed_out_people_see_nothing(agency: Agency, visitor: Visitor) -> None:
    entity = make_entity(agency)
    db.session.commit()
    for path in (
        "/registers/entities/",
        f"/registers/entities/{entity.id}",
        f"/registers/entities/{entity.id}/qr.svg",
    ):
        visitor.open(path, status=303)
        assert "/sign-in" in visitor.response.headers["Location"]


def test_a_label_masks_a_natural_person(agency: Agency, clerk: Visitor) -> None:
    make_entity(agency, "李秀英", kind=EntityKind.PERSON)
    db.session.commit()
    clerk.open("/registers/entities/labels")
    assert [label.get_text() for label in clerk.page.select(".labels b")] == ["李**"]
    assert "李秀英" not in clerk.response.get_data(as_text=True)


def test_the_live_search_leaves_a_tidy_address(clerk: Visitor) -> None:
    clerk.open("/registers/entities/?q=厂&kind=&class=特殊&tag=", headers={"HX-Request": "true"})
    left = urlsplit(clerk.response.headers["HX-Push-Url"])
    assert (left.path, parse_qs(left.query)) == ("/registers/entities/", {"q": ["厂"], "class": ["特殊"]})
