"""Password hashing and the rule for a new password. Never logs or returns a password."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_DUMMY = _HASHER.hash("not the password of anybody")
MIN_LENGTH = 8
_COMMON = frozenset(
    {"password", "12345678", "123456789", "1234567890", "88888888", "11111111", "qwertyui", "sjj12345"}
)


def hash_password(password: str) -> str:
    """Argon2id hash of a password."""
    return _HASHER.hash(password)


def is_right(password_hash: str | None, password: str) -> bool:
    """Whether the password fits; takes as long when there is no such account."""
    try:
        return _HASHER.verify(password_hash or _DUMMY, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def password_problem(password: str, username: str) -> str | None:
    """Why this may not be a password, in a sentence; None if it may."""
    if len(password) < MIN_LENGTH:
        return f"密码至少 {MIN_LENGTH} 位"
    if len(password) > 200:
        return "密码不能超过 200 位"
    if password.lower() in _COMMON or len(set(password)) < 4:
        return "这个密码太容易被猜到，请换一个"
    if username.lower() in password.lower():
        return "密码中不能含有用户名"
    return None
