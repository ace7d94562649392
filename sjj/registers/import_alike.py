"""New objects whose name is written almost like that of one in the register: shown, never refused.

Compares names as `sjj.rules.duplicates` does; whether two are one is for a person to say.
"""

from sqlalchemy import select

from sjj.database import db
from sjj.registers.import_models import Verdict
from sjj.registers.import_pieces import Judged
from sjj.registers.models import Entity
from sjj.rules.duplicates import name_key


class Alike:
    """The names of an agency's register, and of the new rows seen so far."""

    def __init__(self, agency_id: int) -> None:
        query = select(Entity.name, Entity.code).where(Entity.agency_id == agency_id)
        rows = db.session.execute(query.where(Entity.merged_into_id.is_(None)))
        self._known = {name_key(name): f"名录库中的“{name}”（{code}）" for name, code in rows}

    def look_at(self, judged: Judged) -> dict[int, str]:
        """By row number: which object a new one resembles. The new ones are remembered."""
        told: dict[int, str] = {}
        for row, judgement in judged:
            if judgement.verdict is not Verdict.NEW:
                continue
            key = name_key(row.name)
            if key in self._known:
                told[row.number] = f"与{self._known[key]}名称相近，请核对是否同一家"
            else:
                self._known[key] = f"本表第 {row.number} 行“{row.name}”"
        return told
