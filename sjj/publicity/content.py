"""What of an inspection becomes public: every field is named here, anything else stays inside (domain.md §7).

Never: credit risk, ID and phone numbers, contacts, complainants, notes, what a closed layer means. A natural
person stands under a masked name and an internal code; officers only as codes, and only where the agency
says so.
"""

from typing import Any

from sjj.inspections.parts import Holder, results_of, visit_of
from sjj.inspections.team_codes import codes_in_team
from sjj.plans.models import Campaign


def published_content(holder: Holder) -> dict[str, Any]:
    """The snapshot of one agency's results, field by field: its own items and nobody else's."""
    inspection = visit_of(holder)
    campaign, line = inspection.campaign, inspection.campaign.plan_line
    names = codes_in_team(inspection)
    codes = [names[member.officer_id] for member in inspection.team if member.left_at is None]
    return {
        "agency": holder.agency.name,
        "plan": f"{line.year}年度抽查计划第{line.number}项：{line.name}" if line else "",
        "task_no": campaign.number,
        "task_name": campaign.name,
        "directed": "定向" if _is_directed(campaign) else "不定向",
        "check_type": campaign.check_type,
        "method": campaign.method,
        "inspected_on": inspection.ended_on.isoformat() if inspection.ended_on else "",
        "entity_name": inspection.entity.public_name,
        "entity_code": inspection.entity.code,
        "items": [{"name": row.item.name, "result": row.result} for row in results_of(holder)],
        "platform": (campaign.platform or {}).get("where", ""),
        "result": holder.result,
        "officers": codes if holder.agency.shows_officers else [],
    }


def _is_directed(campaign: Campaign) -> bool:
    """定向: of a part of the register only; of a list drawn elsewhere as that platform says."""
    return bool(campaign.platform.get("directed")) if campaign.platform else bool(campaign.scope)
