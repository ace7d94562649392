"""What the page asks beyond the contract, and where on it a problem of the record stands."""

from collections.abc import Mapping

from sjj.inspections.form_plan import FormPlan
from sjj.inspections.record_forms import VisitForm
from sjj.rules.results import NOTHING_FOUND, Answer, Outcome


def page_problems(form: VisitForm, plan: FormPlan) -> dict[str, str]:
    """What the page asks beyond the contract, by field: a found problem is described and has a way to go."""
    if form.outcome.data != Outcome.INSPECTED:
        return {}
    said: dict[str, str] = {}
    for place, point in enumerate(plan.points):
        answer = form[f"answers-{place}"].form
        if point.required and not answer.value.data:
            said[f"answers-{place}-value"] = "还没有作答"
        if answer.value.data == Answer.PROBLEM:
            if not (answer.note.data or "").strip():
                said[f"answers-{place}-note"] = "请写明发现的问题"
            if not answer.kind.data:
                said[f"answers-{place}-kind"] = "请选择处置方式"
    for place, item in enumerate(plan.items):
        result = form[f"results-{place}"].form.result.data
        found = any(
            form[f"answers-{at}"].form.value.data == Answer.PROBLEM for at, _ in plan.points_of(item.code)
        )
        if not result:
            said[f"results-{place}-result"] = "还没有选择检查结果"
        elif found and result == NOTHING_FOUND:
            said[f"results-{place}-result"] = "有要点发现问题，结果不能是“未发现问题”"
    return said


def field_of(pointer: str, places: Mapping[str, str]) -> str:
    """The name of the field that a JSON Pointer into the record means."""
    parts = pointer.split("/")[1:]
    for length in range(len(parts), 0, -1):
        place = places.get("/" + "/".join(parts[:length]))
        if place:
            return "-".join([place, *parts[length:]])
    return "-".join(parts)
