"""The measure itself: it must find what it is there to find."""

import pytest

from api import NamesThatDifferOnlyByCase, decode
from shapes import GOLDEN, differences, golden


@pytest.mark.parametrize(
    "departure",
    [
        {"name": "a", "tags": []},
        {"name": "a", "tags": [], "datetime": 1},
        {"name": "a", "tags": [], "dateTime": "now"},
        {"name": None, "tags": [], "datetime": "now"},
        {"name": "a", "tags": None, "datetime": "now"},
        {"name": "a", "tags": [1], "datetime": "now"},
        {"name": "a", "tags": [], "datetime": "now", "surprise": 1},
    ],
)
def test_a_departure_from_the_sample_is_found(departure):
    assert differences({"name": "x", "tags": ["y"], "datetime": "then"}, departure)


def test_other_values_of_the_same_shape_are_fine():
    assert differences({"items": [{"n": 1}]}, {"items": [{"n": 2}, {"n": 3}]}) == []


def test_an_empty_page_proves_nothing():
    assert differences({"items": [{"n": 1}]}, {"items": []})


@pytest.mark.parametrize("text", ['{"datetime": 1, "dateTime": 2}', '[{"a": {"x": 1, "x": 2}}]'])
def test_twins_are_refused(text):
    with pytest.raises(NamesThatDifferOnlyByCase):
        decode(text)


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("*.json")), ids=lambda file: file.stem)
def test_a_golden_answer_survives_a_case_insensitive_decoder(file):
    assert decode(file.read_text(encoding="utf-8")) == golden(file.stem)
