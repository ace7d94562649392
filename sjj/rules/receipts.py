"""What others get to see of a full receipt: the public forms, the hash, one enterprise's own line.

It only leaves out; it never computes anything a receipt does not already fix. The full receipt itself goes
to the supervisor (draw.md §6).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sjj.rules import verify

_HEADING = (
    "format",
    *verify.COMMITMENT_KEYS,
    "drawn_at",
    "commitment_sha256",
    "secret",
    "values",
    "seed",
)


def receipt_sha256(document: Mapping[str, Any]) -> str:
    """SHA-256 of a receipt's canonical JSON, 64 lower-case hex digits. Raises verify.Refused."""
    return verify.sha256_of(dict(document))


def has_closed_stratum(full: Mapping[str, Any]) -> bool:
    """Whether membership of any stratum may not be public."""
    return any(one["closed"] for one in full["rule"]["strata"].values())


def teams_now(full: Mapping[str, Any]) -> dict[str, list[str]]:
    """The objects still to be inspected, after all changes, each with its team (the leader first)."""
    return {code: list(team) for code, team in verify.replay_of(full).teams.items()}


def public_receipt(
    full: Mapping[str, Any], *, show_officers: bool, inspected: Sequence[str] | None
) -> dict[str, Any]:
    """The public form of a full receipt (draw.md §6).

    ``show_officers`` counts only where all strata are open. ``inspected``: the codes inspected in the end,
    needed only where a stratum is closed; None means all that were to be inspected after the changes.
    """
    heading = {"kind": "public", **{key: full[key] for key in _HEADING}}
    if has_closed_stratum(full):
        rows = [verify.Row(row["code"], row["stratum"], row["salt"]) for row in full["pool"]]
        codes = teams_now(full) if inspected is None else inspected
        return {
            **heading,
            "pool": [{"code": row.code, "line_sha256": verify.line_sha256(row)} for row in rows],
            "drawn": sorted(set(codes)),
        }
    hidden = {"approver"} if show_officers else {"approver", "team"}
    return {
        **heading,
        "pool": full["pool"],
        "rule": verify.public_rule(full["rule"]),
        "drawn": [_without(row, hidden) for row in full["drawn"]],
        "changes": [
            _without(change, hidden)
            for change in full["changes"]
            if show_officers or change["kind"] == "replace"
        ],
    }


def _without(row: Mapping[str, Any], hidden: set[str]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if key not in hidden}


@dataclass(frozen=True)
class LineExplanation:
    """What one enterprise gets of a draw, closed strata or not: enough to check its own case.

    ``line`` hashes to ``line_sha256``, which stands in the public pool; ``ticket`` follows from the public
    seed; the enterprise was drawn if its ticket is not greater than ``cut_off_ticket`` (empty if the group
    took nobody). ``group_size`` and ``take`` are numbers of objects. ``is_supplement``: it came in later.
    """

    code: str
    stratum: str
    salt: str
    line: str
    line_sha256: str
    ticket: str
    group_size: int
    take: int
    cut_off_ticket: str
    is_drawn: bool
    is_supplement: bool


def explain_line(full: Mapping[str, Any], code: str) -> LineExplanation:
    """The line of one object. Raises LookupError with a Chinese sentence if it is not in the pool."""
    found = next((row for row in full["pool"] if row["code"] == code), None)
    if found is None:
        raise LookupError(f"“{verify.shown(code)}”不在本次抽取的名单中")
    row = verify.Row(found["code"], found["stratum"], found["salt"])
    stratum = full["rule"]["strata"][row.stratum]
    drawn = {one["code"]: one["ticket"] for one in full["drawn"] if one["stratum"] == row.stratum}
    return LineExplanation(
        code=row.code,
        stratum=row.stratum,
        salt=row.salt,
        line=f"{row.code}\t{row.stratum}\t{row.salt}",
        line_sha256=verify.line_sha256(row),
        ticket=verify.ticket(full["seed"], verify.object_id(row.code, row.salt)),
        group_size=stratum["size"],
        take=stratum["take"],
        cut_off_ticket=max(drawn.values(), default=""),
        is_drawn=row.code in drawn,
        is_supplement=any(change.get("by") == row.code for change in full["changes"]),
    )


def line_document(full: Mapping[str, Any], code: str) -> dict[str, Any]:
    """What one enterprise gets as a file (``sjj-line/1``); ``verify.verify_line`` checks it.

    The whole commitment stands in it, so that nobody can put the published hash beside another pool or seed.
    The stratum stands as in the frozen pool: a closed one has a neutral name there. Raises LookupError with
    a Chinese sentence if the object is not in the pool.
    """
    mine = explain_line(full, code)
    heading = (*verify.COMMITMENT_KEYS, "commitment_sha256", "drawn_at", "seed")
    return {
        "format": verify.LINE_FORMAT,
        **{key: full[key] for key in heading},
        "code": mine.code,
        "stratum": mine.stratum,
        "salt": mine.salt,
        "line_sha256": mine.line_sha256,
        "ticket": mine.ticket,
        "group_size": mine.group_size,
        "take": mine.take,
        "cut_off_ticket": mine.cut_off_ticket,
        "is_drawn": mine.is_drawn,
        "is_supplement": mine.is_supplement,
    }
