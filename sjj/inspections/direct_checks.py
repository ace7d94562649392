"""What stands against checking named objects by named officers, all at once. Reads only.

Two certified officers without a conflict of interest, items on the published list with a confirmed guide
(国办发〔2024〕54号): the same for an off-site batch and for a check on site without a draw.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from sjj.database import db
from sjj.plans.checks import guide_to_use
from sjj.registers.leave_queries import away_on
from sjj.registers.models import Entity, Item, Officer
from sjj.registers.recusal_models import Recusal
from sjj.rules.gates import certificate_problem

TEAM = 2


@dataclass(frozen=True, slots=True)
class Against:
    """One thing to be seen to, and the field of the form where."""

    field: str
    sentence: str


def against_items(items: Sequence[Item]) -> Iterator[Against]:
    """Items that may not be checked: none, unpublished, retired, or whose guide nobody has confirmed."""
    if not items:
        yield Against("item_ids", "还没有选抽查事项")
    for item in items:
        guide = guide_to_use(item)
        if item.retired_at is not None:
            yield Against("item_ids", f"“{item.name}”已不在随机抽查事项清单中")
        elif item.published_at is None:
            yield Against("item_ids", f"“{item.name}”还没有公布，未公布的事项不得检查（国办发〔2024〕54号）")
        elif guide is None or guide.is_draft:
            yield Against("item_ids", f"“{item.name}”的工作指引还没有经法制审核启用")


def against_officers(officers: Sequence[Officer], last_day: date) -> Iterator[Against]:
    """Fewer than two officers, one named twice, or a certificate that does not hold until the last day."""
    if len(officers) < TEAM:
        yield Against("officer_2", "须由两名执法人员检查")
    elif len({one.id for one in officers}) < len(officers):
        yield Against("officer_2", "两名执法人员不能是同一个人")
    for place, one in enumerate(officers, start=1):
        why = certificate_problem(one.certificate_no, one.certificate_until, one.on_duty, last_day)
        if why:
            yield Against(f"officer_{place}", f"{one.name}{why}")


def against_pairs(officers: Sequence[Officer], entities: Sequence[Entity]) -> Iterator[Against]:
    """Officers who are, or have asked to be, kept away from one of the objects."""
    places = {one.id: place for place, one in enumerate(officers, start=1)}
    names = {one.id: one.name for one in entities}
    query = select(Recusal).where(
        Recusal.officer_id.in_(places), Recusal.entity_id.in_(names), Recusal.approved.is_not(False)
    )
    for row in db.session.scalars(query.order_by(Recusal.id)):
        state = "应当回避" if row.approved else "的回避申报还没有决定，不能检查"
        yield Against(
            f"officer_{places[row.officer_id]}",
            f"{row.officer.name}对“{names[row.entity_id]}”{state}，请换人或者去掉这一户",
        )


def items_on_offer(agency_id: int) -> list[Item]:
    """The items of an agency that may be checked."""
    query = select(Item).where(
        Item.agency_id == agency_id, Item.published_at.is_not(None), Item.retired_at.is_(None)
    )
    found = db.session.scalars(query.order_by(Item.code))
    return [item for item in found if not list(against_items([item]))]


def officers_on_offer(agency_id: int, day: date) -> list[Officer]:
    """The officers of an agency who may inspect on a day."""
    query = select(Officer).where(Officer.agency_id == agency_id).order_by(Officer.code)
    away = away_on(day, [agency_id])
    return [one for one in db.session.scalars(query) if one.may_inspect_on(day) and one.id not in away]
