# SPDX-License-Identifier: EUPL-1.2
"""A need profile that is malformed, names what does not exist, or asks what policy excludes, is refused clearly."""

from __future__ import annotations

import copy
import json
import random
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kgbx.consent.policies import policy_in_force, published_policies
from kgbx.errors import DocumentError
from kgbx.exchange import fitted, require_within
from kgbx.resources import schemas_path
from kgbx.story import profile, profiles, read_profile
from tests.effort import scaled
from tests.story.makers import a_need, a_profile

if TYPE_CHECKING:
    from collections.abc import Iterator

EXAMPLES: Final = scaled(quick=20, ci=1500, long=30_000)
POLICY: Final = policy_in_force(published_policies(), "2026-03-01T00:00:00Z")
CANARY: Final = "Zilverschoonpad 17"
ODD: Final[tuple[object, ...]] = (
    None,
    0,
    -1,
    2.5,
    True,
    "",
    CANARY,
    [],
    {},
    [CANARY],
    {CANARY: CANARY},
    "topic.that.is.not",
    "x" * 5000,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:  # noqa: ANN401  # JSON
    """Yield the path of everything in a JSON value."""
    yield path
    for key, member in (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    ):
        yield from places(member, (*path, key))


def changed(value: Any, path: tuple[Any, ...], odd: object) -> Any:  # noqa: ANN401  # JSON
    if not path:
        return odd
    made = copy.deepcopy(value)
    inner = made
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = odd
    return made


def refusal(data: bytes) -> DocumentError | None:
    """Return why a profile is refused; nothing else may leave reading it."""
    try:
        fitted(read_profile(data), POLICY)
    except DocumentError as error:
        return error
    return None


class TestMalformedProfiles:
    """Whatever stands in a profile, it is read or refused with a place, in two languages, and without its values."""

    @settings(max_examples=EXAMPLES)
    @given(names=st.sampled_from(profiles()), seed=st.integers(0, 2**32), odd=st.sampled_from(ODD))
    def test_one_odd_value(self, names: tuple[str, str], seed: int, odd: object) -> None:
        value = json.loads(schemas_path("needs", ".".join((*names, "json"))).read_bytes())
        dice = random.Random(seed)  # noqa: S311  # no secret
        data = json.dumps(changed(value, dice.choice(list(places(value))), odd)).encode()
        error = refusal(data)
        if error is not None:
            assert {problem.pointer[:1] for problem in error.problems} <= {"/", ""}
            said = [error.say("nl"), error.say("en"), str(error), repr(error)]
            assert all(said)
            assert CANARY not in "".join(said)
            assert error.__cause__ is error.__context__ is None

    @pytest.mark.parametrize("names", profiles(), ids=".".join)
    def test_unchanged_it_is_read(self, names: tuple[str, str]) -> None:
        """The control: it is the change that is refused."""
        value = json.loads(schemas_path("needs", ".".join((*names, "json"))).read_bytes())
        assert read_profile(json.dumps(value).encode()) == profile(*names)


def test_what_policy_excludes_is_refused_with_its_place_and_taken_without_it() -> None:
    debts, wish = a_need(id="debts", asks={"topic": "finance.debts"}, per="case"), a_need()
    asking = read_profile(json.dumps(a_profile(wish, debts, function="school", purpose="school_support")).encode())
    with pytest.raises(DocumentError) as caught:
        require_within(asking, POLICY)
    assert [(one.code, one.pointer) for one in caught.value.problems][-1] == ("D_EXCLUDED", "/needs/1/asks")
