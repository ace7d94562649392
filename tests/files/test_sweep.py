"""`sjj files sweep`: parts that nobody has touched for 30 days go, younger ones and stored files stay."""

from datetime import UTC, datetime, timedelta

from flask import Flask
from sqlalchemy import select

from sjj.database import commit, db
from sjj.files.cli import files
from sjj.files.models import UploadPart
from sjj.files.store import is_stored, keep
from sjj.files.uploads import Piece, take_piece
from sjj.web import instance_folder
from tests.makers.accounts import make_user
from tests.makers.inspections import picture


def test_old_parts_go_and_young_ones_stay(app: Flask) -> None:
    now = datetime.now(UTC)
    user = make_user()
    old, young = "a" * 64, "b" * 64
    take_piece(user.id, old, Piece(0, 10, b"old"), now - timedelta(days=30, minutes=1))
    take_piece(user.id, young, Piece(0, 10, b"young"), now - timedelta(days=29))
    stored = keep(picture("stays")).sha256
    commit()
    result = app.test_cli_runner().invoke(files, ["sweep"])
    assert result.exit_code == 0, result.output
    assert "1 个" in result.output
    assert db.session.scalars(select(UploadPart.sha256)).all() == [young]
    assert [path.name for path in (instance_folder() / "parts" / str(user.id)).iterdir()] == [young]
    assert is_stored(stored)


def test_a_part_that_goes_on_is_not_old(app: Flask) -> None:
    now = datetime.now(UTC)
    user, name = make_user(), "c" * 64
    take_piece(user.id, name, Piece(0, 10, b"old"), now - timedelta(days=40))
    take_piece(user.id, name, Piece(3, 10, b"new"), now - timedelta(days=1))
    commit()
    assert "0 个" in app.test_cli_runner().invoke(files, ["sweep"]).output
    assert db.session.scalars(select(UploadPart.received)).all() == [6]
