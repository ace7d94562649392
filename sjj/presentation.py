"""How values look to people: dates, moments, hashes, and links that keep the list's filters.

Pure text in, text out; rules about deadlines live in `sjj.rules`.
"""

from datetime import date, datetime
from typing import Any

from flask import Flask, request, url_for

from sjj.web import SHANGHAI

_WEEKDAYS = "一二三四五六日"


def day(value: date | datetime | str | None) -> str:
    """2026年3月5日; empty for nothing. A text is a stored ISO date; one that is no date is shown as it is."""
    if not value:
        return ""
    if isinstance(value, str):
        try:
            value = date.fromisoformat(value)
        except ValueError:
            return value
    if isinstance(value, datetime):
        value = _local(value).date()
    return f"{value.year}年{value.month}月{value.day}日"


def moment(value: datetime | None) -> str:
    """2026年3月5日 09:12, Shanghai time; empty for nothing."""
    if value is None:
        return ""
    local = _local(value)
    return f"{day(local.date())} {local:%H:%M}"


def clock(value: datetime | None) -> str:
    """09:12, Shanghai time; empty for nothing."""
    return "" if value is None else f"{_local(value):%H:%M}"


def _local(value: datetime) -> datetime:
    """The same in Shanghai; at the very edge of the calendar, where Shanghai has no such day, as it is."""
    try:
        return value.astimezone(SHANGHAI)
    except OverflowError:
        return value


def weekday(value: date | datetime | None) -> str:
    """星期四; empty for nothing."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    return "星期" + _WEEKDAYS[value.weekday()]


def short_hash(value: str | None) -> str:
    """The first and last eight characters of a fingerprint, in groups of four."""
    if not value or len(value) < 24:
        return value or ""
    return f"{value[:4]} {value[4:8]} … {value[-8:-4]} {value[-4:]}"


def money(value: float | int | None) -> str:
    """An amount in yuan with its unit."""
    return "" if value is None else f"{value:,.2f} 元"


def url_with(**changes: Any) -> str:
    """This page's address with some query values changed; None removes one."""
    values: dict[str, Any] = {**(request.view_args or {}), **request.args.to_dict(flat=False)}
    values.update(changes)
    kept = {
        name: value
        for name, value in values.items()
        if value not in (None, "", [], [""]) and not name.startswith("_")  # those steer url_for itself
    }
    return url_for(request.endpoint or "home.show", **kept)


def register_presentation(app: Flask) -> None:
    """Give templates these filters and globals."""
    app.jinja_env.filters.update(
        day=day, moment=moment, clock=clock, weekday=weekday, short_hash=short_hash, money=money
    )
    app.jinja_env.globals.update(url_with=url_with)
