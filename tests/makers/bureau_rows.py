"""What a bureau's year made of its plan, as rows: draws, visits, results, problems; a few statements for all of it.

Each thing of it can be left out or done late, so that a test can miss a clause on purpose.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import insert

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.draws.models import Draw, DrawnObject
from sjj.followups.models import Problem
from sjj.inspections.form_versions import form_for
from sjj.inspections.models import Inspection
from sjj.plans.models import Campaign, CampaignItem, CampaignPartner, CampaignStratum, PlanLine
from sjj.plans.numbering import number_campaign
from sjj.plans.plan_line_rules import layer_scope, layers_of
from sjj.plans.scope import Scope, condition
from sjj.publicity.models import Notice
from sjj.registers.calendar import work_calendar
from sjj.registers.models import Entity, Item
from sjj.rules.deadlines import publication_due, quarter_bounds
from sjj.rules.lifecycle import CampaignState, DrawState, ProblemState, ResultState
from sjj.rules.plan_lines import Joint
from sjj.rules.quota import required

YEAR = 2025
JANUARY = datetime(YEAR, 1, 10, 2, 0, tzinfo=UTC)
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Missed:
    """What a year leaves out or does late; nothing by default."""

    plan_published_on: date = date(YEAR, 1, 24)
    visits: dict[tuple[str, int], int] = field(default_factory=dict)  # (indicator, quarter) → so many too few
    without_credit: int = 0  # draws that did not go by credit risk after all
    alone_in: tuple[int, ...] = ()  # quarters whose draws with other agencies were held alone
    without_sections: int = 0  # internal joint draws that were held alone
    published_late: int = 0  # results
    closed_late: int = 0  # problems
    summary_late: tuple[int, ...] = ()  # quarters
    table_late: tuple[int, ...] = ()


class YearDone:
    """The rows of a year, gathered and then written in a few statements."""

    def __init__(self, agency: Agency, item: Item, missed: Missed) -> None:
        self.agency, self.item, self.missed = agency, item, missed
        self.calendar = work_calendar()
        self.draws: list[tuple[Campaign, list[int]]] = []
        self.seen: dict[int, int] = {}  # how often each object was inspected: the least often comes first
        self.without_credit, self.alone = missed.without_credit, missed.without_sections
        self.late, self.closed_late = missed.published_late, missed.closed_late

    def carry_out(self, line: PlanLine) -> None:
        """One line: its campaign, and the objects that its draw brought out."""
        campaign = self._campaign(line)
        chosen: list[int] = []
        for wish in layers_of(line):
            pool = self._pool(line, wish)
            number = required(len(pool), wish.take, wish.minimum).number
            few = self.missed.visits.get((_about(line), line.quarter or 4), 0)
            chosen += sorted(pool, key=lambda one: self.seen.get(one, 0))[: number - few]
        for one in chosen:
            self.seen[one] = self.seen.get(one, 0) + 1
        self.draws.append((campaign, chosen))

    def _pool(self, line: PlanLine, wish: Any) -> list[int]:
        scope = Scope.read(line.scope)
        where = condition(self.agency.id, layer_scope(scope, wish), date(YEAR, 12, 31))
        listed = Entity.positive_from.is_not(None)
        if scope.positive != "any":
            where.append(listed if scope.positive == "yes" else ~listed)
        return list(db.session.scalars(db.select(Entity.id).where(*where).order_by(Entity.id)))

    def _campaign(self, line: PlanLine) -> Campaign:
        first, last = quarter_bounds(YEAR, line.quarter or 4)
        campaign = Campaign(
            agency=self.agency,
            plan_line_id=line.id,
            name=line.name,
            method=line.method,
            starts_on=first,
            ends_on=last,
            scope=dict(line.scope),
            state=CampaignState.FINISHED,
            created_at=JANUARY,
            drawn_at=datetime.combine(first + timedelta(days=9), datetime.min.time(), UTC),
        )
        number_campaign(campaign, self.agency, YEAR)
        campaign.items = [CampaignItem(item=self.item)]
        campaign.strata = [CampaignStratum(position=0, name="G1", **self._layer(line), closed=True, basis="")]
        campaign.partners = self._partners(line)
        db.session.add(campaign)
        return campaign

    def _layer(self, line: PlanLine) -> dict[str, str]:
        """By credit risk where the plan says so; S3's classes are drawn by it within the class."""
        if line.by_credit and self.without_credit == 0:
            return {"by": "credit_risk", "value": "", "take": layers_of(line)[0].take}
        self.without_credit -= bool(line.by_credit)
        return {"by": "all", "value": "", "take": layers_of(line)[0].take}

    def _partners(self, line: PlanLine) -> list[CampaignPartner]:
        joint = Joint(line.joint)
        if joint is Joint.CROSS and line.quarter in self.missed.alone_in:
            return []
        if joint is Joint.INTERNAL and self.alone:
            self.alone -= 1
            return []
        return [
            CampaignPartner(place=place, agency_id=one["agency"], section_id=one["section"], consent="yes")
            for place, one in enumerate(line.partners, 1)
        ]

    def write(self) -> None:
        """All rows at once."""
        db.session.flush()
        draws = [self._draw(campaign) for campaign, _ in self.draws]
        db.session.add_all(draws)
        db.session.flush()
        form = form_for(self.draws[0][0], JANUARY)
        objects, visits = [], []
        for draw, (campaign, chosen) in zip(draws, self.draws, strict=True):
            ended_on = campaign.starts_on + timedelta(days=40)
            for place, entity_id in enumerate(chosen, 1):
                objects.append(
                    {
                        "draw_id": draw.id,
                        "place": place,
                        "entity_id": entity_id,
                        "code": "",
                        "name": "",
                        "address": "",
                        "stratum": "G1",
                        "ticket": "",
                        "team": [],
                        "team_now": [],
                    }
                )
                visits.append(
                    Inspection(
                        uid=uuid4(),
                        agency_id=self.agency.id,
                        campaign_id=campaign.id,
                        draw_id=draw.id,
                        entity_id=entity_id,
                        state=ResultState.PUBLISHED,
                        form_sha256=form.sha256,
                        ended_on=ended_on,
                        off_site=campaign.method != "实地检查",
                    )
                )
        db.session.execute(insert(DrawnObject), objects)
        db.session.add_all(visits)
        db.session.flush()
        db.session.execute(insert(Notice), [self._notice(one) for one in visits])
        db.session.add_all(self._problem(one) for one in visits[::7])

    def _draw(self, campaign: Campaign) -> Draw:
        number = next(_numbers)
        return Draw(
            agency_id=self.agency.id,
            campaign_id=campaign.id,
            live_campaign_id=campaign.id,
            draw_no=f"{campaign.number}-{number}",
            serial=number,
            state=DrawState.DRAWN,
            frozen_at=campaign.drawn_at,
            drawn_at=campaign.drawn_at,
            commitment="{}",
            commitment_sha256=f"{number:064d}",
            pool="[]",
            rule="{}",
            secret="",
            entity_ids={},
            officer_ids={},
        )

    def _notice(self, visit: Inspection) -> dict[str, Any]:
        assert visit.ended_on is not None
        due = publication_due(visit.ended_on, self.calendar)
        day = due + timedelta(days=1) if self.late else due - timedelta(days=3)
        self.late = max(0, self.late - 1)
        return {
            "agency_id": self.agency.id,
            "inspection_id": visit.id,
            "live_inspection_id": visit.id,
            "entity_name": "",
            "entity_code": "",
            "result": "未发现问题",
            "inspected_on": visit.ended_on,
            "content": {},
            "first_published_on": day,
            "due_on": due,
            "published_at": datetime.combine(day, datetime.min.time(), UTC),
        }

    def _problem(self, visit: Inspection) -> Problem:
        assert visit.ended_on is not None
        due = visit.ended_on + timedelta(days=15)
        day = due + timedelta(days=2) if self.closed_late else due - timedelta(days=1)
        self.closed_late = max(0, self.closed_late - 1)
        opened = datetime.combine(visit.ended_on, datetime.min.time(), UTC)
        return Problem(
            inspection_id=visit.id,
            agency_id=self.agency.id,
            kind="责令改正",
            text="台账不全",
            due_on=due,
            state=ProblemState.CLOSED,
            opened_at=opened,
            closed_at=datetime.combine(day, datetime.min.time(), UTC),
        )


def _about(line: PlanLine) -> str:
    """The indicator that a line was made for, by its layer."""
    value = layers_of(line)[0].value
    if value == "一般":
        return "positive_quarter" if line.scope.get("positive") == "yes" else "general_quarter"
    return {"特殊": "special_quarter", "重点": "key_quarter"}.get(value, "inspected_share")
