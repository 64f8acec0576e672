"""Small words, adjectives and adverbs of task language: what holds a sentence together, and what must never be lost."""

ARTICLES = frozenset(("a", "an", "the"))

PREPOSITIONS = frozenset(
    """
    in on at to into from of for with without by using via as about over under above below between among through
    against during within inside outside near behind beside before after until since per like unlike despite
    around across along toward towards beyond except named titled containing starting_with ending_with due_to out_of
    instead_of according_to based_on next_to on_top_of in_front_of because_of such_as regarding concerning versus
    gt lt at_least at_most more_than equal_to up_to older newer longer shorter earlier later higher lower
    """.split()
)
"""What opens a segment. Comparisons do too: what is compared belongs to them."""

TIME_PREPOSITIONS = frozenset("on at in by before after until since during every for from within".split())

SUBORDINATORS = frozenset(
    """
    if unless when whenever while until because since though although whereas once so_that as_soon_as in_case where
    wherever that which who whose whom how why what whether before after in_order_to without
    """.split()
)

COORDINATORS = frozenset(("and", "or", "then", "but", "nor", "plus"))

ADVERBS = frozenset(
    """
    recursively permanently temporarily quietly silently automatically manually alphabetically numerically randomly
    securely safely immediately quickly carefully forcefully remotely locally globally daily weekly monthly yearly
    hourly nightly today tomorrow tonight asynchronously concurrently sequentially verbosely interactively gently
    ordered_up ordered_down reversed_order
    """.split()
)
"""Adverbs that may stand before the verb or at the end without changing what is said."""

TIMES = frozenset(
    """
    today tomorrow tonight yesterday noon midnight morning afternoon evening night weekend week month year day hour
    minute monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december weekday quarter
    """.split()
)

TIMED = frozenset(
    """
    schedule reschedule remind book send email mail message notify run start restart stop back_up play turn_on turn_off
    enable disable wake call deploy post publish set order pay transfer water call_back ping check
    switch_on switch_off lock open close
    """.split()
)
"""Verbs of which a time says when to do it, and not which thing is meant."""

ONE_BY_ONE = frozenset(
    """
    list show display print view see enumerate find locate delete remove erase get_rid_of close open start stop restart
    reboot enable disable activate deactivate lock unlock cancel archive unarchive download upload copy move open check
    turn_on turn_off switch_on switch_off kill terminate mute unmute star pin unpin subscribe unsubscribe give_me get
    fetch retrieve read hide search_for look_for block unblock
    """.split()
)
"""Verbs for which it is one task to do it to all things and to do it to each: nothing is added up or made of them."""

GIVING = frozenset("send email mail forward give text lend pay hand sell offer grant".split())
"""Verbs that may be followed by somebody, whatever the name, and by what they are given."""

SHOWING = frozenset("show read get buy order bring find book".split())
"""Verbs of which that is rarer: only names with a capital, and words for people."""

LITERAL_VERBS = frozenset(
    "replace substitute rename grep append prepend insert echo type paste define spell pronounce translate tag label "
    "highlight match say tweet post announce text message name play watch press bind map alias".split()
)
"""Verbs whose object may be text itself: after them a word stands for itself alone, not for what it means."""

FILE_VERBS = frozenset("write add find locate look search filter select".split())
"""Verbs of which the same is true where a file is named: what is sought or written in it may be text."""

QUOTING_VERBS = frozenset("replace substitute append prepend insert echo type say tweet".split())
"""Those of which even an article may be part of the text."""

WRITING_VERBS = frozenset(("write", "add"))
"""Those of which that is true where a file is named, but for the article that begins the text."""

INTRODUCERS = frozenset(
    """
    containing contains contain matching named called titled labelled labeled tagged word words string pattern
    phrase occurrence occurrences line title tag label keyword keywords term starting ending beginning instances
    instance song album movie game command
    """.split()
)
"""After such a word comes text that stands for itself, up to the next segment."""

SPEECH = frozenset("says saying say reads reading".split())
"""After such a word comes text that stands for itself, up to the end."""

TEXTS = frozenset("message text sentence subject caption comment quote body content".split())
"""After such a word too, when no segment but more words follow it: `with the message fix the bug`."""

TELLING = frozenset("text message tell sms".split())
"""Verbs after whose next word, the one who is told, comes what is said, up to the end."""

ANSWERING = frozenset("reply respond".split())

CALLED = frozenset(("named", "called", "titled", "entitled"))

REPORTING = dict.fromkeys("remind email mail write send leave draft compose make add".split(), 0)
REPORTING |= dict.fromkeys(
    "inform notify warn mention tell say announce reply respond note tweet text message post comment".split(), 1
)
"""Verbs of which a `that` opens what is said; 1 where not even thanks at the end are politeness."""

SETTING = frozenset("set change update modify edit adjust".split())
ENTITLED = dict.fromkeys("name label status tag".split(), 0)
ENTITLED |= dict.fromkeys(
    "subject title caption heading headline greeting description body text message comment note bio slogan".split(), 1
)
"""What has a text that it is set to; 1 as above."""

JOTTING = frozenset("add create make write leave set put open".split())
JOTTED = frozenset("task todo to-do reminder note card comment ticket issue".split())
GREETINGS = frozenset("hello hi hey yes no ok okay sorry dear good".split())
SPEAKERS = frozenset("i we you he she they it".split())
"""Who a sentence begins with that is said and no order."""

DETERMINERS = frozenset("a an the all every each my his her our your their this that last first next new".split())

ZONE_ENDS = frozenset("in from to with into on at by as using and or then for".split())

COMPLEMENTS = frozenset(
    """
    tell tell_me ask check see find_out show explain know remember decide test verify determine predict describe report
    calculate estimate say note record log examine monitor track find list count what_is give_me analyze
    """.split()
)
"""Verbs whose if or when may be what they are about, not when to do it."""

DAYS = frozenset(("today", "tomorrow", "tonight"))

PARTICLES = frozenset(("up", "down", "off", "on", "out", "back"))

PRONOUNS = frozenset(
    "me you us him her them it myself everyone everybody someone something anything everything".split()
)

NUMBER_WORDS = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "fifty": "50",
}

ORDINALS = {
    str(number): word
    for number, word in enumerate("first second third fourth fifth sixth seventh eighth ninth tenth".split(), 1)
}

ADJECTIVES = """
    large big latest=newest entire=whole quick fast empty new old open closed active inactive
    unread read hidden visible public private local remote temporary permanent daily weekly monthly annual yearly
    broken failed failing successful pending completed complete incomplete finished current previous next last first
    second third recent upcoming unused used duplicate duplicated missing available unavailable existing running
    stopped merged unmerged staged unstaged modified unmodified changed unchanged deleted added created updated
    compressed encrypted readable writable executable recursive simple complex basic advanced detailed brief short
    long high low top bottom average total maximum minimum main primary secondary free paid cheap expensive
    important urgent critical minor major red green blue yellow black white dark light bright warm cold hot
    dry wet clean dirty safe secure weak strong random sorted unsorted unique distinct common rare
    random default custom manual automatic responsive interactive static dynamic virtual physical digital
    internal external personal professional formal informal friendly funny creative modern vintage classic
    monthly quarterly nightly hourly overdue outstanding unpaid shared same different similar other another
    ready busy full half single double multiple several many few more most less least fewer good better best
    worse worst nice great perfect real actual final initial early late older newer larger smaller longer
    shorter higher lower slow slower faster quiet loud big deep shallow wide narrow thick thin heavy
    development vegetarian vegan healthy italian french german spanish chinese japanese indian mexican nearby nearest
    closest cheapest fastest shortest longest largest smallest highest lowest oldest earliest
    command-line open-source read-only real-time step-by-step end-to-end up-to-date
    """

QUALITIES = frozenset(ADJECTIVES.replace("=", " ").split())

FUNCTION_WORDS = """
    i me my mine we us our you your he him his she her it its they them their this that these those there here
    is are was were be been being am has have had do does did done will would shall should can could may might must
    not no nor none never neither either both each every all any some only just even also too else still yet already
    how why what which who whom whose where when whenever wherever whether if unless while because although though
    and or but then than so as very quite rather really again once twice often always sometimes usually
    at by for from in into of off on out over to under up down with without within about above across after against
    along among around before behind below beneath beside between beyond during except near next past per since
    through throughout till toward until upon via like unlike please named called titled using containing
    one two three four five six seven eight nine ten eleven twelve hundred thousand million dozen
    now today tomorrow yesterday tonight midnight soon later ago
    yes ok okay hello hi hey thanks thank
    """
