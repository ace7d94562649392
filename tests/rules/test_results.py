"""The closed lists of results and how they roll up."""

import pytest

from sjj.rules import results


@pytest.mark.parametrize(
    ("items", "whole"),
    [
        ([], ""),
        (["未发现问题"], "未发现问题"),
        (["未发现问题", "发现问题已责令改正"], "发现问题已责令改正"),
        (["发现问题待后续处理", "发现问题已责令改正"], "发现问题待后续处理"),
        (["未发现开展本次抽查涉及的经营活动", "未发现问题"], "未发现问题"),
        (["未发现开展本次抽查涉及的经营活动"], "未发现开展本次抽查涉及的经营活动"),
        (["发现问题待后续处理", "不配合检查情节严重"], "不配合检查情节严重"),
    ],
)
def test_an_inspection_shows_the_gravest_result(items: list[str], whole: str):
    assert results.roll_up(items) == results.roll_up(reversed(items)) == whole


def test_every_label_rolls_up_alone_and_an_unknown_one_is_refused():
    for label in results.results_for(market_regulator=True):
        assert results.roll_up([label]) == label
    with pytest.raises(ValueError, match="不是规定的检查结果"):
        results.roll_up(["很好"])


def test_market_results_are_hidden_from_others():
    assert len(results.results_for(market_regulator=False)) == 6
    assert len(results.results_for(market_regulator=True)) == 8
    assert not set(results.MARKET_RESULTS) & set(results.results_for(market_regulator=False))


def test_what_means_a_problem():
    assert results.is_problem("发现问题已责令改正")
    assert results.is_problem("不配合检查情节严重")
    assert not results.is_problem("未发现问题")
    assert not results.is_problem("通过登记的住所（经营场所）无法联系")
    assert set(results.results_for(market_regulator=True)) >= results.PROBLEM_RESULTS


def test_answers_and_outcomes_have_the_offices_words():
    assert [answer.label for answer in results.Answer] == ["未发现问题", "发现问题", "不涉及"]
    assert [outcome.value for outcome in results.Outcome] == [
        "inspected",
        "closed",
        "moved",
        "not_found",
        "refused",
    ]
    assert all(not outcome.label.isascii() for outcome in results.Outcome)


def test_a_visit_without_an_inspection_comes_to_a_result_where_that_is_certain():
    assert results.result_of_outcome("not_found") == "通过登记的住所（经营场所）无法联系"
    assert results.result_of_outcome("refused") == ""
    assert results.result_of_outcome("inspected") == ""
    known = {*results.results_for(market_regulator=True), ""}
    assert {results.result_of_outcome(outcome) for outcome in results.Outcome} <= known


def test_the_lists_have_no_doubles():
    for labels in (results.FOLLOW_UP_KINDS, results.ENTITY_STATES, results.CHECK_METHODS, results.RESULTS):
        assert len(set(labels)) == len(labels)
