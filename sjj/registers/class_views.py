"""监管对象分类: the rules and their versions, editing them, what they change, applying them."""

from datetime import date, datetime
from io import BytesIO
from typing import Any

from flask import Blueprint, Response, abort, flash, g, request, send_file

from sjj.accounts.models import Agency
from sjj.database import commit, db, only_reading
from sjj.registers import class_jobs
from sjj.registers import class_services as services
from sjj.registers.class_fields import fields_of
from sjj.registers.class_forms import RulesForm, shown
from sjj.registers.class_presets import DRAFT, SOURCE
from sjj.registers.class_queries import (
    Looked,
    agency_to_classify,
    agency_to_read,
    classifier_of,
    look,
    named,
    newest,
    rules_to_apply,
    rules_to_read,
    versions,
)
from sjj.registers.class_totals import class_totals
from sjj.registers.export import workbook
from sjj.registers.models import SupervisionClass
from sjj.registers.scope import agencies_to_read, may_edit
from sjj.registers.upkeep_models import ClassRules
from sjj.rules.classification import WrongRules
from sjj.web import go, now, page, requires, today

bp = Blueprint("classes", __name__, url_prefix="/registers/classes")
MOST_SHOWN = 200
CLASSES = tuple(each.value for each in SupervisionClass)
EXPORT_HEAD = ("代码", "名称", "乡镇", "原类别", "新类别", "理由")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("/")
@requires("register.read")
def class_start() -> Response:
    """The agency whose classes this person looks at: their own, else the first."""
    agencies = agencies_to_read(g.user) or abort(404)
    own = [each for each in agencies if each.id == g.user.agency_id]
    return go("classes.class_rules", agency_id=(own or agencies)[0].id)


@bp.get("/<int:agency_id>")
@requires("register.read", agency_to_read)
def class_rules(agency: Agency) -> Response:
    """The rules that stand in words, how many objects each class has, versions and applications."""
    kept = versions(agency.id)
    day = today(now())
    return page(
        "registers/class_rules.html",
        agency=agency,
        others=[each for each in agencies_to_read(g.user) if each.id != agency.id],
        versions=[(each, _sentences(each, day), _runs(each)) for each in kept],
        totals=class_totals(agency.id),
        may_edit=may_edit(g.user, agency.id, None),
    )


def _sentences(rules: ClassRules, day: date) -> tuple[str, ...]:
    try:
        return classifier_of(rules, day).sentences
    except WrongRules as problem:
        return tuple(problem.problems)


def _runs(rules: ClassRules) -> list[dict[str, Any]]:
    """When this version was applied, the latest first."""
    runs = rules.counts.get("runs", [])
    return [{**run, "at": datetime.fromisoformat(run["at"])} for run in reversed(runs)]


@bp.route("/<int:agency_id>/edit", methods=["GET", "POST"])
@requires("register.edit", agency_to_classify)
def class_rules_edit(agency: Agency) -> Response:
    """Write the next version of the rules; a button adds rows, another keeps it all."""
    last, fields = newest(agency.id), fields_of(agency.id)
    base = last.version if last else 0
    form = RulesForm() if request.method == "POST" else RulesForm(data=_beginning(last))
    step = request.form.get("step", "")
    status = 200
    if step:
        _take_step(form, step)
    form.offer(fields)
    if request.method == "POST" and not step:
        if form.judge(fields):
            refused = _keep(agency, form, base)
            if refused is not None:
                return refused
        status = 422
    return page(
        "registers/class_rules_form.html",
        status=status,
        form=form,
        agency=agency,
        base=request.form.get("base", base, type=int),
        draft=SOURCE if last is None and "draft" in request.args else "",
        version=base + 1,
    )


def _beginning(last: ClassRules | None) -> dict[str, Any]:
    if last is not None:
        return shown(last.content)
    if "draft" in request.args:
        return shown(DRAFT)
    return {"default": "一般", "rules": [{"conditions": [{}]}]}


def _take_step(form: RulesForm, step: str) -> None:
    """A row or a rule more, or a rule less."""
    what, _, place = step.partition("-")
    number = int(place) if place.isascii() and place.isdigit() else -1
    if what == "rule" and len(form.rules) < services.MOST_RULES:
        form.rules.append_entry({"conditions": [{}]})
    elif what == "row" and 0 <= number < len(form.rules):
        conditions = form.rules.entries[number].form.conditions
        if len(conditions) < services.MOST_CONDITIONS:
            conditions.append_entry({})
    elif what == "drop" and 0 <= number < len(form.rules):
        form.rules.entries.pop(number)


def _keep(agency: Agency, form: RulesForm, base: int) -> Response | None:
    seen = request.form.get("base", base, type=int)
    try:
        rules = services.keep_rules(agency, form.stored(), form.note.data or "", seen, g.user, now())
    except services.RulesMoved as refusal:
        form.form_errors.append(str(refusal))
        return None
    commit()
    flash(f"已保存第 {rules.version} 版。看过会有哪些变化，再决定是否应用。", "ok")
    return go("classes.class_preview", rules_id=rules.id)


@bp.get("/versions/<int:rules_id>/preview")
@requires("register.read", rules_to_read)
def class_preview(rules: ClassRules) -> Response:
    """What the rules would change, before anything is changed."""
    return _preview_page(rules)


def _preview_page(rules: ClassRules, *, moved: bool = False) -> Response:
    day = today(now())
    try:
        looked = look(rules, day)
    except WrongRules as problem:
        return page("registers/class_preview_wrong.html", rules=rules, problems=problem.problems, status=422)
    wanted = request.args.get("from", ""), request.args.get("to", "")
    changes = [one for one in looked.preview.changes if _fits(one, *wanted)]
    return page(
        "registers/class_preview.html",
        status=409 if moved else 200,
        moved=moved,
        rules=rules,
        looked=looked,
        classes=CLASSES,
        total=len(changes),
        shown=_with_names(changes[:MOST_SHOWN]),
        doubts=_named_pairs(looked.preview.doubts[:MOST_SHOWN]),
        most=MOST_SHOWN,
        wanted=wanted,
        is_newest=_is_newest(rules),
        background=len(looked.preview.changes) > services.AT_ONCE,
        may_edit=may_edit(g.user, rules.agency_id, None),
    )


def _is_newest(rules: ClassRules) -> bool:
    last = newest(rules.agency_id)
    return last is not None and last.id == rules.id


def _fits(change: Any, before: str, after: str) -> bool:
    return (not before or change.before == before) and (not after or change.after == after)


def _with_names(changes: Any) -> list[tuple[Any, Any]]:
    names = named(one.entity for one in changes)
    return [(names[one.entity], one) for one in changes if one.entity in names]


def _named_pairs(pairs: Any) -> list[tuple[Any, str]]:
    names = named(number for number, _ in pairs)
    return [(names[number], said) for number, said in pairs if number in names]


@bp.get("/versions/<int:rules_id>/changes.xlsx")
@requires("register.read", rules_to_read)
def class_changes(rules: ClassRules) -> Response:
    """The whole list of changes as a workbook."""
    try:
        looked = look(rules, today(now()))
    except WrongRules:
        abort(422)
    wanted = request.args.get("from", ""), request.args.get("to", "")
    changes = [one for one in looked.preview.changes if _fits(one, *wanted)]
    data = workbook("类别变化", EXPORT_HEAD, _export_rows(changes))
    name = f"监管对象类别变化（规则第{rules.version}版）.xlsx"
    return send_file(BytesIO(data), XLSX, as_attachment=True, download_name=name)


def _export_rows(changes: list[Any]) -> Any:
    for start in range(0, len(changes), 500):
        for entity, one in _with_names(changes[start : start + 500]):
            yield (
                entity.code, entity.name, entity.township, one.before, one.after, "；".join(one.reasons),
            )  # fmt: skip


@bp.post("/versions/<int:rules_id>/apply")
@requires("register.edit", rules_to_apply)
def class_apply(rules: ClassRules) -> Response:
    """Apply the rules to exactly what was shown; many objects in the background."""
    number, agency_id = rules.id, rules.agency_id
    day = today(now())
    with only_reading():
        if not _is_newest(rules):
            abort(409)
        looked = _looked(number, day)
    rules = db.session.get_one(ClassRules, number)
    if looked is None or looked.mark != request.form.get("mark", ""):
        return _preview_page(rules, moved=True)
    if len(looked.preview.changes) > services.AT_ONCE:
        job = class_jobs.ask_for(rules, looked, day, g.user, now())
        commit()
        return go("jobs.job", job_id=job.id)
    moment = now()
    changed = sum(services.apply_piece(rules, piece, g.user, moment) for piece in services.pieces(looked))
    if changed != len(looked.preview.changes):  # somebody was quicker by a moment: nothing is half applied
        db.session.rollback()
        return _preview_page(db.session.get_one(ClassRules, number), moved=True)
    found = looked.preview
    services.note_application(rules, found.before, found.after, changed, g.user, moment)
    commit()
    flash(f"已应用第 {rules.version} 版规则，调整了 {changed} 个对象的类别。", "ok")
    return go("classes.class_rules", agency_id=agency_id)


def _looked(rules_id: int, day: date) -> Looked | None:
    try:
        return look(db.session.get_one(ClassRules, rules_id), day)
    except WrongRules:
        return None
