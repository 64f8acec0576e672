"""Laws of what a found list tells: it may be cut, and it may hold what belongs to somebody else.

A search returns its first few rows and leaves the rest out without a word; a word of the goal stands in rows of others.
What the truth is comes from the whole table. Each safeguard has a mutant without it that these laws find out.
"""

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.json import canonical_json
from llmos_core.types.tools import Effect
from llmos_std.learning import explaining, moving, slicing, unsaid
from llmos_std.learning.conditions import Condition
from llmos_std.learning.cutting import decided, longest, may_be_cut, orders
from llmos_std.learning.deciding import Learned
from llmos_std.learning.joining import programme
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example

NAMES = ("ada", "bob", "cleo", "dora", "emil", "fritz", "gina")
WRONG, RIGHT, REFUSED = "wrong", "right", "refused"
CAP = 4
SEEDS = range(150)


def call(tool: str, output: Any, effect: Effect = Effect.READ, **arguments: Any) -> LoggedCall:
    return LoggedCall(tool=tool, arguments=arguments, output=output, effect=effect)


def rows_of(random: Random, name: str, count: int) -> list[dict[str, Any]]:
    sizes = random.sample(range(100, 999), count)
    return [{"id": f"{name}-{random.randrange(10**6)}", "owner": name, "size": size} for size in sizes]


def judged(runs: list[Run], goal: str, seen: Any, right: Any, **more: Any) -> str:
    decision = Learned(runs).decide(goal, lambda *_: seen, **more)
    if decision.would != "follow":
        return REFUSED
    done = [dict(one.arguments) for one in decision.calls if not one.effect.is_safe]
    return RIGHT if sorted(map(canonical_json, done)) == sorted(map(canonical_json, right)) else WRONG


def largest(rows: list[dict[str, Any]]) -> dict[str, Any]:
    return max(rows, key=lambda row: row["size"])


def picking(seed: int, *, is_sorted: bool = False) -> str:
    """Drop the largest of a table of which a search shows the first few, in some order or with the largest first."""
    random = Random(seed)
    tables = {name: rows_of(random, name, random.randint(1, 7)) for name in NAMES}
    if is_sorted:
        tables = {name: sorted(rows, key=lambda row: -row["size"]) for name, rows in tables.items()}
    known = [name for name in NAMES[:-1] if largest(tables[name]) in tables[name][:CAP]]  # the others went wrong
    runs = [
        Run(
            goal=f"drop the largest of {name}",
            calls=(
                call("find", tables[name][:CAP], query=name),
                call("drop", "ok", Effect.REVERSIBLE_WRITE, id=largest(tables[name])["id"]),
            ),
        )
        for name in known
    ]
    rows = tables[NAMES[-1]]
    return judged(runs, f"drop the largest of {NAMES[-1]}", rows[:CAP], [{"id": largest(rows)["id"]}])


@pytest.mark.spec("RP-095")
@given(st.integers(0, 2**32), st.booleans())
def test_the_largest_of_a_list_that_may_be_cut_is_never_taken_wrongly(seed, is_sorted):
    assert picking(seed, is_sorted=is_sorted) != WRONG


def test_of_whole_lists_and_of_sorted_ones_it_is_taken():
    assert [picking(seed) for seed in SEEDS].count(RIGHT) >= len(SEEDS) // 10
    assert [picking(seed, is_sorted=True) for seed in SEEDS].count(RIGHT) >= len(SEEDS) // 2


def test_taking_every_list_for_whole_is_found_out(monkeypatch):
    monkeypatch.setattr("llmos_std.learning.picking.is_known_first", lambda *_: True)
    assert WRONG in (picking(seed) for seed in SEEDS)


def looping(seed: int) -> str:
    random = Random(seed)
    tables = {name: rows_of(random, name, random.randint(2, 6)) for name in NAMES}
    runs = [
        Run(
            goal=f"close all tickets of {name}",
            calls=(
                call("find", rows[:CAP], query=name),
                *(call("close", "ok", Effect.REVERSIBLE_WRITE, id=row["id"]) for row in rows),
            ),
        )
        for name, rows in list(tables.items())[:-1]
        if len(rows) <= CAP  # where more were left, the agent did not succeed
    ]
    rows = tables[NAMES[-1]]
    return judged(runs, f"close all tickets of {NAMES[-1]}", rows[:CAP], [{"id": row["id"]} for row in rows])


@pytest.mark.spec("RP-095")
@given(st.integers(0, 2**32))
def test_all_of_a_list_that_may_be_cut_is_never_taken_for_all(seed):
    assert looping(seed) != WRONG


def test_all_of_a_shorter_list_is_taken_and_taking_every_list_is_found_out(monkeypatch):
    assert RIGHT in (looping(seed) for seed in SEEDS)
    monkeypatch.setattr("llmos_std.learning.looping.may_be_cut", lambda *_: False)
    assert WRONG in (looping(seed) for seed in SEEDS)


def counted(operator: str, than: float, found: int, *, quantity: str = "count") -> bool | None:
    """Decide a condition about rows, of which runs have seen at most four, by so many of them."""
    runs = [
        Run(
            goal=f"mail {name}",
            calls=(
                call("find", rows_of(Random(1), name, 4), query=name),
                call("mail", "ok", Effect.REVERSIBLE_WRITE, to=name),
            ),
        )
        for name in NAMES[:2]
    ]
    first, other = (Example(run, is_watchful=True) for run in runs)
    condition = Condition(look=0, quantity=quantity, operator=operator, than=than, field="size" * (quantity != "count"))
    return decided(condition, [rows_of(Random(2), "gina", found)], programme(first, [other]))


@pytest.mark.spec("RP-095")
@pytest.mark.parametrize(
    ("operator", "than", "found", "is_so"),
    [
        (">", 5, 4, None),  # there may be more than four
        (">", 3, 4, True),
        ("<", 6, 4, None),
        ("<", 4, 4, False),
        ("==", 0, 4, False),
        ("==", 4, 4, None),
        (">", 5, 3, False),
        ("<", 6, 3, True),
    ],
)
def test_how_many_there_are_is_known_as_far_as_more_could_not_change_it(operator, than, found, is_so):
    assert counted(operator, than, found) is is_so


@pytest.mark.spec("RP-095")
def test_some_of_a_cut_list_is_some_and_none_of_it_is_not_none():
    assert counted(">", 1, 4, quantity="any") is True
    assert counted(">", 5000, 4, quantity="any") is None
    assert counted(">", 5000, 4, quantity="all") is False
    assert counted(">", 1, 4, quantity="all") is None


@given(st.lists(st.integers(0, 9), max_size=6), st.integers(0, 6))
def test_a_list_is_whole_only_below_the_longest_or_where_it_is_tiny(values, known):
    assert may_be_cut(values, known) == (len(values) >= known and len(values) > 2)


def test_only_an_order_that_holds_throughout_counts():
    rows = [{"at": 3}, {"at": 2}, {"at": 1}]
    assert (orders(rows, "at", 1), orders(rows, "at", -1), orders([*rows, {"at": 9}], "at", 1)) == (6, 0, 0)
    assert orders([{"at": 3}, {}], "at", 1) == 0


def test_the_longest_list_is_that_of_the_tool_wherever_a_run_looked_with_it():
    one = Example(Run(goal="x", calls=(call("find", [1, 2], q="a"), call("find", [1, 2, 3], q="b"), call("put", "ok"))))
    assert (longest([one], "find", ()), longest([one], "put", ())) == (3, 0)


def strangers(seed: int) -> str:
    """Drop the largest that somebody owns, where a search also finds rows of others in which the name stands."""
    random = Random(seed)
    runs, last, found = [], "", []
    for number, name in enumerate(NAMES):
        own = rows_of(random, name, random.randint(1, 3))
        is_mixed = random.random() < (0.7 if name == NAMES[-1] else 0.15)
        others = rows_of(random, "zoe", 2) if is_mixed else []
        found, last = random.sample([*own, *others], len(own) + len(others)), largest(own)["id"]
        if number < len(NAMES) - 1:
            dropped = call("drop", "ok", Effect.REVERSIBLE_WRITE, id=last)
            whole = call("find", rows_of(random, name, 9), query="everything")  # so that lists are known to be longer
            goal = f"drop the largest of {name}"
            runs.append(Run(goal=goal, calls=(whole, call("find", found, query=name), dropped)))
    return judged(runs, f"drop the largest of {NAMES[-1]}", found, [{"id": last}])


@pytest.mark.spec("RP-096")
@given(st.integers(0, 2**32))
def test_the_largest_of_what_somebody_else_owns_is_never_taken(seed):
    assert strangers(seed) != WRONG


def test_the_largest_of_ones_own_is_taken_and_asking_nobody_whose_it_is_is_found_out(monkeypatch):
    assert [strangers(seed) for seed in SEEDS].count(RIGHT) >= len(SEEDS) // 4
    monkeypatch.setattr(explaining, "_add_first_of_goal", lambda *_: None)
    assert WRONG in (strangers(seed) for seed in SEEDS)


def reserved(wording: str, title: str, member: str, desk: str) -> Run:
    calls = (
        call("books", [{"id": f"b-{title}", "title": title}], query=title),
        call("reserve", "ok", Effect.REVERSIBLE_WRITE, id=f"b-{title}", member=member, desk=desk),
    )
    return Run(goal=wording.format(t=title, m=member), calls=calls)


def reserve(*others: Run) -> str:
    known = [
        reserved("reserve {t} for {m}", title, name, "main hall") for title, name in zip(NAMES, NAMES[3:], strict=False)
    ]
    right = [{"id": "b-gina", "member": "bob", "desk": "annex"}]
    return judged([*known[:3], *others], "reserve gina for bob", [{"id": "b-gina", "title": "gina"}], right)


@pytest.mark.spec("RP-097")
def test_what_nobody_said_and_another_run_had_otherwise_is_not_known(monkeypatch):
    other = reserved("put {t} aside for {m}", "hugo", "ada", "annex")
    assert reserve(other) == REFUSED
    monkeypatch.setattr(unsaid, "contradicted", lambda *_: "")
    assert reserve(other) == WRONG  # and it is what nobody could know without that run:
    assert reserve() == WRONG


def staged(word: str, stage: str, name: str, was: str) -> Run:
    calls = (
        call("find", [{"id": f"c-{name}", "name": name, "stage": was}], query=name),
        call("update", "ok", Effect.REVERSIBLE_WRITE, id=f"c-{name}", field="stage", value=stage),
    )
    return Run(goal=f"set {name} to {word}", calls=calls)


def stage(word: str, right: str, *runs: Run) -> str:
    seen = [{"id": "c-gina", "name": "gina", "stage": "Open"}]
    return judged(list(runs), f"set gina to {word}", seen, [{"id": "c-gina", "field": "stage", "value": right}])


@pytest.mark.spec("RP-098")
def test_a_word_that_no_run_has_put_there_may_be_called_otherwise(monkeypatch):
    words = [("won", "Won"), ("lost", "Lost"), ("won", "Won")]
    runs = [staged(word, value, name, "Open") for (word, value), name in zip(words, NAMES, strict=False)]
    assert stage("lost", "Lost", *runs) == RIGHT
    assert stage("new", "Lead", *runs) == REFUSED
    assert stage("open", "Open", *runs) == REFUSED
    elsewhere = call("update", "ok", Effect.REVERSIBLE_WRITE, id="c-zoe", field="stage", value="Open")
    assert stage("open", "Open", *runs, Run(goal="begin anew with zoe", calls=(elsewhere,))) == RIGHT
    monkeypatch.setattr("llmos_std.learning.binding.is_unheard_of", lambda *_: False)
    assert stage("new", "Lead", *runs) == WRONG


def charted(kind: str, name: str, word: str) -> Run:
    return Run(
        goal=f"draw a {word} chart of {name}", calls=(call("plot", "ok", Effect.REVERSIBLE_WRITE, kind=kind, of=name),)
    )


@pytest.mark.spec("RP-098")
def test_where_a_word_came_back_another_word_may_have_another_name(monkeypatch):
    known = [charted(kind, name, kind) for kind, name in zip(("bar", "pie", "bar", "pie"), NAMES, strict=False)]
    right = [{"kind": "hist", "of": "gina"}]
    assert judged(known, "draw a histogram chart of gina", None, right) == REFUSED
    assert judged(known, "draw a pie chart of gina", None, [{"kind": "pie", "of": "gina"}]) == RIGHT
    monkeypatch.setattr("llmos_std.learning.binding.is_unheard_of", lambda *_: False)
    assert judged(known, "draw a histogram chart of gina", None, right) == WRONG


@pytest.mark.spec("RP-098")
@pytest.mark.parametrize("texts", [("'a b'", "'c d'", "'a b'", "'e f'"), ("Ada Roe", "Bo Lind", "Ada Roe", "Zoe Hill")])
def test_quoted_text_and_names_with_capitals_are_always_new(texts):
    def noted(text: str, name: str) -> Run:
        kept = call("note", "ok", Effect.REVERSIBLE_WRITE, text=text.strip("'"), who=name)
        return Run(goal=f"note {text} for {name}", calls=(kept,))

    runs = [noted(text, name) for text, name in zip(texts[:3], NAMES, strict=False)]
    right = [{"text": texts[3].strip("'"), "who": "gina"}]
    assert judged(runs, f"note {texts[3]} for gina", None, right) == RIGHT


@pytest.mark.spec("RP-099")
def test_what_is_set_does_not_come_out_of_the_field_that_is_set(monkeypatch):
    words = [("in talks", "Contact"), ("offer sent", "Proposal"), ("paid", "Won")]
    runs = [staged(word, value, name, value) for (word, value), name in zip(words, NAMES, strict=False)]  # no change
    assert stage("offer sent", "Proposal", *runs) != WRONG
    monkeypatch.setattr(slicing, "_without_itself", lambda space, *_: space)
    assert stage("offer sent", "Proposal", *runs) == WRONG


def next_one(day: int, name: str) -> Run:
    rows = [{"id": f"{name}-{n}", "at": f"2024-03-{n:02} 10:00"} for n in range(2, 30, 9)]
    taken = next(row for row in rows if row["at"][8:10] > f"{day:02}")
    calls = (
        *([call("rooms", [{"free": day}])] if name in NAMES[:2] else []),
        call("meetings", rows, who=name),
        call("cancel", "ok", Effect.REVERSIBLE_WRITE, id=taken["id"]),
    )
    return Run(goal=f"cancel my next meeting with {name}", calls=calls)


def cancelled(*days: int) -> str:
    """Cancel the next meeting on the 28th, after runs of these days, none of which tells its day."""
    rows = [{"id": f"gina-{n}", "at": f"2024-03-{n:02} 10:00"} for n in range(2, 30, 9)]
    runs = [next_one(day, name) for day, name in zip(days, NAMES, strict=False)]
    return judged(runs, "cancel my next meeting with gina", rows, [{"id": "gina-29"}])


@pytest.mark.spec("RP-120")
def test_runs_of_unknown_days_prove_no_day_in_a_world_that_moves(monkeypatch):
    assert cancelled(12, 12, 12) == WRONG  # one day, and nothing shows that today is another one
    assert cancelled(12, 13, 14) == REFUSED
    monkeypatch.setattr(unsaid, "unsteady", lambda *_: "")
    assert cancelled(12, 13, 14) == WRONG
    assert not moving.moves([Example(next_one(12, name)) for name in NAMES])
