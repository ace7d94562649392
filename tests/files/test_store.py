"""The closed store: what is taken, what is refused and leaves nothing, and what a copy carries."""

import io
import struct
import zipfile
import zlib
from hashlib import sha256

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select

from sjj.database import db
from sjj.files import content, store
from sjj.files.copies import NoCopy
from sjj.files.models import StoredFile
from sjj.files.store import IMAGES, IMAGES_AND_PDF, BadFile, copy_of, keep, open_original, original_path
from sjj.web import instance_folder
from tests.makers.inspections import picture

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
KINDS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "HEIF": "image/heic"}
SECRET = "拍摄者张三"


def nothing_kept() -> bool:
    """Whether no row and no byte is there."""
    rows = db.session.scalar(select(func.count()).select_from(StoredFile))
    return not rows and not [f for f in (instance_folder() / "files").rglob("*") if f.is_file()]


@pytest.mark.parametrize("kind", KINDS)
def test_a_real_picture_is_kept_unchanged_under_its_hash(app: Flask, kind: str) -> None:
    data = picture("real", kind, (64, 48))
    row = keep(io.BytesIO(data), allowed=IMAGES)
    assert (row.media_type, row.size, row.width, row.height) == (KINDS[kind], len(data), 64, 48)
    assert row.sha256 == sha256(data).hexdigest()
    assert row.stored_at.tzinfo is not None
    with open_original(row.sha256) as file:
        assert file.read() == data
    assert original_path(row.sha256).parent.name == row.sha256[:2]
    assert not list((instance_folder() / "files").rglob("*.tmp"))


def test_a_pdf_is_kept_where_a_scan_is_asked_for_and_nowhere_else(app: Flask) -> None:
    assert keep(PDF, allowed=IMAGES_AND_PDF).media_type == "application/pdf"
    with pytest.raises(BadFile, match="只收 JPEG、PNG、WebP、HEIC"):
        keep(PDF, allowed=IMAGES)
    with pytest.raises(NoCopy):
        copy_of(sha256(PDF).hexdigest(), 320)


def test_the_same_bytes_are_kept_once_and_put_back_if_the_disk_lost_them(app: Flask) -> None:
    data = picture("twice")
    first = keep(data)
    assert keep(data) is first
    original_path(first.sha256).unlink()
    assert keep(data).sha256 == first.sha256
    assert original_path(first.sha256).read_bytes() == data
    assert db.session.scalar(select(func.count()).select_from(StoredFile)) == 1


def jpeg_bomb() -> bytes:
    """A JPEG head that claims 60000 × 60000 pixels."""
    data = bytearray(picture("bomb"))
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", 60000, 60000)
    return bytes(data)


def png_bomb() -> bytes:
    """41 million white pixels in a few kilobytes."""
    written = io.BytesIO()
    Image.new("1", (41_000, 1_000), 1).save(written, "PNG")
    return written.getvalue()


def png_text_bomb() -> bytes:
    """A small PNG with a text chunk that unpacks to 200 MB."""
    data = picture("text", "PNG")
    body = b"zTXt" + b"c\0\0" + zlib.compress(b"\0" * 200_000_000, 9)
    chunk = struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body))
    return data[:33] + chunk + data[33:]


def zip_file() -> bytes:
    """A ZIP archive."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("a.txt", "a")
    return written.getvalue()


BAD = {
    "empty": lambda: b"",
    "a script": lambda: b"#!/bin/sh\nrm -rf /\n",
    "a page": lambda: b"<!doctype html><html><script>alert(1)</script></html>",
    "a drawing with a script": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "a GIF": lambda: picture("gif", "GIF"),
    "a BMP": lambda: picture("bmp", "BMP"),
    "a TIFF": lambda: picture("tiff", "TIFF"),
    "an archive": zip_file,
    "half a JPEG": lambda: picture("half", "JPEG", (400, 300))[:-400],
    "half a PNG": lambda: picture("half", "PNG", (400, 300))[:-200],
    "half a WebP": lambda: picture("half", "WEBP", (400, 300))[:-60],
    "half a HEIC": lambda: picture("half", "HEIF", (400, 300))[:-200],
    "a JPEG head and nothing else": lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF\x00",
    "a JPEG bomb": jpeg_bomb,
    "a PNG bomb": png_bomb,
    "a PNG text bomb": png_text_bomb,
    "a JPEG that is also a page": lambda: picture("poly", comment=b"<html><body>hello</body></html>"),
    "a JPEG with a script behind it": lambda: picture("poly") + b"<script>alert(1)</script>",
    "a PNG that is also PHP": lambda: picture("poly", "PNG") + b"<?php system($_GET[0]);",
    "half a PDF": lambda: PDF[:40],
    "a PDF that spells what it runs": lambda: PDF.replace(b"/Type/Catalog", b"/AA<</S/J#61vaScript>>"),
    "a PDF that runs something": lambda: PDF.replace(b"/Type/Catalog", b"/OpenAction<</S/JavaScript/JS(1)>>"),
    "a program that says it is a PDF": lambda: b"%PDF-1.4\nMZ\x90\x00" + b"\0" * 4000,
    "over 20 MB": lambda: picture("large") + b"\0" * (20 * 1024 * 1024),
}


@pytest.mark.one_database
@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_a_sentence_and_nothing_is_kept(app: Flask, name: str) -> None:
    with pytest.raises(BadFile) as refusal:
        keep(BAD[name](), allowed=IMAGES_AND_PDF)
    assert str(refusal.value)
    assert str(refusal.value).isascii() is False
    assert refusal.value.code == ("too_large" if name == "over 20 MB" else "not_allowed")
    assert nothing_kept()


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_picture_is_shows_in_its_bytes_whatever_its_end(kind: str) -> None:
    data = picture("any", kind)
    assert content.sniff(data) == KINDS[kind]
    for cut in range(0, len(data), 97):
        with pytest.raises(BadFile):
            content.examine(data[:cut], IMAGES)


def photo_with_secrets(orientation: int = 6) -> bytes:
    """A JPEG, left half red, with place, author and a comment inside, lying on its side."""
    image = Image.new("RGB", (800, 400), "blue")
    image.paste((255, 0, 0), (0, 0, 400, 400))
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x013B] = SECRET
    exif.get_ifd(0x8825)[2] = (40.0, 8.0, 24.0)
    written = io.BytesIO()
    image.save(written, "JPEG", exif=exif, comment=SECRET.encode(), xmp=b"<x:xmpmeta>" + SECRET.encode())
    return written.getvalue()


@pytest.mark.one_database
@pytest.mark.parametrize("size", [320, 640, 1600])
def test_a_copy_is_upright_small_enough_and_carries_nothing_but_pixels(app: Flask, size: int) -> None:
    data = photo_with_secrets()
    assert SECRET.encode() in data
    row = keep(data)
    path = copy_of(row.sha256, size)
    copied = path.read_bytes()
    with Image.open(path) as image:
        assert image.format == "JPEG"
        assert image.size == ((size // 2, size) if size < 800 else (400, 800))
        red, _, blue = image.getpixel((image.width // 2, 5))
        assert red > 200 > 60 > blue, "the left half of a picture on its side is now on top"
        assert not image.getexif()
        assert not {"comment", "exif", "xmp", "icc_profile", "photoshop"} & set(image.info)
    assert SECRET.encode() not in copied
    assert original_path(row.sha256).read_bytes() == data


def test_a_copy_is_made_once(app: Flask) -> None:
    row = keep(picture("once"))
    made = copy_of(row.sha256, 320).stat().st_mtime_ns
    assert copy_of(row.sha256, 320).stat().st_mtime_ns == made


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("mode", "kind"),
    [("RGBA", "PNG"), ("P", "PNG"), ("L", "JPEG"), ("CMYK", "JPEG"), ("I;16", "PNG"), ("LA", "WEBP")],
)
def test_every_kind_of_pixels_can_be_copied(app: Flask, mode: str, kind: str) -> None:
    written = io.BytesIO()
    Image.new(mode, (40, 30)).save(written, kind)
    with Image.open(copy_of(keep(written.getvalue()).sha256, 320)) as image:
        assert (image.mode, image.size) == ("RGB", (40, 30))


def test_what_lies_under_transparency_is_white_and_not_black(app: Flask) -> None:
    written = io.BytesIO()
    Image.new("RGBA", (40, 30), (0, 0, 0, 0)).save(written, "PNG")
    with Image.open(copy_of(keep(written.getvalue()).sha256, 320)) as image:
        assert min(image.getpixel((20, 15))) > 250


def test_only_the_sizes_that_pages_show_are_made(app: Flask) -> None:
    row = keep(picture("sizes"))
    with pytest.raises(NoCopy):
        copy_of(row.sha256, 12_345)
    with pytest.raises(NoCopy):
        copy_of("0" * 64, 320)


def test_a_crash_while_writing_leaves_no_file(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def full_disk(*_: object) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("sjj.files.disk.os.fsync", full_disk)
    with pytest.raises(OSError, match="no space"):
        store.keep(picture("crash"))
    db.session.rollback()
    assert nothing_kept()
