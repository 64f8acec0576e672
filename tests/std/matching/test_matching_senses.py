"""Law: what is said is compared to the letter, what is given is not owned, and a word counts only in its sense.

The words that fill each class are drawn; a class is wrong as soon as one filling is followed.
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_std.matching.comparing import compare


def one_of(words: str) -> st.SearchStrategy[str]:
    return st.sampled_from(words.split())


people = one_of("Ann Bob Zoë Mei dave ravi")
names = one_of("Ann Bob Mei Acme")
synonyms = st.sampled_from(
    [
        ("dir", "folder"), ("doc", "document"), ("pics", "photos"), ("img", "image"), ("db", "database"),
        ("repo", "repository"), ("config", "configuration"), ("directory", "folder"), ("picture", "image"),
    ]
)  # fmt: skip


def is_followed(known: str, asked: str) -> bool:
    assert compare(known, known).would == "follow"
    return "follow" in (compare(known, asked).would, compare(asked, known).would)


SAID = (
    "text {who} i am in the {word}", "message {who} the {word} is full", "tell {who} the {word} is full",
    "tell {who} that the {word} is full", "tweet we love the {word}", "say the {word} is full",
    "reply that the {word} is full", "reply with the {word} is full", "reply to {who} see the {word} please",
    "email {who} that the {word} is full", "notify {who} that the {word} is full", "post we are in the {word}",
    "send {who} a message that the {word} is full", "ask {who} if the {word} is full", "set the title to the {word}",
    "change the subject to my {word}", "update the description to a {word}", "rename a.txt to {word}",
    "add a task delete the {word}", "make a note that the {word} is full", "remind me that the {word} is full",
    "write see the {word} to a.txt", "comment we need the {word}", "create an event called the {word}",
)  # fmt: skip


@given(st.sampled_from(SAID), names, synonyms)
def test_no_word_of_what_is_said_means_another(task: str, who: str, words: tuple[str, str]) -> None:
    assert not is_followed(task.format(who=who, word=words[0]), task.format(who=who, word=words[1]))


@given(
    st.sampled_from(("text {} we meet", "message {} we meet", "tell {} we meet", "set the subject to we meet")),
    names,
    st.sampled_from([("please", ""), ("thanks", ""), ("at 9am", "at 9:00 am"), ("two times", "2 times")]),
)
def test_nothing_in_what_is_said_is_idle_or_spelt_otherwise(task: str, who: str, ends: tuple[str, str]) -> None:
    said = task.format(who)
    assert not is_followed(f"{said} {ends[0]}", f"{said} {ends[1]}".strip())


@given(st.sampled_from(("message {} we meet", "text {} we meet")), names, st.sampled_from(("at 9am", "on Friday")))
def test_a_time_that_is_said_is_no_time_of_doing(task: str, who: str, time: str) -> None:
    said = task.format(who)
    assert not is_followed(f"{said} {time}", f"{time} {said}")


@given(
    st.sampled_from(
        ("merge x into {}", "copy x to {}", "list everything in {}", "sort the table by {}", "pull from {}")
    ),
    st.sampled_from(
        [("prod", "production"), ("db", "database"), ("pics", "photos"), ("dir", "folder"), ("img", "image")]
    ),
)
def test_a_word_alone_after_a_preposition_may_be_a_name(task: str, words: tuple[str, str]) -> None:
    assert not is_followed(task.format(words[0]), task.format(words[1]))


@given(
    people,
    one_of("send give email forward mail offer"),
    st.sampled_from(("thanks", "many thanks")),
)
def test_thanks_that_are_given_are_no_politeness(who: str, verb: str, thanks: str) -> None:
    assert not is_followed(f"{verb} {who} {thanks}", f"{verb} {who}")


@given(
    people,
    one_of("send give email forward mail"),
    one_of("reports logs files updates"),
)
def test_somebody_who_is_given_something_owns_nothing(who: str, verb: str, things: str) -> None:
    others = (f"{verb} the {who} {things}", f"{verb} {who}'s {things}", f"{verb} the {things} of {who}")
    assert not any(is_followed(f"{verb} {who} {things}", other) for other in others)


@given(
    names,
    st.sampled_from(
        ["payment", "transfer", "purchase", "sale", "training", "change", "update", "delivery", "research", "chart"]
    ),
)
def test_what_somebody_does_is_not_done_to_them(who: str, doing: str) -> None:
    for verb in ("show", "cancel", "review", "delete"):
        assert not is_followed(f"{verb} {who}'s {doing}", f"{verb} the {doing} of {who}")


@given(
    one_of("files users invoices photos tickets"),
    one_of("show delete list count"),
)
def test_an_article_may_say_how_many(things: str, verb: str) -> None:
    for one, other in (("few", "a few"), ("few", "the few"), ("most", "the most"), ("least", "the least")):
        assert not is_followed(f"{verb} {one} {things}", f"{verb} {other} {things}")


@given(one_of("files logs pages sheets"), one_of("read copy print save convert"))
def test_what_goes_into_one_file_is_not_one_each(things: str, verb: str) -> None:
    assert not is_followed(f"{verb} all {things} into a.txt", f"{verb} each {things[:-1]} into a.txt")


@given(one_of("messages tasks tickets emails invoices reminders"))
def test_what_is_for_me_was_sent_to_me(things: str) -> None:
    for verb in ("show", "list", "count"):
        assert not is_followed(f"{verb} the {things} for me", f"{verb} the {things}")


@given(
    one_of("file page report folder branch"),
    one_of("executable public empty bigger default available German"),
)
def test_to_make_a_thing_somehow_is_not_to_create_it(thing: str, how: str) -> None:
    assert not is_followed(f"make the {thing} {how}", f"create the {thing} {how}")
    assert not is_followed(f"make the {thing} {how}", f"create the {how} {thing}")


@given(
    one_of("document photo user contact ticket"),
    one_of("cart group list album view"),
)
def test_what_is_taken_out_of_a_list_is_not_deleted(thing: str, whole: str) -> None:
    for preposition in ("in", "from"):
        assert not is_followed(
            f"remove the {thing} {preposition} the {whole}", f"delete the {thing} {preposition} the {whole}"
        )


SAME = """
    remove the photo in a.zip|delete the photo in a.zip
    restart the application|restart the app
    deploy to prod|deploy to production
    show the picture a.png|show the image a.png
    send the report to Ann thanks|send the report to Ann
    send the report thanks|send the report
    send the Acme report to Bob|send Acme report to Bob
    delete a.txt for me|delete a.txt
    list the most expensive flights|list most expensive flights
    where is a.txt|find a.txt
    search the logs for errors|find errors in the logs
    set the status to closed please|set the status to closed
    tell Ann about the meeting please|tell Ann about the meeting
    rename a.txt to b.txt please|rename a.txt to b.txt
    write the summary of a.md to b.md|write summary of a.md to b.md
    reply to Ann's mail please|reply to Ann's mail
    organize a meeting with Ann|schedule a meeting with Ann
    raise the price by 5%|increase the price by 5%
    give me the list of users|list the users
    get the file a.txt|fetch the file a.txt
"""


@pytest.mark.parametrize("pair", SAME.strip().splitlines())
def test_what_says_the_same_is_still_followed(pair: str) -> None:
    known, asked = pair.strip().split("|")
    assert is_followed(known, asked)
