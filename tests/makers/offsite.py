"""Makers of off-site batches and their checks, through the real services; committed."""

from datetime import date, datetime, timedelta
from io import BytesIO

import xlsxwriter

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.direct_scope import days_of
from sjj.inspections.models import Inspection
from sjj.inspections.offsite_batches import add_batch, approve, submit
from sjj.plans.models import Campaign
from sjj.registers.models import Entity, Item, Officer
from sjj.rules.deadlines import quarter_of
from sjj.web import now, today
from tests.makers.accounts import make_agency, make_user
from tests.makers.registers import make_entity, make_item, make_officer

ON_LIST = date(2026, 1, 1)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def make_listed(agency: Agency, name: str = "", **more: object) -> Entity:
    """An enterprise of the general class on the positive list since the beginning of 2026."""
    return make_entity(agency, name, **{"positive_from": ON_LIST, **more})


def make_batch(
    agency: Agency | None = None,
    *,
    entities: int = 2,
    officers: list[Officer] | None = None,
    items: list[Item] | None = None,
    clerk: User | None = None,
    at: datetime | None = None,
) -> Campaign:
    """A batch of this quarter, still a draft; it names everybody on the positive list."""
    agency = agency or make_agency()
    for _ in range(entities):
        make_listed(agency)
    team = officers or [make_officer(agency), make_officer(agency)]
    chosen = items or [make_item(agency)]
    moment = at or now()
    quarter = quarter_of(today(moment))
    values = {
        "name": "正面清单企业非现场检查",
        "quarter": quarter,
        "items": [one.id for one in chosen],
        "section_id": None,
        "officers": tuple(one.id for one in team),
        "method": "书面检查",
        "ends_on": days_of(quarter)[1],
        "purpose": "",
    }
    batch = add_batch(agency, values, clerk or make_user(Role.OFFICE, agency=agency), moment, today(moment))
    db.session.commit()
    return batch


def make_offsite(agency: Agency | None = None, **more: object) -> list[Inspection]:
    """The checks of an approved batch."""
    batch = make_batch(agency, **more)  # type: ignore[arg-type]
    moment = now() - timedelta(seconds=1)
    clerk = make_user(Role.OFFICE, agency=batch.agency)
    submit(batch, clerk, moment, today(moment))
    made = approve(batch, make_user(Role.APPROVER, agency=batch.agency), moment, today(moment))
    db.session.commit()
    return list(made)


def workbook(words: str = "日均值") -> bytes:
    """A small .xlsx."""
    written = BytesIO()
    book = xlsxwriter.Workbook(written, {"in_memory": True})
    book.add_worksheet().write_row(0, 0, ["日期", words])
    book.close()
    return written.getvalue()
