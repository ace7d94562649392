"""取件码: the code that opens a record to the enterprise, and how guessing it is slowed. Never commits; the view does.

Five wrong codes from one address stop that address at this visit for fifteen minutes; so that changing addresses helps
nobody, a visit and an address have wider bounds of their own. Whoever has the right code from another address is not
kept out by somebody who guesses.
"""

import hmac
import unicodedata
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from sjj.audit.services import record
from sjj.database import db
from sjj.inspections import feedback_events as events
from sjj.inspections.feedback_models import PickupTry
from sjj.inspections.models import Inspection
from sjj.inspections.visit_codes import ALPHABET, PICKUP_LENGTH

WAIT = timedelta(minutes=15)
MOST, MOST_AT_A_VISIT, MOST_OF_AN_ADDRESS = 5, 25, 50
WAIT_WORDS = "取件码输错次数过多，请 15 分钟后再试。急用的，请拨打机关电话。"


class PickupRefused(Exception):
    """The code does not open the record; the message may be shown."""

    def __init__(self, message: str, *, must_wait: bool = False) -> None:
        super().__init__(message)
        self.must_wait = must_wait


def plain_code(typed: str) -> str:
    """What was typed, as the code is kept: capitals, without spaces and strokes."""
    wide = unicodedata.normalize("NFKC", typed).upper()
    return "".join(one for one in wide if not one.isspace() and one not in "-—－_·")


def pick_up(inspection: Inspection, typed: str, address: str, now: datetime) -> None:
    """Check a code. Raises PickupRefused; a wrong one leaves a row that the view must commit."""
    db.session.flush()
    db.session.refresh(inspection, with_for_update={"of": Inspection, "key_share": True})
    here = (PickupTry.inspection_id == inspection.id) & (PickupTry.address == address)
    if _must_wait(inspection, address, now):
        raise PickupRefused(WAIT_WORDS, must_wait=True)
    code = plain_code(typed)
    if len(code) != PICKUP_LENGTH or not set(code) <= set(ALPHABET):
        raise PickupRefused("取件码是 8 位字母和数字，没有 0、1、I、O，请核对后再输")
    if inspection.pickup_code and hmac.compare_digest(code.encode(), inspection.pickup_code.encode()):
        db.session.execute(delete(PickupTry).where(here))
        record(events.RecordPickedUp(**_about(inspection)), events.bearer_of_the_code(address), now)
        return
    db.session.execute(delete(PickupTry).where(PickupTry.at <= now - WAIT))
    db.session.add(PickupTry(inspection_id=inspection.id, address=address[:64], at=now))
    db.session.flush()
    left = MOST - _count(here, now)
    if left <= 0:
        record(events.PickupLocked(**_about(inspection)), events.Enterprise(address=address), now)
        raise PickupRefused(WAIT_WORDS, must_wait=True)
    raise PickupRefused(f"取件码不对，请核对后再输。还可以试 {left} 次。")


def _must_wait(inspection: Inspection, address: str, now: datetime) -> bool:
    visit, from_here = PickupTry.inspection_id == inspection.id, PickupTry.address == address
    return (
        _count(visit & from_here, now) >= MOST
        or _count(visit, now) >= MOST_AT_A_VISIT
        or _count(from_here, now) >= MOST_OF_AN_ADDRESS
    )


def _count(condition: ColumnElement[bool], now: datetime) -> int:
    query = select(func.count()).select_from(PickupTry).where(condition, PickupTry.at > now - WAIT)
    return db.session.scalar(query) or 0


def _about(inspection: Inspection) -> dict[str, object]:
    return {
        "subject_id": inspection.id,
        "agency_id": inspection.agency_id,
        "entity": inspection.entity.name,
    }
