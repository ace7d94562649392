"""What the reviewer is shown: clocks, short visits, presence, signatures."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from sjj.rules.submission_flags import distance_metres, flags_of
from tests.rules.record_makers import FORM, make_record, sha, signature

RECEIVED = datetime(2026, 3, 5, 2, 11, 30, tzinfo=UTC)
PLACE = (40.14, 118.31)
TOKEN = hashlib.sha256(b"abc").hexdigest()


def codes(record: dict[str, Any]) -> list[str]:
    return [
        flag.code
        for flag in flags_of(
            record,
            RECEIVED,
            team=FORM.team,
            place=PLACE,
            tokens_sha256={TOKEN, hashlib.sha256(b"of a double").hexdigest()},
        )
    ]


def test_an_orderly_visit_has_no_flags():
    assert codes(make_record()) == []


CHECKIN = make_record()["checkin"]
ODD: dict[str, tuple[dict[str, Any], list[str]]] = {
    "a phone 11 minutes fast": (make_record(device_now="2026-03-05T10:23:00+08:00"), ["clock_skew"]),
    "a phone 10 minutes fast": (make_record(device_now="2026-03-05T10:21:30+08:00"), []),
    "a phone 11 minutes slow": (make_record(device_now="2026-03-05T10:00:00+08:00"), ["clock_skew"]),
    "a visit of three minutes": (
        make_record(ended_at="2026-03-05T09:05:11+08:00", photos=[]),
        ["short_visit"],
    ),
    "a visit of four minutes": (make_record(ended_at="2026-03-05T09:06:11+08:00", photos=[]), []),
    "a visit that ends before it begins": (
        make_record(ended_at="2026-03-05T09:00:00+08:00", photos=[]),
        ["ends_before_start"],
    ),
    "a photo of the day before": (
        make_record(photos=[{"sha256": sha("photo"), "taken_at": "2026-03-04T09:30:00+08:00"}]),
        ["photo_outside_visit"],
    ),
    "no check-in": (make_record(checkin=None), ["checkin_missing"]),
    "a check-in without a way": (make_record(checkin={"reason": "x"}), ["checkin_missing"]),
    "a check-in by hand": (make_record(checkin={"method": "manual", "reason": "无信号"}), ["checkin_manual"]),
    "another enterprise's code": (make_record(checkin={**CHECKIN, "code": "https://e/abd"}), ["other_code"]),
    "the bare token": (make_record(checkin={**CHECKIN, "code": "abc"}), []),
    "five kilometres away": (make_record(checkin={**CHECKIN, "lat": 40.185}), ["far_away"]),
    "five kilometres away with a rough fix": (
        make_record(checkin={**CHECKIN, "lat": 40.185, "accuracy_m": 6000}),
        [],
    ),
    "certificates not shown": (make_record(certificates_shown_at=None), ["certificates_not_shown"]),
    "rights not told": (make_record(rights_told_at=None), ["rights_not_told"]),
    "a recusal asked for": (make_record(recusal={"officer": "ZF-001"}), ["recusal_asked"]),
}


@pytest.mark.parametrize("what", ODD)
def test_odd_visits_are_flagged(what: str):
    record, expected = ODD[what]
    assert codes(record) == expected


def test_what_was_changed_after_signing_is_flagged():
    assert codes(make_record() | {"narrative": "改过"}) == ["signed_other_text"]


def test_refusals_and_strangers_are_flagged():
    signatures = [
        {"role": "present", "refused": True, "reason": "x"},
        signature("officer", officer="ZF-900"),
    ]
    record = make_record(signatures=signatures)
    assert codes(record) == ["signed_other_text", "refused_to_sign", "stranger_signed"]


def test_what_is_not_given_is_not_judged():
    record = make_record(checkin={**CHECKIN, "lat": 10.0, "code": "x"})
    assert flags_of(record, RECEIVED) == []


def test_sentences_carry_their_numbers():
    record = make_record(device_now="2026-03-05T10:31:30+08:00")
    assert flags_of(record, RECEIVED)[0].sentence == "手机时钟比服务器快20分钟"


def test_a_degree_of_latitude_is_111_kilometres():
    assert distance_metres((40.0, 118.0), (41.0, 118.0)) == pytest.approx(111_195, abs=5)
    assert distance_metres(PLACE, PLACE) == 0


def test_a_visit_before_the_draw_is_flagged():
    drawn = datetime(2026, 3, 5, 1, 30, tzinfo=UTC)  # 09:30 in Shanghai; the visit began at 09:02
    assert [flag.code for flag in flags_of(make_record(), RECEIVED, drawn_at=drawn)] == ["before_draw"]
    assert flags_of(make_record(), RECEIVED, drawn_at=datetime(2026, 3, 5, 1, 2, tzinfo=UTC)) == []


def test_an_order_without_a_day_is_flagged():
    told = {"item": "LY-05", "point": "p1", "kind": "责令改正", "text": "台账不全"}
    assert codes(make_record(problems=[told])) == ["order_without_date"]
    assert codes(make_record(problems=[told | {"due": "2026-03-20"}])) == []
    assert codes(make_record(problems=[told | {"kind": "其他"}])) == []
