"""A record that counts: what it changes in its inspection, from the revision to the result of each item.

Works only on a record that was checked against its form; refuses nothing any more.
"""

from collections.abc import Mapping
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import and_, delete, insert, or_, select

from sjj.accounts.models import User
from sjj.audit.services import record as record_event
from sjj.database import db
from sjj.draws.models import Draw
from sjj.inspections import submission_events as events
from sjj.inspections.approval_services import heed_record
from sjj.inspections.models import Inspection, ItemResult, Submission
from sjj.inspections.parts import let_record_count
from sjj.inspections.scan_services import flags_of_made_up
from sjj.inspections.team_codes import codes_in_team
from sjj.plans.item_codes import form_codes
from sjj.registers.merge_queries import tokens_of
from sjj.registers.models import Officer
from sjj.registers.recusal_models import Recusal
from sjj.rules.lifecycle import RESULT_MOVES, ResultState, move
from sjj.rules.results import result_of_outcome, roll_up
from sjj.rules.scan_in import scan_flags
from sjj.rules.submission_flags import desk_flags_of
from sjj.rules.submission_shape import moment
from sjj.rules.submissions import flags_of
from sjj.web import today

MAX_RECUSAL_REASON = 200


def let_count(submission: Submission, said: Mapping[str, Any], user: User, now: datetime) -> None:
    """Make this record the current one of its inspection, which then waits for review."""
    with db.session.no_autoflush:  # everything goes to the database at once, each row a single time
        before = take_effect(submission, said, user, now)
        record_event(_event(submission, before), user, now)
    db.session.flush()


def take_effect(
    submission: Submission, said: Mapping[str, Any], user: User, received_at: datetime
) -> Submission | None:
    """What follows from a record that counts, all but the word in the audit log; returns the one it replaces.

    `user` sent it, at `received_at`: presence and clocks are judged by that moment, whenever it comes to count.
    """
    inspection = submission.inspection
    before = db.session.get(Submission, inspection.revision) if inspection.revision else None
    if before is not None:
        before.superseded = True
    submission.flags = flags_for(inspection, said, received_at, submission.signed_sha256)
    inspection.revision = submission.uid
    inspection.outcome = said["outcome"]
    inspection.ended_on = _day(said["ended_at"])
    inspection.state = move(RESULT_MOVES, inspection.state, ResultState.AWAITING_REVIEW)
    _replace_results(inspection, said)
    let_record_count(inspection)
    _ask_recusal(inspection, said.get("recusal") or {}, user, received_at)
    if said.get("urgent"):
        heed_record(inspection, user, received_at)  # the approval is to be made up
    return before


def flags_for(
    inspection: Inspection, said: Mapping[str, Any], now: datetime, signed: str | None = None
) -> list[dict[str, str]]:
    """What a reviewer should look at in a checked record that came at `now`.

    `signed`: the record's `signed_sha256`, where it is known already.
    """
    if inspection.off_site:
        return [{"code": flag.code, "sentence": flag.sentence} for flag in desk_flags_of(said)]
    entity, codes = inspection.entity, codes_in_team(inspection)
    found = flags_of(
        said,
        now,
        team={codes[one.officer_id]: one.officer.name for one in inspection.team if one.left_at is None},
        place=(entity.lat, entity.lon) if entity.lat is not None and entity.lon is not None else None,
        tokens_sha256={sha256(token.encode()).hexdigest() for token in tokens_of(entity)},
        drawn_at=_drawn_at(inspection),
        signed=signed,
    )
    found += scan_flags(said)
    told = [{"code": flag.code, "sentence": flag.sentence} for flag in found]
    return told + flags_of_made_up(inspection)


def _drawn_at(inspection: Inspection) -> datetime | None:
    """Only this column: a draw's row holds its whole list, megabytes of it."""
    if inspection.draw_id is None:
        return None
    return db.session.scalar(select(Draw.drawn_at).where(Draw.id == inspection.draw_id))


def _day(text: str) -> date:
    """The Shanghai day of a time in a record."""
    return today(moment(text))


def _replace_results(inspection: Inspection, said: Mapping[str, Any]) -> None:
    """The results of the items, and of the whole: the gravest of them.

    A visit that could not be made comes to one result for every item unless the record says otherwise; where
    the outcome does not settle it either, a person must say it at review.
    """
    given = {row["item"]: row for row in said.get("results") or [] if row.get("result")}
    otherwise = result_of_outcome(said["outcome"])
    db.session.execute(delete(ItemResult).where(ItemResult.inspection_id == inspection.id))
    rows: list[dict[str, Any]] = []
    codes = form_codes(inspection.campaign)
    for chosen in inspection.campaign.items:
        row = given.get(codes[chosen.item_id], {})
        result = row.get("result") or otherwise
        if result:
            values = {"item_id": chosen.item_id, "result": result, "note": row.get("note") or ""}
            rows.append({"inspection_id": inspection.id, **values})
    if rows:
        db.session.execute(insert(ItemResult), rows)
    db.session.expire(inspection, ["results"])
    inspection.result = roll_up(row["result"] for row in rows)


def _ask_recusal(inspection: Inspection, asked: Mapping[str, Any], user: User, now: datetime) -> None:
    """A request made on the spot waits for the approver like any other; it never locks the form."""
    officer = _officer_meant(inspection, str(asked.get("officer") or ""))
    if officer is None:
        return
    query = select(Recusal.id).where(
        Recusal.officer_id == officer.id,
        Recusal.entity_id == inspection.entity_id,
        or_(
            Recusal.campaign_id == inspection.campaign_id,
            and_(Recusal.campaign_id.is_(None), Recusal.approved.is_not(False)),
        ),
    )
    if db.session.scalar(query.limit(1)) is not None:
        return
    reason = "：".join(text for text in (asked.get("by"), asked.get("reason")) if text)
    db.session.add(
        Recusal(
            officer_id=officer.id,
            entity_id=inspection.entity_id,
            campaign_id=inspection.campaign_id,
            reason=(reason or "现场申请回避")[:MAX_RECUSAL_REASON],
            declared_at=now,
            declared_by_id=user.id,
            approved=None,
        )
    )
    event = events.RecusalAsked(
        subject_id=inspection.id,
        agency_id=inspection.agency_id,
        entity=inspection.entity.name,
        officer=officer.name,
    )
    record_event(event, user, now)


def _officer_meant(inspection: Inspection, said: str) -> Officer | None:
    """The officer of the team with this code or name."""
    team, codes = [one.officer for one in inspection.team], codes_in_team(inspection)
    named = [one for one in team if codes[one.id] == said] or [one for one in team if one.name == said]
    return named[0] if named else None


def _event(submission: Submission, before: Submission | None) -> events.RecordReceived | events.RecordRevised:
    about: dict[str, Any] = {
        "subject_id": submission.inspection.id,
        "agency_id": submission.inspection.agency_id,
        "entity": submission.inspection.entity.name,
        "submission": str(submission.uid),
        "source": submission.source,
    }
    if before is None:
        return events.RecordReceived(**about)
    return events.RecordRevised(**about, revises=str(before.uid))
