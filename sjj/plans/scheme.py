"""抽查实施方案: the paper of a campaign as it is approved and published.

It is a snapshot made at approval. Credit risk never stands in it; a closed layer has its neutral name and
its share, nothing that says what it is.
"""

from collections import Counter
from typing import Any

from sjj.plans.exclusions import sentences
from sjj.plans.models import Campaign, CampaignItem, CampaignStratum
from sjj.plans.pool import share_words
from sjj.plans.scope import Scope
from sjj.plans.staff import Place, places_of


def scheme_of(campaign: Campaign) -> dict[str, Any]:
    """What the public may read of a campaign, as plain data."""
    names = {section.id: section.name for section in campaign.agency.sections}
    line = campaign.plan_line
    return {
        "number": campaign.number,
        "name": campaign.name,
        "agency": campaign.agency.name,
        "section": campaign.section.name if campaign.section else "",
        "plan_line": f"{line.year}年度抽查计划第{line.number}项：{line.name}" if line else "",
        "check_type": campaign.check_type,
        "purpose": campaign.purpose,
        "method": campaign.method,
        "starts_on": campaign.starts_on.isoformat(),
        "ends_on": campaign.ends_on.isoformat(),
        "items": [_item(row) for row in campaign.items],
        "scope": [
            [label, text] for label, text in Scope.read(campaign.scope).sentences(names, internal=False)
        ],
        "strata": [_stratum(one) for one in campaign.strata],
        "has_closed_strata": any(one.closed for one in campaign.strata),
        "left_out": [list(pair) for pair in sentences(campaign)],
        "team_unit": campaign.team_unit,
        "team_size": campaign.team_size,
        "partners": [place.supplier for place in places_of(campaign) if place.supplier],
        "team": team_words(campaign),
        "publishes_at_once": campaign.publishes_at_once,
    }


def _item(row: CampaignItem) -> dict[str, Any]:
    bases = [
        {"law": basis.law.title, "articles": basis.articles}
        for basis in sorted(row.item.bases, key=lambda one: one.id)
    ]
    whose = row.item.agency.name if row.item.agency_id != row.campaign.agency_id else ""
    return {
        "code": row.item.code,
        "name": row.item.name,
        "object_type": row.item.object_type,
        "bases": bases,
        "agency": whose,
    }


def _stratum(one: CampaignStratum) -> dict[str, Any]:
    share = share_words(one)
    if one.closed:
        return {"name": one.name, "label": one.name, "take": share, "basis": "", "closed": True}
    return {"name": one.name, "label": one.label, "take": share, "basis": one.basis, "closed": False}


def team_words(campaign: Campaign) -> str:
    """How the team of one visit is chosen and who supplies it, in one sentence."""
    unit, measure = ("执法组", "个") if campaign.team_unit == "group" else ("执法人员", "名")
    places = places_of(campaign)
    said = [f"每户随机抽取{unit} {campaign.team_size} {measure}"]
    supplied = Counter(place.supplier for place in places if place.supplier)
    if supplied:
        each = "、".join(f"{name} {number} {measure}" for name, number in supplied.items())
        said.append(f"其中{each}")
    said.append("回避对象除外")
    wanted = [f"{_whose(place)}须具备{'或'.join(place.expertise)}专长" for place in places if place.expertise]
    return "；".join(["，".join(said), *wanted])


def _whose(place: Place) -> str:
    return f"{place.supplier}派出的" if place.supplier else f"第 {place.number} 位"
