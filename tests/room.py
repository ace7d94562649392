"""What people do in the room, with a test's browser: name witnesses, type values, draw, show the next ones."""

from collections.abc import Sequence

from bs4 import BeautifulSoup

from tests.makers.draws import VALUES, WITNESSES
from tests.visitor import Visitor

ROWS = {
    f"rows-{place}-{name}": value
    for place, one in enumerate(WITNESSES)
    for name, value in (("name", one.name), ("of", one.of))
}


def hall(draw_id: int) -> str:
    """The room's address."""
    return f"/draws/{draw_id}/hall"


def name_witnesses(visitor: Visitor, draw_id: int, status: int = 303, **rows: str) -> BeautifulSoup:
    """Write down who is in the room."""
    visitor.open(hall(draw_id))
    return visitor.submit("form[action$=witnesses]", status, **(rows or ROWS))


def type_value(
    visitor: Visitor, draw_id: int, place: int, value: str, again: str | None = None, status: int = 303
) -> BeautifulSoup:
    """Type one source's value twice, as the page stands."""
    visitor.open(hall(draw_id))
    typed = {"source": str(place), "value": value, "again": value if again is None else again}
    return visitor.post(f"{hall(draw_id)}/value", status, **typed)


def press_draw(visitor: Visitor, draw_id: int, status: int = 303) -> BeautifulSoup:
    """Press 抽取."""
    visitor.open(hall(draw_id))
    return visitor.post(hall(draw_id), status)


def show(visitor: Visitor, draw_id: int, shown: int, more: int, status: int = 303) -> BeautifulSoup:
    """Show the next ones to the room."""
    return visitor.post(f"{hall(draw_id)}/reveal", status, shown=str(shown), more=str(more))


def hold_in_room(visitor: Visitor, draw_id: int, values: Sequence[str] = VALUES) -> BeautifulSoup:
    """The whole ceremony until everything is shown; leaves the visitor on the room's last page."""
    name_witnesses(visitor, draw_id)
    for place, value in enumerate(values):
        type_value(visitor, draw_id, place, value)
    press_draw(visitor, draw_id)
    visitor.follow()
    show(visitor, draw_id, 0, 1_000_000)
    return visitor.follow()
