"""Is a field record complete and right? The pure check against the form version it names (field.md §3).

All problems at once, each with a JSON Pointer. ``""``, null and [] count as left out. It refuses wrong types,
unknown keys, unknown or repeated points, items and labels, and what the outcome requires but is missing.
Odd times and presence are never refused here: they are flags for the reviewer (``submission_flags.py``).
"""

from collections.abc import Mapping
from typing import Any

from sjj.rules.results import Outcome
from sjj.rules.submission_flags import Flag, flags_of
from sjj.rules.submission_form import CheckPointSpec, FormSpec, ItemSpec, Problem
from sjj.rules.submission_json import (
    MAX_BODY_BYTES,
    NotARecord,
    Writing,
    canonical_record,
    content_sha256,
    load_record,
    signed_sha256,
    writing_of,
)
from sjj.rules.submission_shape import SHA256, UUID, is_left_out, shape_problems

__all__ = [
    "MAX_BODY_BYTES",
    "MAX_PHOTOS",
    "CheckPointSpec",
    "Flag",
    "FormSpec",
    "ItemSpec",
    "NotARecord",
    "Problem",
    "Writing",
    "canonical_record",
    "content_sha256",
    "files_of",
    "flags_of",
    "has_too_many_photos",
    "inspection_of",
    "load_record",
    "problems_of",
    "signed_sha256",
    "writing_of",
]

MAX_PHOTOS = 60  # field.md §3: more are answered 413 too_large
OFFICER_SIGNATURES = 2  # 国办发〔2024〕54号, 行政处罚法第四十二条: at least two certified officers


# --- Reading a record that may be anything -----------------------------------------------------------


def _rows(record: Mapping[str, Any], key: str) -> list[tuple[int, dict[str, Any]]]:
    """The objects of a list with their index; whatever is no object was reported by the shape."""
    rows = record.get(key)
    if not isinstance(rows, list):
        return []
    return [(index, row) for index, row in enumerate(rows) if isinstance(row, dict)]


def _said(row: Mapping[str, Any], key: str) -> str:
    """The text under a key, ``""`` if it is left out or no text."""
    value = row.get(key)
    return value if isinstance(value, str) else ""


def inspection_of(record: Mapping[str, Any]) -> str | None:
    """The inspection a record names (lower-case uuid), None if that is no uuid."""
    value = record.get("inspection")
    return value.lower() if isinstance(value, str) and UUID.fullmatch(value) else None


def has_too_many_photos(record: Mapping[str, Any]) -> bool:
    """Whether a record lists more photos than a submission may have (413 too_large)."""
    photos = record.get("photos")
    return isinstance(photos, list) and len(photos) > MAX_PHOTOS


def files_of(record: Mapping[str, Any]) -> list[str]:
    """The distinct SHA-256 of all photos, photos of answers and images of signatures, sorted.

    Works for any record, also one that is kept aside unchecked; what is no SHA-256 is passed over.
    """
    named: list[Any] = [row.get("sha256") for _, row in _rows(record, "photos")]
    named += [row.get("image") for _, row in _rows(record, "signatures")]
    for _, row in _rows(record, "answers"):
        photos = row.get("photos")
        named += photos if isinstance(photos, list) else []
    return sorted({one for one in named if isinstance(one, str) and SHA256.fullmatch(one)})


# --- The checks --------------------------------------------------------------------------------------


def problems_of(record: object, form: FormSpec) -> list[Problem]:
    """Everything wrong with a record against a form version; empty if it may be received."""
    if not isinstance(record, dict):
        return [Problem("", "应为对象")]
    out = shape_problems(record)
    named = _said(record, "form_version")
    if named and named != form.form_version:
        out.append(Problem("/form_version", "没有这一版检查表"))
    for check in (_check_answers, _check_results, _check_found, _check_outcome):
        out += check(record, form)
    return list(dict.fromkeys(out))


def _check_answers(record: Mapping[str, Any], form: FormSpec) -> list[Problem]:
    out = []
    known = {point.id for point in form.points}
    photos = {row.get("sha256") for _, row in _rows(record, "photos") if isinstance(row.get("sha256"), str)}
    seen: set[str] = set()
    for index, row in _rows(record, "answers"):
        point = _said(row, "point")
        if point and point not in known:
            out.append(Problem(f"/answers/{index}/point", "检查表中没有这个要点"))
        if point in seen:
            out.append(Problem(f"/answers/{index}/point", "这个要点重复作答"))
        if point:
            seen.add(point)
        used = row.get("photos")
        for number, photo in enumerate(used if isinstance(used, list) else []):
            if isinstance(photo, str) and photo and photo not in photos:
                out.append(Problem(f"/answers/{index}/photos/{number}", "照片不在照片清单中"))
    return out


def _check_results(record: Mapping[str, Any], form: FormSpec) -> list[Problem]:
    out = []
    known = {item.code: item for item in form.items}
    seen: set[str] = set()
    for index, row in _rows(record, "results"):
        item, result = _said(row, "item"), _said(row, "result")
        if item and item not in known:
            out.append(Problem(f"/results/{index}/item", "检查表中没有这个事项"))
        elif item and result and result not in known[item].results:
            out.append(Problem(f"/results/{index}/result", "不是这个事项可选的检查结果"))
        if item in seen:
            out.append(Problem(f"/results/{index}/item", "这个事项重复填写结果"))
        if item:
            seen.add(item)
    return out


def _check_found(record: Mapping[str, Any], form: FormSpec) -> list[Problem]:
    out = []
    items, points = {item.code for item in form.items}, {point.id for point in form.points}
    for index, row in _rows(record, "problems"):
        for key, allowed, said in (
            ("item", items, "检查表中没有这个事项"),
            ("point", points, "检查表中没有这个要点"),
            ("kind", set(form.kinds), "不是可选的处置方式"),
        ):
            if _said(row, key) and _said(row, key) not in allowed:
                out.append(Problem(f"/problems/{index}/{key}", said))
    return out


def _check_outcome(record: Mapping[str, Any], form: FormSpec) -> list[Problem]:
    """What each outcome requires (field.md §3); off site nobody stands there to sign."""
    outcome = _said(record, "outcome")
    if outcome == Outcome.INSPECTED:
        signed = [] if form.off_site else [*_missing_person(record), *_missing_signatures(record, form)]
        return [*_missing_answers(record, form), *signed]
    if outcome not in set(Outcome):
        return []
    out = []
    if not _said(record, "narrative"):
        out.append(Problem("/narrative", "须写明情况"))
    if outcome == Outcome.REFUSED:
        if not form.off_site and not _signed(record, "witness"):
            out.append(Problem("/signatures", "须有见证人签名"))
    elif not _rows(record, "photos"):
        out.append(Problem("/photos", "至少要有一份证据" if form.off_site else "至少要有一张照片"))
    return out


def _missing_answers(record: Mapping[str, Any], form: FormSpec) -> list[Problem]:
    answered = {
        _said(row, "point") for _, row in _rows(record, "answers") if not is_left_out(row.get("value"))
    }
    judged = {_said(row, "item") for _, row in _rows(record, "results") if not is_left_out(row.get("result"))}
    out = [
        Problem("/answers", f"“{point.text}”尚未作答")
        for point in form.points
        if point.required and point.id not in answered
    ]
    out += [
        Problem("/results", f"“{item.name}”尚无检查结果") for item in form.items if item.code not in judged
    ]
    return out


def _missing_person(record: Mapping[str, Any]) -> list[Problem]:
    present = record.get("present")
    if not isinstance(present, dict) or not _said(present, "name"):
        return [Problem("/present/name", "须填写现场人员姓名")]
    return []


def _signed(record: Mapping[str, Any], role: str) -> list[dict[str, Any]]:
    """The signatures of a role that were really given: with an image and not refused."""
    return [
        row
        for _, row in _rows(record, "signatures")
        if row.get("role") == role and row.get("refused") is not True and _said(row, "image")
    ]


def _missing_signatures(record: Mapping[str, Any], form: FormSpec) -> list[Problem]:
    out = []
    officers = {_said(row, "officer") for row in _signed(record, "officer")} & set(form.team)
    if len(officers) < OFFICER_SIGNATURES:
        out.append(
            Problem("/signatures", f"须有检查组{OFFICER_SIGNATURES}名执法人员签名，现有{len(officers)}名")
        )
    if _signed(record, "present"):
        return out
    refusals = [
        (index, row)
        for index, row in _rows(record, "signatures")
        if row.get("role") == "present" and row.get("refused") is True
    ]
    if not refusals:
        out.append(Problem("/signatures", "须有现场人员签名，或者记录拒签"))
        return out
    if not any(_said(row, "reason") for _, row in refusals):
        out.append(Problem(f"/signatures/{refusals[0][0]}/reason", "须写明拒签理由"))
    if not _signed(record, "witness"):
        out.append(Problem("/signatures", "拒签须有见证人签名"))
    return out
