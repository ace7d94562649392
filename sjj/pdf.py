"""Papers as PDF: a template of templates/pdf and plain data give bytes; the same data give the same bytes.

The data reach the template as JSON and are only ever text there, never code. Fonts are our own, the result is
PDF/A-2b. A character that no font has is written as 〔U+…〕 and counted in `data.missing`, so that a rare name
never stops a paper and never becomes an empty box. It looks nothing up and reads no clock.
"""

import json
import re
import shutil
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from pylopdf_fonts_zh_cn import serif_path

from sjj import paths

FOLDER = paths.TEMPLATES / "pdf"
SHARED = "style.typ"
STANDARD = "a-2b"
NO_PICTURES: Mapping[str, bytes] = {}
# What turns the order of letters about could make a name read as another; people must see that it is there.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_PROBE = b'#set text(font: ("Noto Serif SC", "Noto Sans SC"))\n#json(bytes(sys.inputs.data)).join(" ")'
_NAMED = re.compile(r'the text `"(.*?)"` could not be displayed')


class CannotPrint(Exception):
    """The paper could not be made; the message may be shown."""


def render(
    template: str, data: Mapping[str, Any], at: datetime, pictures: Mapping[str, bytes] = NO_PICTURES
) -> bytes:
    """The paper `template` (a file of templates/pdf) with these data, dated `at`. Raises CannotPrint.

    `pictures`: JPEG or PNG by the name that the data call them; the layout finds them at "/name".
    """
    missing = sorted(_missing(set("".join(_texts(data)))))
    instead = {ord(character): f"〔U+{ord(character):04X}〕" for character in missing}
    whole = {**_readable(data, instead), "missing": [f"U+{ord(character):04X}" for character in missing]}
    try:
        with _desk(pictures) as root:
            return _compile((FOLDER / template).read_bytes(), whole, int(at.timestamp()), root)
    except typst.TypstError as refusal:
        raise CannotPrint(f"生成 PDF 时出错：{refusal.message}") from refusal


@contextmanager
def _desk(pictures: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with the shared layout and these pictures: all that a layout can read."""
    if not pictures:
        yield FOLDER
        return
    with TemporaryDirectory(prefix="sjj-paper-") as folder:
        desk = Path(folder)
        shutil.copyfile(FOLDER / SHARED, desk / SHARED)
        for name, content in pictures.items():
            (desk / name).write_bytes(content)
        yield desk


def _compile(source: bytes, data: Any, timestamp: int, root: Path = FOLDER) -> bytes:
    compiler = typst.Compiler(
        input=source,
        root=str(root),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=timestamp)
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file; only pictures come page by page
    return made


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(include_system_fonts=False, font_paths=[str(serif_path().parent)])


def _texts(value: Any) -> Iterator[str]:
    """Every text in the data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _texts(one)


def _readable(value: Any, instead: Mapping[int, str]) -> Any:
    """The same data with some characters written otherwise."""
    if isinstance(value, str):
        return value.translate(instead)
    if isinstance(value, Mapping):
        return {key: _readable(one, instead) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_readable(one, instead) for one in value]
    return value


def _missing(used: set[str]) -> set[str]:
    """The characters that no font can show. Those of GB 2312 are known to be there.

    One of a private use area is nobody's but its own font's: ours would show something else in its place.
    """
    odd = {character for character in used if not _is_common(character)}
    missing = {one for one in odd if one in _TURNING or unicodedata.category(one) == "Co"}
    odd -= missing
    while odd:
        try:
            _compile(_PROBE, sorted(odd), 0)
        except typst.TypstError as refusal:
            named = odd & set(_characters(refusal.message))
            if not named:
                raise CannotPrint(f"生成 PDF 时出错：{refusal.message}") from refusal
            missing |= named
            odd -= named
        else:
            break
    return missing


def _is_common(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return character.isprintable() or character.isspace()


def _characters(message: str) -> Iterator[str]:
    """What an error message quotes, its escapes read back."""
    for quoted in _NAMED.findall(message):
        yield from re.sub(r"\\u\{([0-9a-f]+)\}", lambda found: chr(int(found[1], 16)), quoted)
