"""Plans and populations for tests of forecasts, with good defaults."""

from datetime import date
from fractions import Fraction

from sjj.rules.forecast_settings import Groups, Settings
from sjj.rules.plan_lines import Layer, Line, Skip
from sjj.rules.population import CountedGroup, Population
from sjj.rules.quota import parse_quota
from sjj.rules.targets import Target

SINCE = date(2024, 1, 1)


def county(special: int = 12, key: int = 45, positive: int = 31, general: int = 187) -> Population:
    """A county of which only the sizes of the classes are known; all are enterprises."""
    enterprise = {"kind": ("enterprise",)}
    return Population.from_groups(
        [
            CountedGroup(special, {"class": ("特殊",), **enterprise}),
            CountedGroup(key, {"class": ("重点",), **enterprise}),
            CountedGroup(positive, {"class": ("一般",), "positive": ("yes",), **enterprise}),
            CountedGroup(general, {"class": ("一般",), **enterprise}),
        ]
    )


def line(key: str, pool: int, quota: str, quarter: int | None = 1, **more: object) -> Line:
    """A line with one layer."""
    return Line(key, key, (Layer("对象", pool, parse_quota(quota)),), quarter=quarter, **more)  # type: ignore[arg-type]


def yearly(key: str, pool: int, quota: str, skip: Skip = Skip.NONE, **more: object) -> list[Line]:
    """The same line in each quarter."""
    return [line(f"{key}{quarter}", pool, quota, quarter, skip=skip, **more) for quarter in (1, 2, 3, 4)]


def target(indicator: str, value: int, measure: str = "") -> Target:
    """A target in force since long ago."""
    return Target(indicator, Fraction(value), "本局方案", SINCE, measure=measure)


def settings(*targets: Target, **more: object) -> Settings:
    """Settings of 2026."""
    return Settings(2026, targets, **more)  # type: ignore[arg-type]


def groups(population: Population) -> Groups:
    """Its groups."""
    return Groups.of(population)
