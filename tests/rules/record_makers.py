"""A form and complete field records for tests."""

import hashlib
from typing import Any

from sjj.rules.submissions import FormSpec, signed_sha256


def sha(text: str) -> str:
    """A SHA-256 to stand for a file."""
    return hashlib.sha256(text.encode()).hexdigest()


FORM = FormSpec.from_dict(
    {
        "form_version": sha("form"),
        "items": [
            {"code": "M1", "name": "木材经营加工监督检查", "results": ["未发现问题", "发现问题已责令改正"]},
            {"code": "M2", "name": "森林防火监督检查", "results": ["未发现问题"]},
        ],
        "points": [
            {"id": "P1", "item": "M1", "text": "台账是否齐全", "required": True},
            {"id": "P2", "item": "M1", "text": "来源是否合法", "required": False},
            {"id": "P3", "item": "M2", "text": "设施是否完好", "required": True},
        ],
        "kinds": ["责令改正", "立案查处"],
        "team": [{"officer": "ZF-001", "name": "赵"}, {"officer": "ZF-002", "name": "钱"}],
        "state": "not_entered",
        "revision": None,
    }
)


def signature(role: str, **others: Any) -> dict[str, Any]:
    """A given signature."""
    whole = {"role": role, "name": "某", "image": sha(role + str(others)), "at": "2026-03-05T10:05:00+08:00"}
    return {**whole, **others}


def make_record(**others: Any) -> dict[str, Any]:
    """A complete record of an inspection, its signatures bound to it; None drops a key."""
    record: dict[str, Any] = {
        "inspection": "6f1c1d9e-8a52-4c58-9d0e-0f6b2f3f8a11",
        "form_version": FORM.form_version,
        "revises": None,
        "outcome": "inspected",
        "urgent": False,
        "started_at": "2026-03-05T09:02:11+08:00",
        "ended_at": "2026-03-05T10:10:40+08:00",
        "device_now": "2026-03-05T10:11:02+08:00",
        "checkin": {
            "method": "qr",
            "code": "https://example.invalid/field/scan/abc",
            "at": "2026-03-05T09:02:00+08:00",
            "lat": 40.14,
            "lon": 118.31,
            "accuracy_m": 12,
            "reason": "",
        },
        "certificates_shown_at": "2026-03-05T09:03:00+08:00",
        "rights_told_at": "2026-03-05T09:04:00+08:00",
        "policy_explained": True,
        "assistants": [],
        "present": {"name": "孙某", "post": "经理", "phone": ""},
        "answers": [
            {"point": "P1", "value": "problem", "note": "缺2月", "photos": [sha("photo")]},
            {"point": "P3", "value": "ok"},
        ],
        "results": [{"item": "M1", "result": "发现问题已责令改正"}, {"item": "M2", "result": "未发现问题"}],
        "problems": [
            {"item": "M1", "point": "P1", "kind": "责令改正", "due": "2026-03-20", "text": "补台账"}
        ],
        "narrative": "台账缺2月份。",
        "photos": [{"sha256": sha("photo"), "taken_at": "2026-03-05T09:30:00+08:00", "caption": ""}],
        "signatures": [
            signature("officer", officer="ZF-001"),
            signature("officer", officer="ZF-002"),
            signature("present"),
        ],
    }
    record |= others
    record = {key: value for key, value in record.items() if value is not None or key == "revises"}
    if isinstance(record.get("signatures"), list) and "signatures" not in others:
        signed = signed_sha256(record)
        record["signatures"] = [{**one, "signed_sha256": signed} for one in record["signatures"]]
    return record
