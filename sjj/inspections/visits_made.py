"""The visits an agency has made and those that its draws still owe, for the lists of later campaigns.

Which of them count at all (非现场, 个案 …) is said in one place, `COUNTING`, by the rule of visit_counting. Reads only. A visit withdrawn, or of a void draw, counts for nothing; an object that left its draw (递补) neither.
"""

from datetime import date

from sqlalchemy import Select, select

from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign
from sjj.plans.visits import Visits
from sjj.rules.lifecycle import DrawState, ResultState
from sjj.rules.visit_counting import CountedVisit, Counting

COUNTING = Counting()  # of every agency, until it is a setting: its own words are COUNTING.sentence


def counts(day: date, check_type: str, *, off_site: bool, from_draw: bool) -> bool:
    """Whether a visit of the agency itself counts as one to its object."""
    return COUNTING.counts(CountedVisit(None, day, check_type, off_site, True, from_draw))


def visits_made(agency_id: int, since: date, until: date) -> Visits:
    """The visits that ended in the period, and what is drawn or sent out and not visited yet."""
    made: dict[int, list[date]] = {}
    under_way: dict[int, list[str]] = {}
    query = (
        select(
            Inspection.entity_id,
            Inspection.ended_on,
            Campaign.number,
            Campaign.check_type,
            Inspection.off_site,
            Inspection.draw_id,
        )
        .join(Inspection.campaign)
        .where(Inspection.agency_id == agency_id, Inspection.standing != ResultState.WITHDRAWN)
        .order_by(Inspection.ended_on, Inspection.id)
    )
    for entity_id, ended_on, number, check_type, off_site, draw_id in db.session.execute(query):
        if not counts(ended_on or until, check_type, off_site=off_site, from_draw=draw_id is not None):
            continue
        if ended_on is None:
            under_way.setdefault(entity_id, []).append(number)
        elif since <= ended_on <= until:
            made.setdefault(entity_id, []).append(ended_on)
    for entity_id, number in db.session.execute(_not_sent_out(agency_id)):
        under_way.setdefault(entity_id, []).append(number)
    return Visits(made, under_way)


def _not_sent_out(agency_id: int) -> Select[tuple[int, str]]:
    sent = select(Inspection.id).where(
        Inspection.draw_id == DrawnObject.draw_id, Inspection.entity_id == DrawnObject.entity_id
    )
    return (
        select(DrawnObject.entity_id, Campaign.number)
        .join(DrawnObject.draw)
        .join(Campaign, Campaign.id == Draw.campaign_id)
        .where(
            Draw.agency_id == agency_id,
            Draw.state == DrawState.DRAWN,
            DrawnObject.left_by.is_(None),
            ~sent.exists(),
        )
        .order_by(Draw.id, DrawnObject.place)
    )
