"""Why a step of a draw is refused: sentences that may be shown, all of them at once."""


class DrawRefused(Exception):
    """The step cannot be taken; `problems` are sentences that may be shown."""

    def __init__(self, *problems: str) -> None:
        super().__init__("；".join(problems))
        self.problems = list(problems)


class AlreadyFrozen(DrawRefused):
    """Somebody put up, changed or froze this campaign's list before, perhaps an instant ago."""


class AlreadyDrawn(DrawRefused):
    """Somebody held this draw before, perhaps an instant ago."""


class SamePerson(DrawRefused):
    """The second person must be another one than the first."""
