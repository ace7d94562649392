"""Who may do what: the roles of the office and the permissions each carries.

Three powers stand apart by default: system administrator, security administrator, auditor. A permission
is granted for one agency (or all), or for one section of it; nothing here looks at a database.
"""

from enum import StrEnum


class Role(StrEnum):
    """A role that a person is given."""

    SYSTEM_ADMIN = "system_admin"
    SECURITY_ADMIN = "security_admin"
    AUDITOR = "auditor"
    SECTION_ADMIN = "section_admin"
    OFFICE = "office"
    OFFICER = "officer"
    APPROVER = "approver"
    SUPERVISOR = "supervisor"
    LEADER = "leader"

    @property
    def label(self) -> str:
        """The role's name in the office."""
        return _LABELS[self]


_LABELS = {
    Role.SYSTEM_ADMIN: "系统管理员",
    Role.SECURITY_ADMIN: "安全管理员",
    Role.AUDITOR: "审计员",
    Role.SECTION_ADMIN: "内设机构管理员",
    Role.OFFICE: "业务科室人员",
    Role.OFFICER: "执法检查人员",
    Role.APPROVER: "负责人",
    Role.SUPERVISOR: "监督人员",
    Role.LEADER: "领导小组",
}

_READ_WORK = {
    "register.read",
    "recusal.read",
    "campaign.read",
    "draw.read",
    "inspection.read",
    "followup.read",
    "notice.read",
}

PERMISSIONS: dict[Role, frozenset[str]] = {
    Role.SYSTEM_ADMIN: frozenset(
        {
            "agency.manage",
            "register.read",
            "calendar.edit",
            "paper.edit",
            "upkeep.press",
            "leading.edit",
            "leading.read",
        }
    ),
    Role.SECURITY_ADMIN: frozenset({"account.manage"}),
    Role.AUDITOR: frozenset({"audit.read"}),
    Role.SECTION_ADMIN: frozenset({"register.read", "register.edit", "register.import", "leading.read"}),
    Role.OFFICE: frozenset(
        _READ_WORK
        | {
            "register.edit",
            "register.import",
            "campaign.edit",
            "draw.run",
            "recusal.declare",
            "inspection.enter",
            "inspection.review",
            "notice.publish",
            "followup.edit",
            "paper.edit",
            "rating.read",
            "upkeep.press",
            "leading.edit",
            "leading.read",
        }
    ),
    Role.OFFICER: frozenset({"field.work", "recusal.declare", "recusal.read"}),
    Role.APPROVER: frozenset(
        _READ_WORK
        | {
            "campaign.approve",
            "recusal.decide",
            "draw.void",
            "draw.change",
            "inspection.review",
            "notice.publish",
            "rating.read",
            "leading.read",
            "dashboard.read",
        }
    ),
    Role.SUPERVISOR: frozenset(_READ_WORK | {"draw.witness", "rating.read", "rating.trace", "leading.read"}),
    Role.LEADER: frozenset(
        {"dashboard.read", "leading.read", "register.read", "campaign.read", "notice.read"}
    ),
}

EVERY_PERMISSION = frozenset().union(*PERMISSIONS.values())
