"""The form of one visit, made for the check points of its form version: phone page and desk share it.

Every control has a name that tells its place in the record ("present-name" is /present/name), so that the
page without JavaScript, the page's script and the checks speak of the same fields. It checks nothing: the
rules of `sjj.rules.submissions` do, for every way in.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    Field,
    FileField,
    Form,
    FormField,
    HiddenField,
    MultipleFileField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.widgets import DateInput, DateTimeLocalInput

from sjj.inspections.form_plan import PRESENT, WITNESS, FormPlan, officer_slots
from sjj.inspections.photo_facts import captions_in, give_captions
from sjj.rules.results import Answer, Outcome

MAX_TEXT = 2000  # 笔录 holds at most 2000 characters (domain.md §7)
CHECKIN_METHODS = (("qr", "扫码"), ("gps", "定位"), ("manual", "手工说明"))


def _choices(pairs: Iterable[tuple[str, str]], blank: str = "") -> list[SelectChoice]:
    """(value, label) pairs as a field offers them, after a blank one if it is named."""
    first = [SelectChoice("", blank)] if blank else []
    return first + [SelectChoice(value, label) for value, label in pairs]


class LocalTimeField(StringField):
    """A moment of Shanghai time, as the browser's own control gives it."""

    widget = DateTimeLocalInput()


class DayField(StringField):
    """A day, as the browser's own control gives it."""

    widget = DateInput()


class TickField(BooleanField):
    """A tick; a record fills it with any text or true."""

    def process_data(self, value: Any) -> None:
        """Tick for anything but nothing."""
        self.data = bool(value)


class HashesField(Field):
    """The SHA-256 of files that the server already has, as hidden inputs of one name."""

    data: list[str]
    captions: Mapping[str, str] = {}  # the words of each, given by visit_form

    def process_data(self, value: Any) -> None:
        """Take a list of hashes."""
        self.data = list(value or [])

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take what the hidden inputs carried, each once."""
        if valuelist:
            self.data = list(dict.fromkeys(valuelist))


class CheckinForm(Form):
    """签到, three ways (field.md §4)."""

    method = RadioField("签到方式", choices=_choices(CHECKIN_METHODS), default="", validate_choice=False)
    code = StringField("二维码内容")
    at = LocalTimeField("签到时间")
    lat = HiddenField("纬度")
    lon = HiddenField("经度")
    accuracy_m = HiddenField("精度")
    reason = StringField("情况说明")


class PresentForm(Form):
    """The person of the inspected unit who is present."""

    name = StringField("现场人员姓名")
    post = StringField("职务")
    phone = StringField("电话")


class RecusalForm(Form):
    """A request for recusal made on the spot; it never locks the form."""

    officer = SelectField("申请回避的执法人员", default="", validate_choice=False)
    by = StringField("申请人")
    reason = TextAreaField("理由")


class SamplingForm(Form):
    """抽样记录: a line of the remarks, in parts."""

    name = StringField("样品名称")
    quantity = StringField("数量")
    batch = StringField("批号")
    spare = StringField("备样")
    sent = StringField("送检单位")


class AnswerForm(Form):
    """One check point: blank until tapped, and what belongs to a found problem."""

    value = RadioField(
        "结论", choices=_choices((a.value, a.label) for a in Answer), default="", validate_choice=False
    )
    note = TextAreaField("问题描述或说明")
    kind = SelectField("处置方式", default="", validate_choice=False)
    due = DayField("整改期限")
    clause = StringField("依据条款")
    photos = HashesField("照片")
    files = MultipleFileField("拍照")


class ResultForm(Form):
    """The result of one item."""

    result = SelectField("检查结果", default="", validate_choice=False)
    note = StringField("结果说明")


class OtherProblemForm(Form):
    """A problem that belongs to no check point."""

    item = SelectField("事项", default="", validate_choice=False)
    text = TextAreaField("问题描述")
    kind = SelectField("处置方式", default="", validate_choice=False)
    due = DayField("整改期限")
    clause = StringField("依据条款")


class SignatureForm(Form):
    """One signature: drawn on the phone, or a picture of the ink, or on the scanned paper."""

    name = StringField("姓名")
    image = HiddenField("签名图")
    file = FileField("签名照片")
    at = HiddenField("签名时间")
    signed = HiddenField("所签内容")
    on_paper = TickField("纸质记录上已签名")
    refused = TickField("拒绝签名")
    reason = StringField("拒签理由")


class VisitForm(FlaskForm):
    """The record of one visit; points, results and officers' signatures are added by `visit_form`."""

    submission = HiddenField("编号")
    revises = HiddenField("更正")
    outcome = RadioField(
        "检查情形",
        choices=_choices((o.value, o.label) for o in Outcome),
        default=Outcome.INSPECTED.value,
        validate_choice=False,
    )
    urgent = TickField("情况紧急，先行检查，审批事后补办")
    started_at = LocalTimeField("开始时间")
    ended_at = LocalTimeField("结束时间")
    checkin = FormField(CheckinForm)
    certificates = TickField("已出示执法证件")
    certificates_shown_at = LocalTimeField("出示时间")
    rights = TickField("已告知权利和申请回避的权利")
    rights_told_at = LocalTimeField("告知时间")
    policy_explained = TickField("已宣讲政策")
    policy_note = StringField("宣讲内容")
    sampling = FormField(SamplingForm)
    assistants = StringField("协助人员")
    present = FormField(PresentForm)
    photos = HashesField("现场照片")
    files = MultipleFileField("拍照")
    narrative = TextAreaField("现场情况（笔录正文）")
    proposed = HiddenField(
        "生成的正文"
    )  # what was proposed last: anything else in its place was written by hand
    remarks = TextAreaField("备注")
    recusal = FormField(RecusalForm)
    other = FormField(OtherProblemForm)
    scan = FileField("签字纸质记录扫描件")
    scan_kept = HiddenField("扫描件")


def visit_form(plan: FormPlan, formdata: Any = None, data: Mapping[str, Any] | None = None) -> VisitForm:
    """The form for this plan, filled from what was sent, else from `data` (of `record_prefill`)."""
    fields: dict[str, Any] = {}
    for place, _ in enumerate(plan.points):
        fields[f"answers-{place}"] = FormField(AnswerForm)
    for place, _ in enumerate(plan.items):
        fields[f"results-{place}"] = FormField(ResultForm)
    for role in (*officer_slots(plan), PRESENT, WITNESS):
        fields[f"sign-{role}"] = FormField(SignatureForm)
    kind = type("VisitFormOfPlan", (VisitForm,), fields)
    form: VisitForm = kind(formdata=formdata, data=dict(data or {}))
    _offer_choices(form, plan)
    give_captions(form, captions_in(formdata) if formdata else (data or {}).get("captions") or {})
    return form


def _offer_choices(form: VisitForm, plan: FormPlan) -> None:
    kinds = _choices(((kind, kind) for kind in plan.kinds), "请选择")
    for place, _ in enumerate(plan.points):
        form[f"answers-{place}"].form.kind.choices = kinds
    for place, item in enumerate(plan.items):
        results = ((label, label) for label in item.results)
        form[f"results-{place}"].form.result.choices = _choices(results, "请选择")
    form.other.form.kind.choices = kinds
    form.other.form.item.choices = _choices(((item.code, item.name) for item in plan.items), "没有其他问题")
    form.recusal.form.officer.choices = _choices(((s.officer, s.name) for s in plan.team), "没有人申请回避")
