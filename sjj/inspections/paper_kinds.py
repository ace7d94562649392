"""The papers of a visit, by name: what each is called, what it needs, which of its words an office may change.

A list and nothing else: it makes no paper.
"""

from enum import StrEnum


class PaperKind(StrEnum):
    """A paper that the office prints."""

    APPROVAL = "approval"
    NOTICE = "notice"
    BLANK = "blank"
    RECORD = "record"
    OFFSITE = "offsite"
    RESULT = "result"
    ORDER = "order"
    RECHECK = "recheck"

    @property
    def title(self) -> str:
        """What it is called in the office (文书名称)."""
        return _TITLES[self]

    @property
    def needs_record(self) -> bool:
        """Whether there is none before a record was received."""
        return self in (PaperKind.RECORD, PaperKind.OFFSITE, PaperKind.RESULT, PaperKind.ORDER)


_TITLES = {
    PaperKind.APPROVAL: "行政检查审批表",
    PaperKind.NOTICE: "行政检查通知书",
    PaperKind.BLANK: "现场检查笔录（空白）",
    PaperKind.RECORD: "现场检查笔录",
    PaperKind.OFFSITE: "非现场检查记录",
    PaperKind.RESULT: "检查结果告知书",
    PaperKind.ORDER: "责令改正通知书",
    PaperKind.RECHECK: "复查记录",
}
OF_OFF_SITE = (PaperKind.APPROVAL, PaperKind.OFFSITE, PaperKind.RESULT, PaperKind.ORDER)
OF_A_VISIT = tuple(kind for kind in PaperKind if kind not in (PaperKind.OFFSITE, PaperKind.RECHECK))
