"""Which objects an off-site batch may take: on the positive list that day and not checked in the quarter yet.

Nobody is left out in silence: whoever the filters find and may not be taken has a reason. Reads only.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import ColumnElement, select

from sjj.database import db
from sjj.inspections.direct_scope import Named, days_of
from sjj.inspections.models import Inspection
from sjj.inspections.visits_made import KEPT_ID
from sjj.plans.models import Campaign
from sjj.plans.scope import on_positive_list
from sjj.presentation import day as day_words
from sjj.registers.listing import any_match
from sjj.registers.models import Entity, SupervisionClass, Tag
from sjj.rules.lifecycle import CampaignState, ResultState

WAITING = (CampaignState.DRAFT, CampaignState.SUBMITTED)
ALL = "all"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of the positive list somebody looks for; empty means any."""

    words: str = ""
    section_id: int | None = None
    supervision_class: str = SupervisionClass.GENERAL.value
    tag: str = ""


@dataclass(slots=True)
class Found:
    """Who may be taken, and who may not with the reason and what stands behind it."""

    free: list[Entity] = field(default_factory=list)
    left_out: list[tuple[Entity, str, str]] = field(default_factory=list)

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why objects are left out, with how many, the most frequent first."""
        return Counter(reason for _, reason, _ in self.left_out).most_common()


def find(agency_id: int, wanted: Wanted, quarter: tuple[int, int], day: date, batch_id: int) -> Found:
    """The positive list of that day as filtered; what the batch names already is in neither list."""
    query = select(Entity).where(
        Entity.agency_id == agency_id,
        Entity.merged_into_id.is_(None),
        on_positive_list(day),
        *_filters(wanted),
    )
    taken, own = _taken(agency_id, quarter, batch_id), _own(batch_id)
    found = Found()
    for entity in db.session.scalars(query.order_by(Entity.name, Entity.id)):
        if entity.id in own:
            continue
        why = _why_not(entity, taken)
        if why:
            found.left_out.append((entity, *why))
        else:
            found.free.append(entity)
    return found


def no_longer(entities: Iterable[Entity], quarter: tuple[int, int], day: date, batch: Campaign) -> list[str]:
    """Why objects that a batch names may not be checked in it (any more), one sentence each."""
    listed = list(entities)
    taken = _taken(batch.agency_id, quarter, batch.id)
    still = select(Entity.id).where(Entity.id.in_([one.id for one in listed]), on_positive_list(day))
    on_list = set(db.session.scalars(still))
    said = []
    for entity in listed:
        why = ("不在正面清单有效期内", "") if entity.id not in on_list else _why_not(entity, taken)
        if why:
            said.append(f"“{entity.name}”{why[0]}{f'（{why[1]}）' if why[1] else ''}")
    return said


def _filters(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.words:
        found.append(any_match(wanted.words, Entity.name, Entity.code, Entity.pinyin))
    if wanted.section_id:
        found.append(Entity.section_id == wanted.section_id)
    if wanted.supervision_class in [kind.value for kind in SupervisionClass]:
        found.append(Entity.supervision_class == SupervisionClass(wanted.supervision_class))
    if wanted.tag:
        found.append(Entity.tags.any((Tag.on == "entity") & (Tag.name == wanted.tag)))
    return found


def _why_not(entity: Entity, taken: Mapping[int, tuple[str, str]]) -> tuple[str, str] | None:
    if entity.merged_into_id is not None:
        return "已并入别户，请改选留下的那一户", ""
    if not entity.is_active:
        return f"登记状态为“{entity.state}”", ""
    return taken.get(entity.id)


def _own(batch_id: int) -> set[int]:
    scope = db.session.scalar(select(Campaign.scope).where(Campaign.id == batch_id))
    return set(Named.read(scope or {}).entities)


def _taken(agency_id: int, quarter: tuple[int, int], batch_id: int) -> dict[int, tuple[str, str]]:
    """Checked off site in the quarter, being checked, or named in a batch that is not approved yet.

    The check of a double that was merged since is the kept one's.
    """
    first, last = days_of(quarter)
    found: dict[int, tuple[str, str]] = {}
    waiting = select(Campaign.number, Campaign.scope).where(
        Campaign.agency_id == agency_id,
        Campaign.by_draw.is_(False),
        Campaign.state.in_(WAITING),
        Campaign.id != batch_id,
    )
    for number, scope in db.session.execute(waiting):
        named = Named.read(scope)
        if named.quarter:
            found |= dict.fromkeys(named.entities, ("已列入另一个批次", number))
    checks = (
        select(KEPT_ID, Inspection.ended_on, Campaign.number)
        .join(Inspection.campaign)
        .join(Inspection.entity)
        .where(
            Inspection.agency_id == agency_id,
            Inspection.off_site,
            Inspection.campaign_id != batch_id,
            Inspection.standing != ResultState.WITHDRAWN,
        )
    )
    for entity_id, ended_on, number in db.session.execute(checks):
        if ended_on is None:
            found[entity_id] = ("正在作非现场检查", number)
        elif first <= ended_on <= last:
            found[entity_id] = ("本季度已作非现场检查", day_words(ended_on))
    return found
