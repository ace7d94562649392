"""How often each officer was drawn this year, by who they are: the same person in two agencies' draws or in a
drawn group is one load (draw.md §3: `load`).

What counts is the visit that an officer has to make or has made in the end: of each object that is still in its
draw, everybody in its team after all substitutions, every member of a drawn group once. Who was replaced before
the visit has not made it, so it does not count; who came in has. Within one draw the loads of its own receipt
go on counting as draw.md §5 says; this is only where the next draw begins.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.draws.teams import Roster
from sjj.plans.models import Campaign
from sjj.rules.lifecycle import DrawState
from sjj.web import SHANGHAI


def loads_of_year(year: int) -> Counter[int]:
    """By the id of the officer: the visits of the year's draws, of whichever agency, that count."""
    loads: Counter[int] = Counter()
    for officer_ids in _teams(year):
        loads.update(set(officer_ids))
    return loads


def _teams(year: int) -> Iterator[Sequence[int]]:
    begin, end = _midnight(year), _midnight(year + 1)
    query = (
        select(Draw.id, Draw.officer_ids, Campaign.team_unit)
        .join(Campaign, Campaign.id == Draw.campaign_id)
        .where(Draw.state == DrawState.DRAWN, Draw.drawn_at >= begin, Draw.drawn_at < end)
    )
    for draw_id, known, unit in db.session.execute(query):
        teams = db.session.scalars(
            select(DrawnObject.team_now).where(DrawnObject.draw_id == draw_id, DrawnObject.left_by.is_(None))
        )
        if unit == "group":
            roster = Roster(db.session.get_one(Draw, draw_id))
            yield from (roster.officer_ids(team) for team in teams)
        else:
            yield from (_behind(team, known) for team in teams)


def _behind(team: Sequence[str], known: Mapping[str, int]) -> list[int]:
    return [known[code] for code in team if code in known]


def _midnight(year: int) -> datetime:
    return datetime(year, 1, 1, tzinfo=SHANGHAI)
