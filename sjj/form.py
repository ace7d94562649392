"""The form that every other form is made from: its own refusals speak Chinese too."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field
from wtforms.validators import ValidationError

from sjj.rules.privacy import personal_number_problem


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the app; its token is checked by the guard before the view runs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' settings."""

        locales = ("zh",)


def no_personal_number(_form: Any, field: Field) -> None:
    """Refuse a text for the public that holds an ID or phone number. Raises ValidationError."""
    problem = personal_number_problem(field.data or "")
    if problem:
        raise ValidationError(problem)
