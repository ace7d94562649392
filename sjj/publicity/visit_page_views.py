"""The enterprise's own page of a visit, without an account: who is here and why; its draw; its rating.

The address is a secret between the office, the officers and one enterprise: no proxy keeps it, no search finds it, and no
link tells it on.
"""

from typing import Any

from flask import Response, abort, flash, g, url_for

from sjj.database import commit
from sjj.draws.changes_queries import full_receipt
from sjj.inspections.feedback_forms import PickupForm, RatingForm
from sjj.inspections.feedback_services import FeedbackRefused, rate
from sjj.inspections.models import Inspection
from sjj.publicity.blueprints import public as bp
from sjj.publicity.views_shell import public_page
from sjj.publicity.visit_page import visit_of_token, visit_shown, why
from sjj.rules.receipts import line_document
from sjj.rules.verify import canonical
from sjj.web import go, now, public

SIGNED_IN = "您登录着工作人员的账号。评价和异议由企业在自己的手机上提交，请先退出登录。"


def visit_at(token: str) -> Inspection:
    """The visit whose page this is, or 404."""
    found = visit_of_token(token)
    if found is None:
        abort(404)
    return found


def for_the_enterprise(response: Response) -> Response:
    """Kept by nobody, found by no search, and its address is told to no other page."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@bp.get("/visits/<token>")
@public
def visit(token: str) -> Response:
    """Who is here, on what basis, what the enterprise may ask for; changes nothing."""
    return visit_page(visit_at(token))


def visit_page(
    inspection: Inspection,
    *,
    pickup: PickupForm | None = None,
    rating: RatingForm | None = None,
    status: int = 200,
) -> Response:
    """The page; with a form that was refused it answers with that status."""
    shown = public_page(
        "public/visit.html",
        agency=inspection.agency,
        shown=visit_shown(inspection, now()),
        token=inspection.visit_token,
        pickup=pickup or PickupForm(formdata=None),
        rating=rating or RatingForm(formdata=None),
        signed_in=g.user is not None,
    )
    shown.status_code = status
    return for_the_enterprise(shown)


@bp.post("/visits/<token>/rating")
@public
def visit_rate(token: str) -> Response:
    """Five points and words, without a name."""
    inspection = visit_at(token)
    form = RatingForm()
    if refuse_staff(form) and form.validate():
        try:
            rate(inspection, int(form.points.data), form.words.data, now())
        except FeedbackRefused as refusal:
            form.form_errors = [*form.form_errors, str(refusal)]
        else:
            commit()
            flash("谢谢，评价已收到。检查人员看不到您的评价。", "ok")
            return for_the_enterprise(go("public.visit", token=token))
    return visit_page(inspection, rating=form, status=422)


def refuse_staff(form: Any) -> bool:
    """Whether the sender is not signed in as somebody of an office; else the form says why not."""
    if g.user is None:
        return True
    form.form_errors = [SIGNED_IN]
    return False


@bp.get("/visits/<token>/why")
@public
def visit_why(token: str) -> Response:
    """“为什么抽到我” of this visit."""
    inspection = visit_at(token)
    found = why(inspection)
    if found is None:
        abort(404)
    standing, mine = found
    shown = public_page(
        "public/explained.html",
        agency=inspection.agency,
        name=inspection.entity.public_name,
        back=url_for("public.visit", token=token),
        own_line=url_for("public.visit_line", token=token),
        standing=standing,
        draw=standing.draw,
        mine=mine,
    )
    return for_the_enterprise(shown)


@bp.get("/visits/<token>/why/line.json")
@public
def visit_line(token: str) -> Response:
    """Its own line as a file, for the checking page and program."""
    found = why(visit_at(token))
    if found is None:
        abort(404)
    standing, _mine = found
    document = line_document(full_receipt(standing.draw), standing.code)
    response = Response(canonical(document), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="draw-{standing.draw.id}-line.json"'
    return for_the_enterprise(response)
