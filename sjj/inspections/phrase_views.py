"""常用语 of an agency: the sentences that an officer may take over on site instead of typing them."""

from flask import Blueprint, Response, flash, g, request

from sjj.accounts.models import Agency, User
from sjj.accounts.queries import agencies_of, agency_of
from sjj.database import commit, db
from sjj.inspections import phrase_services as services
from sjj.inspections.phrase_forms import ALL_ITEMS, PhraseForm, phrase_form
from sjj.inspections.phrase_queries import EDIT, PhrasePlace, items_of, phrase_to_edit, phrases_of
from sjj.inspections.visit_models import Phrase
from sjj.web import go, now, page, requires

bp = Blueprint("phrases", __name__, url_prefix="/papers/phrases")


def phrases_agency(user: User, agency_id: int) -> Agency | None:
    """An agency whose phrases this person keeps."""
    return agency_of(user, agency_id, EDIT)


@bp.get("/")
@requires(EDIT)
def phrases() -> Response:
    """The phrases of each agency."""
    agencies = agencies_of(g.user, EDIT)
    kept = {agency.id: phrases_of(agency.id) for agency in agencies}
    return page("papers/phrases.html", agencies=agencies, kept=kept, places=PhrasePlace)


@bp.route("/<int:agency_id>/new", methods=["GET", "POST"])
@requires(EDIT, phrases_agency)
def phrase_new(agency: Agency) -> Response:
    """One more phrase."""
    form = phrase_form(items_of(agency.id), place=PhrasePlace.POINT.value, item=ALL_ITEMS)
    if request.method == "POST" and form.validate():
        phrase = services.add_phrase(agency, form, g.user, now())
        commit()
        flash(f"已新增常用语“{phrase.text}”，手机下次下载任务时带上。", "ok")
        return go("phrases.phrases")
    return _form_page(form, agency, None)


@bp.route("/<int:phrase_id>", methods=["GET", "POST"])
@requires(EDIT, phrase_to_edit)
def phrase_edit(phrase: Phrase) -> Response:
    """Word or place a phrase anew."""
    agency = db.session.get_one(Agency, phrase.agency_id)
    form = phrase_form(
        items_of(agency.id),
        text=phrase.text,
        place=phrase.place,
        item=str(phrase.item_id or ALL_ITEMS),
        position=phrase.position,
    )
    if request.method == "POST" and form.validate():
        services.change_phrase(phrase, form, g.user, now())
        commit()
        flash("已保存常用语。", "ok")
        return go("phrases.phrases")
    return _form_page(form, agency, phrase)


@bp.post("/<int:phrase_id>/remove")
@requires(EDIT, phrase_to_edit)
def phrase_remove(phrase: Phrase) -> Response:
    """Offer a phrase no more."""
    services.remove_phrase(phrase, g.user, now())
    commit()
    flash("已删除常用语；已经写进记录的不受影响。", "ok")
    return go("phrases.phrases")


@bp.post("/<int:agency_id>/presets")
@requires(EDIT, phrases_agency)
def phrases_take(agency: Agency) -> Response:
    """Take over the phrases that ship with the product."""
    number = services.take_presets(agency, g.user, now())
    commit()
    flash(f"已取用预置常用语 {number} 条，可以修改或删除。" if number else "预置常用语都已经有了。", "ok")
    return go("phrases.phrases")


def _form_page(form: PhraseForm, agency: Agency, phrase: Phrase | None) -> Response:
    status = 422 if request.method == "POST" else 200
    return page("papers/phrase.html", status=status, form=form, agency=agency, phrase=phrase)
