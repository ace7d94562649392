"""Remarks with a policy explained and a sample taken: written into one text, read back, never confused with words."""

from hypothesis import given
from hypothesis import strategies as st

from sjj.rules.remarks import SAMPLE_PARTS, Remarks, flat, read, sample_line, written

SAMPLE = {"name": "松木锯材", "quantity": "2 份", "batch": "", "spare": "1 份", "sent": "市质检中心；加急"}


def test_the_lines_are_written_before_the_words_and_read_back() -> None:
    text = written(Remarks("天气晴。\n另有两名村民在场。", "松材线虫病\n防治", SAMPLE))
    assert text == (
        "政策宣讲：松材线虫病 防治\n抽样：样品名称 松木锯材；数量 2 份；备样 1 份；送检 市质检中心，加急\n"
        "天气晴。\n另有两名村民在场。"
    )
    again = read(text)
    assert (again.words, again.policy) == ("天气晴。\n另有两名村民在场。", "松材线虫病 防治")
    assert sample_line(again.sample) == sample_line(SAMPLE)


def test_a_line_of_ones_own_that_only_begins_alike_stays_words() -> None:
    assert read("抽样：随便取了些。") == Remarks("抽样：随便取了些。")
    assert read("没有抽样") == Remarks("没有抽样")
    assert written(Remarks()) == ""


@given(
    st.text(max_size=30),
    st.fixed_dictionaries({key: st.text(max_size=12) for key, _ in SAMPLE_PARTS}),
)
def test_what_was_written_is_read_back_whatever_it_was(policy: str, sample: dict[str, str]) -> None:
    text = written(Remarks(policy=policy, sample=sample))
    again = read(text)
    assert written(again) == text
    assert again.policy == flat(policy)
