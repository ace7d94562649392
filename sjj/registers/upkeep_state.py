"""How current a list is, in words: when it was looked over last, how long ago, what in it is still to be done.

Nothing here reads a database; a colour never stands without its words.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sjj.accounts.models import Agency, Section
from sjj.registers.upkeep_models import ListReview, UpkeepReminder

ITEM, ENTITY, OFFICER, GUIDE = "item", "entity", "officer", "guide"
LISTS = {ITEM: "抽查事项清单", ENTITY: "检查对象名录", OFFICER: "执法人员名录", GUIDE: "抽查工作指引"}
UNITS = {ITEM: "项", ENTITY: "户", OFFICER: "名", GUIDE: "份"}
USUAL_DAYS = 90  # a quarter: S1 asks for changes in time and names no number; each agency may set its own
SOON = timedelta(days=14)
OK, DUE, LATE, NEVER, EMPTY = "ok", "due", "late", "never", "empty"
TONES = {OK: "ok", DUE: "warn", LATE: "bad", NEVER: "bad", EMPTY: ""}


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a list that somebody should put right, and the page that shows it (where there is one)."""

    label: str
    number: int
    endpoint: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    weighs: bool = True  # False: worth knowing, nothing is wrong without it


@dataclass(frozen=True, slots=True)
class KeptList:
    """One of the four lists of one section on a day."""

    register: str
    agency: Agency
    section: Section | None
    rows: int
    day: date
    every: int  # days
    changed_at: datetime | None = None
    review: ListReview | None = None
    reminder: UpkeepReminder | None = None  # not answered by a review yet
    faults: tuple[Fault, ...] = ()

    @property
    def name(self) -> str:
        """检查对象名录."""
        return LISTS[self.register]

    @property
    def whose(self) -> str:
        """The section, in words."""
        return self.section.name if self.section else "不分科室"

    @property
    def section_id(self) -> int:
        """As addresses call it; 0 for rows of no section."""
        return self.section.id if self.section else 0

    @property
    def days(self) -> int | None:
        """How many days ago it was looked over."""
        return (self.day - self.review.reviewed_on).days if self.review else None

    @property
    def state(self) -> str:
        """A key of TONES."""
        if self.days is None:
            return NEVER if self.rows else EMPTY
        if self.days > self.every:
            return LATE
        return DUE if self.days > self.every - SOON.days else OK

    @property
    def tone(self) -> str:
        """The colour of its mark."""
        return TONES[self.state]

    @property
    def words(self) -> str:
        """按期核对, 还有 5 天到期, 逾期 12 天, 从未核对."""
        if self.days is None:
            return "从未核对" if self.rows else "没有内容"
        left = self.every - self.days
        if left < 0:
            return f"逾期 {-left} 天"
        return f"还有 {left} 天到期" if self.state == DUE else "按期核对"

    @property
    def is_late(self) -> bool:
        """Whether it should have been looked over by now."""
        return self.state in (LATE, NEVER)

    @property
    def open_faults(self) -> tuple[Fault, ...]:
        """What is to be put right."""
        return tuple(one for one in self.faults if one.number)

    @property
    def press_words(self) -> str:
        """What a reminder says if nobody writes anything else."""
        said = f"{self.name}{self.words}" if self.is_late else f"请核对{self.name}"
        wrong = [f"{one.label} {one.number} {UNITS[self.register]}" for one in self.open_faults if one.weighs]
        return f"{said}{'，' + '、'.join(wrong) if wrong else ''}。请补正后核对。"
