"""扫码入企: the code is scanned before a check starts, an urgent one's before leaving; a scan may be made up later.

Nothing here refuses anything: a scan that was made up, or made up late, is a flag for the reviewer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

from sjj.rules.submission_flags import Flag

_BEIJING = timezone(timedelta(hours=8))
AT_THE_DOOR = timedelta(minutes=10)  # a scan this soon after the start still counts as before it


@dataclass(frozen=True)
class DatedFigure:
    """A number that a rule sets, with where it stands and the year it is of."""

    number: int
    source: str
    year: int


MAKE_UP_DAYS = DatedFigure(10, "深圳〔2025〕6号", 2025)  # natural days, after a network fault, with a reason


def days_after(ended_on: date, made_on: date) -> int:
    """Natural days from the end of the check to the scan; none if it was made the same day or before."""
    return max(0, (made_on - ended_on).days)


def is_late(ended_on: date, made_on: date) -> bool:
    """Whether a scan was made up after the days that the rule gives."""
    return days_after(ended_on, made_on) > MAKE_UP_DAYS.number


def made_up_flag(ended_on: date, made_on: date, reason: str, matches: bool) -> Flag:
    """What a reviewer reads of a scan that was made up after the check."""
    days = days_after(ended_on, made_on)
    when = f"检查结束{days}天后补扫" if days else "检查结束当天补扫"
    if is_late(ended_on, made_on):
        when += f"，超过{MAKE_UP_DAYS.number}个自然日"
    other = "" if matches else "，扫的不是这家单位的码"
    return Flag(
        "scan_late" if is_late(ended_on, made_on) else "scan_made_up", f"{when}{other}：{_told(reason)}"
    )


def scan_flags(record: Mapping[str, Any]) -> list[Flag]:
    """What the record itself says of a scan that did not come before the check. Urgent checks scan before leaving."""
    checkin = record.get("checkin")
    if not isinstance(checkin, dict) or checkin.get("method") != "qr":
        return []
    at, started, ended = (
        _moment(one) for one in (checkin.get("at"), record.get("started_at"), record.get("ended_at"))
    )
    if at is None or started is None or ended is None:
        return []
    reason = str(checkin.get("reason") or "")
    if at > ended + AT_THE_DOOR:
        return [made_up_flag(_day(ended), _day(at), reason, True)]
    if record.get("urgent") is True or at <= started + AT_THE_DOOR:
        return []
    minutes = round((at - started).total_seconds() / 60)
    return [Flag("scan_after_start", f"开始检查{minutes}分钟后才扫码：{_told(reason)}")]


def _told(reason: str) -> str:
    return reason or "没有说明原因"


def _day(at: datetime) -> date:
    return at.astimezone(_BEIJING).date()


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
