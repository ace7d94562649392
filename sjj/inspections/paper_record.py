"""What the 现场检查笔录 says of a visit (domain.md §7), from the record as it was received. Words only."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sjj.inspections.form_plan import FormPlan
from sjj.inspections.models import Inspection
from sjj.inspections.paper_pictures import MOST, Pictures
from sjj.inspections.paper_queries import notice_number
from sjj.inspections.reading import FoundProblem, ItemPart, Record, Signature
from sjj.inspections.record_values import mapping_in, text_at
from sjj.presentation import day, moment
from sjj.rules.remarks import read, sample_line

NOT_BOUND = "所签内容与本记录不一致"


def record_fields(inspection: Inspection, said: Record, pictures: Pictures) -> dict[str, Any]:
    """The fields of the record."""
    content = mapping_in(json.loads(said.submission.content))
    present = mapping_in(content.get("present"))
    recorder, remarks = _recorder(said), read(said.remarks)
    return {
        "started": moment(said.started_at),
        "ended": moment(said.ended_at),
        "place": inspection.entity.address,
        "checkin": _checkin(said),
        "present_name": text_at(present, "name"),
        "present_post": text_at(present, "post"),
        "present_phone": text_at(present, "phone"),
        "recorder": recorder,
        "assistants": "、".join(assistants_of(said)) or "无",
        "told": "；".join(f"{label}：{moment(at)}" for label, at in said.told) or "未记录",
        "policy": _policy(content.get("policy_explained") is True, remarks.policy),
        "recusal": said.recusal or "未申请回避",
        "outcome": said.outcome,
        "parts": [part_fields(part) for part in said.parts] if _was_inspected(content) else [],
        "problems": problem_rows(said.problems),
        "narrative": said.narrative,
        "sampling": sample_line(remarks.sample),
        "remarks": remarks.words,
        "signatures": [_signature(one, said, pictures) for one in said.signatures],
        "photos": _photos(said, pictures, recorder, notice_number(inspection)),
        **proof(said),
    }


def _policy(was_explained: bool, note: str) -> str:
    if note:
        return f"已宣讲：{note}"
    return "已宣讲" if was_explained else "未记录"


def proof(said: Record) -> dict[str, str]:
    """What binds the paper to the stored record."""
    return {
        "source_of_record": f"{said.source}，{moment(said.submission.received_at)}收到",
        "signed_sha256": said.submission.signed_sha256,
        "record_sha256": said.submission.content_sha256,
    }


def problem_rows(found: Sequence[FoundProblem]) -> list[dict[str, str]]:
    """Problems as they are listed."""
    return [
        {
            "no": str(number),
            "item": one.item,
            "text": one.text or one.point,
            "clause": one.clause,
            "kind": one.kind,
            "due": day(one.due),
        }
        for number, one in enumerate(found, 1)
    ]


def answers_blank(plan: FormPlan) -> list[dict[str, Any]]:
    """The points of the form with nothing answered, for ink."""
    return [
        {
            "name": item.name,
            "result": "",
            "note": "",
            "results": list(item.results),
            "answers": [
                {
                    "no": str(number),
                    "text": point.text + ("" if point.required else "（选查）"),
                    "answer": "",
                    "note": "",
                    "photos": "",
                }
                for number, (_, point) in enumerate(plan.points_of(item.code), 1)
            ],
        }
        for item in plan.items
    ]


def assistants_of(said: Record) -> list[str]:
    """The names of the assistants that a record gives."""
    named = mapping_in(json.loads(said.submission.content)).get("assistants")
    return [name for name in named if isinstance(name, str) and name] if isinstance(named, list) else []


def is_urgent(said: Record) -> bool:
    """Whether the visit was made at once and is approved afterwards."""
    return mapping_in(json.loads(said.submission.content)).get("urgent") is True


def _was_inspected(content: Mapping[str, Any]) -> bool:
    return text_at(content, "outcome") == "inspected"


def _recorder(said: Record) -> str:
    """Who wrote the record: the account that sent it."""
    return said.submission.user.display_name


def _checkin(said: Record) -> str:
    facts = "；".join(f"{label}：{text}" for label, text in said.checkin.items())
    return f"{facts}（{moment(said.checkin_at)}）" if facts and said.checkin_at else facts or "未签到"


def part_fields(part: ItemPart) -> dict[str, Any]:
    """An item with its points as they were answered."""
    return {
        "name": part.name,
        "result": part.result or "未填",
        "note": part.note,
        "results": [part.result] if part.result else [],
        "answers": [
            {
                "no": str(number),
                "text": answer.text,
                "answer": answer.answer,
                "note": answer.note,
                "photos": str(len(answer.photos)) if answer.photos else "",
            }
            for number, answer in enumerate(part.answers, 1)
        ],
    }


def _signature(one: Signature, said: Record, pictures: Pictures) -> dict[str, str]:
    picture, words = "", ""
    if one.refused_because:
        words = f"拒绝签名：{one.refused_because}"
    elif said.submission.source == "desk":
        words = "见所附纸质记录扫描件"
    elif one.image is None:
        words = "没有签名图"
    else:
        picture, why = pictures.take(one.image)
        words = f"签名图{why}" if why else ""
    if not one.refused_because and not one.is_bound:
        words = f"{words}，{NOT_BOUND}" if words else NOT_BOUND
    return {"role": one.role, "name": one.name, "said": words, "at": moment(one.at), "picture": picture}


def _photos(said: Record, pictures: Pictures, officer: str, task: str) -> list[dict[str, str]]:
    points = _points_of(said)
    shown = []
    for number, photo in enumerate(said.photos[:MOST], 1):
        picture, why = pictures.take(photo)
        shown.append(
            {
                "no": str(number),
                "caption": "　".join(filter(None, (photo.caption, points.get(photo.sha256)))),
                "taken": moment(photo.taken_at),
                "place": photo.place,
                "officer": officer,
                "task": task,
                "sha256": photo.sha256,
                "said": f"照片{why}" if why else "",
                "picture": picture,
            }
        )
    return shown


def _points_of(said: Record) -> dict[str, str]:
    """Which check point a photo belongs to, by its number on the paper."""
    several = sum(bool(part.answers) for part in said.parts) > 1
    return {
        photo.sha256: f"{part.name} 要点 {number}" if several else f"要点 {number}"
        for part in said.parts
        for number, answer in enumerate(part.answers, 1)
        for photo in answer.photos
    }
