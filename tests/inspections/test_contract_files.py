"""HEAD, PATCH and POST of /field/files: one test for each row of field.md §3."""

from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from sjj.accounts.models import User
from sjj.accounts.roles import Role
from sjj.database import db
from sjj.files.models import StoredFile, UploadPart
from sjj.files.store import original_path
from sjj.web import instance_folder
from tests.makers.accounts import make_user
from tests.makers.inspections import picture
from tests.phone import PIECE, Phone

MIB = 1024 * 1024


def big_picture() -> bytes:
    """A PNG of more than two pieces (a PNG may be followed by nothing, so its pixels are noise)."""
    noise = b"".join(sha256(bytes([high, low])).digest() for high in range(96) for low in range(256))
    data = picture_of_noise(noise)
    assert 2 * PIECE < len(data) < 4 * PIECE
    return data


def picture_of_noise(noise: bytes) -> bytes:
    """A PNG whose grey pixels are these bytes."""
    written = BytesIO()
    Image.frombytes("L", (1024, len(noise) // 1024), noise).save(written, "PNG")
    return written.getvalue()


def digest(data: bytes) -> str:
    """The name of a file."""
    return sha256(data).hexdigest()


@pytest.fixture
def user(app: Flask) -> User:
    """An officer."""
    return make_user(Role.OFFICER)


@pytest.fixture
def phone(app: Flask, user: User) -> Phone:
    """The officer's phone."""
    return Phone(app, user)


def nothing_kept() -> bool:
    """Whether neither a row nor a byte of any file is there."""
    rows = db.session.scalar(select(func.count()).select_from(StoredFile))
    parts = db.session.scalar(select(func.count()).select_from(UploadPart))
    folders = [instance_folder() / "files", instance_folder() / "parts"]
    return not rows and not parts and not [f for folder in folders for f in folder.rglob("*") if f.is_file()]


def test_signed_out_csrf_and_other_user_come_first(app: Flask, phone: Phone) -> None:
    name = digest(b"x")
    assert Phone(app).head(name).status_code == 401
    assert Phone(app).patch(name, 0, 1, b"x").get_json() == {"code": "signed_out"}
    assert phone.patch(name, 0, 1, b"x", X_CSRFToken="no").get_json() == {"code": "csrf"}
    assert phone.patch(name, 0, 1, b"x", X_Field_User="zf-other").get_json() == {"code": "other_user"}
    assert phone.patch("no-name", 0, 1, b"x", X_Field_User="").status_code == 403
    assert nothing_kept()


@pytest.mark.parametrize("name", ["0" * 63, "A" * 64, "g" * 64, "0" * 65])
def test_what_is_no_name_is_not_found(phone: Phone, name: str) -> None:
    assert phone.head(name).status_code == 404
    assert phone.patch(name, 0, 1, b"x").status_code == 404


def test_a_file_in_pieces_is_counted_and_then_stored(app: Flask, phone: Phone) -> None:
    data = big_picture()
    name = digest(data)
    assert phone.head(name).status_code == 404
    offset = 0
    while offset + PIECE < len(data):
        answer = phone.patch(name, offset, len(data), data[offset : offset + PIECE])
        offset += PIECE
        assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(offset))
        told = phone.head(name)
        assert (told.status_code, told.headers["Upload-Offset"]) == (204, str(offset))
    last = phone.patch(name, offset, len(data), data[offset:])
    assert (last.status_code, last.get_json()) == (201, {"code": "stored"})
    assert phone.head(name).status_code == 200
    assert original_path(name).read_bytes() == data
    assert list((instance_folder() / "parts").rglob("*.*")) == []
    assert db.session.scalar(select(func.count()).select_from(UploadPart)) == 0


def test_a_complete_file_is_already_stored_for_everybody(app: Flask, phone: Phone) -> None:
    data = picture("whole")
    phone.patch(digest(data), 0, len(data), data)
    other = Phone(app, make_user(Role.OFFICER))
    assert other.head(digest(data)).status_code == 200
    for offset in (0, 5):
        answer = other.patch(digest(data), offset, len(data), data)
        assert (answer.status_code, answer.get_json()["code"]) == (200, "already_stored")


def test_a_part_is_its_officers_own(app: Flask, phone: Phone) -> None:
    data = big_picture()
    name = digest(data)
    phone.patch(name, 0, len(data), data[:PIECE])
    other = Phone(app, make_user(Role.OFFICER))
    assert other.head(name).status_code == 404
    answer = other.patch(name, PIECE, len(data), data[PIECE : PIECE * 2])
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (409, "0")
    assert other.send_file(name, data).status_code == 201
    assert phone.patch(name, PIECE, len(data), data[PIECE : PIECE * 2]).status_code == 200


def test_a_wrong_offset_is_told_the_right_one(phone: Phone) -> None:
    data = big_picture()
    name = digest(data)
    assert phone.patch(name, 9, len(data), data[9:99]).headers["Upload-Offset"] == "0"
    phone.patch(name, 0, len(data), data[:100])
    for offset in (0, 99, 101):
        answer = phone.patch(name, offset, len(data), data[offset : offset + 10])
        assert (answer.status_code, answer.get_json()["code"]) == (409, "wrong_offset")
        assert answer.headers["Upload-Offset"] == "100"
    assert phone.head(name).headers["Upload-Offset"] == "100"


def test_another_length_than_before_is_refused(phone: Phone) -> None:
    data = big_picture()
    name = digest(data)
    phone.patch(name, 0, len(data), data[:100])
    assert phone.patch(name, 100, len(data) + 1, data[100:200]).status_code == 422
    assert phone.head(name).headers["Upload-Offset"] == "100"


def test_a_file_over_twenty_megabytes_is_too_large(phone: Phone) -> None:
    name = digest(b"big")
    answer = phone.patch(name, 0, 20 * MIB + 1, b"x")
    assert (answer.status_code, answer.get_json()) == (413, {"code": "too_large"})
    assert phone.patch(name, 0, 20 * MIB, b"x").status_code == 204


@pytest.mark.parametrize("total", [10**12, 10**13, 10**40])
def test_a_length_of_many_digits_is_too_large_too(phone: Phone, total: int) -> None:
    answer = phone.patch("a" * 64, 0, total, b"x")
    assert (answer.status_code, answer.get_json()) == (413, {"code": "too_large"})
    assert nothing_kept()


def test_a_piece_over_its_size_is_not_appended(phone: Phone) -> None:
    name = digest(b"piece")
    assert phone.patch(name, 0, MIB, b"x" * (PIECE + 1)).status_code == 413
    assert phone.head(name).status_code == 404
    assert phone.patch(name, 0, MIB, b"x" * PIECE).status_code == 204


@pytest.mark.parametrize(
    ("offset", "total", "data"),
    [
        ("", "10", b"x"),
        ("0", "", b"x"),
        ("-1", "10", b"x"),
        ("0x1", "10", b"x"),
        ("1.0", "10", b"x"),
        ("9" * 40, "10", b"x"),
        ("0", "10", b""),
        ("0", "3", b"four"),
        ("0", "0", b""),
    ],
)
def test_a_piece_that_cannot_be_is_invalid(phone: Phone, offset: str, total: str, data: bytes) -> None:
    assert phone.patch(digest(b"?"), offset, total, data).status_code == 422
    assert nothing_kept()


def test_bytes_of_another_hash_are_not_kept(phone: Phone) -> None:
    data, name = picture("one"), digest(b"something else")
    answer = phone.patch(name, 0, len(data), data)
    assert (answer.status_code, answer.get_json()) == (422, {"code": "not_this_hash"})
    assert phone.head(name).status_code == 404
    assert nothing_kept()


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"#!/bin/sh\n",
        b"\xff\xd8\xff\xe0 not a picture",
        b"GIF89a",
    ],
)
def test_what_is_no_picture_is_not_kept(phone: Phone, data: bytes) -> None:
    answer = phone.patch(digest(data), 0, len(data), data)
    assert (answer.status_code, answer.get_json()) == (422, {"code": "not_allowed"})
    assert nothing_kept()


def test_bytes_on_the_disk_that_were_never_acknowledged_do_not_count(
    app: Flask, user: User, phone: Phone
) -> None:
    data = big_picture()
    name = digest(data)
    phone.patch(name, 0, len(data), data[:100])
    part = instance_folder() / "parts" / str(user.id) / name
    with part.open("ab") as file:
        file.write(b"half a piece, then the power went")
    assert phone.head(name).headers["Upload-Offset"] == "100"
    for offset in range(100, len(data), PIECE):
        answer = phone.patch(name, offset, len(data), data[offset : offset + PIECE])
    assert answer.status_code == 201
    assert original_path(name).read_bytes() == data


def test_a_part_that_the_disk_has_lost_begins_anew(app: Flask, user: User, phone: Phone) -> None:
    data = big_picture()
    name = digest(data)
    phone.patch(name, 0, len(data), data[:100])
    (instance_folder() / "parts" / str(user.id) / name).unlink()
    assert phone.head(name).status_code == 404
    assert phone.patch(name, 100, len(data), data[100:200]).headers["Upload-Offset"] == "0"
    assert phone.send_file(name, data).status_code == 201


def test_whole_files_may_go_up_in_one_ordinary_request(phone: Phone) -> None:
    one, two = picture("one"), picture("two", "PNG")
    answer = post(phone, {"a.jpg": one, "b.txt": two})
    assert answer.status_code == 201
    assert answer.get_json()["files"] == [{"sha256": digest(d), "size": len(d)} for d in (one, two)]
    assert phone.head(digest(two)).status_code == 200


def test_each_of_several_files_is_judged_by_itself(phone: Phone) -> None:
    good = picture("good")
    answer = post(phone, {"good.jpg": good, "bad.jpg": b"<script>alert(1)</script>", "none.jpg": b""})
    body = answer.get_json()
    assert (answer.status_code, body["code"]) == (422, "invalid")
    assert [problem["name"] for problem in body["problems"]] == ["bad.jpg", "none.jpg"]
    assert body["files"] == [{"sha256": digest(good), "size": len(good)}]
    assert post(phone, {}).status_code == 422


def post(phone: Phone, files: dict[str, bytes]) -> TestResponse:
    """Send files by an ordinary multipart request."""
    data = {"file": [(BytesIO(content), name) for name, content in files.items()]}
    headers = {"X-CSRFToken": phone.headers["X-CSRFToken"]}
    return phone.client.post("/field/files", data=data, headers=headers, content_type="multipart/form-data")
