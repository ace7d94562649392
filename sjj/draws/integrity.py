"""Recomputing every stored draw: has anybody edited a row behind the app's back?

Each draw is checked against its own hashes, its receipt with all changes against the one verifier, its copies
in other columns and tables against the receipt and against the audit log, all draws of an agency against their
chain. It reads and reports; it repairs nothing.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import select

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws.integrity_changes import change_faults, full_of, row_faults
from sjj.draws.integrity_log import log_faults, told_of
from sjj.draws.integrity_messages import message_faults
from sjj.draws.models import Draw
from sjj.registers.models import Entity, Officer
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
    found = [*_frozen_faults(draw), *_state_faults(draw), *log_faults(draw), *change_faults(draw)]
    found += message_faults(draw)
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
    if not draw.draw_no.startswith(f"{draw.campaign.number}-") or draw.agency_id != draw.campaign.agency_id:
        yield "文号与所属的抽查任务或部门不符"
    if _seconds(said["frozen_at"]) != _seconds(draw.frozen_at.isoformat()):
        yield "冻结时间与承诺不符"
    if set(draw.entity_ids) != {row.code for row in frozen.pool}:
        yield "名单与检查对象的对应关系有改动"
    if set(draw.officer_ids) != {one["code"] for one in frozen.rule["officers"]}:
        yield "名册与执法人员的对应关系有改动"
    yield from _behind_faults(draw)


def _seconds(moment: str) -> int:
    return verify.moment(moment)[0]


def _behind_faults(draw: Draw) -> Iterator[str]:
    """Does each code still mean the one it meant? A change that the audit log tells of is none."""
    entities = dict(
        db.session.execute(select(Entity.id, Entity.code).where(Entity.agency_id == draw.agency_id)).all()
    )
    for code, number in draw.entity_ids.items():
        now = entities.get(number)
        if now != code and not told_of("entity", number, "code", code):
            yield f"名单中的“{code}”在名录库中的代码是{now or '（无）'}"
    officers = {
        one.id: one
        for one in db.session.scalars(select(Officer).where(Officer.id.in_(draw.officer_ids.values())))
    }
    for code, number in draw.officer_ids.items():
        one = officers.get(number)
        bare = code.rpartition(":")[2]  # in a joint draw the agency's short name may stand before it
        if one is None or (one.code not in (code, bare) and not told_of("officer", number, "code", bare)):
            yield f"名册中的“{code}”在名录库中的编号是{one.code if one else '（无）'}"


def _state_faults(draw: Draw) -> Iterator[str]:
    counts = draw.state is not DrawState.VOIDED
    if draw.live_campaign_id != (draw.campaign_id if counts else None):
        yield "是否有效的标记与状态不符"
    if counts is (draw.voided_at is not None):
        yield "作废时间与状态不符"
    if draw.state is DrawState.FROZEN and (draw.receipt or draw.drawn_at or draw.objects):
        yield "尚未抽取，却有抽取结果"
    result = (draw.drawn_at, draw.drawn_by_id, draw.receipt_sha256, draw.outside_values)
    if not draw.receipt and any(result):
        yield "没有凭据，却有抽取的记录"
    if not 0 <= draw.revealed <= len(draw.objects):
        yield "现场显示的户数与抽中的户数不符"


def _receipt_faults(draw: Draw) -> Iterator[str]:
    full = full_of(draw)
    checks = verify.verify(full, draw.commitment_sha256)
    bad = [f"凭据核对不通过：{check.name}，{check.reason}" for check in checks if check.status == verify.FAIL]
    if bad:
        yield from bad
        return
    receipt = _read(draw.receipt)
    if verify.canonical(receipt).decode() != draw.receipt or receipt["changes"]:
        yield "抽取时的凭据有改动"
    if verify.sha256_of(receipt) != draw.receipt_sha256:
        yield "凭据的指纹与内容不符"
    if verify.commitment_of(receipt) != _read(draw.commitment):
        yield "凭据与保存的承诺不符"
    same = (draw.outside_values, draw.values_entered or draw.outside_values)  # older draws kept only the one
    if same != (receipt["values"], receipt["values"]) or receipt["secret"] != draw.secret:
        yield "凭据中的数字与保存的不符"
    if draw.drawn_at is None or _seconds(receipt["drawn_at"]) != _seconds(draw.drawn_at.isoformat()):
        yield "抽取时间与凭据不符"
    yield from row_faults(draw, full)


def _read(text: str) -> dict[str, Any]:
    try:
        found = verify.parse(text.encode("utf-8"))
    except verify.Refused:
        return {}
    return found if isinstance(found, dict) else {}
