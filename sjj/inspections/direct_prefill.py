"""What a check on site begins with when the finding of an off-site check opens it. Reads only."""

from typing import Any

from sjj.inspections.models import Inspection
from sjj.inspections.paper_queries import record_of
from sjj.rules.results import is_problem

MOST = 400


def values_from(origin: Inspection) -> dict[str, Any]:
    """The form's first values: the entity, the items with problems, why, and the same two officers."""
    found = [row for row in origin.results if is_problem(row.result)]
    team = [member.officer_id for member in origin.team if member.left_at is None]
    named = found[0].item.name if found else origin.campaign.name
    return {
        "name": f"{named}个案检查",
        "check_type": "个案",
        "entity_ids": [origin.entity_id],
        "item_ids": [row.item_id for row in found],
        "reason": _reason(origin),
        "section_id": origin.campaign.section_id or 0,
        "officer_1": team[0] if team else 0,
        "officer_2": team[1] if len(team) > 1 else 0,
    }


def _reason(origin: Inspection) -> str:
    said = record_of(origin)
    problems = [one.text or one.point for one in said.problems] if said else []
    told = "；".join(text for text in problems if text) or origin.result
    text = f"非现场检查（{origin.campaign.number}）发现：{told}"
    return text if len(text) <= MOST else text[: MOST - 1] + "…"
