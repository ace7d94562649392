"""A small list between looking at it and taking it over: its bytes under a name that nobody can guess.

Only who brought it may look at it, and only for what it was brought. Gone when it is decided, or after two days.
"""

import json
import re
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Any

from sjj.registers.sheet_columns import MOST_TOLD
from sjj.web import instance_folder

KEPT_FOR = timedelta(days=2)
_TOKEN = re.compile("[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Upload:
    """What somebody brought: for what, for which agency, the file's name and its bytes."""

    token: str
    what: str
    agency_id: int
    about: str
    name: str
    data: bytes


def keep(what: str, agency_id: int, about: str, name: str, data: bytes, user_id: int, now: datetime) -> str:
    """Keep the bytes until they are decided on; the token to find them by. Sweeps out what was forgotten."""
    folder = _folder()
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder, now)
    token = token_hex(16)
    (folder / token).write_bytes(data)
    said = {"what": what, "agency_id": agency_id, "about": about, "name": name, "user_id": user_id}
    (folder / f"{token}.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    return token


def kept(token: str, what: str, user_id: int) -> Upload | None:
    """What this person brought for this, where it is still here."""
    if not _TOKEN.fullmatch(token):
        return None
    try:
        said = json.loads((_folder() / f"{token}.json").read_text(encoding="utf-8"))
        data = (_folder() / token).read_bytes()
    except FileNotFoundError:
        return None
    if said["what"] != what or said["user_id"] != user_id:
        return None
    return Upload(token, what, said["agency_id"], said["about"], said["name"], data)


def forget(upload: Upload) -> None:
    """Take the file away."""
    for name in (upload.token, f"{upload.token}.json"):
        (_folder() / name).unlink(missing_ok=True)


def _sweep(folder: Path, now: datetime) -> None:
    for file in folder.iterdir():
        try:
            if file.stat().st_mtime < (now - KEPT_FOR).timestamp():
                file.unlink()
        except FileNotFoundError:
            continue  # somebody else swept it


def _folder() -> Path:
    return instance_folder() / "imports" / "small"


def fingerprint(seen: Any) -> str:
    """A mark of what a preview showed: taking over is refused when the same file would do something else."""
    plain = json.dumps(seen, ensure_ascii=False, sort_keys=True, default=_plain)
    return sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> Any:
    return asdict(value) if hasattr(value, "__dataclass_fields__") else str(value)


def told(problems: list[str]) -> str:
    """The problems of a file as one text, one in a line; beyond a page of them only how many more."""
    more = len(problems) - MOST_TOLD
    return "\n".join(problems[:MOST_TOLD]) + (f"\n还有 {more} 处" if more > 0 else "")
