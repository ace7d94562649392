"""Signing in and out, passwords, and keeping accounts. Never commits; the view does.

Guessing is slowed by name and by address; a refused sign-in never says whether the account exists.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from sjj.accounts import events
from sjj.accounts.models import Agency, LoginAttempt, RoleGrant, Section, User
from sjj.accounts.passwords import hash_password, is_right, password_problem
from sjj.accounts.roles import Role
from sjj.accounts.sessions import close_all_sessions
from sjj.audit.services import Actor, System, record
from sjj.database import db

MAX_FAILURES = 5
MAX_FAILURES_OF_ADDRESS = 50
LOCK_FOR = timedelta(minutes=15)


class SignInRefused(Exception):
    """The name or password is wrong, or one must wait; the message may be shown."""


class AccountRefused(Exception):
    """An account cannot be kept as asked; the message may be shown."""


def check_sign_in(username: str, password: str, address: str, now: datetime) -> User:
    """Check a name and password. Raises SignInRefused; a failure leaves a row that the view must commit."""
    user = db.session.scalar(select(User).where(User.username == username))
    if _failures(LoginAttempt.address == address, now) >= MAX_FAILURES_OF_ADDRESS:
        raise SignInRefused("本网络地址登录失败次数过多，请 15 分钟后再试。")
    failures = _failures(LoginAttempt.username == username, now)
    if failures >= MAX_FAILURES or (user is not None and user.locked_until and user.locked_until > now):
        raise SignInRefused("登录失败次数过多，账号已锁定 15 分钟，请稍后再试或联系安全管理员。")
    if is_right(user.password_hash if user else None, password) and user is not None and not user.disabled:
        user.locked_until = None
        db.session.execute(delete(LoginAttempt).where(LoginAttempt.username == username))
        user.address = address
        record(events.SignedIn(subject_id=user.id, agency_id=user.agency_id, username=username), user, now)
        return user
    db.session.add(LoginAttempt(username=username[:60], address=address, at=now))
    if failures + 1 >= MAX_FAILURES and user is not None:
        user.locked_until = now + LOCK_FOR
        record(events.Locked(subject_id=user.id, agency_id=user.agency_id, username=username), System(), now)
    raise SignInRefused("用户名或密码不正确，请检查后再试。")


def _failures(condition: object, now: datetime) -> int:
    query = select(func.count()).select_from(LoginAttempt).where(condition, LoginAttempt.at > now - LOCK_FOR)  # type: ignore[arg-type]
    return db.session.scalar(query) or 0


def change_own_password(user: User, old: str, new: str, now: datetime) -> None:
    """Set a new password after checking the old one; ends every session. Raises AccountRefused."""
    if not is_right(user.password_hash, old):
        raise AccountRefused("原密码不正确")
    if old == new:
        raise AccountRefused("新密码不能与原密码相同")
    problem = password_problem(new, user.username)
    if problem:
        raise AccountRefused(problem)
    user.password_hash = hash_password(new)
    user.must_change_password = False
    close_all_sessions(user)
    record(
        events.PasswordChanged(subject_id=user.id, agency_id=user.agency_id, username=user.username),
        user,
        now,
    )


def reset_password(user: User, password: str, actor: Actor, now: datetime) -> None:
    """An administrator sets a first password that must be changed at sign-in."""
    user.password_hash = hash_password(password)
    user.must_change_password = True
    user.locked_until = None
    db.session.execute(delete(LoginAttempt).where(LoginAttempt.username == user.username))
    close_all_sessions(user)
    record(
        events.PasswordChanged(subject_id=user.id, agency_id=user.agency_id, username=user.username),
        actor,
        now,
    )


def add_account(
    username: str,
    display_name: str,
    password: str,
    roles: list[Role],
    actor: Actor,
    now: datetime,
    *,
    agency: Agency | None = None,
    section: Section | None = None,
    officer_id: int | None = None,
    must_change: bool = True,
) -> User:
    """Make an account; its roles hold in its agency, or everywhere without one. Raises AccountRefused."""
    if db.session.scalar(select(User.id).where(User.username == username)) is not None:
        raise AccountRefused(f"用户名“{username}”已有人使用")
    user = User(
        username=username,
        display_name=display_name,
        password_hash=hash_password(password),
        agency=agency,
        section=section,
        officer_id=officer_id,
        must_change_password=must_change,
        created_at=now,
    )
    db.session.add(user)
    set_roles(user, roles)
    db.session.flush()
    record(
        events.AccountAdded(
            subject_id=user.id,
            agency_id=user.agency_id,
            username=username,
            roles=tuple(role.label for role in roles),
        ),
        actor,
        now,
    )
    return user


def set_roles(user: User, roles: list[Role]) -> None:
    """Give a person exactly these roles, in their agency; a section administrator's only in the section."""
    if Role.SECTION_ADMIN in roles and user.section is None:
        raise AccountRefused("内设机构管理员须选定内设机构")
    agency_id = user.agency.id if user.agency else None
    section_id = user.section.id if user.section else None
    user.grants = [
        RoleGrant(
            role=role,
            agency_id=agency_id,
            section_id=section_id if role is Role.SECTION_ADMIN else None,
        )
        for role in dict.fromkeys(roles)
    ]
