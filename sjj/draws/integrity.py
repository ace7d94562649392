"""Recomputing every stored draw: has anybody edited a row behind the app's back?

Each draw is checked against its own hashes, its receipt against the one verifier, its copies in other
columns and tables against the receipt, all draws of an agency against their chain and the audit log.
It reads and reports; it repairs nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws.models import Draw
from sjj.registers.events import EntityChanged
from sjj.rules import verify
from sjj.rules.draw import DamagedDraw, Frozen
from sjj.rules.lifecycle import DrawState


def faults() -> list[str]:
    """One sentence for everything that does not fit; none when all draws are as they were made."""
    found: list[str] = []
    query = select(Draw).order_by(Draw.agency_id, Draw.serial)
    every = list(db.session.scalars(query))
    for _, listed in groupby(every, key=lambda draw: draw.agency_id):
        chain = list(listed)
        found += _chain_faults(chain)
        for draw in chain:
            found += [f"{draw.draw_no}：{fault}" for fault in draw_faults(draw)]
    return [*found, *_vanished(every)]


def _chain_faults(chain: Sequence[Draw]) -> Iterator[str]:
    previous = ""
    for place, draw in enumerate(chain, 1):
        if draw.serial != place:
            yield f"{draw.draw_no}：承诺序号应为{place}，记录为{draw.serial}，中间缺了抽取"
        stated = _read(draw.commitment).get("previous")
        if stated != previous:
            yield f"{draw.draw_no}：没有接上前一份承诺"
        previous = draw.commitment_sha256


def _vanished(every: Sequence[Draw]) -> Iterator[str]:
    """Draws that the audit log knows and the table does not."""
    kept = {draw.commitment_sha256 for draw in every}
    query = select(AuditEntry).where(AuditEntry.action == "draw.frozen").order_by(AuditEntry.id)
    for entry in db.session.scalars(query):
        if entry.details.get("commitment_sha256") not in kept:
            yield f"{entry.details.get('draw_no')}：操作日志中有这次冻结，抽取记录中没有与之相符的承诺"


def draw_faults(draw: Draw) -> list[str]:
    """What does not fit within one draw."""
    found = [*_frozen_faults(draw), *_state_faults(draw)]
    return [*found, *_receipt_faults(draw)] if draw.receipt or draw.state is DrawState.DRAWN else found


def _frozen_faults(draw: Draw) -> Iterator[str]:
    try:
        frozen = Frozen.restore(draw.commitment, draw.pool, draw.rule, draw.secret)
    except DamagedDraw as damaged:
        yield str(damaged)
        return
    if frozen.commitment_sha256 != draw.commitment_sha256:
        yield "承诺的指纹与内容不符"
    said = frozen.commitment
    if (said["draw_no"], said["serial"]) != (draw.draw_no, draw.serial):
        yield "文号或序号与承诺不符"
    if verify.moment(said["frozen_at"])[0] != _seconds(draw.frozen_at.isoformat()):
        yield "冻结时间与承诺不符"
    if set(draw.entity_ids) != {row.code for row in frozen.pool}:
        yield "名单与检查对象的对应关系有改动"
    if set(draw.officer_ids) != {one["code"] for one in frozen.rule["officers"]}:
        yield "名册与执法人员的对应关系有改动"


def _seconds(moment: str) -> int:
    return verify.moment(moment)[0]


def _state_faults(draw: Draw) -> Iterator[str]:
    counts = draw.state is not DrawState.VOIDED
    if draw.live_campaign_id != (draw.campaign_id if counts else None):
        yield "是否有效的标记与状态不符"
    if counts is (draw.voided_at is not None):
        yield "作废时间与状态不符"
    if draw.state is DrawState.FROZEN and (draw.receipt or draw.drawn_at or draw.objects):
        yield "尚未抽取，却有抽取结果"


def _receipt_faults(draw: Draw) -> Iterator[str]:
    checks = verify.verify_bytes(draw.receipt.encode("utf-8"), draw.commitment_sha256)
    bad = [f"凭据核对不通过：{check.name}，{check.reason}" for check in checks if check.status == verify.FAIL]
    if bad:
        yield from bad
        return
    receipt = _read(draw.receipt)
    if verify.sha256_of(receipt) != draw.receipt_sha256:
        yield "凭据的指纹与内容不符"
    if verify.commitment_of(receipt) != _read(draw.commitment):
        yield "凭据与保存的承诺不符"
    if receipt["values"] != draw.outside_values or receipt["secret"] != draw.secret:
        yield "凭据中的数字与保存的不符"
    if draw.drawn_at is None or _seconds(receipt["drawn_at"]) != _seconds(draw.drawn_at.isoformat()):
        yield "抽取时间与凭据不符"
    rows = [(one.place, one.entity_id, one.stratum, one.ticket, one.team) for one in draw.objects]
    told = [
        (row["place"], draw.entity_ids.get(row["code"]), row["stratum"], row["ticket"], row["team"])
        for row in receipt["drawn"]
    ]
    if rows != told:
        yield "抽中名单与凭据不符"
    yield from _code_faults(draw, [row["code"] for row in receipt["drawn"]])


def _code_faults(draw: Draw, codes: Sequence[str]) -> Iterator[str]:
    """Is each drawn object still the one of the receipt? A change that the audit log tells of is none."""
    for one, code in zip(draw.objects, codes, strict=False):
        if one.code != code:
            yield f"第{one.place}户的代码与凭据不符"
        if one.entity.code != code and not _told_of(one.entity_id, code):
            yield f"第{one.place}户“{one.name}”在名录库中的代码是{one.entity.code}，凭据中是{code}"


def _told_of(entity_id: int, code: str) -> bool:
    """Whether the office itself gave an entity another code than this, which the app allows after the visit."""
    query = select(AuditEntry.details).where(
        AuditEntry.action == EntityChanged.action, AuditEntry.subject_id == str(entity_id)
    )
    return any(one.get("changes", {}).get("code", [""])[0] == code for one in db.session.scalars(query))


def _read(text: str) -> dict[str, Any]:
    try:
        found = verify.parse(text.encode("utf-8"))
    except verify.Refused:
        return {}
    return found if isinstance(found, dict) else {}
