"""What a reviewer should look at in a received record: odd clocks, short visits, presence not proven.

Flags never refuse anything (field.md §4: never silently blocking): an officer in a valley with a wrong clock
has still done the visit. Each flag is one Chinese sentence with its numbers.
"""

import hashlib
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sjj.rules.results import ORDERED
from sjj.rules.submission_json import signed_sha256

CLOCK_SKEW = timedelta(minutes=10)
SHORT_VISIT = timedelta(minutes=3)
FAR_METRES = 1000.0
_EARTH_METRES = 6_371_000.0


@dataclass(frozen=True)
class Flag:
    """One oddity: a stable ``code`` for counting and the ``sentence`` for the reviewer."""

    code: str
    sentence: str


def flags_of(
    record: Mapping[str, Any],
    received_at: datetime,
    *,
    team: Mapping[str, str] | None = None,
    place: tuple[float, float] | None = None,
    tokens_sha256: Collection[str] | None = None,
    drawn_at: datetime | None = None,
    signed: str | None = None,
) -> list[Flag]:
    """The flags of a checked record. ``received_at`` is the server's time, aware.

    ``team``: the form's officers; ``place``: registered (latitude, longitude) in degrees; ``tokens_sha256``:
    of the enterprise's own codes; ``drawn_at``: when the object was drawn. What is not given is not judged.
    ``signed``: the record's `signed_sha256`, where the caller has it already.
    """
    flags = [*_clock(record, received_at), *_visit(record)]
    started = _moment(record.get("started_at"))
    if drawn_at is not None and started is not None and started < drawn_at:
        flags.append(Flag("before_draw", "检查开始时间早于抽取时间"))
    flags += _checkin(record, place, tokens_sha256)
    flags += _signatures(record, team, signed or signed_sha256(record))
    if record.get("outcome") == "inspected":
        if not record.get("certificates_shown_at"):
            flags.append(Flag("certificates_not_shown", "没有记录出示执法证件的时间"))
        if not record.get("rights_told_at"):
            flags.append(Flag("rights_not_told", "没有记录告知权利的时间"))
    flags += _undated(record)
    if record.get("recusal"):
        flags.append(Flag("recusal_asked", "现场有人申请回避"))
    return flags


def desk_flags_of(record: Mapping[str, Any]) -> list[Flag]:
    """The flags of an off-site check: there is no visit whose clock, place or signatures could be odd."""
    flags = [flag for flag in _visit(record) if flag.code == "ends_before_start"]
    if record.get("outcome") == "inspected" and not record.get("photos"):
        flags.append(Flag("no_evidence", "没有附证据文件"))
    return [*flags, *_undated(record)]


def _undated(record: Mapping[str, Any]) -> list[Flag]:
    rows = [row for row in _rows(record, "problems") if row.get("kind") == ORDERED and not row.get("due")]
    return [Flag("order_without_date", f"有{len(rows)}项责令改正没有写整改期限")] if rows else []


def _moment(value: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _rows(record: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    return [row for row in record.get(key) or [] if isinstance(row, dict)]


def _minutes(span: timedelta) -> int:
    return round(abs(span.total_seconds()) / 60)


def _clock(record: Mapping[str, Any], received_at: datetime) -> list[Flag]:
    device = _moment(record.get("device_now"))
    if device is None or abs(device - received_at) <= CLOCK_SKEW:
        return []
    way = "快" if device > received_at else "慢"
    return [Flag("clock_skew", f"手机时钟比服务器{way}{_minutes(device - received_at)}分钟")]


def _visit(record: Mapping[str, Any]) -> list[Flag]:
    started, ended = _moment(record.get("started_at")), _moment(record.get("ended_at"))
    if started is None or ended is None:
        return []
    flags = []
    if ended < started:
        flags.append(Flag("ends_before_start", "结束时间早于开始时间"))
    elif record.get("outcome") == "inspected" and ended - started <= SHORT_VISIT:
        seconds = int((ended - started).total_seconds())
        flags.append(Flag("short_visit", f"现场检查只有{seconds // 60}分{seconds % 60}秒"))
    photos = record.get("photos")
    taken = [_moment(row.get("taken_at")) for row in photos or [] if isinstance(row, dict)]
    odd = [at for at in taken if at and (started - at > CLOCK_SKEW or at - ended > CLOCK_SKEW)]
    if odd:
        flags.append(Flag("photo_outside_visit", f"有{len(odd)}张照片不是在检查期间拍摄的"))
    return flags


def _checkin(
    record: Mapping[str, Any], place: tuple[float, float] | None, tokens_sha256: Collection[str] | None
) -> list[Flag]:
    checkin = record.get("checkin")
    method = checkin.get("method") if isinstance(checkin, dict) else None
    if not isinstance(checkin, dict) or not method:
        return [Flag("checkin_missing", "没有扫码或定位签到")]
    flags = []
    reason = f"：{checkin['reason']}" if checkin.get("reason") else "，没有说明原因"
    if method == "manual":
        flags.append(Flag("checkin_manual", f"手工签到{reason}"))
    if method == "qr" and tokens_sha256 is not None:
        token = str(checkin.get("code") or "").rstrip("/").rsplit("/", 1)[-1]
        if hashlib.sha256(token.encode("utf-8")).hexdigest() not in tokens_sha256:
            flags.append(Flag("other_code", f"扫的不是这家单位的码{reason}"))
    lat, lon = checkin.get("lat"), checkin.get("lon")
    if place is not None and isinstance(lat, int | float) and isinstance(lon, int | float):
        metres = distance_metres((lat, lon), place)
        if metres > FAR_METRES + float(checkin.get("accuracy_m") or 0):
            flags.append(Flag("far_away", f"签到位置距登记地址约{metres / 1000:.1f}公里{reason}"))
    return flags


def distance_metres(here: tuple[float, float], there: tuple[float, float]) -> float:
    """Great-circle distance in metres between two (latitude, longitude) in degrees."""
    lat1, lon1, lat2, lon2 = map(math.radians, (*here, *there))
    half = math.sin((lat2 - lat1) / 2) ** 2
    half += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * _EARTH_METRES * math.asin(math.sqrt(min(1.0, half)))


def _signatures(record: Mapping[str, Any], team: Mapping[str, str] | None, signed: str) -> list[Flag]:
    flags = []
    rows = [row for row in record.get("signatures") or [] if isinstance(row, dict)]
    given = [row for row in rows if row.get("refused") is not True]
    changed = [row for row in given if row.get("signed_sha256") != signed]
    if changed:
        flags.append(Flag("signed_other_text", f"有{len(changed)}个签名所签的内容与提交的不一致"))
    if any(row.get("role") == "present" and row.get("refused") is True for row in rows):
        flags.append(Flag("refused_to_sign", "现场人员拒绝签名"))
    if team is not None:
        strangers = [row for row in given if row.get("role") == "officer" and row.get("officer") not in team]
        if strangers:
            flags.append(Flag("stranger_signed", f"有{len(strangers)}个执法人员签名不是检查组成员"))
    return flags
