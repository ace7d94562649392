"""What the form of a visit is rendered with: its first values, where problems stand, what its script knows.

Shared by the phone page and the desk; it decides nothing about a record.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from wtforms import Field, FormField

from sjj.accounts.models import User
from sjj.inspections.form_plan import FormPlan
from sjj.inspections.models import Inspection
from sjj.inspections.phrase_queries import phrases_for
from sjj.inspections.record_forms import VisitForm
from sjj.inspections.record_prefill import known_photos, time_value, values_of
from sjj.registers.merge_queries import tokens_of
from sjj.web import SHANGHAI


def first_values(
    inspection: Inspection, plan: FormPlan, record: Mapping[str, Any] | None, code: str, now: datetime
) -> dict[str, Any]:
    """What stands in the form when it is opened: the last record, or the start of a visit."""
    if record is not None:
        return {**values_of(record, plan), "revises": str(inspection.revision)}
    values: dict[str, Any] = {"started_at": time_value(now), "present": {}}
    if code:
        values["checkin"] = {"method": "qr", "code": code, "at": time_value(now)}
    return values


def place_problems(
    form: VisitForm, plan: FormPlan, found: Iterable[tuple[str, str]]
) -> list[tuple[str, str]]:
    """Put each problem at its field; the lines of the summary as (id on the page, sentence)."""
    lines: list[tuple[str, str]] = []
    seen: set[tuple[str, str]] = set()
    for name, sentence in found:
        if (name, sentence) in seen:
            continue
        seen.add((name, sentence))
        field = _field_at(form, name)
        if field is None:
            lines.append((name if name == "signatures" else "", sentence))
            continue
        field.errors = [*field.errors, sentence]
        lines.append((field.id, f"{_title(name, field, plan)}：{sentence}"))
    return lines


def _field_at(form: VisitForm, name: str) -> Field | None:
    """The field of that name, or the nearest above it that can show a problem."""
    parts = name.split("-")
    for length in range(len(parts), 0, -1):
        found = _named(form, "-".join(parts[:length]))
        if found is not None and not isinstance(found, FormField):
            return found
    return _named(form, f"{name}-image") if name.startswith("sign-") else None


def _named(form: VisitForm, name: str) -> Field | None:
    for field in form:
        if field.name == name:
            return field
        if isinstance(field, FormField) and name.startswith(field.name + "-"):
            for inner in field.form:
                if inner.name == name:
                    return inner
    return None


def _title(name: str, field: Field, plan: FormPlan) -> str:
    parts = name.split("-")
    if parts[0] == "answers":
        point = plan.points[int(parts[1])]
        number = 1 + [p.id for _, p in plan.points_of(point.item)].index(point.id)
        told = f"要点 {number}" if parts[2] == "value" else f"要点 {number} {field.label.text}"
        item = next(item.name for item in plan.items if item.code == point.item)
        return told if len(plan.items) == 1 else f"{item} {told}"
    if parts[0] == "results":
        return f"{plan.items[int(parts[1])].name} {field.label.text}"
    return str(field.label.text)


def page_data(
    inspection: Inspection,
    plan: FormPlan,
    user: User,
    record: Mapping[str, Any] | None,
    urls: Mapping[str, str],
    served: datetime,
) -> dict[str, Any]:
    """What the page's script needs and cannot read from the form itself.

    `urls`: whom it calls; `served`: when, so that a page kept on the phone can be told from a newer one.
    """
    entity = inspection.entity
    return {
        "inspection": str(inspection.uid),
        "formVersion": plan.form_version,
        "user": user.username,
        "entity": entity.name,
        "address": entity.address,
        "items": [{"code": item.code, "name": item.name} for item in plan.items],
        "points": [{"id": p.id, "item": p.item, "text": p.text, "required": p.required} for p in plan.points],
        "team": [{"officer": s.officer, "name": s.name} for s in plan.team],
        "tokensSha256": sorted(hashlib.sha256(token.encode()).hexdigest() for token in tokens_of(entity)),
        "place": [entity.lat, entity.lon] if entity.lat is not None and entity.lon is not None else None,
        "photos": known_photos(record) if record else {},
        "sent_back": {p.id: p.sent_back for p in plan.points if p.sent_back},
        "phrases": phrases_for(inspection),
        "urls": dict(urls),
        "served": served.astimezone(SHANGHAI).isoformat()[:19],
    }
