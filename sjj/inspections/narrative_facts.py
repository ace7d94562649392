"""From the filled form to a proposed 笔录正文, for pages without JavaScript and for the desk.

It never takes the place of words that somebody wrote: those are emptied by hand first.
"""

from sjj.inspections.form_plan import FormItem, FormPlan
from sjj.inspections.models import Inspection
from sjj.inspections.record_assembly import names_of, remarks_of
from sjj.inspections.record_forms import VisitForm
from sjj.rules.narrative import ItemFacts, Point, VisitFacts, narrative
from sjj.rules.remarks import sample_line

HAS_WORDS = "已有文字，没有改动。要重新生成，请先清空“现场情况”再点按钮。"


def propose(form: VisitForm, plan: FormPlan, inspection: Inspection) -> list[tuple[str, str]]:
    """Put the proposed text into the form; what stands in the way, by field."""
    own = (form.narrative.data or "").replace("\r\n", "\n").strip()
    last = (form.proposed.data or "").replace("\r\n", "\n").strip()
    if own and own != last:
        return [("narrative", HAS_WORDS)]
    form.narrative.data = form.proposed.data = narrative(facts_of(form, plan, inspection))
    return []


def facts_of(form: VisitForm, plan: FormPlan, inspection: Inspection) -> VisitFacts:
    """What the form says, as far as the text is made of it."""
    other, present = form.other.form, form.present.form
    return VisitFacts(
        entity=inspection.entity.name,
        address=inspection.entity.address,
        outcome=form.outcome.data or "",
        started=_text(form.started_at.data),
        team=tuple(signer.name for signer in plan.team),
        certificates=bool(form.certificates.data),
        rights=bool(form.rights.data),
        policy=bool(form.policy_explained.data or _text(form.policy_note.data)),
        present=_text(present["name"].data),
        post=_text(present["post"].data),
        assistants=tuple(names_of(form.assistants.data)),
        items=tuple(_item(form, plan, place, item) for place, item in enumerate(plan.items)),
        others=(_point(other, 0, "", _text(other["text"].data)),) if _text(other["text"].data) else (),
        sample=sample_line(remarks_of(form).sample),
        photos=_photos(form, plan),
    )


def _item(form: VisitForm, plan: FormPlan, place: int, item: FormItem) -> ItemFacts:
    result = form[f"results-{place}"].form
    points = []
    for number, (at, point) in enumerate(plan.points_of(item.code), start=1):
        answer = form[f"answers-{at}"].form
        points.append(_point(answer, number, point.text, _text(answer["note"].data), answer["value"].data))
    return ItemFacts(item.name, _text(result["result"].data), _text(result["note"].data), tuple(points))


def _point(form: VisitForm, number: int, text: str, note: str, value: str | None = "problem") -> Point:
    return Point(number, text, value or "", note, _text(form["kind"].data), _text(form["due"].data))


def _photos(form: VisitForm, plan: FormPlan) -> int:
    boxes = [form[f"answers-{place}"].form for place, _ in enumerate(plan.points)]
    return sum(len(box["photos"].data or []) for box in [*boxes, form])


def _text(value: str | None) -> str:
    return (value or "").strip()
