"""What may be evidence of an off-site check, and what may not, whatever it calls itself."""

import zipfile
from hashlib import sha256
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select

from sjj.database import db
from sjj.files.content import EVIDENCE, IMAGES_AND_PDF, BadFile, examine
from sjj.files.models import StoredFile
from tests.makers.inspections import make_inspection, make_officer_user, picture
from tests.makers.offsite import PDF, workbook
from tests.visitor import Visitor


def macro_book() -> bytes:
    """An .xlsm that calls itself .xlsx."""
    written = BytesIO(workbook())
    with zipfile.ZipFile(written, "a") as book:
        book.writestr("xl/vbaProject.bin", b"macro")
    return written.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + "Workbook".encode("utf-16-le") + bytes(500)


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (workbook(), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (OLE, "application/vnd.ms-excel"),
        ("日期,日均值\n3月1日,12\n".encode(), "text/csv"),
        ("日期;日均值\n3月1日;12\n".encode("gb18030"), "text/csv"),
        (PDF, "application/pdf"),
        (picture("x", "PNG"), "image/png"),
    ],
    ids=["xlsx", "xls", "csv", "csv of WPS", "pdf", "png"],
)
def test_what_may_be_evidence(content: bytes, media_type: str) -> None:
    assert examine(content, EVIDENCE).media_type == media_type
    if media_type not in IMAGES_AND_PDF:
        with pytest.raises(BadFile) as refusal:  # what comes from a phone is never a table
            examine(content, IMAGES_AND_PDF)
        assert refusal.value.code == "not_allowed"


@pytest.mark.parametrize(
    "content",
    [
        macro_book(),
        OLE + "_VBA_PROJECT".encode("utf-16-le"),
        OLE + "EncryptedPackage".encode("utf-16-le"),
        b"PK\x03\x04 xl/workbook.xml and nothing else",
        b"MZ\x90\x00,program\n",
        b"<html><body>a,b\nc,d</body></html>",
        b"a,b\n<script>alert(1)</script>,d\n",
        b"just a line without columns",
        b"%PDF-1.4,a\nb,c",
        b"",
    ],
    ids=[
        "xlsm",
        "xls macro",
        "password",
        "broken zip",
        "program",
        "page",
        "script",
        "text",
        "no pdf",
        "empty",
    ],
)
def test_what_may_not(content: bytes) -> None:
    with pytest.raises(BadFile):
        examine(content, EVIDENCE)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_phone_sends_no_tables(app: Flask, visitor: Visitor) -> None:
    check = make_inspection()
    content = workbook()
    visitor.sign_in(make_officer_user(check.team[0].officer))
    ping = visitor.client.get("/field/ping").json
    assert ping is not None
    answer = visitor.client.patch(
        f"/field/files/{sha256(content).hexdigest()}",
        data=content,
        headers={
            "X-CSRFToken": ping["csrf"],
            "X-Field-User": ping["user"],
            "Upload-Offset": "0",
            "Upload-Length": str(len(content)),
            "Content-Type": "application/octet-stream",
        },
    )
    assert (answer.status_code, answer.json["code"]) == (422, "not_allowed")
    assert db.session.scalars(select(StoredFile)).all() == []
