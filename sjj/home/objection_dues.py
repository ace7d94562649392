"""What is due of objections: an enterprise waits for an answer. Not shown to whoever went along on the visit."""

from collections.abc import Iterable

from sjj.accounts.models import User
from sjj.home.due import Due
from sjj.inspections.deadlines import Deadlines
from sjj.inspections.feedback_queries import to_answer
from sjj.presentation import day as day_words
from sjj.web import today

LONG = 7  # days after which the line is marked
WORDS = 40  # of its text that the line has room for


def objections_to_answer(user: User, deadlines: Deadlines) -> Iterable[Due]:
    """Objections that this person may answer, by the day they were raised."""
    for one in to_answer(user):
        raised = today(one.at)
        waited = (deadlines.today - raised).days
        yield Due(
            on=raised,
            when="异议待答复",
            sub=f"{day_words(raised)}提出" + (f"，已等 {waited} 天" if waited > 0 else ""),
            title=f"答复企业异议：{one.inspection.entity.name}",
            note=shorten(one.text),
            action="去答复",
            endpoint="inspections.objection",
            values={"objection_id": one.id},
            tone="late" if waited >= LONG else "soon",
        )


def shorten(text: str) -> str:
    """The text, or its beginning with “…” where it goes on."""
    return text if len(text) <= WORDS else f"{text[:WORDS]}…"
