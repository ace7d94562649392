"""What an off-site check adds to the ordinary record: its evidence as photos, how it was checked, notes on videos.

The record keeps the shape of a visit's (docs/phone.md); what has no key there stands as lines in the remarks,
written here and taken apart again here. Pure but for reading rows given to it.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from sjj.inspections.evidence_kinds import EvidenceKind
from sjj.inspections.evidence_queries import caption_of, video_line
from sjj.inspections.visit_models import Evidence

METHODS, VIDEO = "检查方式：", "视频说明（"
BETWEEN = "、"


def remarks_with(typed: str, methods: Iterable[str], rows: Iterable[Evidence]) -> str:
    """The remarks of the record: what was typed, then how it was checked, then the notes on videos."""
    lines = [typed.strip(), f"{METHODS}{BETWEEN.join(methods)}"]
    lines += [video_line(row) for row in rows if row.kind == EvidenceKind.VIDEO]
    return "\n".join(line for line in lines if line)


def remarks_typed(remarks: str) -> str:
    """What a person typed of stored remarks."""
    return "\n".join(_apart(remarks)[0])


def methods_in(remarks: str) -> list[str]:
    """How it was checked, as stored remarks say."""
    line = next(iter(_apart(remarks)[1]), "")
    return [one for one in line.removeprefix(METHODS).split(BETWEEN) if one]


def videos_in(remarks: str) -> list[str]:
    """The notes on videos of stored remarks."""
    return _apart(remarks)[1][1:]


def _apart(remarks: str) -> tuple[list[str], list[str]]:
    """The lines that were typed and those that were written here: from the last one on how it was checked.

    Whoever types such a line has typed it: it is no word on how the check was made.
    """
    lines = remarks.splitlines()
    ours = next(
        (place for place in reversed(range(len(lines))) if lines[place].startswith(METHODS)), len(lines)
    )
    return lines[:ours], lines[ours:]


def photos_of(rows: Iterable[Evidence]) -> Mapping[str, dict[str, Any]]:
    """{SHA-256: what the record says of it}."""
    return {row.sha256: {"sha256": row.sha256, "caption": caption_of(row)} for row in rows if row.sha256}
