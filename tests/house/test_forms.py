"""What every form of the app has from sjj.form."""

from flask import Flask
from wtforms import StringField

from sjj.form import Form


class _Said(Form):
    words = StringField("文字")
    many = StringField("文字")


def test_a_nul_character_never_reaches_the_database(app: Flask) -> None:
    with app.test_request_context(method="POST", data={"words": "林\x00业", "many": ["一", "二\x00"]}):
        form = _Said()
        assert form.words.data == "林业"
        assert form.many.data == "一"
        assert form.many.raw_data == ["一", "二"]
