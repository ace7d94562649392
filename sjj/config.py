"""Settings, read from the environment once, when the app is made. Nothing else reads `os.environ`.

A value that cannot be used stops the start with a sentence that names it; nothing is guessed.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit


class BadSetting(Exception):
    """A setting is missing or unusable; the message names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one installation is told from outside."""

    instance: Path
    database_url: str
    secret_key: str
    public_url: str
    demo_password: str
    trusted_proxies: int
    idle_limit: timedelta
    absolute_limit: timedelta
    longest_wait: int  # milliseconds between a phone's attempts to send
    testing: bool = False

    @property
    def https(self) -> bool:
        """Whether people reach the app over https (then cookies are Secure)."""
        return self.public_url.startswith("https://")


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings; `environ` defaults to the process environment. Raises BadSetting."""
    env = os.environ if environ is None else environ
    instance = Path(env.get("SJJ_INSTANCE") or "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True, mode=0o700)  # personal data: for the app's own account alone
    return Settings(
        instance=instance,
        database_url=_database_url(env.get("DATABASE_URL", ""), instance),
        secret_key=env.get("SJJ_SECRET_KEY") or _kept_secret(instance),
        public_url=_public_url(env.get("SJJ_PUBLIC_URL", "")),
        demo_password=env.get("SJJ_DEMO_PASSWORD", ""),
        trusted_proxies=_whole_number(env, "SJJ_TRUSTED_PROXIES", 0),
        idle_limit=timedelta(minutes=_whole_number(env, "SJJ_IDLE_MINUTES", 60)),
        absolute_limit=timedelta(hours=_whole_number(env, "SJJ_SESSION_HOURS", 12)),
        longest_wait=_whole_number(env, "SJJ_FIELD_WAIT_MS", 300_000),
        testing=env.get("SJJ_TESTING") == "1",
    )


def _database_url(given: str, instance: Path) -> str:
    if not given:
        return f"sqlite:///{instance / 'sjj.db'}"
    for old in ("postgres://", "postgresql://"):
        if given.startswith(old):
            return "postgresql+psycopg://" + given.removeprefix(old)
    if not given.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise BadSetting("DATABASE_URL 应为 sqlite:///… 或 postgresql://… 地址")
    return given


def _public_url(given: str) -> str:
    if not given:
        return ""
    parts = urlsplit(given)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise BadSetting("SJJ_PUBLIC_URL 应为 http(s)://主机[:端口] 形式的地址")
    return given.rstrip("/")


def _whole_number(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise BadSetting(f"{name} 应为非负整数，现为“{text}”")
    return int(text)


def _kept_secret(instance: Path) -> str:
    """The installation's own key, made once and kept beside its data (readable by its owner only)."""
    kept = instance / "secret_key"
    try:
        descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return kept.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(32))
        file.flush()
        os.fsync(file.fileno())
    return kept.read_text(encoding="ascii").strip()
