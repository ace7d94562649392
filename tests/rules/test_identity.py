"""Codes and numbers: check digits against an outside library, masks, cleaning."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from sjj.rules import identity

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
MADE_UP = identity.credit_code_with_check("91130227MA0A1B2C3")


@settings(derandomize=True)
@given(
    st.sampled_from("159NY"),
    st.from_regex(r"[0-9]{6}", fullmatch=True),
    st.text(ALPHABET, min_size=9, max_size=9),
)
def test_check_digit_equals_that_of_an_outside_library(kind: str, division: str, rest: str):
    first = f"{kind}1{division}{rest}"
    code = identity.credit_code_with_check(first)
    assert uscc.calc_check_digit(first) == code[17]
    assert identity.credit_code_problem(code) is None


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (MADE_UP[:17], "18位，现为17位"),
        ("", "18位，现为0位"),
        ("91130227MAOA1B2C3X", "不能有“O”"),
        (MADE_UP.lower(), "不能有"),
        ("91A30227MA0A1B2C3X", "行政区划"),
        (MADE_UP[:17] + ("0" if MADE_UP[17] != "0" else "1"), f"第18位应为{MADE_UP[17]}"),
    ],
)
def test_a_wrong_credit_code_says_why(code: str, said: str):
    assert said in (identity.credit_code_problem(code) or "")


def test_every_single_wrong_character_is_noticed():
    for place in range(18):
        for char in ALPHABET:
            if char != MADE_UP[place]:
                assert identity.credit_code_problem(MADE_UP[:place] + char + MADE_UP[place + 1 :])


def test_a_code_cannot_be_completed_from_wrong_characters():
    with pytest.raises(ValueError, match="前17位"):
        identity.credit_code_with_check("I" * 17)


@settings(derandomize=True)
@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2150, 1, 1)), st.integers(0, 999))
def test_id_check_digit_equals_that_of_an_outside_library(born: date, number: int):
    first = f"130227{born:%Y%m%d}{number:03d}"
    whole = first + ric.calc_check_digit(first + "0")
    assert (identity.id_number_problem(whole) is None) == (born.year <= 2099)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("11010519491231002", "18位，现为17位"),
        ("11010519491231002x", "数字或X"),
        ("00010519491231002X", "地区"),
        ("11010519490231002X", "出生日期"),
        ("110105194912310021", "校验位"),
    ],
)
def test_a_wrong_id_number_says_why(number: str, said: str):
    assert said in (identity.id_number_problem(number) or "")


@pytest.mark.parametrize(
    ("function", "given_text", "seen"),
    [
        (identity.mask_id_number, "11010519491231002X", "110*************2X"),
        (identity.mask_id_number, "12345", "*****"),
        (identity.mask_phone, "13812345678", "138****5678"),
        (identity.mask_phone, "5617251", "561**51"),
        (identity.mask_phone, "110", "***"),
        (identity.mask_person_name, "孙某某", "孙**"),
        (identity.mask_person_name, "孙", "孙*"),
        (identity.mask_person_name, " ", ""),
    ],
)
def test_masks(function, given_text: str, seen: str):
    assert function(given_text) == seen


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("　迁西县（兴城）木材加工厂 ", "迁西县(兴城)木材加工厂"),
        ("Ａ１２３", "A123"),
        ("e\u0301", "é"),
        ("甲\t\n乙", "甲 乙"),
        ("\ufeff兴\u200b城厂\u202e", "兴城厂"),
        ("e\u200b\u0301", "é"),
        ("未发现问题。", "未发现问题。"),
    ],
)
def test_texts_are_stored_in_one_form(written: str, stored: str):
    assert identity.normalise_text(written) == stored
    assert identity.normalise_text(stored) == stored


def test_codes_are_compared_in_one_form():
    assert identity.normalise_code(" ９1130227 ma\u200b0a1b2c3x\ufeff") == "91130227MA0A1B2C3X"


@pytest.mark.parametrize(
    ("text", "damaged"),
    [
        ("9.11302E+17", True),
        ("9.1130227e17", True),
        ("911302270000000000.0", True),
        ("１.3E+10", True),
        ("91130227MA0A1B2C3X", False),
        ("12.0", False),
        ("", False),
    ],
)
def test_codes_a_spreadsheet_turned_into_numbers_are_noticed(text: str, damaged: bool):
    assert identity.looks_like_float_damaged_code(text) is damaged
