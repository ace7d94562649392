"""What may still change after a draw: 递补 of an object, substitution of an officer (draw.md §2.4).

The draw itself never changes; a change is appended with its reason, evidence, approver and time. Refusal and
convenience are no reasons: the list is closed.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sjj.rules import verify
from sjj.rules.verify import REPLACE_REASONS, SUBSTITUTE_REASONS, ImpossibleChange


def replace(
    full: Mapping[str, Any], code: str, reason: str, evidence_sha256: str, approver: str, at: str
) -> dict[str, Any]:
    """递补: the receipt with the first unused reserve of the stratum in place of ``code`` (draw.md §2.4).

    ``evidence_sha256``: 64 hex digits of the dated evidence; ``at``: RFC 3339. Raises ImpossibleChange with
    a Chinese sentence, NobodyLeft when no reserve or no officer is left.
    """
    _refuse_change(full, reason, REPLACE_REASONS, evidence_sha256, approver, at)
    replay = verify.replay_of(full)
    taken = replay.replace(code)
    change = {
        "kind": "replace",
        "code": code,
        "by": taken.code,
        "stratum": taken.stratum,
        "ticket": taken.ticket,
        "team": list(replay.teams[taken.code]),
        "reason": reason,
        "evidence_sha256": evidence_sha256,
        "approver": approver,
        "at": at,
    }
    return {**full, "changes": [*full["changes"], change]}


def substitute(
    full: Mapping[str, Any], code: str, out: str, reason: str, evidence_sha256: str, approver: str, at: str
) -> dict[str, Any]:
    """The receipt with somebody else in the place of officer (or group) ``out`` in the team of ``code``.

    Raises ImpossibleChange with a Chinese sentence, NobodyLeft when nobody is left for the place.
    """
    _refuse_change(full, reason, SUBSTITUTE_REASONS, evidence_sha256, approver, at)
    chosen = verify.replay_of(full).substitute(code, out)
    change = {
        "kind": "substitute",
        "code": code,
        "out": out,
        "in": chosen,
        "reason": reason,
        "evidence_sha256": evidence_sha256,
        "approver": approver,
        "at": at,
    }
    return {**full, "changes": [*full["changes"], change]}


def _refuse_change(
    full: Mapping[str, Any], reason: str, reasons: Sequence[str], evidence: str, approver: str, at: str
) -> None:
    """Raise ImpossibleChange with every formal fault of a change at once (draw.md §2.4: a closed list)."""
    if full.get("kind") != "full":
        raise ImpossibleChange("只有完整凭据才能登记变更")
    faults = []
    if reason not in reasons:
        faults.append(f"事由只能是{'、'.join(reasons)}")
    if not verify.is_sha256(evidence):
        faults.append("须附证明材料")
    if not approver.strip() or verify.text_fault(approver):
        faults.append("须写明批准人")
    last = full["changes"][-1]["at"] if full["changes"] else full["drawn_at"]
    fault = verify.moment_fault(at)
    if fault:
        faults.append(f"变更时间{fault}")
    elif verify.moment(at) < verify.moment(last):
        faults.append(f"变更时间{at}早于上一步的{last}")
    if faults:
        raise ImpossibleChange("；".join(faults))
