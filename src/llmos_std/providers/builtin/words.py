"""The words the planner knows: shorthands for patterns, courtesies, joints between clauses, and words of warning.

A word that stands nowhere here and in no pattern makes the planner abstain; so additions are promises, not guesses.
"""


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


SHORTHANDS = {
    "a": "(a|an|one)",
    "make": "(create|make|write|generate|produce|add|new|i need|i want|give me)",
    "put": "(write|save)",
    "place": "(put|store|place)",
    "show": "(show|print|display|output|read|give me|tell me)",
    "get": "(what is|what's|whats|what are|show|print|give me|tell me|get|find|display)",
    "called": "(called|named|titled|with [the] name|with [the] filename|by the name of)",
    "into": "(to|into|in|in to|as|under|inside)",
    "new": "[@a|the] [new] [text] [file] [@called]",
    "with": "(with|containing|that contains|which contains|contains|that has|which has|holding)",
    "says": "(that says|which says|saying|says|that just says)",
    "word": "(text|content|contents|word|words|sentence|message|string|phrase|line)",
    "lines": "([all] [the] lines|every line|each line|any line)",
    "needle": "({text:term}|[the] (text|string|phrase) {text:term}|[the] word {word:term})",
    "search": "(find|search|look|grep|locate)",
    "mention": "(mention|mentions|contain|contains|containing|include|includes|have|has|with|mentioning|that contain|"
    "that contains|which contain|that mention|that mentions|that include|that have)",
    "result": "[,] [and] [then] (@put|@place) [it|them|the (result|output|lines)] @into @new",
    "uppercase": "(uppercase|upper case|upper-case|capitals|capital letters|all caps)",
    "lowercase": "(lowercase|lower case|lower-case|small letters)",
    "perline": "(one [number] per line|each on [its own|a new|a separate] line|on separate lines|line by line)",
}
"""What `@name` stands for in a pattern."""

OPENERS = (
    *("please", "pls", "plz", "kindly", "hey", "hi", "hello", "ok", "okay", "hey there", "llmos", "dear llmos"),
    *("i want you to", "i need you to", "i'd like you to", "i would like you to", "i want to", "i need to"),
    *("i'd like to", "go ahead and", "let's", "lets", "help me", "help me to", "your task is to", "task", "goal"),
)
QUESTIONS = (
    *("can you", "could you", "would you", "will you", "can u", "could u", "would you please", "would you mind to"),
    *("can i get you to", "could i ask you to"),
)
"""Openers that make an order look like a question, so that it may end with a question mark."""

CLOSERS = (
    *("please", "pls", "plz", "thanks", "thank you", "thx", "ty", "cheers", "for me", "thanks a lot"),
    *("thank you very much", "thanks in advance", "many thanks"),
)

JOINTS = (
    *("and", "then", "and then", "and also", "and after that", "after that", "afterwards", "and afterwards", "next"),
    *("and finally", "finally", "also"),
)
"""What may stand between two orders, with or without a comma, semicolon or full stop before it."""

CLAUSE_WARNINGS = _set(
    """
    and or nor but then also if unless except excluding besides only not no never without otherwise else when whenever
    while until till after afterwards before once instead because since so finally first please pls thanks ty don't dont
    doesn't doesnt shouldn't won't isn't wait actually rather maybe perhaps it its them they
    """
)
"""Words that could begin another order, a condition or an exception: never part of unquoted text."""

DESCRIPTION_WARNINGS = _set(
    """
    this that these those his her their some any all every each both several many few more most what which who whom
    whose when where why how whether in of from about by as into with between like using per contents content current
    currently today today's tomorrow now date time day year random latest same other another whatever something anything
    nothing everything someone stuff things one two three four five six seven eight nine ten hundred thousand twice
    thrice times lines words characters letters file files folder folders directory code poem story joke list table
    numbers number text sorted reversed translated generated
    """
)
"""Words by which unquoted text could describe what is wanted instead of being it."""

OPENING_DESCRIPTIONS = _set("a an the my your our to for on at")
"""Words by which a description could begin, harmless further inside of a text."""

LATE_DESCRIPTIONS = _set(
    "contents content current currently today today's random latest times twice each every translated"
)
"""Descriptions that are not taken as text even after a colon."""

LITERALS = _set("hello hi hey world there everyone everybody foo bar baz qux ok yes done")
"""Words that are what they say: `with hello world` means these words. `test`, `code` or `data` may be descriptions."""

ORDERS = _set(
    """
    add append ask build call change check clean close combine commit compile compute concatenate convert copy count
    create delete deploy download edit email execute fetch find fix get give grep insert install kill list look mail
    make merge move notify open print publish push put read remind remove rename replace report reverse run save search
    send show sort start stop store sum tell test translate trim update upload use write
    """
)
"""Verbs that begin an order; after a comma they are not taken as text."""

CHARACTERS = _set(
    """
    tab tabs space spaces comma commas newline newlines semicolon semicolons quote quotes digit digits vowel vowels dot
    dots dash dashes hyphen hyphens whitespace tabulator uppercase lowercase name names
    """
)
"""Words that describe characters and kinds of text: not taken as the text to replace unless they are quoted."""

NOT_NAMES = _set(
    """
    a an the it this that these those my your our with without containing contains and or not in into on to of from for
    by as at called named like after before if unless except then file files folder folders directory directories all
    every everything each any some new empty same other another both one two three here there them now later today
    tomorrow again once twice total order general detail parallel reverse case full python bash shell
    temporary hidden second nested missing parent separate different single compressed shared root home either neither
    only never also just please
    """
)
"""Words that are never the name of a file or folder unless they are quoted."""

RESULT_NOUNS = _set("number count list sum total average mean size content contents text names lines files value")
"""What the value of an answer may be called; the plan that gave it must know the noun."""

NUMBERS = {
    name: value
    for value, name in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    )
}

FILE_KINDS = {
    "python": "py",
    "text": "txt",
    "markdown": "md",
    "javascript": "js",
    "typescript": "ts",
    "shell": "sh",
    "rust": "rs",
    **{kind: kind for kind in ("py", "txt", "md", "js", "ts", "sh", "rs", "json", "csv", "html", "css", "toml", "xml")},
    **{kind: kind for kind in ("log", "ini", "pdf", "java", "go", "sql", "yml", "yaml", "cfg", "png", "jpg")},
}
"""Which ending a kind of file has."""

CODE_ENDINGS = (".py", ".js", ".ts", ".sh", ".rb", ".pl", ".c", ".cpp", ".java", ".go", ".rs", ".php", ".html", ".bat")
"""Files for which `that says hello` could mean a program that says so."""

KNOWN_FILES = _set("readme license makefile dockerfile changelog gemfile procfile notice")
"""Names of files without an ending, in lower case."""

KNOWN_COMMANDS = _set(
    "cat date df du echo find git grep head ls npm pip pwd pytest python python3 tail uname uptime wc"
)
"""Programs that an unquoted `run …` may begin with."""

DESTRUCTIVE = _set(
    """
    rm rmdir sudo su doas dd mkfs shred truncate chmod chown kill pkill killall shutdown reboot halt poweroff fdisk
    mount umount crontab eval exec curl wget ssh scp nc
    """
)
"""Programs that the planner never starts for a `run …`; a person or a model must want them."""
