"""Days off and make-up days as people write them: “2月5日至11日 春节”, one stretch a line. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby

_DAY = r"(?:(?:[0-9]{4})[年/.-])?(?:[0-9]{1,2})[月/.-](?:[0-9]{1,2})日?"
_LINE = re.compile(
    rf"(?P<first>{_DAY})(?:\s*(?:至|到|—|–|~|～)\s*(?P<last>{_DAY}|[0-9]{{1,2}}日?))?\s*(?P<name>.*)"
)
MOST_DAYS = 31
MOST_NAME = 40


class NotADay(ValueError):
    """A line names no day of the year; the message may be shown."""


def days_in(text: str, year: int) -> tuple[dict[date, str], list[str]]:
    """The days a text names, with what stands beside them; and what is wrong, line by line."""
    days: dict[date, str] = {}
    problems: list[str] = []
    for number, line in enumerate(_lines(text), start=1):
        try:
            found, name = _read(line, year)
        except NotADay as fault:
            problems.append(f"第 {number} 行“{line[:30]}”{fault}")
            continue
        problems += [f"第 {number} 行：{day:%m月%d日}写了两次" for day in found if day in days]
        days.update(dict.fromkeys(found, name))
    return days, problems


def _lines(text: str) -> list[str]:
    return [line.strip() for line in re.split(r"[\n、，,;；]", text) if line.strip()]


def _read(line: str, year: int) -> tuple[list[date], str]:
    found = _LINE.fullmatch(line)
    if found is None:
        raise NotADay("看不懂，请写成“2月5日至2月11日 春节”")
    first = _day(found["first"], year)
    last = _day(found["last"], year, first.month) if found["last"] else first
    if last < first:
        raise NotADay("的结束日期早于开始日期")
    count = (last - first).days + 1
    if count > MOST_DAYS:
        raise NotADay(f"有 {count} 天，太长了，请核对")
    name = found["name"].strip(" ：:()（）")
    if len(name) > MOST_NAME:
        raise NotADay(f"的名称不超过 {MOST_NAME} 字")
    return [first + timedelta(days=step) for step in range(count)], name


def _day(text: str, year: int, month: int = 0) -> date:
    numbers = [int(number) for number in re.findall(r"[0-9]+", text)]
    if len(numbers) == 1:
        numbers = [month, *numbers]
    if len(numbers) == 2:
        numbers = [year, *numbers]
    if numbers[0] != year:
        raise NotADay(f"不在 {year} 年")
    try:
        return date(*numbers)
    except ValueError:
        raise NotADay("没有这一天") from None


def as_text(days: Mapping[date, str]) -> str:
    """Days as people write them, neighbours of one name drawn together; `days_in` reads it back."""
    return "\n".join(_stretch(days_of, name) for name, days_of in _stretches(days))


def _stretches(days: Mapping[date, str]) -> Iterable[tuple[str, list[date]]]:
    ordered = sorted(days)
    marks = [(day.toordinal() - place, days[day]) for place, day in enumerate(ordered)]
    for (_, name), group in groupby(zip(marks, ordered, strict=True), key=lambda pair: pair[0]):
        yield name, [day for _, day in group]


def _stretch(days: list[date], name: str) -> str:
    first, last = days[0], days[-1]
    text = f"{first.month}月{first.day}日"
    if last != first:
        text += f"至{last.month}月{last.day}日"
    return f"{text} {name}".strip()
