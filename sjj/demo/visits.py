"""The records of the demo's visits: written as a phone would write them, sent through the field's own door."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import uuid4

from sjj.demo.cast import Cast
from sjj.demo.days import moment
from sjj.demo.pictures import photo, signature
from sjj.demo.words import Table, chooser, names
from sjj.files.store import IMAGES, keep
from sjj.inspections.form_versions import served
from sjj.inspections.models import Inspection
from sjj.inspections.submissions import receive
from sjj.inspections.team_codes import codes_in_team
from sjj.registers.models import Entity
from sjj.rules.results import NOTHING_FOUND, Answer, Outcome
from sjj.rules.submissions import signed_sha256
from sjj.web import SHANGHAI

CAPTIONS = ("大门和门牌（演示）", "现场全景（演示）", "台账和单据（演示）")
GONE = "按登记地址找到的是一处空房，邻居称没有这家单位，登记电话为空号。"


class RecordRefused(RuntimeError):
    """The field's door did not take a demo record: the demo and the contract no longer agree."""


@dataclass(frozen=True, slots=True)
class Visit:
    """What one visit came to; without a problem nothing was found."""

    day: date
    problem: Table | None = None
    due: date | None = None
    outcome: Outcome = Outcome.INSPECTED


def problem_at(bureau: Table, point: str) -> Table:
    """The finding that names.toml tells of a check point."""
    found: Table = next(one for one in bureau["problems"] if one["point"] == point)
    return found


def record_visit(cast: Cast, inspection: Inspection, visit: Visit) -> datetime:
    """Send the record of a visit as the team's leader; returns when it arrived."""
    rng = chooser(cast.bureau["key"], inspection.entity.code, str(visit.day))
    started = moment(visit.day, rng.randint(9, 15), rng.randrange(0, 60, 5))
    ended = started + timedelta(minutes=rng.randint(35, 80))
    arrived = ended + timedelta(minutes=rng.randint(1, 6))
    record = _record(cast, inspection, visit, (started, ended), rng)
    answer = receive(uuid4(), record, cast.user_of(inspection.team[0].officer), arrived)
    if answer.status != 201 or answer.body["missing_files"]:
        raise RecordRefused(f"{inspection.entity.name}: {answer.body}")
    return arrived


def _record(
    cast: Cast, inspection: Inspection, visit: Visit, times: tuple[datetime, datetime], rng: Random
) -> Table:
    started, ended = times
    photos = _photos(cast, inspection.entity, 3 if visit.problem else 2, started)
    record: Table = {
        "inspection": str(inspection.uid),
        "form_version": inspection.form_sha256,
        "revises": str(inspection.revision) if inspection.revision else None,
        "outcome": visit.outcome.value,
        "started_at": _told(started),
        "ended_at": _told(ended),
        "device_now": _told(ended + timedelta(minutes=1)),
        "checkin": _checkin(inspection.entity, started, rng),
        "photos": photos,
        "narrative": GONE,
    }
    if visit.outcome is not Outcome.INSPECTED:
        return record
    form = served(inspection)
    person = inspection.entity.legal_representative or inspection.entity.name
    record |= {
        "certificates_shown_at": _told(started + timedelta(minutes=2)),
        "rights_told_at": _told(started + timedelta(minutes=3)),
        "policy_explained": True,
        "present": {
            "name": person,
            "post": rng.choice(names()["posts_enterprise"]),
            "phone": inspection.entity.phone,
        },
        "answers": _answers(form["points"], visit.problem, photos[-1]["sha256"]),
        "results": _results(form["items"], visit.problem),
        "narrative": _narrative(cast, visit, rng),
    }
    if visit.problem:
        record["problems"] = [_found(visit.problem, visit.due, form["points"])]
    record["signatures"] = _signatures(inspection, person, record, ended)
    return record


def _photos(cast: Cast, entity: Entity, how_many: int, started: datetime) -> list[Table]:
    theme = cast.bureau["pack"]
    return [
        {
            "sha256": keep(photo(theme, entity.code, str(started), str(number)), allowed=IMAGES).sha256,
            "taken_at": _told(started + timedelta(minutes=4 + 6 * number)),
            "caption": CAPTIONS[number],
            **({"lat": entity.lat, "lon": entity.lon} if entity.lat is not None else {}),
        }
        for number in range(how_many)
    ]


def _checkin(entity: Entity, started: datetime, rng: Random) -> Table:
    place: Table = {"at": _told(started), "accuracy_m": rng.randint(5, 30)}
    if entity.lat is not None and entity.lon is not None:
        place |= {"lat": round(entity.lat + rng.uniform(-2e-3, 2e-3), 5), "lon": round(entity.lon, 5)}
    if rng.random() < 0.15:
        return {**place, "method": "manual", "reason": "门口的码被雨淋坏"}
    return {**place, "method": "qr", "code": f"/field/scan/{entity.token}"}


def _answers(points: Sequence[Mapping[str, Any]], problem: Table | None, picture: str) -> list[Table]:
    rows = []
    for point in points:
        if problem and point["id"] == problem["point"]:
            rows.append(
                {
                    "point": point["id"],
                    "value": Answer.PROBLEM.value,
                    "note": problem["text"],
                    "photos": [picture],
                }
            )
        else:
            value = Answer.OK if point["required"] else Answer.NOT_APPLICABLE
            rows.append({"point": point["id"], "value": value.value})
    return rows


def _results(items: Sequence[Mapping[str, Any]], problem: Table | None) -> list[Table]:
    rows = []
    for item in items:
        is_here = problem is not None and problem["point"].startswith(f"{item['code']}-")
        result = problem["result"] if problem and is_here else NOTHING_FOUND
        rows.append({"item": item["code"], "result": result})
    return rows


def _found(problem: Table, due: date | None, points: Sequence[Mapping[str, Any]]) -> Table:
    item = next(point["item"] for point in points if point["id"] == problem["point"])
    row = {"item": item, "point": problem["point"], "kind": problem["follow_up"], "text": problem["text"]}
    return row | ({"due": due.isoformat()} if due else {})


def _narrative(cast: Cast, visit: Visit, rng: Random) -> str:
    if visit.problem:
        return f"{visit.problem['text']}{visit.problem['note']}"
    fine = [note["text"] for note in cast.bureau["notes"] if note["result"] == NOTHING_FOUND]
    return str(rng.choice(fine))


def _signatures(inspection: Inspection, person: str, record: Table, ended: datetime) -> list[Table]:
    signed = signed_sha256(record)
    codes = codes_in_team(inspection)  # two bureaus may number their officers alike
    signers = [("officer", one.officer.name, codes[one.officer_id]) for one in inspection.team]
    rows = []
    for role, name, code in [*signers, ("present", person, "")]:
        image = keep(signature(name), allowed=IMAGES).sha256
        row = {"role": role, "name": name, "image": image, "signed_sha256": signed, "at": _told(ended)}
        rows.append(row | ({"officer": code} if code else {}))
    return rows


def _told(at: datetime) -> str:
    return at.astimezone(SHANGHAI).isoformat(timespec="seconds")
