"""What the form of one inspection is made of, as an officer reads it: items, check points, team."""

from dataclasses import dataclass

WITNESS, PRESENT = "witness", "present"  # signature places besides the officers'


@dataclass(frozen=True, slots=True)
class Point:
    """A check point as the officer reads it."""

    id: str
    item: str
    text: str
    required: bool
    standard: str = ""
    how: str = ""
    basis: str = ""
    sent_back: str = ""  # what the reviewer wants put right here


@dataclass(frozen=True, slots=True)
class FormItem:
    """An item of the form with the results it may come to."""

    code: str
    name: str
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signer:
    """An officer of the team."""

    officer: str
    name: str
    certificate_no: str = ""


@dataclass(frozen=True, slots=True)
class FormPlan:
    """What the form of one inspection is made of."""

    form_version: str
    items: tuple[FormItem, ...]
    points: tuple[Point, ...]
    kinds: tuple[str, ...]
    team: tuple[Signer, ...]

    def points_of(self, item: str) -> list[tuple[int, Point]]:
        """The points of one item with their place in the whole form."""
        return [(place, point) for place, point in enumerate(self.points) if point.item == item]


def officer_slots(plan: FormPlan) -> list[str]:
    """The signature places of the team, in its order."""
    return [f"officer-{place}" for place, _ in enumerate(plan.team)]
