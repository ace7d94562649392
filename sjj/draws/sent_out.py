"""For how many of its objects a draw's teams were sent out: visits lie above the draws, so the app names whom to ask.

Nothing is remembered here; where nobody was named, no team was sent out.
"""

from collections.abc import Callable

from sjj.draws.models import Draw

Provider = Callable[[Draw], int]
_asked: list[Provider] = []


def ask(provider: Provider) -> None:
    """Name the one who knows how many objects that are still in the draw have their visit."""
    _asked[:] = [provider]


def sent_out(draw: Draw) -> int:
    """How many objects that are still in the draw have their visit."""
    return _asked[0](draw) if _asked else 0
