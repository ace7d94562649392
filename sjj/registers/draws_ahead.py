"""The draws that are still to come, for recusals that are declared for one of them only.

Campaigns lie above the registers, so the app tells us once, when it is made, whom to ask (as in `holds`).
Nothing is remembered here, and nothing is guessed when nobody was named.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DrawAhead:
    """A campaign: whose objects it draws, which agencies send officers, whether its list may still change."""

    campaign_id: int
    number: str
    name: str
    agency_id: int
    sends: frozenset[int]  # agencies, the leading one among them
    is_open: bool  # its list is not frozen yet

    @property
    def label(self) -> str:
        """As people choose it."""
        return f"仅 {self.number} {self.name}"


Provider = Callable[[Collection[int]], Sequence[DrawAhead]]
_asked: list[Provider] = []


def ask(provider: Provider) -> None:
    """Name the one who knows the campaigns of some agencies (their ids), the newest first."""
    _asked[:] = [provider]


def campaigns_of(agency_ids: Collection[int]) -> list[DrawAhead]:
    """The campaigns of these agencies, drawn or not. Raises LookupError if nobody was named."""
    if not _asked:
        raise LookupError("nobody was named who knows the campaigns")
    return list(_asked[0](agency_ids))


def ahead(agency_ids: Collection[int]) -> list[DrawAhead]:
    """The campaigns of these agencies whose list may still change."""
    return [one for one in campaigns_of(agency_ids) if one.is_open]
