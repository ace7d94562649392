"""执法检查人员: list, certificates that end, entering, changing, who may."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.accounts.roles import Role
from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.registers.models import Officer
from sjj.registers.officer_queries import validity_of
from tests.makers.accounts import make_agency, make_section, make_user
from tests.makers.registers import make_officer, make_tag
from tests.visitor import Visitor

TODAY = date(2026, 3, 5)
NOW = datetime(2026, 3, 5, 1, 0, tzinfo=UTC)


@pytest.fixture
def agency(app: Flask) -> Agency:
    return make_agency()


@pytest.fixture
def clerk(agency: Agency, visitor: Visitor) -> Visitor:
    return visitor.sign_in(make_user(Role.OFFICE, agency=agency))


def rows(visitor: Visitor) -> list[str]:
    return [link.get_text(strip=True) for link in visitor.page.select("#officers tbody td:first-child a")]


CERTIFICATES = {
    "valid": TODAY + timedelta(days=91),
    "soon": TODAY + timedelta(days=90),
    "expired": TODAY - timedelta(days=1),
    "missing": None,
}


@pytest.mark.parametrize("state", CERTIFICATES)
def test_each_officer_stands_under_one_certificate_state(state: str, agency: Agency, clerk: Visitor) -> None:
    for name, until in CERTIFICATES.items():
        officer = make_officer(agency, name, certificate_until=until)
        assert validity_of(officer, TODAY) == name
    db.session.commit()
    with time_machine.travel(NOW, tick=False):
        clerk.sign_in(make_user(Role.OFFICE, agency=agency))
        clerk.open(f"/registers/officers/?validity={state}")
    assert rows(clerk) == [state]


def test_the_last_day_of_a_certificate_still_counts(agency: Agency) -> None:
    assert validity_of(make_officer(agency, certificate_until=TODAY), TODAY) == "soon"
    assert validity_of(make_officer(agency, certificate_no=""), TODAY) == "missing"


def test_search_by_name_code_certificate_and_initials(agency: Agency, clerk: Visitor) -> None:
    make_officer(agency, "王建国", code="ZF-900", certificate_no="03070099999")
    make_officer(agency, "李红")
    db.session.commit()
    for words in ("建国", "zf-900", "03070099999", "wjg"):
        clerk.open(f"/registers/officers/?q={words}")
        assert rows(clerk) == ["王建国"], words


def test_filters_by_section_and_expertise(agency: Agency, clerk: Visitor) -> None:
    section = make_section(agency)
    make_officer(agency, "要找的", section=section, tags=[make_tag(agency, "林政", on="officer")])
    make_officer(agency, "别的")
    db.session.commit()
    for query in (f"section={section.id}", "tag=林政"):
        clerk.open(f"/registers/officers/?{query}")
        assert rows(clerk) == ["要找的"]


def test_an_officer_is_entered_and_numbered(agency: Agency, clerk: Visitor) -> None:
    make_officer(agency, code="ZF-041")
    db.session.commit()
    clerk.open("/registers/officers/new")
    clerk.submit(
        place=f"{agency.id}-0",
        name="王建国",
        certificate_no="03070012345",
        certificate_until="2029-06-30",
        new_tags="林政、种苗",
    )
    officer = db.session.scalars(select(Officer).where(Officer.name == "王建国")).one()
    assert (officer.code, officer.pinyin, officer.certificate_until) == ("ZF-042", "wjg", date(2029, 6, 30))
    assert officer.on_duty
    assert sorted(tag.name for tag in officer.tags) == ["林政", "种苗"]
    clerk.follow()
    assert "王建国" in clerk.text()


def test_an_officer_taken_off_duty_is_audited(agency: Agency, clerk: Visitor) -> None:
    officer = make_officer(agency, "王建国")
    db.session.commit()
    page = clerk.open(f"/registers/officers/{officer.id}/edit")
    form = {name: page.select_one(f"#{name}").get("value", "") for name in ("name", "code", "certificate_no")}
    clerk.post(
        f"/registers/officers/{officer.id}/edit",
        place=f"{agency.id}-0",
        certificate_until="2028-12-31",
        issuer=officer.issuer,
        reason="病休",
        **form,
    )
    db.session.refresh(officer)
    assert not officer.on_duty
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry is not None
    assert entry.details["changes"] == {"on_duty": [True, False]}
    assert entry.sentence == "修改执法人员 王建国：在岗"


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": ""}, "请填写姓名"),
        ({"code": "ZF-001"}, "编号 ZF-001 已由赵一使用"),
        ({"code": "甲|乙"}, "编号只用字母"),
        ({"name": "王|建国"}, "竖线"),
        ({"certificate_no": "130227199003079000"}, "身份证号"),
        ({"name": "王建国130227199003079000"}, "身份证号"),
        ({"certificate_until": "2026-02-30"}, "2026-03-05 的样子"),
        ({"new_tags": "林" * 31}, "不超过 30 字"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_entered_is_told(
    values: dict[str, str], problem: str, agency: Agency, clerk: Visitor
) -> None:
    make_officer(agency, "赵一", code="ZF-001")
    db.session.commit()
    clerk.open("/registers/officers/new")
    clerk.submit(status=422, **{"place": f"{agency.id}-0", "name": "王建国", **values})
    assert problem in clerk.text()
    assert len(db.session.scalars(select(Officer)).all()) == 1


def test_another_agency_s_officer_is_not_found(agency: Agency, clerk: Visitor) -> None:
    other = make_officer(make_agency(), "别局的人")
    db.session.commit()
    for path in ("", "/edit"):
        clerk.open(f"/registers/officers/{other.id}{path}", status=404)
    clerk.open("/registers/officers/?q=别局")
    assert rows(clerk) == []


def test_a_section_administrator_keeps_only_the_own_section(agency: Agency, visitor: Visitor) -> None:
    mine, theirs = make_section(agency, "林政科"), make_section(agency, "种苗站")
    own, other = make_officer(agency, section=mine), make_officer(agency, section=theirs)
    visitor.sign_in(make_user(Role.SECTION_ADMIN, agency=agency, section=mine))
    visitor.open(f"/registers/officers/{own.id}/edit")
    visitor.open(f"/registers/officers/{other.id}/edit", status=404)
    visitor.open(f"/registers/officers/{other.id}")


def test_hostile_text_is_shown_as_text(agency: Agency, clerk: Visitor) -> None:
    officer = make_officer(agency, "<b>王</b>", group="<i>一组", post="<img src=x>")
    db.session.commit()
    for path in ("/registers/officers/", f"/registers/officers/{officer.id}"):
        clerk.open(path)
        assert "<b>王</b>" in clerk.text()
        assert not clerk.page.select("h1 b, td b, main i, img[src=x]")
