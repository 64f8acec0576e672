"""Law: a goal that was changed in anything that matters is never followed, however alike it reads.

Each kind of change is run over thousands of goals here and over more than 80,000 pairs in the bench; the traps
below are those that a lexicon is most easily caught in.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from llmos_core.types.decision import PROPOSAL_CAP
from llmos_std.matching.comparing import compare
from llmos_std.matching.guards import guards
from worlds.negatives import KINDS, negative_of
from worlds.rewordings import KINDS as REWORDINGS
from worlds.rewordings import reworded
from worlds.tasks import goal_of

PER_KIND = 100
seeds = st.integers(0, 10**9)


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_hard_negative_of_a_kind_is_followed(kind: str) -> None:
    made = 0
    for seed in range(PER_KIND):
        goal = goal_of(seed)
        other = negative_of(goal, kind, seed)
        if other:
            made += 1
            found = compare(goal, other)
            assert found.would != "follow", f"{other!r} was taken for {goal!r}"
            assert found.confidence <= PROPOSAL_CAP
    assert made >= 3, f"the kind {kind} was hardly ever tried"


@settings(max_examples=300)
@given(seeds, seeds, st.sampled_from(sorted(KINDS)), st.sampled_from(sorted(REWORDINGS)))
def test_a_hard_negative_in_other_words_is_not_followed_either(goal_seed: int, seed: int, kind: str, how: str) -> None:
    goal = goal_of(goal_seed)
    other = negative_of(goal, kind, seed)
    again = other and reworded(other, how, seed)
    if again:
        assert compare(goal, again).would != "follow", f"{again!r} was taken for {goal!r}"
        assert compare(again, goal).would != "follow"


TRAPS = [
    ("build the project", "create the project"),
    ("replace dir with directory in main.py", "replace directory with dir in main.py"),
    ("replace app with application in a.txt", "replace application with app in a.txt"),
    ("delete the images folder", "delete the pictures folder"),
    ("delete the docs directory", "delete the documentation directory"),
    ("list the photos", "show the photos"),
    ("erase the disk", "remove the disk"),
    ("find files containing config", "find files containing configuration"),
    ("create a file hello.txt that says config", "create a file hello.txt that says configuration"),
    ("append config to a.txt", "append configuration to a.txt"),
    ("append the cat to a.txt", "append a cat to a.txt"),
    ("send the daily report", "send the report every day"),
    ("send the files changed today to Bob", "send the files changed to Bob today"),
    ("send the files changed on Monday to Bob", "send the files changed to Bob on Monday"),
    ("today send Bob the files changed", "send Bob the files changed today"),
    ("on Friday cancel the meeting with Bob", "cancel the meeting with Bob on Friday"),
    ("find the files mentioned in a.txt in /home", "find the files mentioned in /home in a.txt"),
    ("tomorrow show the meetings", "show the meetings tomorrow"),
    ("email the list of users to the manager in Berlin", "email the list of users in Berlin to the manager"),
    ("email the list of users to the manager of the team", "email the list of team to the manager of the users"),
    ("print the number of lines of a.txt", "print the line number of a.txt"),
    ("print line numbers of a.txt", "print the number of lines of a.txt"),
    ("delete the stale branch", "delete the branch stale"),
    ("sort column a descending in a.csv", "sort column descending in a.csv"),
    ("launch the instance", "start the instance"),
    ("shut down the server", "stop the server"),
    ("remove the user from the group", "delete the user from the group"),
    ("search for Java in a.txt", "search for java in a.txt"),
    ("delete the file a.txt", "delete the folder a.txt"),
    ("zip the folder src", "compress the folder src"),
    ("tell me when the build fails", "when the build fails, tell me"),
    ("create a draft of the letter", "write the letter"),
    ("run the app", "build the app"),
    ("copy src/. to dst", "copy src/ to dst"),
    ("cd ..", "cd ."),
    ("find foo in a.txt or b.txt", "find foo in a.txt and b.txt"),
    ("delete all logs", "delete the logs"),
    ("delete the log", "delete the logs"),
    ("increase the timeout by 5", "increase the timeout to 5"),
    ("set the price to 5%", "set the price to $5"),
    ("set the volume to 5", "set the volume to 5%"),
    ("schedule a call at 9am", "schedule a call at 9pm"),
    ("rename a.txt to b.txt", "rename b.txt to a.txt"),
    ("translate the report from French into German", "translate the report from German into French"),
    ("remind me to call Ann at 5pm", "at 5pm remind me to call Ann"),
    ("buy milk", "sell milk"),
    ("move the meeting to Friday", "move the meeting from Friday"),
    ("wait for 5 min", "wait for 5 m"),
    ("show only open issues", "show open issues only for me"),
    ("post the photo Bob sent to Ann", "post the photo Ann sent to Bob"),
    ("list users who follow Ann", "list users whom Ann follows"),
    ("send the report to Ann and Bob", "send the report to Ann or Bob"),
    ("delete files not older than 7 days", "delete files older than 7 days"),
    ("do not forget to send the report", "send the report"),
    ("make sure not to delete a.txt", "make sure to delete a.txt"),
    ("ask Bob to send Ann the file", "ask Ann to send Bob the file"),
    ("if it rains, cancel the picnic", "cancel the picnic"),
    ("please don't send the report", "please send the report"),
    ("could you not send the report", "could you send the report"),
    ("stop the server and delete the logs", "delete the logs and stop the server"),
    ("copy the first page of a.pdf to b.pdf", "copy the first page of b.pdf to a.pdf"),
    ("order 2 pizzas and 3 colas", "order 3 pizzas and 2 colas"),
    ("delete a.txt", "delete A.txt"),
    ("list the files in the folder Photos", "list the files in the folder photos"),
    ("create a user named admin", "create a user named administrator"),
    ("list the users without access", "list the users with access"),
    ("open the door", "close the door"),
    ("resize photo.png to 800x600", "resize photo.png to 600x800"),
    ("grade the essay from 1 to 10", "grade the essay from 10 to 1"),
    ("pay half of the invoice INV-1", "pay the invoice INV-1"),
    ("book a flight from Paris to Rome on Friday", "book a flight to Paris from Rome on Friday"),
    ("delete the duplicate rows", "duplicate the deleted rows"),
    ("compare a.txt with b.txt", "compare b.txt with a.txt"),
    ("convert a.csv to json", "convert a.csv from json"),
    ("lock the door at 9pm", "lock the door by 9pm"),
    ("mute Ann for 2 hours", "mute Ann in 2 hours"),
    ("read a.txt twice", "read a.txt"),
    ("create a file a.txt that says hello", "create a file a.txt that says hello, thanks"),
    ("create a file a.txt that says hello", "create a file a.txt that says hello!"),
    ("create a file a.txt that says hello", "create a file a.txt that says hello please"),
    ("create a file a.txt that says 10MB", "create a file a.txt that says 10 MB"),
    ("create a file a.txt that says the cat", "create a file a.txt that says cat"),
    ("create a file a.txt that says one two", "create a file a.txt that says one 2"),
    ("replace 1,000 with 1000 in a.txt", "replace 1000 with 1,000 in a.txt"),
    ("commit with the message fix it please", "commit with the message fix it"),
    ("add the line thank you to a.txt", "add the line to a.txt"),
    ("write a note saying don't forget", "write a note saying do not forget"),
    ("create a file a.txt that says Hello", "create a file a.txt that says hello"),
    ("raise an issue", "increase an issue"),
    ("remove the admin", "delete the admin"),
    ("add a friend", "create a friend"),
    ("build the calculator", "create the calculator"),
    ("build the unit tests", "write the unit tests"),
    ("view the logs", "list the logs"),
    ("show the scripts", "list the scripts"),
    ("get the password", "show the password"),
    ("end the training", "kill the training"),
    ("program the timer", "create the timer"),
    ("arrange a party", "schedule a party"),
    ("make tests", "write tests"),
    ("lower the flag", "reduce the flag"),
    ("create the folder /tmp/x", "create /tmp/x"),
    ("make a directory src/new", "make src/new"),
]


@pytest.mark.parametrize(("one", "other"), TRAPS)
def test_a_trap_for_lexicons_catches_nobody(one: str, other: str) -> None:
    assert compare(one, other).would != "follow"
    assert compare(other, one).would != "follow"


@given(seeds, seeds, st.sampled_from(("negation", "scope", "condition", "path_sibling", "homoglyph", "literal_case")))
def test_the_second_reader_alone_sees_what_must_never_differ(goal_seed: int, seed: int, kind: str) -> None:
    goal = goal_of(goal_seed)
    other = negative_of(goal, kind, seed)
    if other and kind in ("path_sibling", "homoglyph"):
        assert guards(goal) != guards(other), (goal, other)
    if other and kind == "negation":
        assert "not" in guards(other) or "but" in guards(other)
