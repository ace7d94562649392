"""依据失效的事项: which items and check points stand on a law that has ended, and what is to be done.

A repeal date that nobody has confirmed is told apart: first confirm it, then change items.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from sjj.accounts.models import User
from sjj.accounts.queries import within
from sjj.database import db
from sjj.registers.item_queries import latest_guide
from sjj.registers.law_names import laws_cited
from sjj.registers.law_queries import laws_of
from sjj.registers.models import CheckPoint, Guide, Item, ItemBasis, LawBasis
from sjj.registers.scope import READ


@dataclass(frozen=True, slots=True)
class PointHit:
    """A check point that names an ended law."""

    point: CheckPoint
    laws: list[LawBasis]


@dataclass(slots=True)
class Touched:
    """An item that an ended law touches."""

    item: Item
    bases: list[ItemBasis] = field(default_factory=list)
    points: list[PointHit] = field(default_factory=list)
    has_other_basis: bool = True

    @property
    def advice(self) -> str:
        """What is to be done, in one sentence."""
        if self.bases and not self.has_other_basis:
            return "没有其他现行依据：换上新的依据，否则应当停用，不得再列入抽查任务"
        if self.bases and self.points:
            return "把失效的依据换成新的条款，并修订指引要点，法制审核后启用"
        return "把失效的依据换成新的条款" if self.bases else "修订指引要点的依据或罚则，法制审核后启用"


def has_ended(law: LawBasis, day: date, confirmed: bool = True) -> bool:
    """Whether a law's repeal date has come, and is confirmed (or is not)."""
    return law.verified is confirmed and law.repealed_on is not None and law.repealed_on <= day


def lapsed_points(guide: Guide, laws: Sequence[LawBasis], day: date) -> dict[int, list[str]]:
    """By the id of a point: the names of ended laws that its basis or its penalty clause names."""
    return {hit.point.id: [law.key for law in hit.laws] for hit in _hits(guide, laws, day, True)}


def _hits(guide: Guide, laws: Sequence[LawBasis], day: date, confirmed: bool) -> list[PointHit]:
    if not any(has_ended(law, day, confirmed) for law in laws):
        return []
    found = []
    for point in guide.points:
        cited = laws_cited(f"{point.basis}；{point.penalty}", laws)
        ended = [each.law for each in cited if has_ended(each.law, day, confirmed)]
        if ended:
            found.append(PointHit(point, ended))
    return found


def touched(user: User, day: date, confirmed: bool = True) -> list[Touched]:
    """The items in use that this person may read and that stand on an ended law, or whose guide does."""
    query = (
        select(Item)
        .where(within(Item.agency_id, user, READ), Item.retired_at.is_(None))
        .options(
            selectinload(Item.bases).selectinload(ItemBasis.law),
            selectinload(Item.guides).selectinload(Guide.points),
        )
        .order_by(Item.agency_id, Item.code)
    )
    laws: dict[int, list[LawBasis]] = {}
    found = []
    for item in db.session.scalars(query):
        if item.agency_id not in laws:
            laws[item.agency_id] = laws_of(item.agency_id)
        one = _touched(item, laws[item.agency_id], day, confirmed)
        if one.bases or one.points:
            found.append(one)
    return found


def _touched(item: Item, laws: Sequence[LawBasis], day: date, confirmed: bool) -> Touched:
    guide = latest_guide(item)
    ended = [basis for basis in item.bases if has_ended(basis.law, day, confirmed)]
    others = [basis for basis in item.bases if basis not in ended]
    points = _hits(guide, laws, day, confirmed) if guide is not None else []
    return Touched(item, ended, points, bool(others))
