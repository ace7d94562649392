"""What the 抽取记录表 says of a draw that was held: who, when, hashes, seed, rule, drawn, changes.

Two forms: with names for the file of the office, and without (`covered`) for witnesses while the list is still
confidential. It gathers and words; it neither lays out nor decides who may have it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select

from sjj.audit.models import AuditEntry
from sjj.database import db
from sjj.draws import queries
from sjj.draws.changes_queries import changes_made
from sjj.draws.events import ValueEntered
from sjj.draws.forms import KIND_LABELS
from sjj.draws.models import Draw, DrawChange, DrawnObject
from sjj.draws.teams import Roster
from sjj.presentation import moment
from sjj.rules import verify
from sjj.rules.lifecycle import DrawState

TITLE = "双随机抽取记录表"
CHANGE_KINDS = {"replace": "递补", "substitute": "换人"}
COVERED = "未公开"


def record_of(draw: Draw, *, covered: bool, url: str, qr: str) -> dict[str, Any]:
    """The paper's data; `url` is the public page and `qr` its picture as SVG text (both may be empty)."""
    rule = queries.public_rule(draw)
    closed = any(one["closed"] for one in rule["strata"].values())
    return {
        "agency": draw.agency.name,
        "title": TITLE if not covered else f"{TITLE}（见证人用）",
        "draw_no": draw.draw_no,
        "notices": _notices(draw, covered),
        "facts": _facts(draw, rule),
        "hashes": _hashes(draw),
        "strata": _strata(rule, hide=covered and closed),
        "sources": _sources(draw, rule["sources"]),
        "seed": _seed(draw),
        **_drawn(draw, covered, {name for name, one in rule["strata"].items() if one["closed"]}),
        "changes": _changes(draw, covered),
        "qr": qr,
        "url": url,
        "signers": ["主持人", "监督人员", *(f"见证人 {one['name']}" for one in draw.witnesses)],
    }


def last_moment(draw: Draw) -> datetime:
    """When what the paper says came to be: the draw, its last change or its void."""
    moments = [draw.drawn_at, draw.voided_at, *(change.decided_at for change in changes_made(draw))]
    return max(one for one in moments if one is not None)


def _notices(draw: Draw, covered: bool) -> list[str]:
    said = []
    if draw.state is DrawState.VOIDED:
        by = [one.display_name for one in (draw.voided_by, draw.voided_with) if one is not None]
        said.append(
            f"本次抽取已于 {moment(draw.voided_at)} 由{'、'.join(by)}作废，理由：{draw.void_reason}。不再用于检查。"
        )
    if not covered and not draw.campaign.publishes_at_once and draw.state is not DrawState.VOIDED:
        said.append("内部资料：抽中的对象和人员在最后一户检查结束前保密，不得外传。")
    return said


def _facts(draw: Draw, rule: dict[str, Any]) -> list[list[str]]:
    objects, take, officers = queries.frozen_counts(draw)
    unit = "组" if rule["team"]["unit"] == "group" else "名"
    return [
        ["抽查任务", draw.campaign.name],
        ["名单", f"{objects} 户，抽取 {take} 户"],
        ["执法人员", f"名册 {officers} 名，每户 {rule['team']['size']} {unit}"],
        ["提交名单", draw.proposed_by.display_name if draw.proposed_by else "—"],
        ["确认冻结", _who_when(draw.frozen_by.display_name if draw.frozen_by else "", draw.frozen_at)],
        ["主持抽取", _who_when(draw.drawn_by.display_name if draw.drawn_by else "", draw.drawn_at)],
        ["见证人", "、".join(f"{one['name']}（{one['of']}）" for one in draw.witnesses) or "—"],
    ]


def _who_when(name: str, at: datetime | None) -> str:
    return f"{name or '—'}，{moment(at)}" if at else name or "—"


def _hashes(draw: Draw) -> list[list[str]]:
    said = queries.commitment(draw)
    return [
        ["承诺", draw.commitment_sha256],
        ["承诺序号", str(said["serial"])],
        ["前一份承诺", said["previous"] or "—"],
        ["名单指纹", said["pool_sha256"]],
        ["规则指纹", said["rule_sha256"]],
        ["公开规则指纹", said["public_rule_sha256"]],
        ["密数指纹", said["secret_sha256"]],
    ]


def _strata(rule: dict[str, Any], *, hide: bool) -> list[list[str]]:
    if hide:
        size, take = (sum(one[key] for one in rule["strata"].values()) for key in ("size", "take"))
        return [["合计", str(size), str(take), f"共 {len(rule['strata'])} 层，依据涉及内部分类，不公开"]]
    return [[name, str(one["size"]), str(one["take"]), one["basis"]] for name, one in rule["strata"].items()]


def _sources(draw: Draw, sources: Sequence[dict[str, Any]]) -> list[list[str]]:
    query = select(AuditEntry).where(
        AuditEntry.action == ValueEntered.action,
        AuditEntry.subject_type == ValueEntered.subject_type,
        AuditEntry.subject_id == str(draw.id),
    )
    typed = {entry.details["place"]: entry for entry in db.session.scalars(query)}
    rows = []
    for place, (source, value) in enumerate(zip(sources, draw.outside_values, strict=True), 1):
        entry = typed.get(place)
        issue = f"（{source['issue']}）" if source["issue"] else ""
        by = f"{moment(entry.at)} {entry.actor_name}" if entry else moment(draw.drawn_at)
        rows.append([str(place), source["from"] + issue, KIND_LABELS[source["kind"]], value, by])
    return rows


def _seed(draw: Draw) -> list[list[str]]:
    receipt = verify.parse(draw.receipt.encode("utf-8"))
    rows = [["密数", draw.secret], ["种子", receipt["seed"]], ["完整凭据指纹", draw.receipt_sha256]]
    made = changes_made(draw)
    return rows + ([["变更后凭据指纹", made[-1].receipt_sha256]] if made else [])


def _drawn(draw: Draw, covered: bool, closed: set[str]) -> dict[str, Any]:
    rows = queries.drawn_rows(draw)
    if covered:
        told = [
            [
                str(row.place),
                "—" if row.stratum in closed else row.stratum,
                f"{len(row.team_codes)}",
                row.ticket,
            ]
            for row in rows
        ]
        note = f"共 {len(rows)} 户。对象和人员在最后一户检查结束后公开，届时凭次序和签号核对。"
        titles, columns = ["次序", "层", "检查人员数", "签号"], [0, 0, 0, 1]
        return {"drawn": told, "drawn_titles": titles, "drawn_columns": columns, "note": note}
    told = [
        [str(row.place), f"{row.name}\n{row.code}", row.stratum, "、".join(row.team), row.ticket]
        for row in rows
    ]
    titles, columns = ["次序", "检查对象", "层", "检查人员（组长在前）", "签号"], [0, 3, 0, 2, 3]
    return {"drawn": told, "drawn_titles": titles, "drawn_columns": columns, "note": f"共 {len(rows)} 户。"}


def _changes(draw: Draw, covered: bool) -> list[list[str]]:
    made = changes_made(draw)
    if not made:
        return []
    query = select(DrawnObject.code, DrawnObject.name).where(DrawnObject.draw_id == draw.id)
    names = dict(db.session.execute(query).all())
    officers, roster = queries.officer_names(draw), Roster(draw)
    return [
        [
            str(change.number),
            CHANGE_KINDS[change.kind],
            COVERED if covered else _change_words(change, names, officers, roster),
            change.reason,
            _who_when(change.decided_by.display_name if change.decided_by else "", change.decided_at),
        ]
        for change in made
    ]


def _change_words(change: DrawChange, names: dict[str, str], officers: dict[str, str], roster: Roster) -> str:
    entry = verify.parse(change.entry.encode("utf-8"))
    name = names.get(entry["code"], entry["code"])
    if entry["kind"] == "replace":
        return f"{name} 由 {names.get(entry['by'], entry['by'])} 递补"
    out, came = roster.words([entry["out"], entry["in"]], officers)
    return f"{name}：{out} 换为 {came}"
