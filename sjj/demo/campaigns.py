"""The demo's plan and campaigns, each brought to its stage by the office's own steps on past working days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import select

from sjj.database import db
from sjj.demo.approvals import approve_checks
from sjj.demo.cast import Cast
from sjj.demo.words import Table, chooser, story
from sjj.draws import ceremony_services as ceremony
from sjj.draws.ceremony_services import Witness
from sjj.draws.freeze_services import freeze
from sjj.draws.messages import mark_all_read
from sjj.draws.models import Draw
from sjj.inspections.dispatch import dispatch
from sjj.plans.approval import approve, publish, submit
from sjj.plans.models import Campaign, PlanLine
from sjj.plans.plan_line_services import save_line
from sjj.plans.scope import Scope
from sjj.plans.services import Layer, add_campaign, save_scope, save_strata, save_team
from sjj.registers.models import Item
from sjj.rules.deadlines import quarter_of
from sjj.rules.draw import Source
from sjj.web import today

WITNESSES = (Witness("秦永丰", "企业代表"), Witness("吕文秀", "县政府督查室"))
SOURCES = (Source("纪检监督人员", "dice", "", 6), Source("企业代表", "dice", "", 4))


@dataclass(frozen=True, slots=True)
class Timetable:
    """When each step of a stage was taken, in working days from today; None: not yet."""

    made: int
    starts: int
    ends: int
    submitted: int | None = None
    approved: int | None = None
    published: int | None = None
    drawn: int | None = None


TIMETABLES = {
    "finished": Timetable(-47, -40, -22, -46, -45, -44, -41),
    "in_field": Timetable(-14, -6, 9, -13, -12, -11, -7),
    "ready": Timetable(-6, 1, 21, -5, -4, -3),
    "draft": Timetable(-1, 16, 40),
}


def make_plan(cast: Cast, now: datetime) -> None:
    """The lines of the plan of every year in which a campaign of the story begins."""
    years = {cast.days.day(table.starts).year for table in TIMETABLES.values()}
    lines = [line for line in story()["plan_lines"] if line["bureau"] == cast.bureau["key"]]
    for year in sorted(years):
        for line in lines:
            values = {name: line[name] for name in ("number", "name", "basis", "check_type", "ratio")}
            made = PlanLine(agency_id=cast.agency.id, year=year)
            save_line(made, values, "", cast.clerk, now)


def campaigns_of(cast: Cast) -> dict[str, Table]:
    """The story's campaigns of a bureau by stage, the oldest first."""
    mine = [one for one in story()["campaigns"] if one["bureau"] == cast.bureau["key"]]
    by_stage = {stage: next(rows) for stage, rows in groupby(mine, lambda one: str(one["stage"]))}
    return {stage: by_stage[stage] for stage in TIMETABLES}


def make_campaign(cast: Cast, told: Table) -> Campaign:
    """A campaign with its scope, layers and team, brought as far as its timetable says."""
    table = TIMETABLES[told["stage"]]
    made = cast.days.at(table.made, 9, 20)
    campaign = add_campaign(cast.agency, _basics(cast, told, table), _item_ids(cast, told), cast.clerk, made)
    save_scope(campaign, Scope(tags=tuple(told["tags"])), cast.clerk, made)
    layers = [Layer(value, take) for value, take in told["layers"].items()]
    save_strata(campaign, told["by"], layers, False, cast.clerk, made)
    save_team(campaign, 2, told["needs"], cast.clerk, made)
    if table.submitted is not None:
        at = cast.days.at(table.submitted, 10)
        submit(campaign, cast.clerk, at, today(at))
    if table.approved is not None:
        approve(campaign, cast.approver, cast.days.at(table.approved, 15))
    if table.published is not None:
        publish(campaign, cast.clerk, cast.days.at(table.published, 9, 30))
    return campaign


def hold_draw(cast: Cast, campaign: Campaign, told: Table) -> Draw:
    """Freeze, take the witnesses' dice, draw, send the teams out."""
    table = TIMETABLES[told["stage"]]
    rng = chooser(cast.bureau["key"], told["stage"], "dice")
    values = ["".join(rng.choices("123456", k=source.digits)) for source in SOURCES]
    day = table.drawn or 0
    draw = freeze(campaign, SOURCES, cast.clerk, cast.approver, cast.days.at(day, 9, 5))
    take_the_dice(cast, draw, values, day)
    ceremony.hold_draw(draw, cast.clerk, cast.days.at(day, 9, 40))
    ceremony.reveal(draw, 0, ceremony.drawn_count(draw), cast.clerk, cast.days.at(day, 9, 41))
    dispatch(draw, cast.days.day(table.ends), cast.clerk, cast.days.at(day, 10, 15))
    approve_checks(cast, draw, told["stage"], cast.days.at(day, 10, 40), cast.days.day(0))
    if told["stage"] == "finished":
        mark_all_read(cast.supervisor, cast.days.at(day, 11))
    return draw


def take_the_dice(cast: Cast, draw: Draw, values: Sequence[str], day: int) -> None:
    """The witnesses are named; the supervisor types the own value, the clerk the enterprise's."""
    witnesses = [Witness(cast.supervisor.display_name, "纪检监察组"), *WITNESSES]
    ceremony.name_witnesses(draw, witnesses, cast.clerk, cast.days.at(day, 9, 20))
    for place, (value, person) in enumerate(zip(values, (cast.supervisor, cast.clerk), strict=True)):
        ceremony.enter_value(draw, place, value, person, cast.days.at(day, 9, 30 + 2 * place))


def _basics(cast: Cast, told: Table, table: Timetable) -> Table:
    starts_on = cast.days.day(table.starts)
    year, quarter = quarter_of(starts_on)
    line = select(PlanLine).where(
        PlanLine.agency_id == cast.agency.id, PlanLine.year == year, PlanLine.number == told["plan_line"]
    )
    return {
        "name": told["name"].format(year=year, quarter="一二三四"[quarter - 1]),
        "check_type": told.get("check_type", "日常"),
        "purpose": told["purpose"],
        "starts_on": starts_on,
        "ends_on": cast.days.day(table.ends),
        "method": "实地检查",
        "publishes_at_once": False,
        "plan_line_id": db.session.scalars(line).one().id,
        "section_id": next(one.id for one in cast.agency.sections if one.name == told["section"]),
    }


def _item_ids(cast: Cast, told: Table) -> list[int]:
    query = select(Item.code, Item.id).where(Item.agency_id == cast.agency.id, Item.code.in_(told["items"]))
    ids = {row.code: row.id for row in db.session.execute(query)}
    return [ids[code] for code in told["items"]]
