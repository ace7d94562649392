"""Writing guides. Never commits. A confirmed version never changes: the next edit makes the next version.

A check point keeps its code for life; the code of a point that was taken out is never given to another.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sjj.accounts.models import User
from sjj.audit.services import record
from sjj.registers import item_events as events
from sjj.registers.item_queries import newest_guide
from sjj.registers.item_versions import held
from sjj.registers.models import CheckPoint, Guide, Item

MOST_POINTS = 60


class GuideRefused(Exception):
    """A guide cannot be saved or confirmed as asked; the message may be shown."""


@dataclass(frozen=True, slots=True)
class PointValues:
    """What the office wrote of one check point; `code` is empty for a new one."""

    code: str
    text: str
    standard: str = ""
    how: str = ""
    basis: str = ""
    penalty: str = ""
    required: bool = True


def save_guide(item: Item, points: list[PointValues], actor: User, now: datetime) -> Guide:
    """Write the draft of an item's guide, as a new version if the newest one is confirmed.

    Raises GuideRefused for an empty list. Saving what already stands changes nothing.
    """
    if not points:
        raise GuideRefused("至少要有一条检查要点")
    held(item)
    newest = newest_guide(item)
    before = [values_of(point) for point in newest.points] if newest else []
    coded = _with_codes(item, points)
    if newest is not None and before == coded:
        return newest
    guide = newest if newest is not None and newest.is_draft else _next_version(item, now)
    _write_points(guide, coded)
    record(
        events.GuideSaved(
            subject_id=item.id,
            agency_id=item.agency_id,
            name=item.name,
            version=guide.version,
            changes={"points": [[asdict(point) for point in before], [asdict(point) for point in coded]]},
        ),
        actor,
        now,
    )
    return guide


def _next_version(item: Item, now: datetime) -> Guide:
    guide = Guide(version=len(item.guides) + 1, is_draft=True, created_at=now)
    item.guides.append(guide)
    return guide


def values_of(point: CheckPoint) -> PointValues:
    """What stands of a check point."""
    return PointValues(
        point.code, point.text, point.standard, point.how, point.basis, point.penalty, point.required
    )


def _with_codes(item: Item, points: list[PointValues]) -> list[PointValues]:
    newest = newest_guide(item)
    free = {point.code for point in newest.points} if newest else set()
    last = max((_number(point.code) for guide in item.guides for point in guide.points), default=0)
    coded = []
    for point in points:
        if point.code in free:
            free.remove(point.code)
            coded.append(point)
        else:
            last += 1
            values: dict[str, Any] = {**asdict(point), "code": f"{item.code}-{last}"}
            coded.append(PointValues(**values))
    return coded


def _number(code: str) -> int:
    digits = code.rpartition("-")[2]
    return int(digits) if digits.isascii() and digits.isdigit() else 0


def _write_points(guide: Guide, points: list[PointValues]) -> None:
    known = {point.code: point for point in guide.points}
    written = []
    for position, values in enumerate(points, start=1):
        point = known.get(values.code) or CheckPoint(code=values.code)
        for name, value in asdict(values).items():
            setattr(point, name, value)
        point.position = position
        written.append(point)
    guide.points = written


def confirm_guide(item: Item, reviewer: str, actor: User, now: datetime) -> Guide:
    """Bring the newest draft into force after its legal review. Raises GuideRefused."""
    held(item)
    guide = newest_guide(item)
    if guide is None or not guide.points:
        raise GuideRefused("还没有检查要点，不能启用")
    if not guide.is_draft:
        raise GuideRefused(f"第{guide.version}版已经启用")
    guide.is_draft, guide.confirmed_at = False, now
    record(
        events.GuideConfirmed(
            subject_id=item.id,
            agency_id=item.agency_id,
            name=item.name,
            version=guide.version,
            reviewer=reviewer,
        ),
        actor,
        now,
    )
    return guide
