"""Are the changes of a draw, and the rows that follow from them, what its receipt says? Reads and reports.

The receipt's entries decide; every column beside them must say the same, and whoever is still to be visited by
whom must be exactly what the entries lead to. Name and address of a drawn object are what people read at the
draw; the register may say otherwise since, and the draw's page says so. The code decides who is meant.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from sjj.draws.integrity_log import told_of
from sjj.draws.models import Draw, DrawChange
from sjj.rules import verify
from sjj.rules.lifecycle import ChangeState


def full_of(draw: Draw) -> Any:
    """The receipt with every approved change as it is stored, whatever somebody made of it."""
    base = _parsed(draw.receipt)
    if not isinstance(base, dict) or not isinstance(base.get("changes"), list):
        return base
    return {**base, "changes": [*base["changes"], *(_parsed(one.entry) for one in _made(draw))]}


def _parsed(text: str) -> Any:
    try:
        return verify.parse(text.encode("utf-8"))
    except verify.Refused:
        return None


def _made(draw: Draw) -> list[DrawChange]:
    made = [one for one in draw.changes if one.state is ChangeState.APPROVED]
    return sorted(made, key=lambda one: (one.number or 0, one.id))


def change_faults(draw: Draw) -> Iterator[str]:
    """Numbers without a gap, entries that say what their rows say, a hash for each version."""
    full = full_of(draw)
    for place, one in enumerate(_made(draw), 1):
        if one.number != place:
            yield f"变更的序号应为{place}，记录为{one.number}，中间缺了变更"
        yield from _entry_faults(one)
        if isinstance(full, dict) and one.receipt_sha256 != _sha256_up_to(full, place):
            yield f"第{place}项变更后的凭据指纹与内容不符"
    for one in draw.changes:
        if one.state is not ChangeState.APPROVED and (one.number or one.entry or one.receipt_sha256):
            yield f"对“{one.code}”的申请没有批准，却有变更内容"


def _sha256_up_to(full: Mapping[str, Any], number: int) -> str:
    try:
        return verify.sha256_of({**full, "changes": full["changes"][:number]})
    except verify.Refused:
        return ""


def _entry_faults(one: DrawChange) -> Iterator[str]:
    entry = _parsed(one.entry)
    if not isinstance(entry, dict):
        yield f"第{one.number}项变更的内容读不出来"
        return
    if verify.canonical(entry).decode() != one.entry:
        yield f"第{one.number}项变更的写法有改动"
    told = {"kind": one.kind, "code": one.code, "reason": one.reason, "evidence_sha256": one.evidence_sha256}
    if one.kind == "substitute":
        told["out"] = one.out
    if any(entry.get(name) != value for name, value in told.items()) or (one.kind == "replace" and one.out):
        yield f"第{one.number}项变更的登记与凭据不符"
    at = entry.get("at", "")
    if one.decided_at is None or verify.moment_fault(at) or verify.moment(at)[0] != _seconds(one.decided_at):
        yield f"第{one.number}项变更的时间与凭据不符"


def _seconds(at: Any) -> int:
    return verify.moment(at.isoformat())[0]


def row_faults(draw: Draw, full: Mapping[str, Any]) -> Iterator[str]:
    """Are the drawn objects, who came, who left and every team as the receipt leads to them?"""
    expected = _expected(full)
    rows = sorted(draw.objects, key=lambda row: row.place)
    if [row.place for row in rows] != list(range(1, len(expected) + 1)):
        yield "抽中名单与凭据不符"
        return
    for row, right in zip(rows, expected.values(), strict=True):
        told = {**right, "entity_id": draw.entity_ids.get(right["code"])}
        if row.code != right["code"]:
            yield f"第{row.place}户的代码与凭据不符"
        if any(getattr(row, name) != value for name, value in told.items() if name != "code"):
            yield f"抽中名单与凭据不符：第{row.place}户"
        code = row.entity.code
        if code != right["code"] and not told_of("entity", row.entity_id, "code", right["code"]):
            yield f"第{row.place}户“{row.name}”在名录库中的代码是{code}，凭据中是{right['code']}"


def _expected(full: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """The rows that a sound receipt leads to, by code, in their order."""
    rows: dict[str, dict[str, Any]] = {}
    for one in full["drawn"]:
        rows[one["code"]] = _row(one, one["code"])
    for number, change in enumerate(full["changes"], 1):
        row = rows[change["code"]]
        if change["kind"] == "replace":
            row["left_by"] = number
            rows[change["by"]] = _row(change, change["by"], number)
        else:
            team = row["team_now"]
            row["team_now"] = [change["in"] if name == change["out"] else name for name in team]
    return rows


def _row(said: Mapping[str, Any], code: str, came_by: int | None = None) -> dict[str, Any]:
    same = {name: said[name] for name in ("stratum", "ticket", "team")}
    return {"code": code, **same, "team_now": said["team"], "came_by": came_by, "left_by": None}
