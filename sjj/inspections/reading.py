"""A stored record as a reviewer reads it: labels instead of codes, each photo and signature with its fate.

A record kept aside was never checked, so nothing about its shape is taken for granted: what does not fit is
left out here, and stays stored untouched. Pure: texts and rows in, plain values out.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sjj.inspections.models import Submission
from sjj.rules.results import Answer, Outcome
from sjj.web import SHANGHAI

SOURCES = {"phone": "手机提交", "form": "网页表单", "desk": "纸质补录"}
ROLES = {"officer": "执法人员", "present": "被检查人", "witness": "见证人"}
CHECKINS = {"qr": "扫企业二维码", "gps": "定位", "manual": "手工登记"}
HERE, AWAITED, LOST = "here", "awaited", "lost"
MOST_METRES = 1e8  # beyond it a number is no place on Earth and no accuracy


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that the record names. `fate`: here, awaited, or lost (declared so)."""

    sha256: str
    caption: str
    taken_at: datetime | None
    fate: str


@dataclass(frozen=True, slots=True)
class PointAnswer:
    """A check point with its answer."""

    text: str
    answer: str
    is_problem: bool
    note: str
    photos: tuple[Photo, ...]


@dataclass(frozen=True, slots=True)
class ItemPart:
    """An item with its answers and its result."""

    name: str
    result: str
    note: str
    answers: tuple[PointAnswer, ...]


@dataclass(frozen=True, slots=True)
class FoundProblem:
    """A problem as the record states it."""

    item: str
    point: str
    kind: str
    clause: str
    due: date | None
    text: str


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature; `is_bound` says whether it was given under this very text."""

    role: str
    name: str
    image: Photo | None
    signed_sha256: str
    is_bound: bool
    at: datetime | None
    refused_because: str


@dataclass(frozen=True, slots=True)
class Record:
    """One stored record, ready to be shown."""

    submission: Submission
    source: str
    outcome: str
    started_at: datetime | None
    ended_at: datetime | None
    checkin: Mapping[str, str]
    checkin_at: datetime | None
    told: tuple[tuple[str, datetime], ...]
    present: str
    present_phone: str
    parts: tuple[ItemPart, ...]
    problems: tuple[FoundProblem, ...]
    photos: tuple[Photo, ...]
    signatures: tuple[Signature, ...]
    narrative: str
    remarks: str
    recusal: str
    flags: tuple[str, ...] = field(default=())

    @property
    def minutes(self) -> int | None:
        """How long the visit took."""
        if self.started_at is None or self.ended_at is None:
            return None
        return round((self.ended_at - self.started_at).total_seconds() / 60)


def read_record(submission: Submission, form_content: str, stored: Collection[str]) -> Record:
    """The record of a submission, on the form it was filled in, with the hashes of files that are here."""
    said = _mapping(json.loads(submission.content))
    form = _mapping(json.loads(form_content))
    lost = {file.sha256 for file in submission.files if file.lost_reason}
    photos = _photos(said, stored, lost)
    return Record(
        submission=submission,
        source=SOURCES.get(submission.source, submission.source),
        outcome=_label(Outcome, _text(said, "outcome")),
        started_at=_moment(said.get("started_at")),
        ended_at=_moment(said.get("ended_at")),
        checkin=_checkin(_mapping(said.get("checkin"))),
        checkin_at=_moment(_mapping(said.get("checkin")).get("at")),
        told=_told(said),
        present=_person(_mapping(said.get("present"))),
        present_phone=_text(_mapping(said.get("present")), "phone"),
        parts=_parts(said, form, photos),
        problems=_problems(said, form),
        photos=tuple(photos.values()),
        signatures=tuple(
            _signature(one, submission.signed_sha256, stored, lost) for one in _rows(said.get("signatures"))
        ),
        narrative=_text(said, "narrative"),
        remarks=_text(said, "remarks"),
        recusal=_recusal(_mapping(said.get("recusal"))),
        flags=tuple(_text(flag, "sentence") for flag in submission.flags),
    )


def named_problems(submission: Submission) -> list[dict[str, Any]]:
    """The problems of a checked record as it states them, for those who follow them up."""
    return _rows(_mapping(json.loads(submission.content)).get("problems"))


def _photos(said: Mapping[str, Any], stored: Collection[str], lost: Collection[str]) -> dict[str, Photo]:
    return {
        _text(row, "sha256"): Photo(
            _text(row, "sha256"),
            _text(row, "caption"),
            _moment(row.get("taken_at")),
            _fate(_text(row, "sha256"), stored, lost),
        )
        for row in _rows(said.get("photos"))
        if _text(row, "sha256")
    }


def _fate(sha256: str, stored: Collection[str], lost: Collection[str]) -> str:
    if sha256 in stored:
        return HERE
    return LOST if sha256 in lost else AWAITED


def _parts(
    said: Mapping[str, Any], form: Mapping[str, Any], photos: Mapping[str, Photo]
) -> tuple[ItemPart, ...]:
    answers = {_text(row, "point"): row for row in _rows(said.get("answers"))}
    results = {_text(row, "item"): row for row in _rows(said.get("results"))}
    points = _rows(form.get("points"))
    return tuple(
        ItemPart(
            name=_text(item, "name"),
            result=_text(results.get(_text(item, "code"), {}), "result"),
            note=_text(results.get(_text(item, "code"), {}), "note"),
            answers=tuple(
                _answer(point, answers.get(_text(point, "id"), {}), photos)
                for point in points
                if point.get("item") == item.get("code")
            ),
        )
        for item in _rows(form.get("items"))
    )


def _answer(point: Mapping[str, Any], row: Mapping[str, Any], photos: Mapping[str, Photo]) -> PointAnswer:
    value = _text(row, "value")
    named = row.get("photos")
    return PointAnswer(
        text=_text(point, "text"),
        answer=_label(Answer, value),
        is_problem=value == Answer.PROBLEM.value,
        note=_text(row, "note"),
        photos=tuple(
            photos[sha]
            for sha in (named if isinstance(named, list) else [])
            if isinstance(sha, str) and sha in photos
        ),
    )


def _problems(said: Mapping[str, Any], form: Mapping[str, Any]) -> tuple[FoundProblem, ...]:
    items = {_text(row, "code"): _text(row, "name") for row in _rows(form.get("items"))}
    points = {_text(row, "id"): _text(row, "text") for row in _rows(form.get("points"))}
    return tuple(
        FoundProblem(
            item=items.get(_text(row, "item"), ""),
            point=points.get(_text(row, "point"), ""),
            kind=_text(row, "kind"),
            clause=_text(row, "clause"),
            due=_day(_text(row, "due")),
            text=_text(row, "text"),
        )
        for row in _rows(said.get("problems"))
    )


def _signature(
    row: Mapping[str, Any], bound_to: str, stored: Collection[str], lost: Collection[str]
) -> Signature:
    image = _text(row, "image")
    signed = _text(row, "signed_sha256")
    refused = bool(row.get("refused"))
    return Signature(
        role=ROLES.get(_text(row, "role"), ""),
        name=_text(row, "name"),
        image=Photo(image, "", None, _fate(image, stored, lost)) if image else None,
        signed_sha256=signed,
        is_bound=bool(signed) and signed == bound_to,
        at=_moment(row.get("at")),
        refused_because=(_text(row, "reason") or "未写明原因") if refused else "",
    )


def _checkin(row: Mapping[str, Any]) -> dict[str, str]:
    """How they checked in, label → text, only what the record says."""
    if not row:
        return {}
    lat, lon, accuracy = (_number(row.get(name)) for name in ("lat", "lon", "accuracy_m"))
    place = f"北纬 {lat:.5f}，东经 {lon:.5f}" if lat is not None and lon is not None else ""
    if place and accuracy is not None:
        place += f"（误差约 {accuracy:.0f} 米）"
    facts = {
        "方式": CHECKINS.get(_text(row, "method"), ""),
        "位置": place,
        "说明": _text(row, "reason"),
    }
    return {label: text for label, text in facts.items() if text}


def _told(said: Mapping[str, Any]) -> tuple[tuple[str, datetime], ...]:
    steps = (("出示执法证", "certificates_shown_at"), ("告知权利义务", "rights_told_at"))
    moments = ((label, _moment(said.get(key))) for label, key in steps)
    return tuple((label, at) for label, at in moments if at is not None)


def _person(row: Mapping[str, Any]) -> str:
    return " ".join(text for text in (_text(row, "name"), _text(row, "post")) if text)


def _recusal(row: Mapping[str, Any]) -> str:
    if not row:
        return ""
    return f"{_text(row, 'by')}申请{_text(row, 'officer')}回避：{_text(row, 'reason')}"


def _label(kind: type[Answer] | type[Outcome], value: str) -> str:
    return kind(value).label if value in {member.value for member in kind} else ""


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _rows(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []


def _text(row: Any, key: str) -> str:
    value = row.get(key) if isinstance(row, Mapping) else None
    return value if isinstance(value, str) else ""


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= MOST_METRES:
        return None
    return float(value)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(SHANGHAI) if moment.tzinfo is not None else None
    except (ValueError, OverflowError):
        return None
