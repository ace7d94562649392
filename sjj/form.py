"""The form that every other form is made from: its own refusals speak Chinese too."""

from flask_wtf import FlaskForm


class Form(FlaskForm):  # type: ignore[misc]
    """A form of the app; its token is checked by the guard before the view runs."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        """WTForms' settings."""

        locales = ("zh",)
