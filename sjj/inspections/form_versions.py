"""The form that a campaign's inspections are recorded on, as canonical JSON under its SHA-256.

A version is kept for ever and never changes: a record is checked against the version that it names, and an
inspection keeps the version it was dispatched with (field.md §3).
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy.exc import IntegrityError

from sjj.database import db
from sjj.inspections.models import FormVersion, Inspection
from sjj.inspections.team_codes import codes_in_team
from sjj.plans.item_codes import form_codes
from sjj.plans.models import Campaign, CampaignItem
from sjj.registers.models import CheckPoint, Guide
from sjj.rules.results import FOLLOW_UP_KINDS, results_for
from sjj.rules.submissions import FormSpec, canonical_record


class NoGuide(Exception):
    """An item has no guide to make a form of; the message may be shown."""


def form_for(campaign: Campaign, now: datetime) -> FormVersion:
    """The version of the campaign's form, stored at its first use. Raises NoGuide."""
    text = canonical_record(form_of(campaign))
    digest = sha256(text).hexdigest()
    found = db.session.get(FormVersion, digest)
    if found is not None:
        return found
    made = FormVersion(sha256=digest, content=text.decode(), created_at=now)
    try:
        with db.session.begin_nested():
            db.session.add(made)
    except IntegrityError:  # the same form of another campaign was stored at the same instant
        return db.session.get_one(FormVersion, digest)
    return made


def form_of(campaign: Campaign) -> dict[str, Any]:
    """Items with their result labels, check points, and kinds of follow-up."""
    guides = [(chosen, _guide(chosen)) for chosen in campaign.items]
    named = form_codes(campaign)
    codes = Counter(point.code for _, guide in guides for point in guide.points)
    return {
        "items": [
            {"code": named[chosen.item_id], "name": chosen.item.name, "results": list(results_for(False))}
            for chosen, _ in guides
        ],
        "points": [
            _point(named[chosen.item_id], point, codes[point.code] == 1)
            for chosen, guide in guides
            for point in guide.points
        ],
        "kinds": list(FOLLOW_UP_KINDS),
    }


def _guide(chosen: CampaignItem) -> Guide:
    """The guide fixed with the campaign, else the item's latest."""
    guide = chosen.guide or (chosen.item.guides[-1] if chosen.item.guides else None)
    if guide is None or not guide.points:
        raise NoGuide(f"事项“{chosen.item.name}”还没有抽查工作指引，不能生成检查表。")
    return guide


def _point(item: str, point: CheckPoint, is_only: bool) -> dict[str, Any]:
    return {
        "id": point.code if is_only else f"{item}/{point.code}",
        "item": item,
        "text": point.text,
        "standard": point.standard,
        "how": point.how,
        "basis": point.basis,
        "required": point.required,
    }


def served(inspection: Inspection) -> dict[str, Any]:
    """What `GET /field/inspections/<uuid>.json` answers: the form, the team of today, where it stands."""
    content = json.loads(inspection.form.content)
    codes = codes_in_team(inspection)
    return {
        "form_version": inspection.form_sha256,
        **content,
        "team": [
            {"officer": codes[member.officer_id], "name": member.officer.name}
            for member in inspection.team
            if member.left_at is None
        ],
        "state": inspection.standing.value,
        "revision": str(inspection.revision) if inspection.revision else None,
    }


def spec_of(inspection: Inspection) -> FormSpec:
    """What a record of this inspection is checked against.

    An officer who has left the team since still counts as a signer: the visit was made and signed before.
    """
    codes = codes_in_team(inspection)
    return replace(
        _version_of(inspection),
        team={codes[one.officer_id]: one.officer.name for one in inspection.team},
        off_site=inspection.off_site,
    )


# What a hash stands for never changes, so a version is read once in the life of the process.
_versions: dict[str, FormSpec] = {}
MAX_VERSIONS = 200


def _version_of(inspection: Inspection) -> FormSpec:
    found = _versions.get(inspection.form_sha256)
    if found is None:
        content = json.loads(inspection.form.content)
        found = FormSpec.from_dict(content | {"form_version": inspection.form_sha256, "team": []})
        if len(_versions) >= MAX_VERSIONS:
            _versions.clear()
        _versions[inspection.form_sha256] = found
    return found
