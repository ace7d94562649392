"""What stands around the items of a demo bureau: their changes over the months, 权责对照, 一业一查.

Invented throughout. Goes through the same services as the office does.
"""

import tomllib
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import select

from sjj.database import db
from sjj.demo.cast import Cast
from sjj.demo.words import FOLDER, Table
from sjj.registers import duty_lists, topic_lists
from sjj.registers.duty_services import excuse, link
from sjj.registers.guide_services import confirm_guide, save_guide, values_of
from sjj.registers.item_services import claim_items, retire_item
from sjj.registers.item_versions import note_version
from sjj.registers.law_services import confirm_laws
from sjj.registers.models import Item, LawBasis
from sjj.registers.upkeep_models import Duty
from sjj.registers.workbook import Sheet
from sjj.web import today

REVIEWER = "法制审核（演示）"
DUTY_HEAD = ["编码", "名称", "类型", "依据", "承办科室"]


@cache
def _told() -> Table:
    return tomllib.loads((FOLDER / "lists.toml").read_text(encoding="utf-8"))


def fill_lists(cast: Cast) -> None:
    """Changes of items, two lists of duties with some settled, an excerpt of the 一业一查 list."""
    told = _told()[cast.bureau["key"]]
    query = select(Item).where(Item.agency_id == cast.agency.id)
    items = {item.code: item for item in db.session.scalars(query)}
    _levels(cast, told, items)
    _changes(cast, told, items)
    _confirm(cast, told["confirm"])
    _revise(cast, items[told["revise"]])
    _duties(cast, told, items)
    rows: list[Any] = [list(topic_lists.HEADINGS), *(each["row"] for each in told["topics"])]
    found = topic_lists.read_list([Sheet("一业一查", 1, rows)], cast.agency)
    topic_lists.take_list(found, cast.agency, cast.clerk, cast.days.at(-38, 15), drop_gone=False)


def _levels(cast: Cast, told: Table, items: dict[str, Item]) -> None:
    for each in told["level"]:
        item, now = items[each["code"]], cast.days.at(-55, 9)
        item.level = each["level"]
        note_version(item, "changed", cast.clerk, now, reason="按上级清单调整实施层级")
        if each["claim"]:
            now = cast.days.at(-50, 10)
            claim_items([item], today(now), cast.clerk, now)


def _changes(cast: Cast, told: Table, items: dict[str, Item]) -> None:
    for place, each in enumerate(told["change"]):
        item = items[each["code"]]
        item.frequency = each["frequency"]
        note_version(item, "changed", cast.clerk, cast.days.at(-40 + 3 * place, 10), reason=each["reason"])
    retired = items[told["retire"]["code"]]
    retire_item(retired, cast.clerk, cast.days.at(-20, 11), told["retire"]["reason"])


def _confirm(cast: Cast, keys: list[str]) -> None:
    now = cast.days.at(-25, 16)
    query = select(LawBasis).where(LawBasis.agency_id == cast.agency.id, LawBasis.key.in_(keys))
    confirm_laws(list(db.session.scalars(query)), REVIEWER, today(now), cast.clerk, now)


def _revise(cast: Cast, item: Item) -> None:
    """A guide in force and the draft that would follow it."""
    guide = item.guides[-1]
    if guide.is_draft:
        confirm_guide(item, REVIEWER, cast.clerk, cast.days.at(-45, 9))
    points = [values_of(point) for point in guide.points]
    points[0] = replace(points[0], how=points[0].how + "。同时核对上一年度的检查记录。")
    added = replace(points[-1], code="", text="上次检查发现的问题是否整改到位", penalty="")
    save_guide(item, [*points[:-1], added], cast.clerk, cast.days.at(-8, 14))


def _duties(cast: Cast, told: Table, items: dict[str, Item]) -> None:
    now = cast.days.at(-42, 9)
    for each in told["duties"]:
        rows: list[Any] = [DUTY_HEAD, *each["rows"]]
        found = duty_lists.read_list([Sheet(each["source"], 1, rows)], cast.agency, each["source"])
        duty_lists.take_list(found, cast.agency, each["source"], cast.clerk, now)
    query = select(Duty).where(Duty.agency_id == cast.agency.id)
    duties = {duty.name: duty for duty in db.session.scalars(query)}
    for name, reason in told["excuses"].items():
        excuse(duties[name], reason, cast.clerk, cast.days.at(-41, 10))
    for name, code in told["links"].items():
        link(duties[name], items[code], cast.clerk, cast.days.at(-41, 11))
