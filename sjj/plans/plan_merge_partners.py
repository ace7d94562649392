"""With whom a joint line is carried out: other sections, other agencies, or those of the 一业一查 list.

It reads what the two lines and the list say; nothing is invented, nothing is changed.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.plans.models import PlanLine
from sjj.plans.scope import Scope
from sjj.registers.models import Item
from sjj.registers.upkeep_models import IndustryTopic
from sjj.rules.plan_lines import Joint


def partners_of(
    first: PlanLine, second: PlanLine, items: list[int], topic: IndustryTopic | None, agency: Agency
) -> tuple[Joint, list[dict[str, Any]]]:
    """With whom the joint line is carried out: what the two lines say, the 一业一查 list, or the items' sections."""
    said = [*(first.partners or []), *(second.partners or [])]
    kept = list({(one.get("agency"), one.get("section")): one for one in said}.values())
    others = [one for one in kept if one.get("agency") != agency.id]
    listed = _agencies_of(topic, agency)
    if topic is not None and (listed or others):
        added = [{"agency": n, "section": None} for n in listed if n not in {o.get("agency") for o in others}]
        return Joint.INDUSTRY, [*others, *added]
    if others:
        return Joint.CROSS, kept
    query = select(Item.section_id).where(Item.id.in_(items), Item.section_id.is_not(None))
    sections = {*db.session.scalars(query), *(one["section"] for one in kept if one.get("section"))}
    sections |= {one.section_id for one in (first, second) if one.section_id}
    if len(sections) > 1:
        return Joint.INTERNAL, [{"agency": agency.id, "section": n} for n in sorted(sections)]
    return Joint.NONE, []


def _agencies_of(topic: IndustryTopic | None, agency: Agency) -> list[int]:
    """The agencies of the installation that the list names beside this one."""
    if topic is None:
        return []
    names = {str(name) for name in (*topic.partners, topic.lead)}
    query = select(Agency.id).where(Agency.name.in_(names), Agency.id != agency.id)
    return list(db.session.scalars(query.order_by(Agency.id)))


def topic_of(scope: Scope, topics: Sequence[IndustryTopic]) -> IndustryTopic | None:
    """The entry of the 一业一查 list that the common objects belong to, if it is one industry of the list."""
    return next((one for one in topics if scope.industries == (one.industry,)), None)
