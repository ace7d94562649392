"""The desk page of an off-site check as the office uses it: its buttons, its evidence, its answers."""

from io import BytesIO
from typing import Any

from sjj.accounts.models import Agency, User
from sjj.accounts.roles import Role
from tests.makers.accounts import make_user
from tests.visitor import Visitor, controls


def people(agency: Agency) -> tuple[User, User]:
    """A clerk and an approver of the agency."""
    return make_user(Role.OFFICE, agency=agency), make_user(Role.APPROVER, agency=agency)


def press(visitor: Visitor, do: str, status: int = 303, **values: Any) -> Visitor:
    """Press a button of the desk form with these values; None leaves a control out."""
    form = visitor.page.select_one("main form[enctype]")
    assert form is not None
    data = {name: value for name, value in {**controls(form), **values}.items() if value is not None}
    visitor.post(str(form["action"]), status, **data, do=do)
    return visitor


def add(
    visitor: Visitor, kind: str, content: bytes | None, name: str = "", status: int = 303, **more: Any
) -> None:
    """Add a piece of evidence on the open desk page."""
    file = {"evidence-file": (BytesIO(content), name)} if content is not None else {}
    values = {f"evidence-{key}": value for key, value in more.items()}
    press(visitor, "add", status, **{"evidence-kind": kind}, **file, **values)
    if status == 303:
        visitor.follow()


def answered(value: str = "ok", **more: Any) -> dict[str, Any]:
    """Every point answered, one result."""
    return {f"answers-{place}-value": value for place in range(4)} | {"results-0-result": "未发现问题"} | more


FOUND = {
    "answers-1-value": "problem",
    "answers-1-note": "2月出库台账与监测数据不符",
    "answers-1-kind": "责令改正",
    "answers-1-due": "2030-01-15",
    "results-0-result": "发现问题待后续处理",
}
