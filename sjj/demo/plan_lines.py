"""The demo's plan, written as an office writes it: its own lines with layers and items, then what the targets require.

Settings are the bureau's paper with officer-days typed in. Nothing is submitted here.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.database import db
from sjj.demo.campaigns import TIMETABLES
from sjj.demo.cast import Cast
from sjj.demo.words import Table, story
from sjj.plans.models import PlanLine
from sjj.plans.plan_generate import add_proposed, proposals_for
from sjj.plans.plan_line_services import add_lines
from sjj.plans.plan_settings import preset_targets, proposals, save_settings
from sjj.registers.models import Item
from sjj.rules.deadlines import quarter_of
from sjj.rules.plan_lines import Joint
from sjj.web import today

SHARE_OF_WORK = 3  # one day in so many goes to drawn checks in the demo's bureaus
_CREDIT = (("A", "5%"), ("B", "10%"), ("C", "25%"), ("D", "50%"))
_MORE = {  # quarter, name, item, tags
    "qianxi_forestry": (
        (1, "木材经营加工春季检查", "LY-05", ["木材经营加工"]),
        (1, "春季造林种苗质量检查", "LY-06", ["种苗生产经营"]),
        (2, "森林植物检疫监督检查", "LY-09", ["木材经营加工", "种苗生产经营"]),
        (2, "人工繁育野生动物监督检查", "LY-07", ["野生动物繁育"]),
        (3, "林业有害生物防治监督检查", "LY-10", ["森林经营"]),
        (3, "林木采伐许可执行情况检查", "LY-04", ["森林经营", "工程建设"]),
    )
}
_USUAL = {"qianxi_forestry": "LY-05", "xinle_ecology": "HJ-01"}


def write_plan(cast: Cast, now: datetime) -> None:
    """Fill in the lines that the story's campaigns carry out, and add those that the year's targets require."""
    told = {one["plan_line"]: one for one in story()["campaigns"] if one["bureau"] == cast.bureau["key"]}
    query = select(PlanLine).where(PlanLine.agency_id == cast.agency.id).order_by(PlanLine.year)
    for line in db.session.scalars(query):
        _fill_in(cast, line, told[line.number])
    db.session.flush()
    year = cast.days.day(0).year
    _add_more(cast, year)
    _settle(cast, year, now)
    _require(cast, year, now)


def _fill_in(cast: Cast, line: PlanLine, told: Table) -> None:
    day = cast.days.day(TIMETABLES[told["stage"]].starts)
    line.quarter = quarter_of(day)[1] if day.year == line.year else 4
    line.items = _items(cast, told["items"])
    line.scope = {"tags": list(told["tags"])}
    line.layers = [
        {"by": told["by"], "value": value, "take": take, "minimum": 0}
        for value, take in told["layers"].items()
    ]
    takes = list(told["layers"].values())
    line.ratio = takes[0] if len(takes) == 1 else ""
    line.by_credit = True  # both papers ask for it in nearly all draws
    line.directed = True


def _add_more(cast: Cast, year: int) -> None:
    layers = [{"by": "credit_risk", "value": value, "take": take, "minimum": 0} for value, take in _CREDIT]
    add_lines(
        cast.agency.id,
        year,
        [
            {
                "name": name,
                "basis": "本局年度工作安排",
                "quarter": quarter,
                "items": _items(cast, [code]),
                "scope": {"tags": tags},
                "layers": layers,
                "by_credit": True,
                "directed": True,
                "skip_inspected": "year",
            }
            for quarter, name, code, tags in _MORE.get(cast.bureau["key"], ())
        ],
    )


def _items(cast: Cast, codes: list[str]) -> list[int]:
    query = select(Item.id).where(Item.agency_id == cast.agency.id, Item.code.in_(codes)).order_by(Item.code)
    return list(db.session.scalars(query))


def _settle(cast: Cast, year: int, now: datetime) -> None:
    days = {one.quarter: one.days for one in proposals(cast.agency.id, year, today(now))}
    values = {
        "targets": [one.stored() for one in preset_targets(cast.agency)],
        "capacity": {str(quarter): number // SHARE_OF_WORK for quarter, number in days.items() if number},
        "counting": {},
        "others": {"team": 2, "on_site_a_day": "2", "off_site_a_day": "4"},
    }
    save_settings(cast.agency, year, values, cast.clerk, now)


def _require(cast: Cast, year: int, now: datetime) -> None:
    """What the targets lack over the whole year, as if it had been written in January."""
    agency = cast.agency
    missing = proposals_for(agency, year, now, start=1).lines
    keys = [one.key for one in missing if one.stands is None]
    if not keys:
        return
    sections: list[dict[str, Any]] = [{"agency": agency.id, "section": one.id} for one in agency.sections[:2]]
    others: list[dict[str, Any]] = [{"agency": one, "section": None} for one in _others(agency.id)]
    partners: dict[Joint, list[dict[str, Any]]] = {Joint.INTERNAL: sections, Joint.CROSS: others}
    add_proposed(
        agency, year, keys, _items(cast, [_USUAL[cast.bureau["key"]]]), partners, cast.clerk, now, start=1
    )


def _others(agency_id: int) -> list[int]:
    query = select(PlanLine.agency_id).where(PlanLine.agency_id != agency_id).distinct()
    return list(db.session.scalars(query.order_by(PlanLine.agency_id)))
