"""Who acts in one bureau's story, handed from one chapter to the next."""

from dataclasses import dataclass, field

from sjj.accounts.models import Agency, User
from sjj.demo.days import OfficeDays
from sjj.demo.words import Table
from sjj.registers.models import Officer


@dataclass(slots=True)
class Cast:
    """One bureau with the people of its office; `officers` are the accounts of officers by officer id."""

    bureau: Table
    suffix: str  # lin or huan: the end of its account names
    agency: Agency
    clerk: User
    approver: User
    supervisor: User
    days: OfficeDays
    officers: dict[int, User] = field(default_factory=dict)

    def user_of(self, officer: Officer) -> User:
        """The account of an officer."""
        return self.officers[officer.id]
