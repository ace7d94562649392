"""From the filled form to the record of field.md §3, and from a problem's place in it back to the field.

The page's script builds the same record from the same fields (static/field/record.js); a test in a real
browser holds the two together. It decides nothing: what is missing or wrong stays so, for the rules to say.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sjj.inspections.form_plan import PRESENT, WITNESS, FormPlan, officer_slots
from sjj.inspections.record_forms import VisitForm
from sjj.rules.remarks import SAMPLE_PARTS, Remarks, written
from sjj.rules.results import Answer, Outcome
from sjj.rules.submission_shape import is_left_out
from sjj.rules.submissions import signed_sha256
from sjj.web import SHANGHAI

OFFSET = "+08:00"


@dataclass
class Assembled:
    """A record and which field each of its parts came from (JSON Pointer → field name)."""

    record: dict[str, Any]
    places: dict[str, str] = field(default_factory=dict)


def assemble(
    form: VisitForm, plan: FormPlan, inspection: str, now: datetime, known: Mapping[str, dict[str, Any]]
) -> Assembled:
    """The record that the form says, unsigned parts first, then the signatures bound to it.

    `known`: what an earlier record says of photos, by SHA-256; a photo kept from it keeps its time and place.
    """
    made = Assembled({"inspection": inspection, "form_version": plan.form_version})
    record = made.record
    record["revises"] = form.revises.data or None
    record.update(_whole(form, now))
    if form.outcome.data == Outcome.INSPECTED:
        _answers(form, plan, made)
        _results(form, plan, made)
        _problems(form, plan, made)
    record["photos"] = [known.get(sha256, {"sha256": sha256}) for sha256 in _all_photos(form, plan)]
    made.record = record = _filled(record)
    record["signatures"] = _signatures(form, plan, made, signed_sha256(record), now)
    record["device_now"] = _text_of(now)
    made.record = _filled(record)
    return made


def _whole(form: VisitForm, now: datetime) -> dict[str, Any]:
    started = moment_text(form.started_at.data)
    checkin = form.checkin.form
    return {
        "outcome": form.outcome.data,
        "urgent": form.urgent.data,
        "started_at": started,
        "ended_at": moment_text(form.ended_at.data) or _text_of(now),
        "checkin": {
            "method": checkin.method.data,
            "code": checkin.code.data,
            "at": moment_text(checkin.at.data) or (started if checkin.method.data else ""),
            "lat": _number(checkin.lat.data),
            "lon": _number(checkin.lon.data),
            "accuracy_m": _number(checkin.accuracy_m.data),
            "reason": checkin.reason.data,
        },
        "certificates_shown_at": _ticked(form.certificates.data, form.certificates_shown_at.data, started),
        "rights_told_at": _ticked(form.rights.data, form.rights_told_at.data, started),
        "policy_explained": form.policy_explained.data or bool(_said(form.policy_note)),
        "assistants": names_of(form.assistants.data),
        "present": _texts(form.present.form, "name", "post", "phone"),
        "recusal": _recusal(form),
        "narrative": form.narrative.data,
        "remarks": written(remarks_of(form)),
    }


def remarks_of(form: VisitForm) -> Remarks:
    """The remarks with the two small forms that write into them."""
    sample = {key: form.sampling.form[key].data or "" for key, _ in SAMPLE_PARTS}
    return Remarks(_said(form.remarks), _said(form.policy_note), sample)


def _answers(form: VisitForm, plan: FormPlan, made: Assembled) -> None:
    made.record["answers"] = rows = []
    for place, point in enumerate(plan.points):
        answer = form[f"answers-{place}"].form
        if not (answer.value.data or _said(answer.note) or answer.photos.data):
            continue
        made.places[f"/answers/{len(rows)}"] = f"answers-{place}"
        rows.append(
            {
                "point": point.id,
                "value": answer.value.data,
                "note": answer.note.data,
                "photos": list(answer.photos.data or []),
            }
        )


def _results(form: VisitForm, plan: FormPlan, made: Assembled) -> None:
    made.record["results"] = rows = []
    for place, item in enumerate(plan.items):
        result = form[f"results-{place}"].form
        if result.result.data or _said(result.note):
            made.places[f"/results/{len(rows)}"] = f"results-{place}"
            rows.append({"item": item.code, "result": result.result.data, "note": result.note.data})


def _problems(form: VisitForm, plan: FormPlan, made: Assembled) -> None:
    """One problem for each point answered 发现问题, then the one that belongs to no point."""
    made.record["problems"] = rows = []
    for place, point in enumerate(plan.points):
        answer = form[f"answers-{place}"].form
        if answer.value.data == Answer.PROBLEM:
            made.places[f"/problems/{len(rows)}"] = f"answers-{place}"
            found = _texts(answer, "kind", "clause", "due")
            rows.append({"item": point.item, "point": point.id, "text": answer.note.data, **found})
    other = form.other.form
    if other.item.data or _said(other.text):
        made.places[f"/problems/{len(rows)}"] = "other"
        rows.append(_texts(other, "item", "kind", "clause", "due", "text"))


def _all_photos(form: VisitForm, plan: FormPlan) -> list[str]:
    hashes = [
        sha256
        for place, _ in enumerate(plan.points)
        for sha256 in form[f"answers-{place}"].form.photos.data or []
    ]
    return list(dict.fromkeys([*hashes, *(form.photos.data or [])]))


def _signatures(
    form: VisitForm, plan: FormPlan, made: Assembled, signed: str, now: datetime
) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    officers = zip(officer_slots(plan), plan.team, strict=True)
    slots = [(slot, "officer", signer.name, signer.officer) for slot, signer in officers]
    slots += [(PRESENT, PRESENT, form.present.form.name.data, ""), (WITNESS, WITNESS, "", "")]
    for slot, role, name, officer in slots:
        given = form[f"sign-{slot}"].form
        refused = bool(given.refused.data) and role == PRESENT
        if not (given.image.data or refused):
            continue
        made.places[f"/signatures/{len(rows)}"] = f"sign-{slot}"
        rows.append(
            {
                "role": role,
                "name": given.name.data or name,
                "officer": officer,
                "image": "" if refused else given.image.data,
                "signed_sha256": "" if refused else given.signed.data or signed,
                "at": moment_text(given.at.data) or _text_of(now),
                "refused": True if refused else None,
                "reason": given.reason.data if refused else "",
            }
        )
    return rows


def _recusal(form: VisitForm) -> dict[str, Any] | None:
    asked = _texts(form.recusal.form, "officer", "by", "reason")
    return asked if asked["officer"] or _said(form.recusal.form.reason) else None


def _texts(form: Any, *names: str) -> dict[str, Any]:
    return {name: form[name].data for name in names}


def _said(field: Any) -> str:
    return (field.data or "").strip()


def _ticked(ticked: bool, at: str | None, otherwise: str) -> str:
    return (moment_text(at) or otherwise) if ticked else ""


def _number(text: str | None) -> float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return None


def names_of(text: str | None) -> list[str]:
    """The names in a line like “王五、赵六”."""
    line = text or ""
    for mark in ",，;；/ 　":
        line = line.replace(mark, "、")
    return [name for name in line.split("、") if name]


def moment_text(text: str | None) -> str:
    """A time of the browser's control with Shanghai's offset; what is no such time stays as typed."""
    told = (text or "").strip()
    if len(told) == len("2026-03-05T09:02"):
        told += ":00"
    return told + OFFSET if len(told) == len("2026-03-05T09:02:11") and "T" in told else told


def _text_of(now: datetime) -> str:
    return now.astimezone(SHANGHAI).replace(microsecond=0).isoformat()


def _filled(value: Any) -> Any:
    """The record without what was left out; texts without white space around them."""
    if isinstance(value, dict):
        kept = {key: _filled(inner) for key, inner in value.items()}
        return {
            key: inner
            for key, inner in kept.items()
            if key == "revises" or not (is_left_out(inner) or inner == {} or inner is False)
        }
    if isinstance(value, list):
        return [_filled(inner) for inner in value]
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
