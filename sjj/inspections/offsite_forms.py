"""What the desk page of an off-site check asks beside the ordinary record: how it was checked, new evidence."""

from typing import Any

from wtforms import DateField, Field, FileField, Form, FormField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from sjj.inspections.direct_forms import OFF_SITE_METHODS
from sjj.inspections.evidence_kinds import EvidenceKind
from sjj.inspections.evidence_services import EvidenceRefused, NewEvidence
from sjj.plans.forms import CheckboxList


class EvidenceForm(Form):
    """A piece of evidence to be added; the services say what is wrong with it."""

    kind = RadioField(
        "种类",
        choices=[SelectChoice(one.value, one.label) for one in EvidenceKind],
        default=EvidenceKind.DOCUMENT.value,
        validate_choice=False,
    )
    title = StringField("名称")
    file = FileField("选择文件")
    made_on = DateField("形成日期", [Optional()])
    span = StringField("视频时间段")
    note = TextAreaField("说明")


class DeskExtras(Form):
    """The fields of the page that are no part of a visit's form."""

    methods = CheckboxList(
        "检查方式", choices=[SelectChoice(one, one) for one in OFF_SITE_METHODS], validate_choice=False
    )
    evidence = FormField(EvidenceForm)

    @property
    def chosen_methods(self) -> list[str]:
        """How it was checked; only what there is to choose."""
        return [one for one in self.methods.data or [] if one in OFF_SITE_METHODS]

    def new_evidence(self, upload: Any) -> NewEvidence:
        """The evidence as it was entered."""
        said = self.evidence.form
        if said.made_on.process_errors and any(text.strip() for text in said.made_on.raw_data or []):
            raise EvidenceRefused("made_on", "日期不对，请重新选择")
        has_file = upload is not None and bool(upload.filename)
        return NewEvidence(
            kind=said.kind.data or "",
            title=said.title.data or "",
            note=said.note.data or "",
            made_on=said.made_on.data,
            span=said.span.data or "",
            filename=upload.filename if has_file else "",
            stream=upload.stream if has_file else None,
        )

    def refuse_evidence(self, name: str, sentence: str) -> tuple[str, str]:
        """Put a refusal at its field; the line of the summary as (id on the page, sentence)."""
        field: Field = self.evidence.form[name]
        field.errors = [*field.errors, sentence]
        return field.id, f"{field.label.text}：{sentence}"
