"""Reading the ZIP that a phone exports: records and files, and nothing that was not asked for.

Whatever the file says is a stranger's word: sizes are limited before anything is unpacked, names must have
their form, and a part that does not fit is refused in words while the rest is still read.
"""

import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from sjj.files.content import MAX_BYTES
from sjj.rules.submissions import MAX_BODY_BYTES, NotARecord, load_record

MAX_ENTRIES = 3000
MAX_UNPACKED = 128 * 1024 * 1024
RECORD = re.compile(r"records/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.json")
FILE = re.compile(r"files/([0-9a-f]{64})(?:\.(?:jpg|png))?")
KNOWN = ("说明.txt", "草稿/")


class NotAnExport(Exception):
    """This is not the file that a phone exports; the message may be shown."""


@dataclass(frozen=True, slots=True)
class CarriedRecord:
    """A record as the phone wrote it: its id, the account it was made under, what it says."""

    uid: str
    user: str
    entity: str
    record: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Export:
    """What one ZIP holds; `unread` names the parts that could not be read."""

    records: list[CarriedRecord] = field(default_factory=list)
    files: dict[str, zipfile.ZipInfo] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)
    drafts: int = 0


def open_export(stream: BinaryIO) -> zipfile.ZipFile:
    """The ZIP, once its size and the number of its parts are bearable. Raises NotAnExport."""
    try:
        opened = zipfile.ZipFile(stream)
        infos = opened.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        raise NotAnExport("不是手机导出的文件，或文件不完整。请在手机上重新导出。") from None
    if len(infos) > MAX_ENTRIES or sum(one.file_size for one in infos) > MAX_UNPACKED:
        raise NotAnExport("文件太大，不像是手机导出的。")
    if not any(RECORD.fullmatch(one.filename) or FILE.fullmatch(one.filename) for one in infos):
        raise NotAnExport("文件里没有检查记录。请选手机“待发送”页面导出的文件。")
    return opened


def read_export(opened: zipfile.ZipFile) -> Export:
    """Everything in it that has the right form."""
    found = Export(drafts=sum(one.filename.startswith("草稿/") for one in opened.infolist()))
    for info in opened.infolist():
        if matched := RECORD.fullmatch(info.filename):
            record = _record(opened, info, matched[1])
            if record is None:
                found.unread.append(info.filename)
            else:
                found.records.append(record)
        elif matched := FILE.fullmatch(info.filename):
            found.files[matched[1]] = info
        elif not info.filename.startswith(KNOWN):
            found.unread.append(info.filename)
    return found


def bytes_of(opened: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes | None:
    """The bytes of one file; None if they are damaged or more than a file may be."""
    return _read(opened, info, MAX_BYTES)


def _record(opened: zipfile.ZipFile, info: zipfile.ZipInfo, uid: str) -> CarriedRecord | None:
    data = _read(opened, info, 2 * MAX_BODY_BYTES)
    try:
        said = json.loads(data or b"")
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("submission") != uid:
        return None
    user, entity, record = said.get("user"), said.get("entity"), said.get("record")
    if not (isinstance(user, str) and isinstance(entity, str) and isinstance(record, dict)):
        return None
    try:
        return CarriedRecord(uid, user, entity, load_record(json.dumps(record).encode()))
    except (NotARecord, ValueError, RecursionError):
        return None


def _read(opened: zipfile.ZipFile, info: zipfile.ZipInfo, limit: int) -> bytes | None:
    if info.file_size > limit:
        return None
    try:
        with opened.open(info) as part:
            data = part.read(limit + 1)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        return None
    return data if len(data) <= limit else None


def in_order(records: list[CarriedRecord]) -> Iterator[CarriedRecord]:
    """A correction after what it corrects, as the phone would have sent them."""
    waiting = {one.uid: one for one in records}
    while waiting:
        free = [one for one in waiting.values() if one.record.get("revises") not in waiting]
        for one in free or list(waiting.values()):
            yield waiting.pop(one.uid)
