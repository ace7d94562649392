"""A field record against its form: what passes, and every way of being wrong with its path."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj.rules import submissions as sub
from tests.rules.record_makers import FORM, make_record, sha, signature

OFFICERS = [signature("officer", officer="ZF-001"), signature("officer", officer="ZF-002")]
REFUSAL = {"role": "present", "refused": True, "reason": "不认可"}


def paths(record: object) -> list[str]:
    return [problem.path for problem in sub.problems_of(record, FORM)]


def closed(**others: Any) -> dict[str, Any]:
    """The least a visit before closed doors needs."""
    full = make_record(outcome="closed")
    kept = (
        "inspection",
        "form_version",
        "outcome",
        "started_at",
        "ended_at",
        "device_now",
        "photos",
        "narrative",
    )
    return {key: full[key] for key in kept} | others


FINE: dict[str, dict[str, Any]] = {
    "a complete inspection": make_record(),
    "the first and the last moment that a clock may show": make_record(
        started_at="1999-12-31T16:00:00Z", ended_at="2100-12-31T15:59:59Z"
    ),
    "everything that may be is left out": make_record(
        checkin=None,
        certificates_shown_at="",
        rights_told_at=None,
        assistants=None,
        problems=[],
        narrative="",
        urgent=None,
    ),
    "left out as null, empty text or empty list": make_record()
    | {"recusal": None, "remarks": [], "checkin": ""},
    "an optional point left blank": make_record(
        answers=[
            {"point": "P1", "value": "n/a"},
            {"point": "P2", "value": ""},
            {"point": "P3", "value": "ok"},
        ]
    ),
    "a refused signature with reason and witness": make_record(
        signatures=[*OFFICERS, REFUSAL, signature("witness")]
    ),
    "closed doors": closed(),
    "moved away": closed(outcome="moved"),
    "not found": closed(outcome="not_found"),
    "refused with a witness": closed(outcome="refused", photos=[], signatures=[signature("witness")]),
    "odd times": make_record(started_at="2026-03-05T12:00:00Z", ended_at="2026-03-05T01:00+08"),
    "a revision": make_record(revises="0b0c1d9e-8a52-4c58-9d0e-0f6b2f3f8a11"),
    "a recusal asked for on the spot": make_record(
        recusal={"officer": "ZF-001", "by": "孙某", "reason": "亲属"}
    ),
    "a signature of someone outside the team besides": make_record(
        signatures=[*OFFICERS, signature("officer", officer="ZF-900"), signature("present")]
    ),
}


@pytest.mark.parametrize("what", FINE)
def test_a_record_that_is_fine_has_no_problem(what: str):
    assert sub.problems_of(FINE[what], FORM) == []


def answered(*more: dict[str, Any]) -> dict[str, Any]:
    return make_record(answers=[{"point": "P1", "value": "ok"}, {"point": "P3", "value": "ok"}, *more])


WRONG: dict[str, tuple[object, list[str]]] = {
    "no object": ([], [""]),
    "nothing at all": (
        {},
        ["/inspection", "/form_version", "/outcome", "/started_at", "/ended_at", "/device_now"],
    ),
    "an unknown key": (make_record(extra=1), ["/extra"]),
    "an unknown key that needs escaping": (make_record(**{"a/b~c": 1}), ["/a~1b~0c"]),
    "an unknown key inside": (make_record(present={"name": "孙", "id": "1"}), ["/present/id"]),
    "an unknown key in a list": (
        make_record(photos=[{"sha256": sha("photo"), "size": 1}]),
        ["/photos/0/size"],
    ),
    "another form version": (make_record(form_version="x"), ["/form_version"]),
    "an inspection that is no uuid": (make_record(inspection="1"), ["/inspection"]),
    "a predecessor that is no uuid": (make_record(revises="1"), ["/revises"]),
    "another outcome": (make_record(outcome="done"), ["/outcome"]),
    "an outcome that is a list": (make_record(outcome=[1]), ["/outcome"]),
    "a truth value as text": (make_record(urgent="yes"), ["/urgent"]),
    "a time without offset": (make_record(started_at="2026-03-05T09:02:11"), ["/started_at"]),
    "a time that does not exist": (make_record(started_at="2026-02-30T09:02:11Z"), ["/started_at"]),
    "a time before all times": (make_record(started_at="0001-01-01T00:00:00+08:00"), ["/started_at"]),
    "the last hours of the calendar": (make_record(ended_at="9999-12-31T20:00:00Z"), ["/ended_at"]),
    "a minute before the year 2000 in Beijing": (
        make_record(ended_at="1999-12-31T15:59:59Z"),
        ["/ended_at"],
    ),
    "the year 2101 in Beijing": (make_record(started_at="2100-12-31T16:00:00Z"), ["/started_at"]),
    "a due day at the end of the calendar": (
        make_record(problems=[{"due": "9999-12-31"}]),
        ["/problems/0/due"],
    ),
    "a time as number": (make_record(device_now=1), ["/device_now"]),
    "a due day with a time": (make_record(problems=[{"due": "2026-03-20T00:00:00Z"}]), ["/problems/0/due"]),
    "a due day that does not exist": (make_record(problems=[{"due": "2026-02-30"}]), ["/problems/0/due"]),
    "north of the pole": (
        make_record(checkin={"lat": 90.1, "lon": -180.1}),
        ["/checkin/lat", "/checkin/lon"],
    ),
    "a latitude as text": (make_record(checkin={"lat": "40"}), ["/checkin/lat"]),
    "a latitude as truth value": (make_record(checkin={"lat": True}), ["/checkin/lat"]),
    "a negative accuracy": (make_record(checkin={"accuracy_m": -1}), ["/checkin/accuracy_m"]),
    "another way of checking in": (make_record(checkin={"method": "nfc"}), ["/checkin/method"]),
    "a check-in that is a text": (make_record(checkin="qr"), ["/checkin"]),
    "an assistant that is a number": (make_record(assistants=[1]), ["/assistants/0"]),
    "a hash in capitals": (
        make_record(photos=[{"sha256": sha("photo").upper()}]),
        ["/photos/0/sha256", "/answers/0/photos/0"],
    ),
    "a photo without a hash": (
        make_record(photos=[{"sha256": sha("photo")}, {"caption": "x"}]),
        ["/photos/1/sha256"],
    ),
    "answers as object": (make_record(answers={"P1": "ok"}), ["/answers", "/answers", "/answers"]),
    "an answer that is a text": (answered("x"), ["/answers/2"]),  # type: ignore[arg-type]
    "an answer without a point": (answered({"value": "ok"}), ["/answers/2/point"]),
    "an unknown point": (answered({"point": "P9", "value": "ok"}), ["/answers/2/point"]),
    "a repeated point": (answered({"point": "P1", "value": "ok"}), ["/answers/2/point"]),
    "another answer": (answered({"point": "P2", "value": "maybe"}), ["/answers/2/value"]),
    "an answer's photo that is not listed": (
        answered({"point": "P2", "value": "ok", "photos": [sha("other")]}),
        ["/answers/2/photos/0"],
    ),
    "required points unanswered": (
        make_record(answers=[{"point": "P1", "value": ""}]),
        ["/answers", "/answers"],
    ),
    "an item without a result": (make_record(results=[{"item": "M1", "result": "未发现问题"}]), ["/results"]),
    "an unknown item": (
        make_record(results=[*make_record()["results"], {"item": "M9", "result": "未发现问题"}]),
        ["/results/2/item"],
    ),
    "a repeated item": (
        make_record(results=[*make_record()["results"], {"item": "M1", "result": "未发现问题"}]),
        ["/results/2/item"],
    ),
    "a label the item does not have": (
        make_record(results=[make_record()["results"][0], {"item": "M2", "result": "发现问题已责令改正"}]),
        ["/results/1/result"],
    ),
    "a problem of unknown item, point and kind": (
        make_record(problems=[{"item": "M9", "point": "P9", "kind": "罚站"}]),
        ["/problems/0/item", "/problems/0/point", "/problems/0/kind"],
    ),
    "nobody present named": (make_record(present={"post": "经理"}), ["/present/name"]),
    "one officer's signature": (
        make_record(signatures=[OFFICERS[0], signature("present")]),
        ["/signatures"],
    ),
    "the same officer twice": (
        make_record(signatures=[OFFICERS[0], OFFICERS[0], signature("present")]),
        ["/signatures"],
    ),
    "a signature without an image": (
        make_record(signatures=[OFFICERS[0], {"role": "officer", "officer": "ZF-002"}, signature("present")]),
        ["/signatures"],
    ),
    "an officer from elsewhere": (
        make_record(signatures=[OFFICERS[0], signature("officer", officer="ZF-900"), signature("present")]),
        ["/signatures"],
    ),
    "nobody present signed": (make_record(signatures=OFFICERS), ["/signatures"]),
    "a refused signature without reason and witness": (
        make_record(signatures=[*OFFICERS, {"role": "present", "refused": True}]),
        ["/signatures/2/reason", "/signatures"],
    ),
    "a signature of another role": (
        make_record(signatures=[*OFFICERS, signature("present"), signature("chief")]),
        ["/signatures/3/role"],
    ),
    "closed doors without photo and text": (closed(photos=[], narrative=""), ["/narrative", "/photos"]),
    "refused without witness and text": (
        closed(outcome="refused", narrative=""),
        ["/narrative", "/signatures"],
    ),
    "refused with a witness who did not sign": (
        closed(outcome="refused", signatures=[{"role": "witness", "name": "李"}]),
        ["/signatures"],
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_record_says_where(what: str):
    record, expected = WRONG[what]
    assert sorted(paths(record)) == sorted(expected)


def test_all_problems_are_said_at_once_in_chinese():
    record = make_record(extra=1, started_at="x", present=None, checkin={"lat": 100}, answers=[])
    found = sub.problems_of(record, FORM)
    assert {problem.path for problem in found} == {
        "/extra",
        "/started_at",
        "/present/name",
        "/checkin/lat",
        "/answers",
    }
    assert all(not problem.problem.isascii() for problem in found)
    assert found[0].as_dict() == {"path": found[0].path, "problem": found[0].problem}


def test_files_are_named_once_and_sorted():
    record = make_record(photos=[{"sha256": sha("photo")}, {"sha256": sha("two")}, {"sha256": "x"}, "y"])
    images = {one["image"] for one in record["signatures"]}
    assert sub.files_of(record) == sorted({sha("photo"), sha("two"), *images})
    assert sub.files_of({}) == []
    assert sub.files_of({"photos": 1, "answers": [{"photos": 2}], "signatures": [3]}) == []


def test_sixty_photos_are_allowed_and_one_more_is_too_large():
    assert not sub.has_too_many_photos({"photos": [{}] * 60})
    assert sub.has_too_many_photos({"photos": [{}] * 61})
    assert not sub.has_too_many_photos({"photos": "x" * 99})


def test_the_inspection_is_read_from_any_record():
    assert sub.inspection_of({"inspection": "6F1C1D9E-8a52-4c58-9d0e-0f6b2f3f8a11"}) == (
        "6f1c1d9e-8a52-4c58-9d0e-0f6b2f3f8a11"
    )
    for wrong in (
        None,
        1,
        [],
        "x",
        "6f1c1d9e8a524c589d0e0f6b2f3f8a11",
        "6f1c1d9e-8a52-4c58-9d0e-0f6b2f3f8a11\n",
    ):
        assert sub.inspection_of({"inspection": wrong}) is None


@pytest.mark.slow
def test_no_broken_record_makes_the_check_stumble():
    source = random.Random(7)  # noqa: S311 - the same edits every time
    weird: list[Any] = [
        None,
        True,
        0,
        -1.5,
        "",
        "x",
        "\ud800",
        [],
        {},
        [[]],
        [{}],
        {"a": []},
        10**30,
        [1],
        ["P1"],
    ]
    for _ in range(3000):
        record = copy.deepcopy(make_record())
        for _ in range(source.choice((1, 1, 3))):
            part: Any = record
            while True:
                key = source.choice(list(part)) if isinstance(part, dict) else source.randrange(len(part))
                if not part[key] or not isinstance(part[key], dict | list) or source.random() < 0.3:
                    part[key] = copy.deepcopy(source.choice(weird))
                    break
                part = part[key]
        assert all(isinstance(problem, sub.Problem) for problem in sub.problems_of(record, FORM))
        sub.files_of(record)
        sub.inspection_of(record)
        sub.has_too_many_photos(record)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=10,
)


@settings(derandomize=True, deadline=None)
@given(anything)
def test_any_value_is_answered(value: object):
    assert sub.problems_of(value, FORM)
