"""The bytes of a field record: strict reading, canonical writing (RFC 8785), hashes.

Two phones that mean the same must give the same hash, so the canonical form is that of RFC 8785: numbers as
ECMAScript prints them, keys by UTF-16 code units. Unlike a draw receipt a record may hold fractions (latitude
and longitude). It refuses duplicate keys, NaN, infinity, lone surrogates and U+0000, which no database keeps.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from json.encoder import encode_basestring
from typing import Any

MAX_BODY_BYTES = 1_048_576  # field.md §3: a larger body is answered 413 too_large
MAX_DEPTH = 64  # a record has four levels; whatever is nested deeper was made to break a reader
_BIGGEST_EXACT = 2**53
_PLAIN_LEVELS = 3  # of a value are tried as plain JSON: a record, its lists, their entries


class NotARecord(ValueError):
    """The bytes are no JSON object that may be kept. The message is Chinese and may be shown."""


def load_record(data: bytes) -> dict[str, Any]:
    """The JSON object in the bytes. Raises NotARecord, never anything else."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_no_twins,
            parse_int=_whole,
            parse_float=_fraction,
            parse_constant=_fraction,
        )
        if not isinstance(value, dict):
            raise NotARecord("内容应为一个JSON对象")
        if not _is_shallow(value):
            raise NotARecord("内容层次太深")
        if b"\\u" in data:  # the only way in which a NUL or half a character can come
            canonical_record(value)  # whatever cannot be hashed cannot be kept
    except NotARecord:
        raise
    except UnicodeDecodeError:
        raise NotARecord("内容不是UTF-8编码") from None
    except (ValueError, RecursionError):
        raise NotARecord("内容不是合格的JSON") from None
    return value


def _no_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NotARecord("内容中有重复的键")
    return found


def _is_shallow(value: Any) -> bool:
    level = [value]
    for _ in range(MAX_DEPTH + 1):
        nests = [one for one in level if type(one) is dict or type(one) is list]
        if not nests:
            return True
        level = [inner for one in nests for inner in (one.values() if type(one) is dict else one)]
    return False


def _whole(text: str) -> int | float:
    return int(text) if len(text) <= 16 else _fraction(text)


def _fraction(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise NotARecord("内容中有超出范围的数值")
    return number


def canonical_record(value: Any) -> bytes:
    """The canonical JSON of a value after RFC 8785, UTF-8. Raises NotARecord for what JSON cannot hold."""
    try:
        return _written(value).encode("utf-8")
    except UnicodeEncodeError:
        raise NotARecord("内容中有孤立的代理字符") from None
    except RecursionError:
        raise NotARecord("内容层次太深") from None


def _written(value: Any, tries: int = _PLAIN_LEVELS) -> str:
    if tries and _is_plain(value):
        text = _plain_json(value)
        if "\\u0000" not in text:  # else a NUL, or a backslash that only looks like one: told apart below
            return text
    return _written_by_hand(value, max(0, tries - 1))


# Where every key is ASCII and no number is a fraction, Python's own writer gives what RFC 8785 asks for, ten
# times as fast. A record is nearly all of that kind; only its places on the map are written by hand. How often
# a value is looked through for that is bounded, so that no nesting makes it slow.
_plain_json = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False
).encode


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        return all(type(key) is str and key.isascii() for key in value) and all(
            map(_is_plain, value.values())
        )
    if kind is list:
        return all(map(_is_plain, value))
    return kind is int and abs(value) <= _BIGGEST_EXACT


def _written_by_hand(value: Any, tries: int = 0) -> str:
    if isinstance(value, str):
        if "\x00" in value:
            raise NotARecord("内容中有空字符")
        return encode_basestring(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ",".join([_written(one, tries) for one in value]) + "]"
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotARecord("键应为文字")
        return _joined({key: _member(key, value[key], tries) for key in value})
    raise NotARecord("内容中有JSON不能表示的值")


def _member(key: str, value: Any, tries: int) -> str:
    return f"{_written_by_hand(key)}:{_written(value, tries)}"


def _joined(members: Mapping[str, str]) -> str:
    """An object of members that are written already, by UTF-16 code units of their keys."""
    keys = sorted(members, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
    return "{" + ",".join(members[key] for key in keys) + "}"


def number_text(value: float) -> str:
    """A number as ECMAScript prints it (RFC 8785 §3.2.2.3). Raises NotARecord for NaN and infinity."""
    if isinstance(value, int) and abs(value) <= _BIGGEST_EXACT:
        return str(value)
    try:
        number = float(value)
    except OverflowError:
        raise NotARecord("数值超出范围") from None
    if not math.isfinite(number):
        raise NotARecord("数值超出范围")
    if number == 0:
        return "0"
    sign = "-" if number < 0 else ""
    mantissa, _, power = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    # the number is 0.digits × 10^point
    point = len(whole) + int(power or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    if len(digits) <= point <= 21:
        text = digits.ljust(point, "0")
    elif 0 < point <= 21:
        text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0:
        text = "0." + "0" * -point + digits
    else:
        rest = f".{digits[1:]}" if len(digits) > 1 else ""
        text = f"{digits[0]}{rest}e{point - 1:+d}"
    return sign + text


@dataclass(frozen=True, slots=True)
class Writing:
    """A record as it is stored, with its two hashes; each of its parts was written only once."""

    content: str
    content_sha256: str
    signed_sha256: str


def writing_of(record: Mapping[str, Any]) -> Writing:
    """What a record comes to when it is written down. Raises NotARecord as `canonical_record` does."""
    try:
        members = {key: _member(key, value, _PLAIN_LEVELS - 1) for key, value in record.items()}
        return Writing(
            content=_joined(members),
            content_sha256=_sha256_without(members, _NOT_CONTENT),
            signed_sha256=_sha256_without(members, _NOT_SIGNED),
        )
    except UnicodeEncodeError:
        raise NotARecord("内容中有孤立的代理字符") from None
    except RecursionError:
        raise NotARecord("内容层次太深") from None


_NOT_CONTENT = frozenset({"device_now"})  # set at each sending
_NOT_SIGNED = frozenset({"signatures", "device_now"})


def content_sha256(record: Mapping[str, Any]) -> str:
    """SHA-256 of what a record says: everything but ``device_now``, which is set at each sending."""
    return writing_of(record).content_sha256


def signed_sha256(record: Mapping[str, Any]) -> str:
    """SHA-256 of what is signed: everything but ``signatures`` and ``device_now``."""
    return writing_of(record).signed_sha256


def _sha256_without(members: Mapping[str, str], left_out: frozenset[str]) -> str:
    kept = {key: text for key, text in members.items() if key not in left_out}
    return hashlib.sha256(_joined(kept).encode("utf-8")).hexdigest()
