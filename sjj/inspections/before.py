"""出发前: all that a team should know before it goes to one object. Gathers; decides and stops nothing."""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from sjj.database import db
from sjj.inspections.found_before import LastVisit, found_before
from sjj.inspections.gates import approvals_of, gates_of
from sjj.inspections.models import Inspection
from sjj.inspections.visit_models import CheckApproval, Reschedule
from sjj.registers.models import Entity
from sjj.rules.gates import Gate, failing
from sjj.rules.lifecycle import ApprovalState, ResultState
from sjj.rules.places import gcj02, is_on_earth

_NUMBER = re.compile(r"\+?\d[\d\-() （）]{3,}\d")
TO_VISIT = (ResultState.NOT_ENTERED, ResultState.SENT_BACK)


@dataclass(frozen=True, slots=True)
class MapLinks:
    """Addresses that open an object's place: the phone's own map, and a Chinese map app's page ("" for none)."""

    own: str = ""
    app: str = ""


@dataclass(frozen=True, slots=True)
class Before:
    """What is in order and what is not, what was found last time, how to get there, on which day."""

    inspection: Inspection
    gates: tuple[Gate, ...]
    failing: tuple[Gate, ...]
    approval: CheckApproval | None
    last: LastVisit | None
    maps: MapLinks
    other_days: list[Reschedule]
    may_plan: bool
    may_be_urgent: bool

    @property
    def number(self) -> str:
        """The object's telephone as a link dials it."""
        return dialled(self.inspection.entity.phone)


def before(inspection: Inspection, day: date) -> Before:
    """What stands before a visit, seen on a day."""
    found = gates_of(inspection, day)
    approval = approvals_of([inspection]).get(inspection.id)
    to_visit = inspection.standing in TO_VISIT
    return Before(
        inspection=inspection,
        gates=found,
        failing=failing(found),
        approval=approval,
        last=found_before([inspection]).get(inspection.id),
        maps=map_links(inspection.entity),
        other_days=other_days(inspection),
        may_plan=to_visit,
        may_be_urgent=to_visit and can_be_urgent(approval),
    )


def can_be_urgent(approval: CheckApproval | None) -> bool:
    """Whether the team may still go first: nobody has ever decided, nobody has said so yet."""
    waits = approval is None or (approval.state is ApprovalState.ASKED and approval.decided_at is None)
    return waits and (approval is None or not approval.urgent)


def other_days(inspection: Inspection) -> list[Reschedule]:
    """The days of a visit in the order in which they were set, each with its reason."""
    query = select(Reschedule).where(Reschedule.inspection_id == inspection.id)
    return list(db.session.scalars(query.options(joinedload(Reschedule.by)).order_by(Reschedule.id)))


def map_links(entity: Entity) -> MapLinks:
    """Where an object lies, for the phone's map by its own coordinates and for a map app by GCJ-02."""
    name = quote(entity.name, safe="")
    place = place_of(entity)
    if place is None:
        where = quote(entity.address, safe="")
        return (
            MapLinks(f"geo:0,0?q={where}", f"https://uri.amap.com/search?keyword={where}")
            if where
            else MapLinks()
        )
    lat, lon = place
    shifted = gcj02(lat, lon)
    at = f"{shifted[1]:.6f},{shifted[0]:.6f}"
    return MapLinks(
        f"geo:{lat:.6f},{lon:.6f}?q={lat:.6f},{lon:.6f}({name})",
        f"https://uri.amap.com/marker?position={at}&name={name}&coordinate=gaode&callnative=1",
    )


def place_of(entity: Entity) -> tuple[float, float] | None:
    """The registered place in degrees, if there is one that can be."""
    if entity.lat is None or entity.lon is None or not is_on_earth(entity.lat, entity.lon):
        return None
    return entity.lat, entity.lon


def dialled(phone: str) -> str:
    """The first telephone number in what is registered, as a link dials it; empty if there is none."""
    found = _NUMBER.search(phone)
    return "".join(sign for sign in found.group() if sign.isdigit() or sign == "+") if found else ""
