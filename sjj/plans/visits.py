"""Which visits an agency's objects have had, and which are still to be made: what a list leaves out goes by it.

Inspections lie above the plans, so the app tells us once, when it is made, whom to ask (as in
`registers.holds`). Nothing is remembered here, and nothing is guessed when nobody was named.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Visits:
    """By the id of the entity: the days on which a visit ended, and the campaigns whose visit is not made yet."""

    made: Mapping[int, Sequence[date]] = field(default_factory=dict)
    under_way: Mapping[int, Sequence[str]] = field(default_factory=dict)


Provider = Callable[[int, date, date], Visits]
_asked: list[Provider] = []


def ask(provider: Provider) -> None:
    """Name the one who knows the visits of an agency (its id) that ended from a day to a day, both counted."""
    _asked[:] = [provider]


def visits(agency_id: int, since: date, until: date) -> Visits:
    """The visits of an agency in a period and those under way. Raises LookupError if nobody was named."""
    if not _asked:
        raise LookupError("nobody was named who knows the visits")
    return _asked[0](agency_id, since, until)
