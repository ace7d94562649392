"""The bytes of a field record: strict reading, canonical writing (RFC 8785), hashes.

Two phones that mean the same must give the same hash, so the canonical form is that of RFC 8785: numbers as
ECMAScript prints them, keys by UTF-16 code units. Unlike a draw receipt a record may hold fractions (latitude
and longitude). It refuses duplicate keys, NaN, infinity, lone surrogates and U+0000, which no database keeps.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from typing import Any

MAX_BODY_BYTES = 1_048_576  # field.md §3: a larger body is answered 413 too_large
_BIGGEST_EXACT = 2**53


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


def _written(value: Any) -> str:
    if isinstance(value, str):
        if "\x00" in value:
            raise NotARecord("内容中有空字符")
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, list):
        return "[" + ",".join(_written(item) for item in value) + "]"
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise NotARecord("键应为文字")
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_written(key)}:{_written(value[key])}" for key in keys) + "}"
    raise NotARecord("内容中有JSON不能表示的值")


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


def content_sha256(record: Mapping[str, Any]) -> str:
    """SHA-256 of what a record says: everything but ``device_now``, which is set at each sending."""
    return _sha256_without(record, {"device_now"})


def signed_sha256(record: Mapping[str, Any]) -> str:
    """SHA-256 of what is signed: everything but ``signatures`` and ``device_now``."""
    return _sha256_without(record, {"signatures", "device_now"})


def _sha256_without(record: Mapping[str, Any], left_out: set[str]) -> str:
    kept = {key: value for key, value in record.items() if key not in left_out}
    return hashlib.sha256(canonical_record(kept)).hexdigest()
