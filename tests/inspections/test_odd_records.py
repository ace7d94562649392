"""A record that was never checked may say anything: no page that shows one stumbles over it."""

import json
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj import presentation
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.inspections.models import Inspection, Submission
from sjj.inspections.reading import Record, read_record
from sjj.inspections.record_prefill import control_time
from sjj.inspections.submissions import receive
from sjj.rules.submissions import canonical_record, files_of, signed_sha256
from tests.makers.accounts import make_user
from tests.makers.inspections import (
    VISITED_AT,
    make_inspection,
    make_officer_user,
    make_record,
    make_submission,
)
from tests.makers.registers import make_officer
from tests.rules.record_makers import FORM
from tests.rules.record_makers import make_record as record_of_form
from tests.visitor import Visitor

FORM_CONTENT = json.dumps(
    {
        "items": [{"code": one.code, "name": one.name} for one in FORM.items],
        "points": [{"id": one.id, "item": one.item, "text": one.text} for one in FORM.points],
    }
)
SAMPLE = record_of_form()
EDGES = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T20:00:00Z",
    "9999-12-31",
    "0001-01-01",
    "2026-02-30",
    "2026-03-05T09:02:11",
    "inspected",
    "problem",
    "P1",
    "M1",
    SAMPLE["photos"][0]["sha256"],
)
SCALARS = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, -1, 10**15, 1e308, -1e308, 40.14])
    | st.sampled_from(EDGES)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8)
)
KEYS = st.sampled_from(
    sorted(
        {*SAMPLE, *(key for rows in SAMPLE.values() if isinstance(rows, list) for row in rows for key in row)}
    )
)
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
ROWS = st.lists(st.dictionaries(KEYS, ANYTHING, max_size=8), max_size=3)
RECORDS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys([*SAMPLE, "recusal", "remarks", "assistants", "unheard of"], ANYTHING | ROWS)
)


def stored(said: dict[str, Any]) -> Submission:
    """A record as it lies in the database, unchecked; not added to it."""
    content = canonical_record(said).decode()
    return Submission(
        content=content, signed_sha256=signed_sha256(said), source="phone", flags=[], received_at=VISITED_AT
    )


def shown(record: Record) -> None:
    """Ask for everything that a template asks for."""
    assert record.minutes is None or isinstance(record.minutes, int)
    moments = [record.started_at, record.ended_at, record.checkin_at, *(at for _, at in record.told)]
    moments += [*(photo.taken_at for photo in record.photos), *(one.at for one in record.signatures)]
    for moment in moments:
        presentation.moment(moment)
    for problem in record.problems:
        presentation.day(problem.due)


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=150)
@given(RECORDS)
def test_any_json_object_can_be_read(said: dict[str, Any]) -> None:
    shown(read_record(stored(said), FORM_CONTENT, files_of(said)))


@pytest.mark.slow
@settings(derandomize=True, deadline=None, max_examples=200)
@given(st.sampled_from(sorted(SAMPLE)), ANYTHING | ROWS)
def test_any_value_in_a_record_that_is_fine_otherwise_can_be_read(key: str, value: object) -> None:
    said = SAMPLE | {key: value}
    shown(read_record(stored(said), FORM_CONTENT, files_of(said)))


def test_times_at_the_edge_of_the_calendar_are_shown_somehow() -> None:
    late = datetime(9999, 12, 31, 20, 0, tzinfo=UTC)
    assert presentation.moment(late) == "9999年12月31日 20:00"
    assert presentation.day(late) == presentation.day(date.max) == "9999年12月31日"
    assert presentation.weekday(late) == "星期五"
    assert presentation.moment(datetime.fromisoformat("0001-01-01T00:00:00+14:00")) == "1年1月1日 00:00"
    assert presentation.day("无") == "无"
    assert control_time("9999-12-31T20:00:00Z") == ""


ODD: tuple[dict[str, Any], ...] = (
    {"started_at": "0001-01-01T00:00:00+14:00"},
    {"outcome": []},
    {"outcome": {"a": 1}, "answers": [{"point": [], "photos": [[], {}]}], "photos": {"x": 1}},
    {
        "started_at": "9999-12-31T20:00:00Z",
        "ended_at": "9999-12-31T20:00:00Z",
        "checkin": {"lat": 1e308, "lon": 1},
    },
    {
        "signatures": [{"role": [], "at": "0001-01-01T00:00:00+14:00", "image": 1}],
        "recusal": [1],
        "present": 3,
    },
)


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_pages_show_what_was_kept_aside_unchecked(app: Flask, visitor: Visitor, odd: dict[str, Any]) -> None:
    inspection = make_inspection()
    stranger = make_officer_user(make_officer(inspection.agency))
    uid = uuid4()
    answer = receive(uid, {"inspection": str(inspection.uid), **odd}, stranger, VISITED_AT)
    assert (answer.status, answer.body["kept"]) == (403, True)
    db.session.commit()
    visitor.sign_in(make_user(Role.OFFICE, agency=inspection.agency)).open(f"/inspections/{inspection.id}")
    visitor.open(f"/inspections/{inspection.id}/kept/{uid}")
    phone = Visitor(app).sign_in(stranger)
    phone.open("/field/outbox")
    phone.open(f"/field/submissions/{uid}/done")


def with_impossible_end() -> Inspection:
    """An inspection whose record was taken in before such times were refused."""
    inspection = make_inspection()
    assert make_submission(inspection, assistants=["", "王五"]).status == 201
    submission = inspection.submissions[0]
    said = make_record(inspection) | dict.fromkeys(("started_at", "ended_at"), "9999-12-31T20:00:00Z")
    submission.content = canonical_record(said).decode()
    inspection.ended_on = date.max
    db.session.commit()
    return inspection


def test_an_impossible_end_that_is_stored_breaks_no_page(app: Flask, visitor: Visitor) -> None:
    inspection = with_impossible_end()
    officer = db.session.scalars(db.select(Submission)).one().user
    visitor.sign_in(make_user(Role.OFFICE, agency=inspection.agency))
    for path in ("/", "/inspections/", f"/inspections/{inspection.id}"):
        visitor.open(path)
    assert "待定" in visitor.open("/inspections/").get_text()
    assert visitor.client.get("/inspections/export.csv").status_code == 200
    visitor.open(f"/papers/inspections/{inspection.uid}/record")
    phone = Visitor(app).sign_in(officer)
    phone.open("/field/")
    phone.open(f"/field/inspections/{inspection.uid}?revise=1")
