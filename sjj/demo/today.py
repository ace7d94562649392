"""Today in the demo: two visits planned, one phone has its form, one team is there; a second record was kept aside."""

import json
from datetime import timedelta
from uuid import uuid4

from sjj.demo.cast import Cast
from sjj.demo.days import moment
from sjj.demo.visits import RecordRefused
from sjj.draws.models import Draw
from sjj.inspections.dispatch import dispatched
from sjj.inspections.models import Inspection
from sjj.inspections.review import current_submission
from sjj.inspections.submissions import receive
from sjj.inspections.whereabouts_steps import Kind, note_step
from sjj.rules.submissions import signed_sha256
from sjj.web import SHANGHAI

OTHERWISE = "到场后先看了原料堆场，再看台账，与同事分头检查。（演示）"


def fill_today(cast: Cast, draw: Draw) -> None:
    """What the office sees this morning of the campaign in the field."""
    *_, fetched, there, _unclear, newest = dispatched(draw)
    for one, on_site in ((fetched, False), (there, True)):
        one.planned_on = cast.days.today
        for number, member in enumerate(one.team):
            note_step(one, member.officer_id, Kind.FETCHED, moment(cast.days.today, 7, 40 + number))
        if on_site:
            note_step(one, one.team[0].officer_id, Kind.ARRIVED, moment(cast.days.today, 8, 5))
    _record_twice(cast, newest)


def _record_twice(cast: Cast, inspection: Inspection) -> None:
    """The second officer of the team had written the visit down too."""
    first = current_submission(inspection)
    if first is None:
        raise RecordRefused(f"{inspection.entity.name}: no record to differ from")
    record = json.loads(first.content)
    sender, at = cast.user_of(inspection.team[1].officer), first.received_at + timedelta(minutes=20)
    record["device_now"] = at.astimezone(SHANGHAI).isoformat(timespec="seconds")
    record["narrative"] = f"{record['narrative']}{OTHERWISE}"
    record["photos"] = record["photos"][1:] or record["photos"]
    signed = signed_sha256(record)
    record["signatures"] = [row | {"signed_sha256": signed} for row in record["signatures"]]
    answer = receive(uuid4(), record, sender, at)
    if answer.body["code"] != "already_submitted":
        raise RecordRefused(f"{inspection.entity.name}: {answer.body}")
