"""The bytes of a record: strict reading, RFC 8785 numbers and order, hashes."""

import hashlib
import json
import shutil
import struct
import subprocess
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sjj.rules.submission_json import (
    NotARecord,
    canonical_record,
    content_sha256,
    load_record,
    number_text,
    signed_sha256,
    writing_of,
)

CALM = settings(derandomize=True, deadline=None)


# Appendix B of RFC 8785: the IEEE 754 bits and what ECMAScript prints.
@pytest.mark.parametrize(
    ("bits", "text"),
    [
        ("0000000000000000", "0"),
        ("8000000000000000", "0"),
        ("0000000000000001", "5e-324"),
        ("8000000000000001", "-5e-324"),
        ("7fefffffffffffff", "1.7976931348623157e+308"),
        ("ffefffffffffffff", "-1.7976931348623157e+308"),
        ("4340000000000000", "9007199254740992"),
        ("c340000000000000", "-9007199254740992"),
        ("4430000000000000", "295147905179352830000"),
        ("44b52d02c7e14af5", "9.999999999999997e+22"),
        ("44b52d02c7e14af6", "1e+23"),
        ("44b52d02c7e14af7", "1.0000000000000001e+23"),
        ("444b1ae4d6e2ef4e", "999999999999999700000"),
        ("444b1ae4d6e2ef4f", "999999999999999900000"),
        ("444b1ae4d6e2ef50", "1e+21"),
        ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
        ("3eb0c6f7a0b5ed8d", "0.000001"),
        ("41b3de4355555553", "333333333.3333332"),
        ("41b3de4355555557", "333333333.33333343"),
        ("becbf647612f3696", "-0.0000033333333333333333"),
        ("43143ff3c1cb0959", "1424953923781206.2"),
    ],
)
def test_numbers_are_printed_as_the_standard_says(bits: str, text: str):
    (number,) = struct.unpack(">d", bytes.fromhex(bits))
    assert number_text(number) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (1, "1"),
        (1.0, "1"),
        (-0.0, "0"),
        (40.14, "40.14"),
        (1e-7, "1e-7"),
        (123456789012345678901, "123456789012345680000"),
    ],
)
def test_everyday_numbers(number: float, text: str):
    assert number_text(number) == text


@CALM
@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_printed_number_reads_back_as_the_same(number: float):
    assert float(number_text(number)) == number


@pytest.mark.skipif(shutil.which("node") is None, reason="no JavaScript here")
def test_numbers_equal_those_of_javascript():
    numbers = [struct.unpack(">d", hashlib.sha256(bytes([n, 1])).digest()[:8])[0] for n in range(250)]
    numbers += [n / 7 * 10.0**power for n, power in zip(range(1, 60), range(-30, 29), strict=True)]
    finite = [one for one in numbers if one == one and abs(one) != float("inf")]
    script = "console.log(JSON.stringify(JSON.parse(require('fs').readFileSync(0)).map(String)))"
    done = subprocess.run(
        ["node", "-e", script], input=json.dumps(finite), capture_output=True, text=True, check=True
    )
    assert [number_text(one) for one in finite] == json.loads(done.stdout)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**400])
def test_what_is_no_number_is_refused(number: float):
    with pytest.raises(NotARecord):
        number_text(number)


def test_keys_are_sorted_by_utf16_and_only_what_must_be_is_escaped():
    value = {"\ufb33": 1, "\U0001f600": 2, "\u20ac": 3, "\r": 4, "1": 5, "ö": [True, None, '"\\/\x7f\x1f']}
    assert canonical_record(value).decode() == (
        '{"\\r":4,"1":5,"ö":[true,null,"\\"\\\\/\x7f\\u001f"],"€":3,"😀":2,"\ufb33":1}'
    )


BAD = {
    "empty": b"",
    "a list": b"[]",
    "a text": b'"a"',
    "duplicate keys": b'{"a": 1, "a": 1}',
    "duplicate keys inside": b'{"a": [{"b": 1, "b": 2}]}',
    "NaN": b'{"a": NaN}',
    "a number too large": b'{"a": 1e999}',
    "a whole number too large": b'{"a": ' + b"9" * 5000 + b"}",
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a lone surrogate as key": b'{"\\udc00": 1}',
    "U+0000": b'{"a": "\\u0000"}',
    "not UTF-8": b'{"a": "\xff"}',
    "a BOM": b"\xef\xbb\xbf{}",
    "too deep": b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a little too deep": b'{"a":' + b"[" * 64 + b"]" * 64 + b"}",
    "cut off": b'{"a": 1',
    "two": b"{}{}",
}


@pytest.mark.parametrize("what", BAD)
def test_bytes_that_are_no_record_are_refused(what: str):
    with pytest.raises(NotARecord, match="内容"):
        load_record(BAD[what])


@CALM
@given(st.binary(max_size=100))
def test_any_bytes_are_read_or_refused(data: bytes):
    with suppress(NotARecord):
        assert isinstance(load_record(data), dict)


def step_by_step(value: Any) -> str:
    """RFC 8785 without any short cut."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{step_by_step(key)}:{step_by_step(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(step_by_step, value)) + "]"
    if isinstance(value, int | float) and not isinstance(value, bool):
        return number_text(value)
    return json.dumps(value, ensure_ascii=False)


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)
LEAVES = st.none() | st.booleans() | TEXTS | st.integers(-(2**60), 2**60) | st.floats(-1e9, 1e9)
VALUES = st.recursive(LEAVES, lambda more: st.lists(more) | st.dictionaries(TEXTS, more), max_leaves=12)


@CALM
@given(st.dictionaries(TEXTS | st.sampled_from(["device_now", "signatures", "\\u0000"]), VALUES, max_size=5))
def test_the_quick_way_of_writing_gives_what_the_slow_one_does(record: dict[str, Any]):
    text, hash_of = step_by_step(record), lambda kept: hashlib.sha256(step_by_step(kept).encode()).hexdigest()
    assert canonical_record(record).decode() == writing_of(record).content == text
    without = {key: one for key, one in record.items() if key != "device_now"}
    assert writing_of(record).content_sha256 == hash_of(without)
    without.pop("signatures", None)
    assert writing_of(record).signed_sha256 == hash_of(without)


def test_a_record_may_be_nested_but_not_without_end():
    deep = b'{"a":' + b"[" * 63 + b"]" * 63 + b"}"
    assert canonical_record(load_record(deep)) == deep
    slow = json.loads(
        b"[" * 60 + b'"x",' * 60_000 + b"1.5" + b"]" * 60
    )  # looked through at three levels only
    assert canonical_record(slow).decode() == step_by_step(slow)


def test_the_same_content_has_the_same_hash_whatever_its_spelling():
    one = load_record(b'{"lat": 40.0, "n": 1e2, "z": "\\u4e2d", "device_now": "a"}')
    two = load_record('{ "device_now": "b", "z": "中", "n": 100, "lat": 40 }'.encode())
    assert content_sha256(one) == content_sha256(two)
    assert content_sha256(one) != content_sha256({**one, "lat": 40.1})
    assert content_sha256(one) == hashlib.sha256('{"lat":40,"n":100,"z":"中"}'.encode()).hexdigest()


def test_what_is_signed_leaves_out_the_signatures():
    record = {"a": 1, "device_now": "x"}
    assert signed_sha256({**record, "signatures": [{"role": "officer"}]}) == signed_sha256(record)
    assert signed_sha256(record) == content_sha256(record)
    assert content_sha256({**record, "signatures": [{"role": "officer"}]}) != content_sha256(record)
