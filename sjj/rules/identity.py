"""Numbers that identify a unit or a person: checking, cleaning, masking.

Sources: GB 32100-2015 (统一社会信用代码), GB 11714-1997 (the organisation code inside it), GB 11643-1999
(公民身份号码). A problem is returned as a Chinese sentence, None means fine. Nothing here looks anything up:
a code that passes may still belong to nobody.
"""

import re
import unicodedata
from datetime import date
from operator import mul

# GB 32100 leaves out I, O, S, V and Z, which are taken for digits.
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_VALUES = {char: value for value, char in enumerate(_CREDIT_ALPHABET)}
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_ID_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_ID_CHECKS = "10X98765432"
# The first two digits of the province-level divisions (GB/T 2260), with Taiwan, Hong Kong and Macao.
_PROVINCES = frozenset(
    str(number)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71), (81, 83))
    for number in range(first, last + 1)
)
_BRACKETS = str.maketrans({"（": "(", "）": ")", "［": "[", "］": "]", "【": "[", "】": "]"})
_SPACES = re.compile(r"\s+")
_FLOAT_FORM = re.compile(r"[0-9]+(\.[0-9]+)?[eE]\+?[0-9]+|[0-9]{8,}\.0*")


def visible(text: str) -> str:
    """A text without characters that show nothing or turn the writing round (category Cf).

    With them two names could look alike and be two, or be read as another one.
    """
    return text if text.isascii() else "".join(char for char in text if unicodedata.category(char) != "Cf")


def normalise_text(text: str) -> str:
    """A text as it is stored: NFC, nothing invisible, full-width letters and digits made half-width, spaces at the ends gone.

    Full-width Chinese brackets become the half-width pair, runs of white space one space. Other Chinese
    punctuation stays as it is.
    """
    halved = "".join(_half_width(char) for char in unicodedata.normalize("NFC", visible(text)))
    return _SPACES.sub(" ", halved.translate(_BRACKETS)).strip()


def _half_width(char: str) -> str:
    if char == "\u3000":
        return " "
    if "\uff01" <= char <= "\uff5e":
        plain = chr(ord(char) - 0xFEE0)
        return plain if plain.isalnum() or plain in "()[]-_/.+#@" else char
    return char


def normalise_code(text: str) -> str:
    """A code as it is compared: half-width, upper case, without any white space or invisible character."""
    halved = unicodedata.normalize("NFKC", text).upper()
    return "".join(char for char in halved if unicodedata.category(char) not in ("Zs", "Cf", "Cc"))


def credit_code_check(first17: str) -> str:
    """The check character of the first 17 (GB 32100-2015 §4.5). Raises ValueError for other characters."""
    if len(first17) != 17 or not _CREDIT_VALUES.keys() >= set(first17):
        raise ValueError("统一社会信用代码前17位不合规")
    total = sum(map(mul, map(_CREDIT_VALUES.__getitem__, first17), _CREDIT_WEIGHTS))
    return _CREDIT_ALPHABET[-total % 31]


def credit_code_with_check(first17: str) -> str:
    """The 18 characters that begin with these 17. Raises ValueError for characters the code does not have."""
    return first17 + credit_code_check(first17)


def credit_code_problem(code: str) -> str | None:
    """Why a text is no 统一社会信用代码, or None. It is judged as written: normalise it first."""
    if len(code) != 18:
        return f"统一社会信用代码应为18位，现为{len(code)}位"
    wrong = [char for char in code if char not in _CREDIT_VALUES]
    if wrong:
        return f"统一社会信用代码中不能有“{'、'.join(dict.fromkeys(wrong))}”"
    if not code[2:8].isdigit():
        return "统一社会信用代码第3至8位应为行政区划数字"
    check = credit_code_check(code[:17])
    if check != code[17]:
        return f"统一社会信用代码校验位不对，第18位应为{check}，现为{code[17]}"
    return None


def id_number_problem(number: str) -> str | None:
    """Why a text is no 公民身份号码, or None (GB 11643-1999). It is judged as written: normalise it first."""
    if len(number) != 18:
        return f"身份证号应为18位，现为{len(number)}位"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", number):
        return "身份证号前17位应为数字，末位应为数字或X"
    if number[:2] not in _PROVINCES:
        return "身份证号的地区代码不存在"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "身份证号中的出生日期不存在"
    if not 1850 <= born.year <= 2099:
        return "身份证号中的出生年份不合理"
    total = sum(int(digit) * weight for digit, weight in zip(number[:17], _ID_WEIGHTS, strict=True))
    if _ID_CHECKS[total % 11] != number[17]:
        return "身份证号校验位不对"
    return None


def mask_id_number(number: str) -> str:
    """An ID number with only the first 3 and the last 2 characters left; shorter texts are hidden whole."""
    return number[:3] + "*" * (len(number) - 5) + number[-2:] if len(number) >= 15 else "*" * len(number)


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: 138****5678, 0315****49; shorter than 7 is hidden whole."""
    digits = phone.strip()
    if len(digits) < 7:
        return "*" * len(digits)
    tail = 4 if len(digits) >= 11 else 2
    return digits[:3] + "*" * (len(digits) - 3 - tail) + digits[-tail:]


def mask_person_name(name: str) -> str:
    """A natural person's name for the public: the surname's first character stays, the rest is hidden."""
    trimmed = name.strip()
    return trimmed[:1] + "*" * max(1, len(trimmed) - 1) if trimmed else ""


def looks_like_float_damaged_code(text: str) -> bool:
    """Whether a spreadsheet turned a code into a floating-point number (9.11302E+17, 130227000000.0)."""
    return bool(_FLOAT_FORM.fullmatch(normalise_code(text)))
