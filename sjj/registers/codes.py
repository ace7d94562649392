"""Internal codes: what a draw knows an object by that has no credit code. Never an ID number."""

from sqlalchemy import func, select

from sjj.accounts.models import Agency
from sjj.database import db
from sjj.registers.models import Entity, Officer

DIGITS = 6
OFFICER_PREFIX = "ZF-"


def hold(agency: Agency) -> None:
    """Hold the agency's row until the transaction ends: two people never take the same code at once.

    Others may still refer to the agency: whoever has changed an object, and now notes that, is not waited for in
    a circle by whoever holds the agency and wants the object.
    """
    db.session.execute(select(Agency.id).where(Agency.id == agency.id).with_for_update(key_share=True))


def internal_codes(agency: Agency, how_many: int = 1) -> list[str]:
    """The next codes of this agency's own sequence, e.g. F130227-000123."""
    hold(agency)
    prefix = f"F{agency.division_code}-"
    last = db.session.scalar(
        select(Entity.code)
        .where(Entity.agency_id == agency.id, Entity.code.startswith(prefix, autoescape=True))
        .order_by(func.length(Entity.code).desc(), Entity.code.desc())
        .limit(1)
    )
    first = _number_after(last, prefix) + 1
    return [f"{prefix}{number:0{DIGITS}d}" for number in range(first, first + how_many)]


def next_officer_code(agency: Agency) -> str:
    """The next free code of the form ZF-007 in this agency."""
    hold(agency)
    used = db.session.scalars(select(Officer.code).where(Officer.agency_id == agency.id))
    numbers = [_number_after(code, OFFICER_PREFIX) for code in used if code.startswith(OFFICER_PREFIX)]
    return f"{OFFICER_PREFIX}{max(numbers, default=0) + 1:03d}"


def _number_after(code: str | None, prefix: str) -> int:
    digits = (code or "").removeprefix(prefix)
    return int(digits) if digits.isascii() and digits.isdigit() else 0
