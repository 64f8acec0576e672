"""Law: a value that only words name is the one that the code of a drawn world gives them, or it is not bound.

The worlds are offices that chart things: what a phrase stands for is in a code book that nobody tells the learner. The
book alone judges. Each safeguard of the vocabulary has a mutant without it that some kind of book finds out.
"""

from itertools import combinations
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.tools import Effect
from llmos_std.learning import binding, deciding, joining, vocabulary
from llmos_std.learning.deciding import Learned
from llmos_std.learning.following import UNSEEN
from llmos_std.learning.joining import programme
from llmos_std.learning.runs import LoggedCall, Run
from llmos_std.learning.slicing import Example
from llmos_std.learning.vocabulary import Table, is_name, stretches, vocabulary_of
from llmos_std.learning.wording import Goal
from worlds.kernel import Absent, World
from worlds.programs import model_of
from worlds.shelf import Shelf

SEEDS = range(150)
RIGHT, WRONG, REFUSED = "right", "wrong", "refused"
HEADS = ("total", "engaged", "average", "daily", "lost", "new")
TAILS = ("visits", "users", "length", "orders", "costs")
CODES = ("cx_a", "cx_b", "cx_c", "cx_d", "cx_e", "cx_f")
PEOPLE = ("anna McA", "bob McB", "carl McC", "dora McD", "emil McE", "fay McF")
WORDINGS = ("draw {m} for {p}", "{p} would love a picture of {m} today", "show {p} how {m} went")


class Book(NamedTuple):
    """What phrases stand for.

    Of the kind "person" the first phrase stands for its code only for the person `special`, "anywhere" that phrase
    decides wherever it is said.
    """

    codes: dict[str, str]
    kind: str = "plain"
    special: str = ""

    @property
    def first(self) -> str:
        return next(iter(self.codes))

    def code(self, phrase: str, person: str) -> str:
        """Return the truth."""
        if self.kind == "person" and phrase == self.first and person != self.special:
            return "cx_other"
        if self.kind == "anywhere" and person == self.first:
            return self.codes[person]
        return self.codes[phrase]


def drawn_book(random: Random, kind: str) -> Book:
    phrases = random.sample(
        [f"{head} {tail}" for head in HEADS for tail in TAILS], 3 if kind == "anywhere" else random.randint(2, 5)
    )
    codes = random.sample(CODES, len(phrases))
    if kind == "synonyms":
        codes = [codes[0], *codes[:-1]]
    return Book(dict(zip(phrases, codes, strict=True)), kind, random.choice(PEOPLE))


def charted(wording: str, phrase: str, person: str, code: str) -> Run:
    call = LoggedCall(
        tool="Chart", arguments={"what": code, "who": person}, output="ok", effect=Effect.REVERSIBLE_WRITE
    )
    return Run(goal=wording.format(m=phrase, p=person), calls=(call,))


def lived(random: Random, book: Book, count: int) -> list[Run]:
    """Draw runs of the past: phrases and people that go together often, as they do in an office, or always."""
    favourite = {phrase: random.choice(PEOPLE) for phrase in book.codes}
    found = []
    for _ in range(count):
        phrase = random.choice(list(book.codes))
        person = favourite[phrase] if random.random() < 0.6 else random.choice(PEOPLE)
        if book.kind == "person":
            others = [one for one in PEOPLE if one != book.special]
            person = book.special if phrase == book.first else random.choice(others)
        found.append(charted(random.choice(WORDINGS), phrase, person, book.code(phrase, person)))
    return found


def judged(book: Book, runs: list[Run], wording: str, phrase: str, person: str) -> str:
    decision = Learned(runs).decide(wording.format(m=phrase, p=person), lambda *_: UNSEEN)
    if decision.would != "follow":
        return REFUSED
    truth = {"what": book.code(phrase, person), "who": person} if phrase in book.codes else None
    return RIGHT if [dict(call.arguments) for call in decision.calls] == [truth] else WRONG


def outcome(seed: int, kind: str) -> str:
    random = Random(seed)
    book = drawn_book(random, kind)
    runs = lived(random, book, 45 if kind == "anywhere" else random.randint(6, 24))
    unknown = f"{random.choice(HEADS)} {random.choice(TAILS)}"
    phrase = random.choice([*book.codes, *book.codes, unknown])
    person = random.choice([*PEOPLE, book.first if book.kind == "anywhere" else "gil McG"])
    return judged(book, runs, random.choice(WORDINGS), phrase, person)


KINDS = ("plain", "synonyms", "person", "anywhere")


@pytest.mark.spec("RP-090", "RP-091")
@given(st.integers(0, 2**32), st.sampled_from(KINDS))
def test_whatever_is_bound_by_words_is_what_the_book_says(seed, kind):
    assert outcome(seed, kind) != WRONG


@pytest.mark.parametrize("kind", KINDS)
def test_many_books_are_read_and_none_wrongly(kind):
    found = [outcome(seed, kind) for seed in SEEDS]
    assert found.count(WRONG) == 0
    assert found.count(RIGHT) >= len(found) // 50


def blind(seed: int) -> bool:
    """Say whether words come to name a value that was dealt out to the goals of some runs blindly."""
    random = Random(seed)
    book = drawn_book(random, "plain")
    codes = random.sample(CODES, random.randint(2, 3))
    runs = [
        charted(random.choice(WORDINGS), random.choice(list(book.codes)), random.choice(PEOPLE), random.choice(codes))
        for _ in range(random.randint(4, 14))
    ]
    table = table_of(runs)
    return any(table.proven(place) for place in table.places if place[1] == ("what",))


@pytest.mark.spec("RP-090")
def test_a_value_that_came_by_chance_gets_a_name_in_few_worlds():
    assert sum(map(blind, range(400))) <= 20


def test_names_that_chance_may_have_given_are_found_out(monkeypatch):
    monkeypatch.setattr(vocabulary, "_BY_CHANCE", 1e9)
    assert sum(map(blind, range(400))) > 20


def test_naming_a_value_with_half_of_its_words_is_found_out(monkeypatch):
    def hasty(self: Any, place: Any, span: Any, goal: Any) -> Any:
        return self._meant.get(place, {}).get(tuple(token.casefold() for token in goal.tokens[slice(*span)]))

    monkeypatch.setattr(vocabulary.Vocabulary, "value", hasty)
    assert WRONG in (outcome(seed, "person") for seed in range(600))


def test_overhearing_what_else_is_named_is_found_out(monkeypatch):
    monkeypatch.setattr(binding, "_takes_all", lambda *_: True)
    monkeypatch.setattr(deciding, "names_another", lambda *_: "")
    monkeypatch.setattr(binding, "is_unheard_of", lambda *_: False)
    assert WRONG in (outcome(seed, "anywhere") for seed in range(600))


def table_of(runs: list[Run]) -> Table:
    return Table((run, Goal(run.goal), stretches(Goal(run.goal))) for run in runs)


@pytest.mark.spec("RP-090")
@given(st.integers(0, 2**32), st.sampled_from(KINDS))
def test_more_runs_never_add_to_what_may_name_a_value(seed, kind):
    random = Random(seed)
    runs = lived(random, drawn_book(random, kind), 7)
    everything = table_of(runs)
    for some in (*combinations(runs, 3), *combinations(runs, 5)):
        less = table_of(list(some))
        for place in less.places:
            for value, names in less.possible(place).items():
                assert everything.possible(place).get(value, frozenset()) <= names


@given(st.integers(0, 2**32))
def test_with_words_too_more_runs_never_enlarge_what_may_be_true(seed):
    random = Random(seed)
    runs = lived(random, drawn_book(random, "plain"), 12)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(joining, "_plainest", lambda space: space)
        plain = [Example(run) for run in runs]
        words = vocabulary_of((one.run, one.goal, one.said) for one in plain)
        first, *others = [one.knowing(words) for one in plain]
        everything = programme(first, others)
        for some in (others[:2], others[3:8]):
            fewer = programme(first, some)
            for more, less in zip(everything.spaces, fewer.spaces, strict=True):
                for path, space in more.items():
                    assert all(space[key] <= less[path].get(key, frozenset()) for key in space)


@given(st.integers(0, 2**32), st.randoms(use_true_random=False))
def test_the_order_of_runs_gives_the_same_names(seed, shuffling):
    random = Random(seed)
    runs = lived(random, drawn_book(random, "plain"), 14)
    shuffled = list(runs)
    shuffling.shuffle(shuffled)
    place = ("Chart", ("what",))
    assert table_of(runs).proven(place) == table_of(shuffled).proven(place)


STATES = {"on ice": "Paused", "under way": "In Progress", "in review": "Review"}


def moved(phrase: str, task: str, state: str, wording: str = "set {task} to {phrase}") -> Run:
    call = LoggedCall(
        tool="Move", arguments={"task": task, "state": state}, output="ok", effect=Effect.REVERSIBLE_WRITE
    )
    return Run(goal=wording.format(task=task, phrase=phrase), calls=(call,))


MARK = "mark {task} as {phrase}"
BOARD = [
    moved(phrase, f"T-{n}{row}", state, *([MARK] if n % 2 else []))
    for n in range(4)
    for row, (phrase, state) in enumerate(STATES.items())
]


def state_of(goal: str, runs: list[Run]) -> Any:
    decision = Learned(runs).decide(goal, lambda *_: UNSEEN)
    return decision.calls[0].arguments["state"] if decision.would == "follow" else decision.would


@pytest.mark.spec("RP-091")
@pytest.mark.parametrize(("phrase", "state"), [("on ice", "Paused"), ("Under Way", "In Progress")])
def test_a_state_is_bound_by_what_people_call_it(phrase, state):
    assert state_of(f"set T-99 to {phrase}", BOARD) == state


@pytest.mark.spec("RP-091")
@pytest.mark.parametrize(
    "phrase", ["thin ice", "ice", "under", "way", "on ice under way", "done", "'on ice'", "on hold"]
)
def test_words_that_are_unknown_or_too_few_or_too_many_bind_nothing(phrase):
    assert state_of(f"set T-99 to {phrase}", BOARD) != "follow"
    assert state_of(f"set T-99 to {phrase}", BOARD) not in STATES.values()


LET = "let {task} be {phrase}"
LETS = [moved(phrase, f"T-8{row}", STATES[phrase], LET) for row, phrase in enumerate(["under way", "in review"])]


@pytest.mark.spec("RP-090")
def test_words_of_other_wordings_are_known_in_this_one_until_one_run_denies_them():
    assert state_of("let T-99 be on ice", [*LETS, *BOARD]) == "Paused"
    assert state_of("let T-99 be on ice", [*LETS, *BOARD, moved("on ice", "T-77", "Cancelled")]) not in STATES.values()


@pytest.mark.spec("RP-090")
def test_a_few_runs_prove_no_words():
    assert state_of("let T-99 be on ice", [*LETS, *BOARD[:6]]) not in STATES.values()


NO_NAMES = ("2023-11-30", "anna@example.org", "00000017", "one two three four five six", "", "https://example.org/")
NO_TEXTS = (True, 7, None, "a" * 41, "Dear Anna, the report is late.")


@pytest.mark.spec("RP-092")
@pytest.mark.parametrize(
    ("value", "is_one"),
    [
        *((name, True) for name in ("In Progress", "user_engaged", "Front-end")),
        *((v, False) for v in NO_NAMES + NO_TEXTS),
    ],
)
def test_only_a_short_name_can_be_named(value, is_one):
    assert is_name(value) == is_one


@pytest.mark.spec("RP-092")
def test_what_stands_in_quotation_marks_names_nothing():
    said = stretches(Goal("call it 'total visits' and draw total users"))
    assert ("total", "visits") not in said
    assert ("visits",) not in said
    assert ("total", "users") in said


@pytest.mark.spec("RP-090", "RP-091")
def test_in_whole_runs_a_mood_is_put_where_its_words_say(tmp_path: Path) -> None:
    world = World(tmp_path, Shelf())
    moods = {"full of joy": "bright", "rather gloomy": "dark", "quite calm": "even"}
    for number in range(4):
        for row, (phrase, mood) in enumerate(moods.items()):
            name = f"note-{'abcdefghijkl'[number * 3 + row]}"
            model = model_of([("Put", {"name": name, "text": mood})])
            goal = f"make the note {name} sound {phrase}"
            assert world.run(goal, model, mode="LEARNER").status == "succeeded"
    world.shelf.log.clear()
    result = world.run("make the note note-z sound rather gloomy", Absent())
    assert (result.status, result.mode, result.model_calls) == ("succeeded", "FOLLOWER", 0)
    assert world.shelf.log == [("Put", {"name": "note-z", "text": "dark"})]
    world.shelf.log.clear()
    assert world.run("make the note note-y sound rather sleepy", Absent()).status != "succeeded"
    assert world.shelf.log == []
