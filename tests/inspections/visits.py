"""Filling in the form of a visit as a browser without JavaScript would send it."""

from io import BytesIO
from typing import Any

from sjj.inspections.models import Inspection
from tests.makers.inspections import picture
from tests.visitor import Visitor, controls

STARTED, ENDED = "2026-03-05T09:02", "2026-03-05T10:10"


def upload(words: str, name: str = "IMG.jpg") -> tuple[BytesIO, str]:
    """A small picture as a file of a form."""
    return BytesIO(picture(words)), name


def visit_values(inspection: Inspection, *, problem_at: int | None = None, points: int = 4) -> dict[str, Any]:
    """A finished visit: every point answered, one result, everybody's signature as a photo."""
    values: dict[str, Any] = {
        "outcome": "inspected",
        "started_at": STARTED,
        "ended_at": ENDED,
        "checkin-method": "manual",
        "checkin-reason": "二维码损坏",
        "certificates": "y",
        "rights": "y",
        "policy_explained": "y",
        "assistants": "王五、赵六",
        "present-name": "李四",
        "present-post": "厂长",
        "results-0-result": "未发现问题",
        "sign-officer-0-file": upload(f"{inspection.uid}甲"),
        "sign-officer-1-file": upload(f"{inspection.uid}乙"),
        "sign-present-file": upload(f"{inspection.uid}被"),
        "files": [upload(f"{inspection.uid}现场一"), upload(f"{inspection.uid}现场二")],
    }
    for place in range(points):
        values[f"answers-{place}-value"] = "ok"
    if problem_at is not None:
        values |= {
            f"answers-{problem_at}-value": "problem",
            f"answers-{problem_at}-note": "缺一车检疫证书",
            f"answers-{problem_at}-kind": "责令改正",
            f"answers-{problem_at}-due": "2026-03-20",
            f"answers-{problem_at}-clause": "试点条例第六十五条",
            f"answers-{problem_at}-files": upload(f"{inspection.uid}问题"),
            "results-0-result": "发现问题已责令改正",
        }
    return values


def send_form(visitor: Visitor, status: int = 303, **values: Any) -> Visitor:
    """Send the form of the open page with these values; None leaves a control out."""
    form = visitor.page.select_one("main form[enctype]")
    assert form is not None
    data = {name: value for name, value in {**controls(form), **values}.items() if value is not None}
    visitor.post(str(form["action"]), status, **data)
    return visitor
