"""What the audit log says about accounts."""

from dataclasses import dataclass
from typing import ClassVar

from sjj.audit.services import Event


@dataclass(frozen=True, kw_only=True)
class _AccountEvent(Event):
    subject_type: ClassVar[str] = "user"
    username: str


class SignedIn(_AccountEvent):
    """Somebody signed in."""

    action = "account.signed_in"

    def sentence(self) -> str:
        return f"{self.username} 登录"


class SignedOut(_AccountEvent):
    """Somebody signed out."""

    action = "account.signed_out"

    def sentence(self) -> str:
        return f"{self.username} 退出登录"


class Locked(_AccountEvent):
    """Too many wrong passwords."""

    action = "account.locked"

    def sentence(self) -> str:
        return f"{self.username} 连续输错密码，已锁定"


class PasswordChanged(_AccountEvent):
    """A new password was set by its owner or by an administrator."""

    action = "account.password_changed"

    def sentence(self) -> str:
        return f"{self.username} 的密码已更改"


@dataclass(frozen=True, kw_only=True)
class AccountAdded(_AccountEvent):
    """A new account with its roles."""

    action: ClassVar[str] = "account.added"
    roles: tuple[str, ...]

    def sentence(self) -> str:
        return f"新建账号 {self.username}（{'、'.join(self.roles)}）"


@dataclass(frozen=True, kw_only=True)
class AccountChanged(_AccountEvent):
    """Name, place, roles or the disabled mark of an account changed."""

    action: ClassVar[str] = "account.changed"
    what: str

    def sentence(self) -> str:
        return f"账号 {self.username}：{self.what}"


@dataclass(frozen=True, kw_only=True)
class AgencySaved(Event):
    """An agency was entered or changed."""

    action: ClassVar[str] = "agency.saved"
    subject_type: ClassVar[str] = "agency"
    name: str

    def sentence(self) -> str:
        return f"保存部门 {self.name}"


@dataclass(frozen=True, kw_only=True)
class SectionSaved(Event):
    """A section was entered or changed."""

    action: ClassVar[str] = "section.saved"
    subject_type: ClassVar[str] = "section"
    name: str

    def sentence(self) -> str:
        return f"保存内设机构 {self.name}"
