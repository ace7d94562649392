"""The shape of a field record: which keys there are and what each may hold (field.md §3).

``""``, null and [] count as left out. Nothing here knows a form: points, items and labels are checked in
``submissions.py``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from sjj.rules.results import Answer, Outcome
from sjj.rules.submission_form import Problem

UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
SHA256 = re.compile(r"[0-9a-f]{64}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}([.,][0-9]+)?)?(Z|[+-][0-9]{2}(:?[0-9]{2})?)"
)

# "Odd times are flagged, never refused" (field.md §3) is meant for a clock that runs wrong. A time outside of
# these years of Beijing is no clock's: no calendar can count from it, and many a page could not print it.
YEARS = range(2000, 2101)
_BEIJING = timezone(timedelta(hours=8))

Kind = Callable[[Any], str | None]


def is_left_out(value: object) -> bool:
    """Whether a value counts as left out: ``""``, null, []."""
    return value is None or value in ("", [])


def moment(text: str) -> datetime:
    """An ISO 8601 time with offset, in UTC. Raises ValueError with a Chinese sentence."""
    if not _TIME.fullmatch(text):
        raise ValueError("应为带时区的时间")
    try:
        local = datetime.fromisoformat(text).astimezone(_BEIJING)
    except (ValueError, OverflowError):
        raise ValueError("不是存在的时间") from None
    if local.year not in YEARS:
        raise ValueError("年份不对，请核对手机的日期")
    return local.astimezone(UTC)


def _text(value: Any) -> str | None:
    return None if isinstance(value, str) else "应为文字"


def _flag(value: Any) -> str | None:
    return None if isinstance(value, bool) else "应为是或否"


def _uuid(value: Any) -> str | None:
    return None if isinstance(value, str) and UUID.fullmatch(value) else "编号格式不对"


def _sha256(value: Any) -> str | None:
    return None if isinstance(value, str) and SHA256.fullmatch(value) else "应为64位小写十六进制"


def _time(value: Any) -> str | None:
    if not isinstance(value, str):
        return "应为带时区的时间"
    try:
        moment(value)
    except ValueError as wrong:
        return str(wrong)
    return None


def _day(value: Any) -> str | None:
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return "应为日期"
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return "不是存在的日期"
    return None if day.year in YEARS else "年份不对"


def _number(least: float, most: float) -> Kind:
    def check(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return "应为数字"
        return None if least <= value <= most else f"应在{least:g}至{most:g}之间"

    return check


def _one_of(*allowed: str) -> Kind:
    def check(value: Any) -> str | None:
        return None if isinstance(value, str) and value in allowed else "不是可选的值"

    return check


@dataclass(frozen=True)
class _Fields:
    """An object: its keys, each with what it may hold; ``must``: keys an entry cannot do without."""

    keys: Mapping[str, "Kind | _Fields | _List"]
    must: tuple[str, ...] = ()


@dataclass(frozen=True)
class _List:
    entry: "Kind | _Fields"


_PLACE: dict[str, Kind | _Fields | _List] = {"lat": _number(-90, 90), "lon": _number(-180, 180)}
_RECORD = _Fields(
    {
        "inspection": _uuid,
        "form_version": _text,
        "revises": _uuid,
        "outcome": _one_of(*Outcome),
        "urgent": _flag,
        "started_at": _time,
        "ended_at": _time,
        "device_now": _time,
        "checkin": _Fields(
            {
                "method": _one_of("qr", "gps", "manual"),
                "code": _text,
                "at": _time,
                **_PLACE,
                "accuracy_m": _number(0, 1e8),
                "reason": _text,
            }
        ),
        "certificates_shown_at": _time,
        "rights_told_at": _time,
        "policy_explained": _flag,
        "assistants": _List(_text),
        "present": _Fields({"name": _text, "post": _text, "phone": _text}),
        "answers": _List(
            _Fields(
                {"point": _text, "value": _one_of(*Answer), "note": _text, "photos": _List(_sha256)},
                ("point",),
            )
        ),
        "results": _List(_Fields({"item": _text, "result": _text, "note": _text}, ("item",))),
        "problems": _List(
            _Fields(
                {"item": _text, "point": _text, "kind": _text, "clause": _text, "due": _day, "text": _text}
            )
        ),
        "recusal": _Fields({"officer": _text, "by": _text, "reason": _text}),
        "narrative": _text,
        "photos": _List(
            _Fields({"sha256": _sha256, "taken_at": _time, **_PLACE, "caption": _text}, ("sha256",))
        ),
        "signatures": _List(
            _Fields(
                {
                    "role": _one_of("officer", "present", "witness"),
                    "name": _text,
                    "officer": _text,
                    "image": _sha256,
                    "signed_sha256": _sha256,
                    "at": _time,
                    "refused": _flag,
                    "reason": _text,
                },
                ("role",),
            )
        ),
        "remarks": _text,
    },
    ("inspection", "form_version", "outcome", "started_at", "ended_at", "device_now"),
)


def shape_problems(record: dict[Any, Any]) -> list[Problem]:
    """Wrong types, unknown keys and missing keys of a whole record, with JSON Pointers."""
    out: list[Problem] = []
    _shape(record, _RECORD, "", out)
    return out


def _shape(value: Any, shape: "Kind | _Fields | _List", path: str, out: list[Problem]) -> None:
    if isinstance(shape, _Fields):
        _object(value, shape, path, out)
    elif isinstance(shape, _List):
        if not isinstance(value, list):
            out.append(Problem(path, "应为列表"))
            return
        for index, entry in enumerate(value):
            if isinstance(shape.entry, _Fields) or not is_left_out(entry):
                _shape(entry, shape.entry, f"{path}/{index}", out)
    elif problem := shape(value):
        out.append(Problem(path, problem))


def _object(value: Any, shape: _Fields, path: str, out: list[Problem]) -> None:
    if not isinstance(value, dict):
        out.append(Problem(path, "应为对象"))
        return
    if not value.keys() <= shape.keys.keys():
        out += [Problem(f"{path}/{_escaped(key)}", "没有这一项") for key in value if key not in shape.keys]
    out += [Problem(f"{path}/{key}", "必须填写") for key in shape.must if is_left_out(value.get(key))]
    for key, inner in shape.keys.items():
        given = value.get(key)
        if given is not None and not is_left_out(given):
            _shape(given, inner, f"{path}/{key}", out)


def _escaped(key: object) -> str:
    """A key inside a JSON Pointer (RFC 6901)."""
    return str(key).replace("~", "~0").replace("/", "~1")
