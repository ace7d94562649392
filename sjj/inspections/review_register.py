"""What an accepted visit says about the register: the entity has closed, moved away or cannot be found.

Only offers; a person with the right to keep the register decides. Offers nothing before the record is accepted,
and nothing once the register says so already.
"""

from collections.abc import Mapping

from sjj.accounts.models import User
from sjj.inspections.models import Inspection
from sjj.inspections.review import current_submission
from sjj.presentation import day as day_words
from sjj.registers.models import ACTIVE_STATES, ENTITY_STATES
from sjj.rules.lifecycle import ResultState
from sjj.rules.results import NOT_REACHED, Outcome

ACCEPTED = (ResultState.AWAITING_PUBLICATION, ResultState.PUBLISHED, ResultState.CORRECTED)
KEEPS_REGISTER = "register.edit"
_STATES: Mapping[str, tuple[str, ...]] = {
    Outcome.CLOSED: ("停业", "关闭", "注销", "吊销", "撤销"),
    Outcome.MOVED: ("迁出",),
    Outcome.NOT_FOUND: ("查无下落",),
}


def states_offered(inspection: Inspection) -> tuple[str, ...]:
    """The states that the register may take over from this visit, the likeliest first; empty if none."""
    if not _is_settled(inspection) or inspection.entity.state not in ACTIVE_STATES:
        return ()
    if inspection.result in ENTITY_STATES:
        return (inspection.result,)
    found = _STATES.get(inspection.outcome, ())
    return found or (("查无下落",) if inspection.result == NOT_REACHED else ())


def visit_to_register(user: User, inspection: Inspection) -> tuple[str, ...]:
    """The same, for somebody who keeps the register of this entity; empty for anybody else."""
    may = user.may(KEEPS_REGISTER, inspection.entity.agency_id)
    return states_offered(inspection) if may else ()


def reason_of(inspection: Inspection) -> str:
    """Why the register changes: the visit and what was found there."""
    said = Outcome(inspection.outcome).label if inspection.outcome in set(Outcome) else ""
    if inspection.outcome == Outcome.INSPECTED:
        said = inspection.result
    return f"{day_words(inspection.ended_on)}检查（{inspection.campaign.number}）：{said}"


def _is_settled(inspection: Inspection) -> bool:
    """Accepted; or taken back because the approver put another object in its place on this very record."""
    if inspection.standing in ACCEPTED:
        return True
    was_replaced = inspection.standing is ResultState.WITHDRAWN and not inspection.draw_is_void
    return was_replaced and inspection.reviewed_at is None and current_submission(inspection) is not None
