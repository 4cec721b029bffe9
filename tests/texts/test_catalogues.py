"""No text is untranslated: what people read is in both catalogues (X4)."""

import ast
import re
from string import Formatter

import pytest
from catalogues import (
    LANGUAGES,
    PACKAGES,
    codes_of,
    files_of,
    folder_of,
    kept,
    out_of_reach,
    place_of,
    refusal_names,
    refusals,
    sentences_in,
    up_to_date,
    used,
)
from chassis.texts import words_of

BY_PACKAGE = pytest.mark.parametrize("package", PACKAGES)
BY_CATALOGUE = pytest.mark.parametrize(
    ("package", "language"), [(package, language) for package in PACKAGES for language in LANGUAGES]
)
CHINESE = re.compile("[一-鿿]")


@BY_CATALOGUE
def test_every_text_of_the_code_is_in_both_catalogues_and_no_other(package, language):
    """X4: after a change of a text run ``tests/texts/catalogues.py --write`` and translate what is new."""
    assert kept(package, language).keys() == used(package)


@BY_CATALOGUE
def test_the_made_files_are_those_of_the_catalogue(package, language):
    po, mo = files_of(package, language, up_to_date(package, language))
    assert place_of(package, language).with_suffix(".po").read_bytes() == po
    assert place_of(package, language).with_suffix(".mo").read_bytes() == mo


@BY_PACKAGE
def test_each_text_has_chinese_words_with_the_same_values_in_them(package):
    """X4."""
    strings = kept(package, "zh")
    assert [text for text, said in strings.items() if not CHINESE.search(said) and _has_words(text[1])] == []
    assert [text for text, said in strings.items() if _values(text[1]) != _values(said)] == []


@BY_PACKAGE
def test_each_code_of_a_list_has_english_words(package):
    """X4: sentences are English themselves."""
    assert [one for one, said in kept(package, "en").items() if one[0] and not said] == []
    assert [one for one, said in kept(package, "en").items() if CHINESE.search(said)] == []


@pytest.mark.parametrize("package", ["booking", "reception"])
def test_every_error_code_has_a_chinese_text(package):
    """X3, X4: by the code a caller gets, the text is what he reads."""
    texts = refusals(package)
    said = {code: words_of("zh", package).say(text) for code, text in texts.items()}
    assert len(said) > 30 and [code for code, text in said.items() if not CHINESE.search(text)] == []


@BY_PACKAGE
def test_no_sentence_is_put_together_before_it_is_translated(package):
    found = {
        f"{path.name}:{line}"
        for path in folder_of(package).rglob("*.py")
        for line in out_of_reach(ast.parse(path.read_text()), refusal_names(package))
    }
    assert found == set()


def test_a_text_that_nobody_translated_is_found():
    """The guard bites: a refusal at its place, a sentence that is said, a constant, and one put together by hand."""
    planted = ast.parse(
        'raise Late("Come in time.")\nsay("Wait here.")\n_WHY_TEXT = "It is full."\nLate(f"No {x} left.")\nsay(why)'
    )
    assert set(sentences_in(planted, {"Late"})) == {"Come in time.", "Wait here.", "It is full."}
    assert out_of_reach(planted, {"Late"}) == [4, 5]
    assert not {("", "Come in time.")} & kept("chassis", "zh").keys()


def test_codes_are_listed_once():
    for package in PACKAGES:
        every = list(codes_of(package))
        assert len(every) == len(set(every))


def _has_words(text: str) -> bool:
    """Some sentences are nothing but values and what stands between them."""
    return any(sign.isalpha() for before, _, _, _ in Formatter().parse(text) for sign in before)


def _values(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}
