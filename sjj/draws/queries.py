"""Finding draws, each within what the asking person may see, and reading what they hold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import String, cast, func, select
from sqlalchemy.orm import joinedload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import Page, db, paged
from sjj.draws.changes_queries import full_receipt
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.teams import Roster
from sjj.plans.models import Campaign
from sjj.registers.models import Officer
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState

__all__ = [
    "DrawFilter",
    "Row",
    "commitment",
    "counts",
    "draw_for",
    "draw_to_void",
    "drawn_elsewhere",
    "drawn_rows",
    "draws",
    "frozen_counts",
    "full_receipt",
    "live_draw",
    "officer_names",
    "public_rule",
    "rows_now",
]


@dataclass(frozen=True, slots=True)
class DrawFilter:
    """What somebody looks for in the list of draws."""

    words: str = ""
    state: str = ""
    sort: str = "-frozen"


_SORTS: dict[str, Any] = {
    "number": Draw.draw_no,
    "campaign": Campaign.name,
    "frozen": Draw.frozen_at,
    "drawn": Draw.drawn_at,
    "serial": Draw.serial,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One drawn object as people read it; the leader of the team first."""

    place: int
    name: str
    code: str
    stratum: str
    ticket: str
    team: list[str]
    now: str = ""  # the name in the register, where it is another than at the draw
    team_codes: tuple[str, ...] = ()  # the same team as the receipt names it
    came_by: int | None = None  # the change that brought it in
    left_by: int | None = None  # the change that took it out


def draws(user: User, wanted: DrawFilter, page: int, per_page: int = 20) -> Page[Draw]:
    """One page of the draws that this person may see, newest first unless sorted otherwise."""
    query = select(Draw).join(Draw.campaign).where(within(Draw.agency_id, user, "draw.read"))
    if wanted.words:
        number = Draw.draw_no.contains(wanted.words, autoescape=True)
        query = query.where(number | Campaign.name.contains(wanted.words, autoescape=True))
    if wanted.state in [state.value for state in DrawState]:
        query = query.where(Draw.state == DrawState(wanted.state))
    column = _SORTS.get(wanted.sort.lstrip("-"), Draw.frozen_at)
    by = column.desc() if wanted.sort.startswith("-") or wanted.sort not in _SORTS else column.asc()
    return paged(query.order_by(by.nulls_last(), Draw.id.desc()), page, per_page)


def draw_for(permission: str) -> Callable[[User, int], Draw | None]:
    """A guard's loader: the draw, if the permission holds in its agency."""

    def load(user: User, draw_id: int) -> Draw | None:
        found = db.session.get(Draw, draw_id)
        return found if found is not None and user.may(permission, found.agency_id) else None

    return load


def draw_to_void(user: User, draw_id: int) -> Draw | None:
    """A draw that this person may ask to void; the service decides whether they may now."""
    found = db.session.get(Draw, draw_id)
    allowed = ("draw.run", "draw.void", "draw.witness")
    if found is None or not any(user.may(permission, found.agency_id) for permission in allowed):
        return None
    return found


def commitment(draw: Draw) -> dict[str, Any]:
    """The ten published keys of a draw."""
    found: dict[str, Any] = verify.parse(draw.commitment.encode("utf-8"))
    return found


def public_rule(draw: Draw) -> dict[str, Any]:
    """The part of the frozen rule that anybody may know: layers, team size, outside sources."""
    return verify.public_rule(verify.parse(draw.rule.encode("utf-8")))


def frozen_counts(draw: Draw) -> tuple[int, int, int]:
    """How many objects were frozen, how many are drawn of them, how many officers may be drawn."""
    rule = verify.parse(draw.rule.encode("utf-8"))
    take = sum(one["take"] for one in rule["strata"].values())
    return len(draw.entity_ids), take, len(rule["officers"])


def drawn_rows(draw: Draw) -> list[Row]:
    """The drawn objects in order with their teams as they were drawn, names for objects and officers."""
    who = (Roster(draw), officer_names(draw))
    return [_row(one, one.team, *who) for one in _objects(draw) if one.came_by is None]


def rows_now(draw: Draw) -> list[Row]:
    """The drawn objects and those that came in later, each with its team as it is now."""
    who = (Roster(draw), officer_names(draw))
    return [_row(one, one.team_now, *who) for one in _objects(draw)]


def _objects(draw: Draw) -> Sequence[DrawnObject]:
    query = select(DrawnObject).where(DrawnObject.draw_id == draw.id).order_by(DrawnObject.place)
    return db.session.scalars(query.options(joinedload(DrawnObject.entity))).all()


def _row(one: DrawnObject, team: list[str], roster: Roster, names: dict[str, str]) -> Row:
    return Row(
        one.place,
        one.name,
        one.code,
        one.stratum,
        one.ticket,
        roster.words(team, names),
        one.entity.name if one.entity.name != one.name else "",
        tuple(team),
        one.came_by,
        one.left_by,
    )


def officer_names(draw: Draw) -> dict[str, str]:
    """The names of the officers of a draw, by their code in it."""
    query = select(Officer.id, Officer.name).where(Officer.id.in_(draw.officer_ids.values()))
    known: dict[int, str] = dict(db.session.execute(query).all())
    return {code: known[number] for code, number in draw.officer_ids.items() if number in known}


def live_draw(campaign_id: int) -> Draw | None:
    """The draw of a campaign that counts."""
    return db.session.scalar(select(Draw).where(Draw.live_campaign_id == campaign_id))


def counts(agency_id: int) -> dict[DrawState, int]:
    """How many draws of an agency are frozen, held and voided: voids are counted in public."""
    query = select(Draw.state, func.count()).where(Draw.agency_id == agency_id).group_by(Draw.state)
    found: dict[DrawState, int] = dict(db.session.execute(query).all())
    return {state: found.get(state, 0) for state in DrawState}


def drawn_elsewhere(user: User, most: int = 20) -> list[Campaign]:
    """The lists that were drawn on the provincial platform, the newest first: never among the draws held here."""
    query = select(Campaign).where(
        Campaign.by_draw.is_(False),
        cast(Campaign.platform, String).not_in(("", "{}")),
        within(Campaign.agency_id, user, "draw.read"),
    )
    return list(db.session.scalars(query.order_by(Campaign.year.desc(), Campaign.serial.desc()).limit(most)))
