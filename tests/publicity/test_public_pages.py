"""What everybody can read: items, schemes, draws that can be checked, results and the open file."""

import csv
import io
import json
from datetime import date
from hashlib import sha256

import pytest
from flask import Flask
from sqlalchemy import event

from sjj.accounts.roles import Role
from sjj.database import db
from sjj.draws.models import Draw
from sjj.inspections.dispatch import dispatch
from sjj.inspections.models import Inspection
from sjj.registers.models import LawBasis
from sjj.rules.lifecycle import DrawState, ResultState
from sjj.rules.verify import verify_bytes
from tests.house.swap import assert_swap_equals_reload
from tests.makers.accounts import make_agency, make_user
from tests.makers.draws import DRAWN_AT, make_draw
from tests.makers.inspections import make_inspection
from tests.makers.plans import by_credit, make_campaign
from tests.makers.publicity import make_notice
from tests.makers.registers import make_entity, make_item
from tests.visitor import Visitor


def dispatched(draw: Draw) -> list[Inspection]:
    """The draw's inspections, made by the office."""
    found = dispatch(draw, date(2026, 3, 31), make_user(Role.OFFICE, agency=draw.agency), DRAWN_AT)
    db.session.commit()
    return found


def test_the_front_page_leads_to_everything(app: Flask, visitor: Visitor) -> None:
    notice = make_notice()
    visitor.open("/public/")
    assert notice.entity_name in visitor.text()
    for link in visitor.page.select("header nav a"):
        Visitor(app).open(str(link["href"]))


def test_empty_pages_say_so(app: Flask, visitor: Visitor) -> None:
    make_agency()
    for path, said in (
        ("/public/", "还没有公示检查结果"),
        ("/public/items", "还没有公布抽查事项"),
        ("/public/schemes", "还没有公示方案"),
        ("/public/draws", "还没有抽取"),
        ("/public/results", "没有查到"),
    ):
        visitor.open(path)
        assert said in visitor.text()


def test_items_show_their_basis_and_its_state(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    make_item(agency, "现行有效的事项")
    old = make_item(agency, "依据废止的事项")
    db.session.get(LawBasis, old.bases[0].law_id).repealed_on = date(2026, 8, 15)  # type: ignore[union-attr]
    doubtful = make_item(agency, "依据存疑的事项", confirmed=False)
    db.session.get(LawBasis, doubtful.bases[0].law_id).verified = False  # type: ignore[union-attr]
    make_item(agency, "没有公布的事项", published_at=None)
    db.session.commit()
    visitor.open("/public/items")
    cards = {card.h2.get_text(): card.get_text() for card in visitor.page.select("section.card")}  # type: ignore[union-attr]
    assert "第1项台账是否齐全" in cards["现行有效的事项"]
    assert "依据已失效" not in cards["现行有效的事项"]
    assert "依据已失效" in cards["依据废止的事项"]
    assert "依据待核实" in cards["依据存疑的事项"]
    assert "第1项台账" not in cards["依据存疑的事项"]
    assert "没有公布的事项" not in cards


def test_a_scheme_is_read_as_it_was_published(app: Flask, visitor: Visitor) -> None:
    campaign = make_campaign()
    visitor.open("/public/schemes")
    assert campaign.number in visitor.text()
    visitor.open(f"/public/schemes/{campaign.id}")
    assert "特殊监管对象" in visitor.text()
    assert campaign.items[0].item.name in visitor.text()
    visitor.open("/public/schemes/999999", status=404)


def test_the_commitment_is_public_at_once_and_is_what_was_hashed(app: Flask, visitor: Visitor) -> None:
    draw = make_draw(state=DrawState.FROZEN)
    visitor.open(f"/public/draws/{draw.id}")
    assert draw.commitment_sha256 in visitor.text()
    answer = visitor.client.get(f"/public/draws/{draw.id}/commitment.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="commitment.json"'
    assert sha256(answer.data).hexdigest() == draw.commitment_sha256
    assert "max-age" in answer.headers["Cache-Control"]


def test_the_list_stays_closed_until_the_last_visit_has_ended_then_anybody_can_check_it(
    app: Flask, visitor: Visitor
) -> None:
    draw = make_draw()
    made = dispatched(draw)
    path = f"/public/draws/{draw.id}/receipt.json"
    visitor.open(path, status=404)
    assert "最后一户检查结束后公布" in visitor.text()
    for address in ("/public/", "/public/draws", f"/public/draws/{draw.id}", "/public/results.csv"):
        said = visitor.client.get(address).get_data(as_text=True)
        assert not [row for row in made if row.entity.code in said or row.entity.name in said]
    for inspection in made[1:]:
        inspection.ended_on = date(2026, 3, 5)
    db.session.commit()
    visitor.open(path, status=404)
    made[0].state = ResultState.WITHDRAWN
    db.session.commit()
    answer = visitor.client.get(path)
    assert not [
        check for check in verify_bytes(answer.data, draw.commitment_sha256) if check.status == "FAIL"
    ]
    visitor.open(f"/public/draws/{draw.id}")
    assert all(row.entity.code in visitor.text() for row in made)


def test_a_closed_draw_shows_only_whom_it_came_to(app: Flask, visitor: Visitor) -> None:
    draw = make_draw(make_campaign(strata=by_credit()))
    made = dispatched(draw)
    for inspection in made:
        inspection.ended_on = date(2026, 3, 5)
    made[0].ended_on, made[0].state = None, ResultState.WITHDRAWN
    db.session.commit()
    answer = visitor.client.get(f"/public/draws/{draw.id}/receipt.json")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="receipt.json"'
    document = json.loads(answer.data)
    assert document["drawn"] == sorted(row.entity.code for row in made[1:])
    assert "rule" not in document
    assert "salt" not in document["pool"][0]
    assert not [
        check for check in verify_bytes(answer.data, draw.commitment_sha256) if check.status == "FAIL"
    ]
    visitor.open(f"/public/draws/{draw.id}")
    assert "不公开的分层" in visitor.text()


def test_the_chain_shows_voids_and_notices_a_gap(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    first = make_draw(make_campaign(agency), state=DrawState.VOIDED)
    second = make_draw(make_campaign(agency))
    visitor.open("/public/draws")
    assert "序号连续，前后相扣" in visitor.text()
    assert "已作废" in visitor.text()
    assert json.loads(second.commitment)["previous"] == first.commitment_sha256
    second.serial = 3
    db.session.commit()
    visitor.open("/public/draws")
    assert "序号有缺" in visitor.text()


def test_results_are_found_by_name_and_code_and_filtered(app: Flask, visitor: Visitor) -> None:
    agency, other = make_agency(), make_agency()
    found = make_notice(make_inspection(agency, entity=make_entity(agency, "兴旺木材加工厂")))
    clean = make_notice(make_inspection(other), problem=False)
    for query, shown in (
        ("q=兴旺", [found]),
        (f"q={clean.entity_code.lower()}", [clean]),
        (f"agency={other.id}", [clean]),
        ("result=found", [found]),
        ("result=clean", [clean]),
        ("year=2026", [clean, found]),
        ("year=2020", []),
        ("page=99", [clean, found]),
    ):
        visitor.open(f"/public/results?{query}")
        names = [a.get_text() for a in visitor.page.select("tbody th a")]
        assert sorted(names) == sorted(notice.entity_name for notice in shown), query
    assert_swap_equals_reload(visitor.client, f"/public/results?agency={agency.id}")
    assert visitor.client.get("/public/results").headers["Cache-Control"] == "public, max-age=60"


def test_a_result_leads_to_its_draw_its_scheme_and_the_state_of_its_problems(
    app: Flask, visitor: Visitor
) -> None:
    draw = make_draw()
    inspection = dispatched(draw)[0]
    notice = make_notice(inspection)
    visitor.open(f"/public/results/{notice.id}")
    assert "责令改正" in visitor.text()
    assert "整改中" in visitor.text()
    links = [str(a["href"]) for a in visitor.page.select("main a")]
    for path in (f"/public/draws/{draw.id}", f"/public/schemes/{draw.campaign_id}"):
        assert any(link.startswith(path) for link in links)
    assert "执法人员编号" not in visitor.text()
    visitor.open("/public/results/999999", status=404)


def test_the_open_file_is_safe_in_a_spreadsheet(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    make_notice(make_inspection(agency, entity=make_entity(agency, '=cmd|"/c calc"!A1')))
    make_notice(make_inspection(agency, entity=make_entity(agency, '引号,"换行\n公司')))
    answer = visitor.client.get("/public/results.csv")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))
    names = {row["检查对象"] for row in rows}
    assert names == {'\'=cmd|"/c calc"!A1', '引号,"换行\n公司'}
    assert {row["检查日期"] for row in rows} == {"2026-03-05"}


def test_the_result_list_asks_the_database_few_questions(app: Flask, visitor: Visitor) -> None:
    agency = make_agency()
    for _ in range(3):
        make_notice(make_inspection(agency), problem=False)
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    visitor.open("/public/results")
    few = [statement for statement in asked if statement.startswith("SELECT")]
    assert len(few) <= 3, few


@pytest.mark.parametrize("path", ["/public/", "/public/items", "/public/draws", "/public/results"])
def test_one_agency_keeps_its_name_and_colour_from_page_to_page(
    app: Flask, visitor: Visitor, path: str
) -> None:
    make_agency("迁西县林业局", theme="林业")
    green = make_agency("新乐市分局", theme="生态")
    visitor.open(f"{path}?agency={green.id}")
    html = visitor.page.select_one("html")
    assert html is not None
    assert html["data-agency"] == "生态"
    assert "新乐市分局" in visitor.page.select_one("header").get_text()  # type: ignore[union-attr]
    assert all(f"agency={green.id}" in str(a["href"]) for a in visitor.page.select("header nav a"))


def test_an_entitys_page_shows_published_results_and_never_a_coming_visit(
    app: Flask, visitor: Visitor
) -> None:
    draw = make_draw()
    first, second, *_ = dispatched(draw)
    make_notice(first)
    visitor.open(f"/public/e/{first.entity.token}")
    assert "发现问题已责令改正" in visitor.text()
    visitor.open(f"/public/e/{second.entity.token}")
    assert "还没有公示的检查结果" in visitor.text()
    assert draw.campaign.name not in visitor.text()
    visitor.open("/public/e/unknown", status=404)


def test_signed_in_people_get_pages_that_nobody_keeps(app: Flask, visitor: Visitor) -> None:
    visitor.sign_in(make_user(Role.OFFICE, agency=make_agency()))
    visitor.open("/public/results")
    assert visitor.response is not None
    assert visitor.response.headers["Cache-Control"] == "no-store"
