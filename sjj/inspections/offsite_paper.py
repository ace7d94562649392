"""What the 非现场检查记录 says, from the record as it was received: each piece of evidence with its SHA-256.

Nobody was present and nobody signed in the system; the paper has lines for ink.
"""

from typing import Any

from sjj.inspections.offsite_record import BETWEEN, methods_in, remarks_typed, videos_in
from sjj.inspections.paper_pictures import MOST, Pictures
from sjj.inspections.paper_record import part_fields, problem_rows, proof
from sjj.inspections.reading import FILE, ItemPart, Record
from sjj.presentation import moment
from sjj.rules.results import Outcome


def offsite_fields(said: Record, pictures: Pictures) -> dict[str, Any]:
    """The fields of the record."""
    was_inspected = said.outcome == Outcome.INSPECTED.label
    return {
        "started": moment(said.started_at),
        "ended": moment(said.ended_at),
        "recorder": said.submission.user.display_name,
        "methods": BETWEEN.join(methods_in(said.remarks)),
        "outcome": said.outcome,
        "parts": [_part(part) for part in said.parts] if was_inspected else [],
        "problems": problem_rows(said.problems),
        "narrative": said.narrative,
        "remarks": remarks_typed(said.remarks),
        "evidence": _evidence(said, pictures),
        "videos": videos_in(said.remarks),
        **proof(said),
    }


def _part(part: ItemPart) -> dict[str, Any]:
    fields = part_fields(part)
    for answer in fields["answers"]:
        if answer["photos"]:
            answer["note"] += f"（证据 {answer['photos']} 件）"
            answer["photos"] = ""
    return fields


def _evidence(said: Record, pictures: Pictures) -> list[dict[str, str]]:
    rows = []
    for number, piece in enumerate(said.photos[:MOST], 1):
        picture, why = ("", "") if piece.fate == FILE else pictures.take(piece)
        rows.append(
            {
                "no": str(number),
                "caption": piece.caption,
                "sha256": piece.sha256,
                "said": why,
                "picture": picture,
            }
        )
    return rows
