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
from sjj.inspections.record_values import day_in, mapping_in, moment_in, number_in, rows_in, text_at
from sjj.rules.results import Answer, Outcome

SOURCES = {
    "phone": "手机提交",
    "form": "网页表单",
    "desk": "纸质补录",
    "import": "手机导出、业务科室导入",
    "offsite": "非现场检查录入",
}
ROLES = {"officer": "执法人员", "present": "被检查人", "witness": "见证人"}
CHECKINS = {"qr": "扫企业二维码", "gps": "定位", "manual": "手工登记"}
HERE, AWAITED, LOST, FILE = "here", "awaited", "lost", "file"  # FILE: here, and no picture


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture that the record names. `fate`: here, awaited, lost (declared so), or file (here, no picture)."""

    sha256: str
    caption: str
    taken_at: datetime | None
    fate: str
    place: str = ""  # where it was taken, as people read it


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
    """The record of a submission, on the form it was filled in, with the hashes of files that are here.

    `stored` may map the hashes to their StoredFile; then a file that is no picture is known as such.
    """
    said = mapping_in(json.loads(submission.content))
    form = mapping_in(json.loads(form_content))
    lost = {file.sha256 for file in submission.files if file.lost_reason}
    photos = _photos(said, stored, lost)
    return Record(
        submission=submission,
        source=SOURCES.get(submission.source, submission.source),
        outcome=_label(Outcome, text_at(said, "outcome")),
        started_at=moment_in(said.get("started_at")),
        ended_at=moment_in(said.get("ended_at")),
        checkin=_checkin(mapping_in(said.get("checkin"))),
        checkin_at=moment_in(mapping_in(said.get("checkin")).get("at")),
        told=_told(said),
        present=_person(mapping_in(said.get("present"))),
        present_phone=text_at(mapping_in(said.get("present")), "phone"),
        parts=_parts(said, form, photos),
        problems=_problems(said, form),
        photos=tuple(photos.values()),
        signatures=tuple(
            _signature(one, submission.signed_sha256, stored, lost) for one in rows_in(said.get("signatures"))
        ),
        narrative=text_at(said, "narrative"),
        remarks=text_at(said, "remarks"),
        recusal=_recusal(mapping_in(said.get("recusal"))),
        flags=tuple(text_at(flag, "sentence") for flag in submission.flags),
    )


def named_problems(submission: Submission) -> list[dict[str, Any]]:
    """The problems of a checked record as it states them, for those who follow them up."""
    return rows_in(mapping_in(json.loads(submission.content)).get("problems"))


def _photos(said: Mapping[str, Any], stored: Collection[str], lost: Collection[str]) -> dict[str, Photo]:
    return {
        text_at(row, "sha256"): Photo(
            text_at(row, "sha256"),
            text_at(row, "caption"),
            moment_in(row.get("taken_at")),
            _fate(text_at(row, "sha256"), stored, lost),
            _place(row),
        )
        for row in rows_in(said.get("photos"))
        if text_at(row, "sha256")
    }


def _place(row: Mapping[str, Any]) -> str:
    lat, lon = number_in(row.get("lat")), number_in(row.get("lon"))
    return f"北纬 {lat:.5f}，东经 {lon:.5f}" if lat is not None and lon is not None else ""


def _fate(sha256: str, stored: Collection[str], lost: Collection[str]) -> str:
    if sha256 in stored:
        row = stored[sha256] if isinstance(stored, Mapping) else None
        return FILE if row is not None and not row.media_type.startswith("image/") else HERE
    return LOST if sha256 in lost else AWAITED


def _parts(
    said: Mapping[str, Any], form: Mapping[str, Any], photos: Mapping[str, Photo]
) -> tuple[ItemPart, ...]:
    answers = {text_at(row, "point"): row for row in rows_in(said.get("answers"))}
    results = {text_at(row, "item"): row for row in rows_in(said.get("results"))}
    points = rows_in(form.get("points"))
    return tuple(
        ItemPart(
            name=text_at(item, "name"),
            result=text_at(results.get(text_at(item, "code"), {}), "result"),
            note=text_at(results.get(text_at(item, "code"), {}), "note"),
            answers=tuple(
                _answer(point, answers.get(text_at(point, "id"), {}), photos)
                for point in points
                if point.get("item") == item.get("code")
            ),
        )
        for item in rows_in(form.get("items"))
    )


def _answer(point: Mapping[str, Any], row: Mapping[str, Any], photos: Mapping[str, Photo]) -> PointAnswer:
    value = text_at(row, "value")
    named = row.get("photos")
    return PointAnswer(
        text=text_at(point, "text"),
        answer=_label(Answer, value),
        is_problem=value == Answer.PROBLEM.value,
        note=text_at(row, "note"),
        photos=tuple(
            photos[sha]
            for sha in (named if isinstance(named, list) else [])
            if isinstance(sha, str) and sha in photos
        ),
    )


def _problems(said: Mapping[str, Any], form: Mapping[str, Any]) -> tuple[FoundProblem, ...]:
    items = {text_at(row, "code"): text_at(row, "name") for row in rows_in(form.get("items"))}
    points = {text_at(row, "id"): text_at(row, "text") for row in rows_in(form.get("points"))}
    return tuple(
        FoundProblem(
            item=items.get(text_at(row, "item"), ""),
            point=points.get(text_at(row, "point"), ""),
            kind=text_at(row, "kind"),
            clause=text_at(row, "clause"),
            due=day_in(text_at(row, "due")),
            text=text_at(row, "text"),
        )
        for row in rows_in(said.get("problems"))
    )


def _signature(
    row: Mapping[str, Any], bound_to: str, stored: Collection[str], lost: Collection[str]
) -> Signature:
    image = text_at(row, "image")
    signed = text_at(row, "signed_sha256")
    refused = bool(row.get("refused"))
    return Signature(
        role=ROLES.get(text_at(row, "role"), ""),
        name=text_at(row, "name"),
        image=Photo(image, "", None, _fate(image, stored, lost)) if image else None,
        signed_sha256=signed,
        is_bound=bool(signed) and signed == bound_to,
        at=moment_in(row.get("at")),
        refused_because=(text_at(row, "reason") or "未写明原因") if refused else "",
    )


def _checkin(row: Mapping[str, Any]) -> dict[str, str]:
    """How they checked in, label → text, only what the record says."""
    if not row:
        return {}
    lat, lon, accuracy = (number_in(row.get(name)) for name in ("lat", "lon", "accuracy_m"))
    place = f"北纬 {lat:.5f}，东经 {lon:.5f}" if lat is not None and lon is not None else ""
    if place and accuracy is not None:
        place += f"（误差约 {accuracy:.0f} 米）"
    facts = {
        "方式": CHECKINS.get(text_at(row, "method"), ""),
        "位置": place,
        "说明": text_at(row, "reason"),
    }
    return {label: text for label, text in facts.items() if text}


def _told(said: Mapping[str, Any]) -> tuple[tuple[str, datetime], ...]:
    steps = (("出示执法证", "certificates_shown_at"), ("告知权利义务", "rights_told_at"))
    moments = ((label, moment_in(said.get(key))) for label, key in steps)
    return tuple((label, at) for label, at in moments if at is not None)


def _person(row: Mapping[str, Any]) -> str:
    return " ".join(text for text in (text_at(row, "name"), text_at(row, "post")) if text)


def _recusal(row: Mapping[str, Any]) -> str:
    if not row:
        return ""
    return f"{text_at(row, 'by')}申请{text_at(row, 'officer')}回避：{text_at(row, 'reason')}"


def _label(kind: type[Answer] | type[Outcome], value: str) -> str:
    return kind(value).label if value in {member.value for member in kind} else ""
