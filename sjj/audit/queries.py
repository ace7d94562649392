"""Reading the audit log, newest first."""

from dataclasses import dataclass

from sqlalchemy import select

from sjj.audit.models import AuditEntry
from sjj.database import Page, db, paged

LABELS = {
    "account": "账号",
    "agency": "部门",
    "calendar": "工作日历",
    "campaign": "抽查任务",
    "draw": "抽取",
    "entity": "检查对象",
    "file": "文件",
    "followup": "后续处置",
    "guide": "工作指引",
    "import": "导入",
    "inspection": "检查",
    "item": "抽查事项",
    "law": "法律依据",
    "notice": "公示",
    "officer": "执法人员",
    "plan": "年度计划",
    "preset": "预置事项",
    "problem": "问题",
    "recusal": "回避",
    "section": "内设机构",
    "submission": "检查记录",
}


@dataclass(frozen=True, slots=True)
class LogFilter:
    """What the auditor looks for; empty means everything."""

    words: str = ""
    action: str = ""


def entries(wanted: LogFilter, page: int) -> Page[AuditEntry]:
    """One page of the log, newest first."""
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    if wanted.words:
        query = query.where(
            AuditEntry.sentence.contains(wanted.words, autoescape=True)
            | AuditEntry.actor_name.contains(wanted.words, autoescape=True)
        )
    if wanted.action:
        query = query.where(AuditEntry.action.startswith(wanted.action + ".", autoescape=True))
    return paged(query, page)


def actions() -> list[tuple[str, str]]:
    """The kinds of thing that the log tells of, with their names: (prefix of the action, label)."""
    known = db.session.scalars(select(AuditEntry.action).distinct())
    prefixes = {action.split(".")[0] for action in known}
    return sorted(((prefix, LABELS.get(prefix, prefix)) for prefix in prefixes), key=lambda pair: pair[1])
