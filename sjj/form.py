"""The form that every other form is made from: its own refusals speak Chinese too."""

from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field
from wtforms.validators import ValidationError

from sjj.rules.privacy import personal_number_problem


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the app; its token is checked by the guard before the view runs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' settings."""

        locales = ("zh",)

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent, without NUL characters: nobody types one and PostgreSQL stores none."""
            sent = super().wrap_formdata(form, formdata)
            if not sent or not any(isinstance(v, str) and "\x00" in v for _, v in sent.items(multi=True)):
                return sent
            said = [
                (k, v.replace("\x00", "") if isinstance(v, str) else v) for k, v in sent.items(multi=True)
            ]
            return MultiDict(said)


def no_personal_number(_form: Any, field: Field) -> None:
    """Refuse a text for the public that holds an ID or phone number. Raises ValidationError."""
    problem = personal_number_problem(field.data or "")
    if problem:
        raise ValidationError(problem)
