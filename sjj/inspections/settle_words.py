"""Single values of a stored record as short texts, for comparing two of them: to the second, to the metre.

What is not of the expected shape stands as it was sent; nothing raises.
"""

import json
from collections.abc import Mapping
from typing import Any

from sjj.inspections.reading import CHECKINS
from sjj.inspections.record_values import mapping_in, moment_in, number_in, text_at
from sjj.rules.results import Answer, Outcome

Said = Mapping[str, Any]


def outcome(value: Any) -> str:
    """How the visit went, as people read it."""
    return _label({one.value: one.label for one in Outcome}, value)


def answer(value: Any) -> str:
    """What a point was answered with."""
    return _label({one.value: one.label for one in Answer}, value)


def _label(known: Mapping[str, str], value: Any) -> str:
    return known.get(value, value) if isinstance(value, str) else plain(value)


def person(value: Any) -> str:
    """Somebody present."""
    return words(value, ("name", "post", "phone"))


def recusal(value: Any) -> str:
    """A request made on the spot."""
    return words(value, ("officer", "by", "reason"))


def time(value: Any) -> str:
    """A time to the second, Shanghai."""
    at = moment_in(value)
    return f"{at:%Y-%m-%d %H:%M:%S}" if at is not None else plain(value)


def checkin(value: Any) -> str:
    """How, when and where they checked in; of the code only its end."""
    row = mapping_in(value)
    if not row:
        return plain(value)
    code = text_at(row, "code")
    method = text_at(row, "method")
    parts = (
        CHECKINS.get(method, method),
        time(row.get("at")),
        f"码末 {code[-6:]}" if code else "",
        place(row),
        text_at(row, "reason"),
    )
    return "；".join(part for part in parts if part)


def place(row: Said) -> str:
    """Where, to a metre."""
    lat, lon, accuracy = (number_in(row.get(key)) for key in ("lat", "lon", "accuracy_m"))
    if lat is None or lon is None:
        return ""
    about = f"，误差约 {accuracy:.0f} 米" if accuracy is not None else ""
    return f"北纬 {lat:.5f}，东经 {lon:.5f}{about}"


def words(value: Any, keys: tuple[str, ...], between: str = " ") -> str:
    """Some texts of an object in one line."""
    row = mapping_in(value)
    return between.join(text for text in (plain(row.get(key)) for key in keys) if text)


def listed(value: Any) -> str:
    """A list of texts in one line."""
    return "、".join(plain(one) for one in value) if isinstance(value, list) else plain(value)


def yes(value: Any) -> str:
    """是 or 否."""
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else plain(value)


def short(value: Any) -> str:
    """The beginning of a hash, enough to tell two apart."""
    return value[:8] if isinstance(value, str) else plain(value)


def plain(value: Any) -> str:
    """A text as it is; anything else as it was sent."""
    if value is None or value == [] or value == {}:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)
