"""一单两库一指引 of a demo bureau: the preset pack published, the invented workbooks imported, recusals."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import xlsxwriter
from sqlalchemy import select

from sjj.database import db
from sjj.demo.cast import Cast
from sjj.demo.invented_rows import ENTITY_HEADER, OFFICER_HEADER, entity_rows, officer_rows, section_for
from sjj.demo.words import story
from sjj.registers.guide_services import confirm_guide
from sjj.registers.import_models import Verdict
from sjj.registers.import_services import apply, preview, read_upload
from sjj.registers.item_services import publish_item
from sjj.registers.models import Entity, Item, Officer
from sjj.registers.presets import load_pack
from sjj.registers.recusal_services import Decision, decide, declare
from sjj.registers.scope import Place
from sjj.web import today

REVIEWER = "法制审核（演示）"


class ImportIncomplete(RuntimeError):
    """A row of the invented workbook was not taken: the demo and the import no longer agree."""


def fill_items(cast: Cast, now: datetime) -> None:
    """Load the pack, give each item its section, publish it, and confirm the guides that campaigns use."""
    load_pack(cast.agency, cast.bureau["pack"], cast.clerk, now)
    sections = {section.name: section for section in cast.agency.sections}
    used = {
        code
        for campaign in story()["campaigns"]
        for code in campaign["items"]
        if campaign["bureau"] == cast.bureau["key"]
    }
    for item in db.session.scalars(select(Item).where(Item.agency_id == cast.agency.id).order_by(Item.code)):
        item.section = sections.get(section_for(cast.bureau, item.code))
        publish_item(item, today(now), cast.clerk, now)
        if item.code in used:
            confirm_guide(item, REVIEWER, cast.clerk, now)


def fill_registers(cast: Cast, now: datetime) -> None:
    """Import the entities and the officers from workbooks, as an office would."""
    place, day = Place(cast.agency), cast.days.today
    _import(
        cast,
        "entities",
        "检查对象名录（演示）.xlsx",
        ENTITY_HEADER,
        entity_rows(cast.bureau, day),
        place,
        now,
    )
    _import(
        cast,
        "officers",
        "执法人员名录（演示）.xlsx",
        OFFICER_HEADER,
        officer_rows(cast.bureau, day),
        place,
        now,
    )


def _import(
    cast: Cast,
    what: str,
    file_name: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    place: Place,
    now: datetime,
) -> None:
    batch = preview(read_upload(workbook([header, *rows]), file_name, what), place, cast.clerk, now)
    if batch.counts != {Verdict.NEW.value: len(rows)}:
        raise ImportIncomplete(f"{file_name}: {batch.counts}")
    apply(batch, cast.clerk, now)


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    """These rows as an .xlsx file; every cell is text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    ) as book:
        sheet = book.add_worksheet("名录")
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return out.getvalue()


def fill_recusals(cast: Cast) -> None:
    """One recusal approved long ago, one that waits for the approver."""
    officers = db.session.scalars(
        select(Officer).where(Officer.agency_id == cast.agency.id).order_by(Officer.code).limit(2)
    ).all()
    entities = db.session.scalars(
        select(Entity)
        .where(Entity.agency_id == cast.agency.id, Entity.state == "在业")
        .order_by(Entity.id)
        .limit(2)
    ).all()
    settled = declare(officers[0], entities[0], "配偶在该单位任会计", cast.clerk, cast.days.at(-50, 10))
    decide(settled, Decision.APPROVE, "情况属实", cast.approver, cast.days.at(-50, 16))
    declare(officers[1], entities[1], "与该单位法定代表人为近亲属", cast.clerk, cast.days.at(-1, 15))
