"""Places on the earth: WGS-84, in which they are stored, and GCJ-02, which Chinese map apps expect in a link.

Nothing converted is ever stored or measured with: mixing the two shifts a point by some 500 m. The conversion is
the published approximation of the offset, good to a few metres, and only inside China.
"""

import math

_AXIS = 6_378_245.0  # Krasovsky 1940, which GCJ-02 rests on
_FLATTENED = 0.006_693_421_622_965_943
_WEST, _EAST, _SOUTH, _NORTH = 72.004, 137.8347, 0.8293, 55.8271


def is_on_earth(lat: float, lon: float) -> bool:
    """Whether these are degrees of a place at all."""
    return -90 <= lat <= 90 and -180 <= lon <= 180


def gcj02(lat: float, lon: float) -> tuple[float, float]:
    """A WGS-84 (latitude, longitude) as Chinese map apps count them; outside China unchanged."""
    if not (_WEST <= lon <= _EAST and _SOUTH <= lat <= _NORTH):
        return lat, lon
    east, north = _offset(lon - 105.0, lat - 35.0)
    radians = math.radians(lat)
    bent = 1 - _FLATTENED * math.sin(radians) ** 2
    north = math.degrees(north / (_AXIS * (1 - _FLATTENED) / (bent * math.sqrt(bent))))
    east = math.degrees(east / (_AXIS / math.sqrt(bent) * math.cos(radians)))
    return lat + north, lon + east


def _offset(x: float, y: float) -> tuple[float, float]:
    """The shift (east, north) in metres at x degrees east of 105° and y degrees north of 35°."""
    root, pi = math.sqrt(abs(x)), math.pi
    waves = (20 * math.sin(6 * pi * x) + 20 * math.sin(2 * pi * x)) * 2 / 3
    north = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + waves
    north += (20 * math.sin(pi * y) + 40 * math.sin(pi * y / 3)) * 2 / 3
    north += (160 * math.sin(pi * y / 12) + 320 * math.sin(pi * y / 30)) * 2 / 3
    east = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + waves
    east += (20 * math.sin(pi * x) + 40 * math.sin(pi * x / 3)) * 2 / 3
    east += (150 * math.sin(pi * x / 12) + 300 * math.sin(pi * x / 30)) * 2 / 3
    return east, north
