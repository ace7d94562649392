"""Who is signed in: server-side sessions behind a random token in the signed cookie.

A session ends by idleness, by age, by sign-out, by a changed password or by a disabled account. Signing in
always makes a new token; nothing of the anonymous session survives.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import joinedload

from sjj.accounts.models import LoginSession, User
from sjj.database import db, is_busy, let_go, separately

TOUCH_EVERY = timedelta(minutes=1)
MARK_PATIENCE = 0.3  # seconds


@dataclass(frozen=True, slots=True)
class Limits:
    """How long a session may rest, and how long it may live at all."""

    idle: timedelta
    absolute: timedelta


def open_session(user: User, now: datetime) -> str:
    """Start a session for this person; returns the token for the cookie."""
    token = secrets.token_urlsafe(32)
    db.session.add(
        LoginSession(token_sha256=_digest(token), user_id=user.id, created_at=now, last_seen_at=now)
    )
    return token


def find_user(token: str, now: datetime, limits: Limits) -> User | None:
    """The person whose living session this is. Marks the session as seen, at most once a minute."""
    session = db.session.get(LoginSession, _digest(token), options=[joinedload(LoginSession.user)])
    if session is None or session.user.disabled:
        return None
    if now - session.created_at > limits.absolute or now - session.last_seen_at > limits.idle:
        return None
    user = session.user
    if now - session.last_seen_at > TOUCH_EVERY:
        let_go()  # a request that may write holds SQLite's lock by now; the mark is another connection's
        _mark_as_seen(token, now)
    return user


def _mark_as_seen(token: str, now: datetime) -> None:
    """Where something else is being written for long, the next request marks it: no page waits for this."""
    mine = update(LoginSession).where(LoginSession.token_sha256 == _digest(token))
    try:
        with separately(MARK_PATIENCE) as connection:
            connection.execute(mine.values(last_seen_at=now))
    except OperationalError as problem:
        if not is_busy(problem):
            raise


def close_session(token: str) -> None:
    """End one session."""
    db.session.execute(delete(LoginSession).where(LoginSession.token_sha256 == _digest(token)))


def close_all_sessions(user: User) -> None:
    """End every session of a person (a new password, a disabled account)."""
    db.session.execute(delete(LoginSession).where(LoginSession.user_id == user.id))


def forget_old_sessions(now: datetime, limits: Limits) -> None:
    """Delete the rows of sessions that have ended by themselves."""
    db.session.execute(
        delete(LoginSession).where(
            (LoginSession.created_at < now - limits.absolute)
            | (LoginSession.last_seen_at < now - limits.idle)
        )
    )


def _digest(token: str) -> str:
    return sha256(token.encode()).hexdigest()
