"""What the code at the gate shows to somebody who is not signed in. Anybody who passes may read it.

So it tells no coming visit, no officer and no address of a visit's own page: only that a visit was begun, by whom and
when, and how to check whoever stands there.
"""

from flask import Response

from sjj.inspections.visits_begun import visits_begun
from sjj.registers.models import Entity
from sjj.web import now, page, today


def gate_page(entity: Entity, token: str) -> Response:
    """The entity's public page."""
    day = today(now())
    shown = page("field/scan_public.html", entity=entity, token=token, visits=visits_begun(entity, day))
    shown.headers["Cache-Control"] = "private, no-store"
    shown.headers["X-Robots-Tag"] = "noindex, nofollow"
    return shown
