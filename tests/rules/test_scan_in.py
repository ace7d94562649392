"""Scans that came late are flagged with their reason; those in time, and urgent ones before leaving, are not."""

from datetime import date

import pytest

from sjj.rules.scan_in import is_late, made_up_flag, scan_flags

SAID = {"started_at": "2026-03-05T09:00:00+08:00", "ended_at": "2026-03-05T10:00:00+08:00"}


def scanned(at: str, reason: str = "", **more: object) -> list[tuple[str, str]]:
    record = SAID | {"checkin": {"method": "qr", "code": "x", "at": at, "reason": reason}} | more
    return [(flag.code, flag.sentence) for flag in scan_flags(record)]


@pytest.mark.parametrize(
    ("at", "more", "flags"),
    [
        ("2026-03-05T08:58:00+08:00", {}, []),
        ("2026-03-05T09:09:00+08:00", {}, []),
        ("2026-03-05T09:40:00+08:00", {}, [("scan_after_start", "开始检查40分钟后才扫码：没有说明原因")]),
        ("2026-03-05T09:40:00+08:00", {"urgent": True}, []),
        ("2026-03-05T18:00:00+08:00", {"urgent": True}, [("scan_made_up", "检查结束当天补扫：没有说明原因")]),
        ("2026-03-15T23:00:00+08:00", {}, [("scan_made_up", "检查结束10天后补扫：没有说明原因")]),
        (
            "2026-03-16T00:30:00+08:00",
            {},
            [("scan_late", "检查结束11天后补扫，超过10个自然日：没有说明原因")],
        ),
        ("not a time", {}, []),
    ],
)
def test_when_the_code_was_scanned(at: str, more: dict[str, object], flags: list[tuple[str, str]]) -> None:
    assert scanned(at, **more) == flags


def test_ten_natural_days_count_from_the_day_after() -> None:
    assert not is_late(date(2026, 2, 25), date(2026, 3, 7))
    assert is_late(date(2026, 2, 25), date(2026, 3, 8))
    told = made_up_flag(date(2026, 3, 5), date(2026, 3, 7), "没有信号", False)
    assert (told.code, told.sentence) == ("scan_made_up", "检查结束2天后补扫，扫的不是这家单位的码：没有信号")


def test_other_ways_of_checking_in_are_no_scan() -> None:
    assert scan_flags(SAID | {"checkin": {"method": "gps", "at": "2026-03-09T10:00:00+08:00"}}) == []
    assert scan_flags({"checkin": "?"}) == []
