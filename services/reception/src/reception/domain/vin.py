"""R19: what the standards say of a VIN by itself, without any maker's own table.

ISO 3779 divides the 17 characters, ISO 3780 gives the first two to regions and countries. Everything else in a VIN is
the maker's own and is not guessed here.
"""

from dataclasses import dataclass

from contracts.values import vin_check_digit_is_right

FREE_TEXT = "FREE:"
"""Begins a chassis number of a car older than the standard; nothing can be read from it."""

_ORDER = "ABCDEFGHJKLMNPRSTUVWXYZ1234567890"
"""ISO 3780 allots the second character in this order: ``WA-W0`` is all of ``W``."""

_REGIONS = (
    ("ABCDEFGH", "Africa"),
    ("JKLMNPR", "Asia"),
    ("STUVWXYZ", "Europe"),
    ("12345", "North America"),
    ("67", "Oceania"),
    ("89", "South America"),
)

_COUNTRIES = (
    *(("AA", "AH", "ZA"),),
    *(("JA", "J0", "JP"), ("KL", "KR", "KR"), ("LA", "L0", "CN"), ("MA", "ME", "IN"), ("MF", "MK", "ID")),
    *(("ML", "MR", "TH"), ("NL", "NR", "TR"), ("PL", "PR", "MY"), ("RF", "RG", "TW")),
    *(("SA", "SM", "GB"), ("SN", "ST", "DE"), ("SU", "SZ", "PL"), ("TA", "TH", "CH"), ("TJ", "TP", "CZ")),
    *(("TR", "TV", "HU"), ("UU", "UX", "RO"), ("U5", "U7", "SK"), ("VA", "VE", "AT"), ("VF", "VR", "FR")),
    *(("VS", "VW", "ES"), ("WA", "W0", "DE"), ("XL", "XR", "NL"), ("YA", "YE", "BE"), ("YF", "YK", "FI")),
    *(("YS", "YW", "SE"), ("ZA", "ZR", "IT")),
    *(("1A", "10", "US"), ("2A", "20", "CA"), ("3A", "3W", "MX"), ("4A", "40", "US"), ("5A", "50", "US")),
    *(("6A", "6W", "AU"), ("7A", "7E", "NZ"), ("8A", "8E", "AR"), ("9A", "9E", "BR"), ("93", "99", "BR")),
)
"""The main ranges, first and last included, with the country as ISO 3166 writes it. Small and disputed ones are left
out: no country is better than a wrong one."""

_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
"""Codes of the model year in their order; ``A`` is 1980, and after thirty years they begin anew."""
_FIRST_YEAR = 1980


@dataclass(frozen=True)
class DecodedVin:
    """What a 17-character VIN tells by the standard.

    ``model_years``: both years that position 10 may stand for, 30 years apart; empty where the character is no code.
    The standard only recommends it: it means something where market or maker uses it, as in North America and China.
    ``check_digit_right``: likewise, a wrong one says something only in a market that uses it.
    """

    region: str | None
    country: str | None
    """Of the manufacturer (ISO 3166), which need not be where the car was built."""
    wmi: str
    """World manufacturer identifier, positions 1-3."""
    vds: str
    """Vehicle descriptor section, positions 4-9."""
    vis: str
    """Vehicle indicator section, positions 10-17."""
    model_years: tuple[int, ...]
    check_digit_right: bool


def decode(vin: str) -> DecodedVin | None:
    """Reads a valid VIN as far as its standard goes. None for a chassis number written as free text."""
    if vin.startswith(FREE_TEXT):
        return None
    return DecodedVin(
        region=next((region for first, region in _REGIONS if vin[0] in first), None),
        country=next((country for first, last, country in _COUNTRIES if _lies_between(vin, first, last)), None),
        wmi=vin[:3],
        vds=vin[3:9],
        vis=vin[9:],
        model_years=_model_years(vin[9]),
        check_digit_right=vin_check_digit_is_right(vin),
    )


def _lies_between(vin: str, first: str, last: str) -> bool:
    return vin[0] == first[0] and _ORDER.index(first[1]) <= _ORDER.index(vin[1]) <= _ORDER.index(last[1])


def _model_years(code: str) -> tuple[int, ...]:
    if code not in _YEARS:
        return ()
    year = _FIRST_YEAR + _YEARS.index(code)
    return year, year + len(_YEARS)
