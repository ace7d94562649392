"""The preset packs and the demo word lists are complete and agree with themselves.

They are read as plain data, without the application: a pack that cannot stand alone cannot be reviewed.
"""

import tomllib
from datetime import date
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PRESETS = ROOT / "sjj" / "registers" / "presets"
NAMES = ROOT / "sjj" / "demo" / "names.toml"

ITEM_COUNT = {"forestry": 13, "ecology": 14}
CODE_PREFIX = {"forestry": "LY", "ecology": "HJ"}
METHODS = {"实地检查", "书面检查", "网络监测", "检验检测", "部门结果", "委托专业机构辅助"}
RESULTS = {
    "未发现问题",
    "发现问题已责令改正",
    "发现问题待后续处理",
    "未发现开展本次抽查涉及的经营活动",
    "不配合检查情节严重",
    "通过登记的住所（经营场所）无法联系",
}
FOLLOW_UPS = {
    "无需后续处置",
    "责令改正",
    "立案查处",
    "移送办案机构",
    "抄告相关部门",
    "移送司法机关",
    "纳入信用记录",
    "其他",
}
REPEALED_BY_THE_CODE = {
    "环境保护法",
    "环境影响评价法",
    "海洋环境保护法",
    "大气污染防治法",
    "水污染防治法",
    "土壤污染防治法",
    "固体废物污染环境防治法",
    "噪声污染防治法",
    "放射性污染防治法",
    "清洁生产促进法",
}

Table = dict[str, Any]


def read(path: Path) -> Table:
    """One TOML file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def points_of(pack: Table) -> list[Table]:
    """Every check point of a pack."""
    return list(chain.from_iterable(item["points"] for item in pack["items"]))


def bases_of(pack: Table) -> list[Table]:
    """Every legal basis a pack cites, of items and of points."""
    of_items = chain.from_iterable(item["basis"] for item in pack["items"])
    return [*of_items, *(point["basis"] for point in points_of(pack))]


@pytest.fixture(params=sorted(ITEM_COUNT))
def pack(request: pytest.FixtureRequest) -> Table:
    """Each preset pack in turn."""
    return read(PRESETS / f"{request.param}.toml")


@pytest.fixture
def names() -> Table:
    """The words of the demo data."""
    return read(NAMES)


def test_every_item_of_the_office_list_is_there_as_a_draft(pack: Table) -> None:
    prefix = CODE_PREFIX[pack["pack"]]
    expected = [f"{prefix}-{n:02d}" for n in range(1, ITEM_COUNT[pack["pack"]] + 1)]
    assert [item["code"] for item in pack["items"]] == expected
    assert len({item["name"] for item in pack["items"]}) == len(expected)
    assert pack["status"] == "草案，法制审核后启用"


def test_items_use_the_words_of_the_office(pack: Table) -> None:
    for item in pack["items"]:
        assert item["entity_kind"] in {"主体类", "非主体类"}, item["code"]
        assert item["method"] in METHODS, item["code"]
        assert item["level"] in {"县级", "市级"}, item["code"]
        assert item["name"], item["code"]
        assert item["object_type"], item["code"]
        assert item["basis"], item["code"]


def test_each_item_has_four_to_eight_points_numbered_in_order(pack: Table) -> None:
    for item in pack["items"]:
        codes = [point["code"] for point in item["points"]]
        assert 4 <= len(codes) <= 8, item["code"]
        assert codes == [f"{item['code']}-{n}" for n in range(1, len(codes) + 1)]
        assert any(point["required"] for point in item["points"]), item["code"]


def test_each_point_says_what_counts_as_a_problem_and_how_to_check(pack: Table) -> None:
    for point in points_of(pack):
        fine, found, problem = point["standard"].partition("。发现问题：")
        assert fine.startswith("未发现问题："), point["code"]
        assert len(fine) > len("未发现问题："), point["code"]
        assert found, point["code"]
        assert len(problem) > 4, point["code"]
        assert point["how"], point["code"]
        assert 0 < len(point["text"]) <= 40, point["code"]


def test_every_law_cited_is_in_the_pack(pack: Table) -> None:
    keys = [law["key"] for law in pack["laws"]]
    assert len(keys) == len(set(keys))
    assert {basis["law"] for basis in bases_of(pack)} <= set(keys)
    for point in points_of(pack):
        penalty = point["penalty"]
        assert not penalty or any(penalty.startswith(f"{key}第") for key in keys), point["code"]


def test_a_citation_without_an_article_number_is_never_shown_as_verified(pack: Table) -> None:
    verified = {law["key"] for law in pack["laws"] if law["verified"]}
    for basis in bases_of(pack):
        assert basis["articles"] or basis["law"] not in verified, basis


def test_a_repealed_law_is_unverified_and_names_no_penalty(pack: Table) -> None:
    repealed = {law["key"] for law in pack["laws"] if "repealed_on" in law}
    for law in pack["laws"]:
        assert isinstance(law["effective_on"], date), law["key"]
        if law["key"] in repealed:
            assert law["effective_on"] < law["repealed_on"], law["key"]
            assert not law["verified"], law["key"]
            assert law["note"], law["key"]
    for point in points_of(pack):
        assert not any(point["penalty"].startswith(f"{key}第") for key in repealed), point["code"]


def test_no_item_rests_on_repealed_law_alone(pack: Table) -> None:
    repealed = {law["key"] for law in pack["laws"] if "repealed_on" in law}
    for item in pack["items"]:
        assert any(basis["law"] not in repealed for basis in item["basis"]), item["code"]


def test_the_ten_laws_the_code_repeals_end_on_its_first_day() -> None:
    laws = {law["key"]: law for law in read(PRESETS / "ecology.toml")["laws"]}
    ended = {key for key, law in laws.items() if law.get("repealed_on") == date(2026, 8, 15)}
    assert ended == REPEALED_BY_THE_CODE
    assert laws["生态环境法典"]["effective_on"] == date(2026, 8, 15)


def test_each_demo_bureau_can_be_given_three_hundred_firms(names: Table) -> None:
    words = names["words"]
    assert len(words) == len(set(words))
    assert len(words) >= 80
    assert [agency["short"] for agency in names["agencies"]] == ["迁林", "新乐环"]
    for agency in names["agencies"]:
        firms = {
            pattern.format(
                division=agency["division_name"], town=town["short"], word=word, ending=ending["text"]
            )
            for pattern in agency["name_patterns"]
            for town in agency["townships"]
            for word in words
            for ending in agency["endings"]
        }
        assert len(firms) >= 300, agency["name"]


def test_sixty_people_can_be_invented(names: Table) -> None:
    given = names["given_names_male"] + names["given_names_female"]
    assert len(set(given)) == len(given)
    assert len(set(names["surnames"])) == len(names["surnames"])
    assert len(given) * len(names["surnames"]) >= 60


def test_demo_words_refer_to_items_and_tags_that_exist(names: Table) -> None:
    for agency in names["agencies"]:
        pack = read(PRESETS / f"{agency['pack']}.toml")
        items = {item["code"] for item in pack["items"]}
        objects = chain(agency["endings"], agency["objects"])
        for line in objects:
            assert line["tag"] in agency["industry_tags"], line
            assert set(line["items"]) <= items, line
        for owners in (agency["sections"], agency["expertise"]):
            covered = set(chain.from_iterable(owner["items"] for owner in owners))
            assert covered == items, (agency["name"], items ^ covered)


def test_every_item_has_demo_objects_to_draw_from(names: Table) -> None:
    for agency in names["agencies"]:
        pack = read(PRESETS / f"{agency['pack']}.toml")
        for item in pack["items"]:
            source = "endings" if item["entity_kind"] == "主体类" else "objects"
            fitting = [line for line in agency[source] if item["code"] in line["items"]]
            assert fitting, item["code"]


def test_demo_findings_belong_to_real_check_points(names: Table) -> None:
    for agency in names["agencies"]:
        points = {point["code"] for point in points_of(read(PRESETS / f"{agency['pack']}.toml"))}
        assert len(agency["problems"]) >= 12
        for problem in agency["problems"]:
            assert problem["point"] in points, problem
            assert problem["result"] in RESULTS, problem
            assert problem["follow_up"] in FOLLOW_UPS, problem
            assert problem["text"], problem
            assert problem["note"], problem
        assert {note["result"] for note in agency["notes"]} <= RESULTS


def test_demo_townships_lie_in_their_county(names: Table) -> None:
    for agency in names["agencies"]:
        codes = [town["code"] for town in agency["townships"]]
        assert len(codes) == len(set(codes))
        for town in agency["townships"]:
            assert town["code"].startswith(agency["division_code"]), town
            assert abs(town["lat"] - agency["lat"]) < 0.25, town
            assert abs(town["lon"] - agency["lon"]) < 0.25, town
            assert town["name"].startswith(town["short"]), town
