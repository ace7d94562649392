"""The pages of 一业一查: the list, one entry to enter or change, the list as a workbook, and a new one."""

from io import BytesIO

from flask import Response, abort, flash, g, request, send_file

from sjj.accounts.models import Agency
from sjj.database import commit, db, let_go
from sjj.registers.blueprints import bp, listed, status
from sjj.registers.export import workbook
from sjj.registers.scope import agencies_to_read, whole_agencies
from sjj.registers.shared_forms import options
from sjj.registers.sheet_forms import SheetForm
from sjj.registers.sheet_taking import take_in
from sjj.registers.sheet_uploads import fingerprint, forget, kept, told
from sjj.registers.topic_forms import TakeTopicsForm, TopicForm
from sjj.registers.topic_lists import HEADINGS, TopicList, held, read_list, rows_of, take_list
from sjj.registers.topic_queries import topic_to_edit
from sjj.registers.topic_queries import topics as find_topics
from sjj.registers.topic_services import TopicExists, remove_topic, save_topic
from sjj.registers.upkeep_models import IndustryTopic
from sjj.registers.workbook import BadWorkbook, open_workbook
from sjj.web import go, now, page, requires

WHAT = "topics"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _found() -> list[IndustryTopic]:
    return find_topics([agency.id for agency in agencies_to_read(g.user)], request.args.get("q", "").strip())


@bp.get("/registers/topics/")
@requires("register.read")
def topics() -> Response:
    """The list by industry."""
    agencies = {agency.id: agency.short_name for agency in agencies_to_read(g.user)}
    return listed(
        "registers/topics.html",
        "registers/_topics.html",
        found=_found(),
        words=request.args.get("q", "").strip(),
        agencies=agencies,
        editable={agency.id for agency in whole_agencies(g.user)},
    )


@bp.get("/registers/topics/export.xlsx")
@requires("register.read")
def topics_export() -> Response:
    """The entries shown, to be imported again unchanged."""
    book = workbook("一业一查", HEADINGS, rows_of(_found()))
    return send_file(BytesIO(book), XLSX, as_attachment=True, download_name="一业一查清单.xlsx")


@bp.route("/registers/topics/new", methods=["GET", "POST"])
@requires("register.edit")
def topic_new() -> Response:
    """Enter an entry."""
    agencies = whole_agencies(g.user) or abort(403)
    form = TopicForm()
    form.agency_id.choices = options((agency.id, agency.name) for agency in agencies)
    return _save(None, form, len(agencies) > 1)


@bp.route("/registers/topics/<int:topic_id>", methods=["GET", "POST"])
@requires("register.edit", topic_to_edit)
def topic_edit(topic: IndustryTopic) -> Response:
    """Change an entry."""
    form = TopicForm(obj=topic)
    form.agency_id.choices = options([(topic.agency_id, "")])
    form.agency_id.data = topic.agency_id
    if request.method == "GET":
        form.partners.data, form.items.data = "、".join(topic.partners), "\n".join(topic.items)
    return _save(topic, form, False)


@bp.route("/registers/topics/<int:topic_id>/remove", methods=["GET", "POST"])
@requires("register.edit", topic_to_edit)
def topic_remove(topic: IndustryTopic) -> Response:
    """Ask first, then take the entry out."""
    if request.method == "GET":
        return page("registers/topic_remove.html", topic=topic)
    name = topic.industry
    remove_topic(topic, g.user, now())
    commit()
    flash(f"已删除“{name}”。", "ok")
    return go("registers.topics")


@bp.route("/registers/topics/import", methods=["GET", "POST"])
@requires("register.edit")
def topic_import() -> Response:
    """Bring the province's list."""
    agencies = whole_agencies(g.user) or abort(403)
    form = SheetForm()
    form.offer(agencies)
    if (
        request.method == "POST"
        and form.validate()
        and (token := take_in(form, WHAT, form.agency_id.data, "", g.user.id, now()))
    ):
        return go("registers.topic_list", token=token)
    return page("registers/topic_import.html", form=form, agencies=agencies, status=status())


@bp.route("/registers/topics/import/<token>", methods=["GET", "POST"])
@requires("register.edit")
def topic_list(token: str) -> Response:
    """What the list would change; taking it over changes all of that at once."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    if upload.agency_id not in {agency.id for agency in whole_agencies(g.user)}:
        abort(404)
    let_go()
    try:
        sheets = open_workbook(upload.data, upload.name)
        agency = db.session.get(Agency, upload.agency_id) or abort(404)
        found = read_list(sheets, held(agency) if request.method == "POST" else agency)
    except BadWorkbook as problem:
        found = TopicList(problems=[str(problem)])
    form = TakeTopicsForm()
    mark = fingerprint(found.seen())
    if request.method == "POST" and not found.problems:
        if form.seen.data == mark:
            take_list(found, agency, g.user, now(), drop_gone=bool(form.drop_gone.data))
            commit()
            forget(upload)
            flash("已导入一业一查清单。", "ok")
            return go("registers.topics")
        form.form_errors.append("您看预览的时候，有人改过这份清单。下面是重新比对的结果，请再看一遍")
    form.seen.data, form.seen.raw_data = mark, None
    return page(
        "registers/topic_list.html",
        form=form,
        upload=upload,
        found=found,
        problems=told(found.problems).splitlines(),
        status=status(),
    )


@bp.post("/registers/topics/import/<token>/discard")
@requires("register.edit")
def topic_list_discard(token: str) -> Response:
    """Put the file away; the list stays as it is."""
    upload = kept(token, WHAT, g.user.id) or abort(404)
    forget(upload)
    flash(f"已放弃“{upload.name}”，清单没有改动。", "ok")
    return go("registers.topic_import")


def _save(topic: IndustryTopic | None, form: TopicForm, chooses_agency: bool) -> Response:
    if request.method == "POST" and form.validate():
        try:
            saved = save_topic(topic, form, form.agency_id.data, g.user, now())
        except TopicExists as refusal:
            form.industry.errors = [str(refusal)]
        else:
            commit()
            flash(f"已保存“{saved.industry}”。", "ok")
            return go("registers.topics")
    return page(
        "registers/topic_form.html", form=form, topic=topic, chooses_agency=chooses_agency, status=status()
    )
