"""Does an answer have the shape of a documented sample: the same members, spelled the same, of the same JSON types?"""

import json
from pathlib import Path

GOLDEN = Path(__file__).parent.parent / "crates/msgboxx/tests/golden"

# Members that our answers may have beyond the documented ones, by sample.
EXTENSIONS = {
    "get_template": {"language", "category"},
    "get_templates": {"language", "category"},
    "create_webhook": {"signingSecret"},
}


def golden(sample):
    """The documented answer."""
    return json.loads((GOLDEN / f"{sample}.json").read_text(encoding="utf-8"))


def differences(expected, actual, extensions=frozenset(), at="$"):
    """How `actual` departs from the shape of `expected`, in words; empty when it does not."""
    if type(expected) is not type(actual):
        return [f"{at}: {type(expected).__name__} expected, got {actual!r}"]
    if isinstance(expected, dict):
        return _object_differences(expected, actual, extensions, at)
    if isinstance(expected, list) and expected:
        found = [] if actual or at not in ("$", "$.items") else [f"{at}: empty"]
        return found + [d for i, item in enumerate(actual) for d in differences(expected[0], item, extensions, f"{at}[{i}]")]
    return []


def _object_differences(expected, actual, extensions, at):
    missing = [f"{at}.{name}: missing" for name in expected if name not in actual]
    extra = [f"{at}.{name}: not documented" for name in actual if name not in expected and name not in extensions]
    shared = [name for name in expected if name in actual]
    return missing + extra + [d for name in shared for d in differences(expected[name], actual[name], extensions, f"{at}.{name}")]
