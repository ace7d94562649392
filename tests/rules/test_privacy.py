"""Numbers of people in texts that everybody will read."""

import pytest

from sjj.rules.privacy import mask_personal_numbers, personal_number_problem


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("联系电话13812345678", id="a mobile number"),
        pytest.param("电话 １３８１２３４５６７８", id="a mobile number in full-width digits"),
        pytest.param("138 1234 5678", id="a mobile number with spaces"),
        pytest.param("0315-5617251", id="a number with its area code"),
        pytest.param("身份证11010519491231002X", id="an ID number"),
    ],
)
def test_a_persons_number_is_seen_and_masked(text: str) -> None:
    assert personal_number_problem(text) is not None
    masked = mask_personal_numbers(text)
    assert "*" in masked
    assert personal_number_problem(masked) is None


@pytest.mark.parametrize(
    "text",
    ["迁西县洒河桥镇2026年第一季度检查", "迁林抽查〔2026〕3号", "91130227MA0936X835", "面积 12345.67 亩"],
)
def test_other_numbers_stay(text: str) -> None:
    assert personal_number_problem(text) is None
    assert mask_personal_numbers(text) == text
