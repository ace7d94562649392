"""Which entities and officers a draw holds, so that who they are cannot be changed under a visit.

A drawn visit goes to whoever stands behind the code in the receipt: while it is not over, neither the code
nor the kind of the entity may change, nor the code of an officer. Draws and visits lie above the registers,
so the app tells us once, when it is made, whom to ask. Nothing is remembered here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sjj.registers.models import Entity, EntityKind, Officer


@dataclass(frozen=True, slots=True)
class Held:
    """By the id of the row: the number of the draw that holds it."""

    entities: Mapping[int, str] = field(default_factory=dict)
    officers: Mapping[int, str] = field(default_factory=dict)


class HeldByDraw(Exception):
    """A draw holds what was to be changed; the message may be shown, `field` says at which field."""

    def __init__(self, sentence: str, field: str) -> None:
        super().__init__(sentence)
        self.field = field


_asked: list[Callable[[int], Held]] = []


def ask(holder: Callable[[int], Held]) -> None:
    """Name the one who knows what the draws of an agency (its id) hold."""
    _asked[:] = [holder]


def held(agency_id: int) -> Held:
    """All that the draws of this agency hold now. Raises LookupError if nobody was named: never guesses."""
    if not _asked:
        raise LookupError("nobody was named who knows what the draws hold")
    return _asked[0](agency_id)


def check_entity(entity: Entity, code: str, kind: EntityKind) -> None:
    """Refuse another code or kind for an entity that a draw holds. Raises HeldByDraw."""
    fields = [name for name, new in (("code", code), ("kind", kind)) if getattr(entity, name) != new]
    if entity.id is None or not fields:
        return
    draw_no = held(entity.agency_id).entities.get(entity.id)
    if draw_no:
        raise HeldByDraw(refusal(draw_no, fields[-1]), fields[-1])


def check_officer(officer: Officer, code: str) -> None:
    """Refuse another code for an officer whom a draw holds. Raises HeldByDraw."""
    if officer.id is None or officer.code == code:
        return
    draw_no = held(officer.agency_id).officers.get(officer.id)
    if draw_no:
        raise HeldByDraw(f"此人在“{draw_no}”的名单中，检查办结前不能改编号", "code")


def refusal(draw_no: str, field: str) -> str:
    """Why an entity's code or kind may not change now."""
    what = {"code": "代码", "kind": "对象类别"}[field]
    return f"此对象在“{draw_no}”的名单中，检查办结前不能改{what}"
