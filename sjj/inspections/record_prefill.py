"""From a stored record back to the form's values, for a correction. Signatures are never carried over:
what was signed is another record.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sjj.inspections.form_plan import FormPlan
from sjj.inspections.photo_facts import captions_of
from sjj.rules.remarks import read
from sjj.web import SHANGHAI


def values_of(record: Mapping[str, Any], plan: FormPlan) -> dict[str, Any]:
    """The values of `visit_form` that say what the record says."""
    values: dict[str, Any] = {key: record.get(key) or "" for key in ("outcome", "narrative")}
    remarks = read(record.get("remarks") or "")
    values |= {"remarks": remarks.words, "policy_note": remarks.policy, "sampling": remarks.sample}
    for key in ("started_at", "ended_at", "certificates_shown_at", "rights_told_at"):
        values[key] = control_time(record.get(key))
    values["certificates"], values["rights"] = (values["certificates_shown_at"], values["rights_told_at"])
    values["urgent"], values["policy_explained"] = record.get("urgent"), record.get("policy_explained")
    values["assistants"] = "、".join(name for name in record.get("assistants") or [] if name)
    values["present"] = dict(record.get("present") or {})
    values["recusal"] = dict(record.get("recusal") or {})
    checkin = dict(record.get("checkin") or {})
    values["checkin"] = {**checkin, "at": control_time(checkin.get("at"))}
    values.update(_answers(record, plan))
    values.update(_results(record, plan))
    values["photos"], values["captions"] = _loose_photos(record), captions_of(record)
    return values


def known_photos(record: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What a record says of its photos, by SHA-256."""
    return {photo["sha256"]: photo for photo in record.get("photos") or []}


def control_time(text: object) -> str:
    """An ISO time as the browser's control wants it, Shanghai time; empty for nothing."""
    if not isinstance(text, str) or not text:
        return ""
    try:
        moment = datetime.fromisoformat(text)
        return time_value(moment) if moment.tzinfo else ""
    except (ValueError, OverflowError):  # a time that Shanghai does not have
        return ""


def time_value(moment: datetime) -> str:
    """A moment as the browser's control wants it, Shanghai time."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")


def _answers(record: Mapping[str, Any], plan: FormPlan) -> dict[str, Any]:
    answers = {row["point"]: row for row in record.get("answers") or []}
    found: dict[str, dict[str, Any]] = {}
    other: dict[str, Any] = {}
    for row in record.get("problems") or []:
        point = row.get("point")
        if point in answers and point not in found:
            found[point] = row
        else:
            other = {**row, "item": row.get("item") or plan.items[0].code}
    values: dict[str, Any] = {"other": other}
    for place, point in enumerate(plan.points):
        answer, problem = answers.get(point.id, {}), found.get(point.id, {})
        values[f"answers-{place}"] = {
            **{key: problem.get(key) for key in ("kind", "due", "clause")},
            "value": answer.get("value") or "",
            "note": answer.get("note") or problem.get("text"),
            "photos": [sha256 for sha256 in answer.get("photos") or [] if sha256],
        }
    return values


def _results(record: Mapping[str, Any], plan: FormPlan) -> dict[str, Any]:
    results = {row["item"]: row for row in record.get("results") or []}
    return {f"results-{place}": results.get(item.code, {}) for place, item in enumerate(plan.items)}


def _loose_photos(record: Mapping[str, Any]) -> list[str]:
    """The photos that belong to no answer."""
    bound = {sha256 for row in record.get("answers") or [] for sha256 in row.get("photos") or []}
    return [photo["sha256"] for photo in record.get("photos") or [] if photo["sha256"] not in bound]
