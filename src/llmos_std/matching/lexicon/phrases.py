"""Phrases that are read as one, and spellings and short forms of one word.

`PHRASES` are applied from left to right, the longest first, to words only, never to literals or inside quotations.
"""

POLITE_STARTS = """
please|pls|plz|kindly|hey|hi|hello|ok|okay|hey there|hi there|hello there|good morning|dear assistant|assistant
could you|can you|would you|will you|could you please|can you please|would you please|will you please
could you kindly|would you kindly|can you kindly|could you help me|can you help me|can you help me to
could you help me to|would you be able to|are you able to|i want you to|i would like you to|i'd like you to
you should|you must|you have to|you need to|you are to
i need you to|we need you to|i need to|we need to|i want to|we want to|i would like to|i'd like to|we would like to
we'd like to|i have to|we have to|let's|let us|help me|help me to|go ahead and|please go ahead and
your task is to|the task is to|your job is to|i was wondering if you could|i wonder if you could
would it be possible for you to|be so kind as to|be so kind and|do me a favor and|do me a favour and
it would be great if you could|it would be nice if you could|i would appreciate it if you could|if you could|so|well
um|uh|yo|alright|all right|sure|hey assistant|hi assistant|hello assistant|can u|could u|would u|need you to
i am going to need you to|i'm going to need you to|i'd love you to|i'd love for you to|any chance you could
i'd be grateful if you could|i would be grateful if you could|actually|basically|simply
"""
"""What may stand before an order without changing it; a comma after it goes too."""

POLITE_GERUNDS = "would you mind|do you mind|could i ask you to consider"

POLITE_ENDS = """
please|pls|plz|thanks|thank you|thx|ty|many thanks|thanks a lot|thank you very much|thanks so much|thank you so much
thanks in advance|thank you in advance|cheers|for me|for me please|will you|would you|could you|can you
would you please
could you please|if you would|if you don't mind|if that's ok|if that is ok|kind regards|much appreciated
when you get a chance
when you have a moment|when you have time|when you have a minute|when you get a moment|at your convenience
"""

PHRASES = """
pull request = pull_request|pull requests = pull_request+|pr = pull_request|prs = pull_request+
merge request = merge_request|merge requests = merge_request+|mr = merge_request
web page = webpage|web pages = webpage+|web site = website|web sites = website+
e mail = email|screen shot = screenshot|screen shots = screenshot+|log file = log|log files = log+
email message = email|email messages = email+|slide deck = presentation|slide decks = presentation+
power point presentation = presentation|powerpoint presentation = presentation
virtual machine = vm|virtual machines = vm+|operating system = os|user interface = ui
continuous integration = ci|machine learning = ml|artificial intelligence = ai|command line interface = cli
web application = web app|web applications = web app+|mobile application = mobile app
mobile applications = mobile app+|desktop application = desktop app|desktop applications = desktop app+
calculator tool = calculator|calculator app = calculator|calculator program = calculator
mean of = average of|mean value of = average value of|how big is = what_is size of|how large is = what_is size of
needs to be = should be|need to be = should be|has to be = should be|have to be = should be
rather than = instead_of
calc tool = calculator|calc app = calculator|calc program = calculator
to do = todo|to do list = todo list|cell phone = mobile phone|telephone number = phone number
the internet = internet|source code = source_code
unit test = unit_test|unit tests = unit_test+|dry run = dry_run|test run = test_run
back up = back_up|set up = set_up|look for = look_for|search for = search_for|get rid of = get_rid_of
shut down = shut_down|turn off = turn_off|turn on = turn_on|switch off = switch_off|switch on = switch_on
power off = power_off|figure out = figure_out|work out = work_out|clean up = clean_up|tidy up = tidy_up
sum up = sum_up|roll back = roll_back|roll out = roll_out|check out = check_out|checkout = check_out
switch to = switch_to|kick off = kick_off|fire up = fire_up|bring up = bring_up|bring down = bring_down
bump up = bump_up|turn up = turn_up|turn down = turn_down|call off = call_off|put off = put_off
push back = push_back|look into = look_into|look through = look_through|come up with = come_up_with
think of = think_of|think up = come_up_with|keep an eye on = keep_an_eye_on|print out = print_out
break up = break_up|break down = break_down|zip up = zip_up|find out = find_out|log in = log_in|log out = log_out
sign up = sign_up|write down = write_down|note down = note_down|fill in = fill_in|fill out = fill_out
speed up = speed_up|slow down = slow_down|follow up = follow_up|carry out = carry_out|look up = look_up
point out = point_out|pick up = pick_up|make sure = ensure|make sure that = ensure
give me = give_me|tell me = tell_me|let me know = tell_me|let me see = show|show me = show|get me = get
find me = find|fetch me = fetch|list me = list|print me = print
set a reminder to = remind me to|create a reminder to = remind me to|add a reminder to = remind me to
set up a reminder to = remind me to|set me a reminder to = remind me to
who is = who_is|who's = who_is|who are = who_is|what time is it = tell_me time|most recent = latest|brand new = new
what is the = what_is|what's the = what_is|what are the = what_is|what was = what_was
what is = what_means|what's = what_means|what are = what_means
larger than = gt|bigger than = gt|greater than = gt|exceeding = gt|in excess of = gt
smaller than = lt|less than = lt|at least = at_least|at most = at_most|no more than = at_most
no less than = at_least|no fewer than = at_least|up to = up_to|more than = more_than|fewer than = lt
equal to = equal_to|equals = equal_to
in ascending order = ordered_up|ascending = ordered_up|asc = ordered_up|in increasing order = ordered_up
in descending order = ordered_down|descending = ordered_down|desc = ordered_down|in decreasing order = ordered_down
from low to high = ordered_up|from high to low = ordered_down|from lowest to highest = ordered_up
from highest to lowest = ordered_down|from smallest to largest = ordered_up|from largest to smallest = ordered_down
in alphabetical order = alphabetically|in reverse order = reversed_order|in reversed order = reversed_order
in order to = in_order_to|so that = so_that|as soon as = as_soon_as|in case = in_case|as well as = and
along with = with
together with = with|with the help of = using|by means of = using|by using = using|with help of = using
out of = out_of|inside of = in|instead of = instead_of|except for = except|apart from = except|other than = except
with the exception of = except|excluding = except|due to = due_to|according to = according_to|based on = based_on
next to = next_to|in front of = in_front_of|on top of = on_top_of|because of = because_of|such as = such_as
with the name = named|with name = named|called = named|entitled = titled|with the title = titled
that is named = named|that is called = named|which is called = named|by the name of = named
current directory = current_folder|current folder = current_folder|current working directory = current_folder
working directory = current_folder|present working directory = current_folder|this directory = current_folder
this folder = current_folder
all of = all|each of = each|every one of = every|each and every = every|every single = every|any of = any
both of = both
each day = every day|each morning = every morning|each week = every week
each month = every month|each year = every year|each hour = every hour|per day = per day
that contain = containing|that contains = containing|which contain = containing|which contains = containing
that has = with|that have = with|which has = with|which have = with|who have = with|who has = with|having = with
that start with = starting_with|that starts with = starting_with|which start with = starting_with
starting with = starting_with|beginning with = starting_with|that begin with = starting_with
that end with = ending_with|that end in = ending_with|ending with = ending_with|ending in = ending_with
which end with = ending_with|which end in = ending_with|that ends with = ending_with|that ends in = ending_with
new york = new_york|san francisco = san_francisco|los angeles = los_angeles|visual studio code = vs_code
vs code = vs_code|google drive = google_drive|google docs = google_docs|google sheets = google_sheets
java script = javascript|type script = typescript|c sharp = c#|power shell = powershell|shell script = shell_script
first quarter = q1|second quarter = q2|third quarter = q3|fourth quarter = q4
per cent = %|list price = list_price
shopping cart = cart|shopping basket = cart|plane ticket = flight_ticket|flight ticket = flight_ticket
phone call = phone_call|temp files = temporary file+|temp file = temporary file
dev environment = development environment
dev server = development server|dev env = development environment|bar chart = bar_chart|bar graph = bar_chart
pie chart = pie_chart|line chart = line_chart
line graph = line_chart|scatter plot = scatter_plot|flow chart = flowchart
"""
"""`words = canonical words`; a plus stands for the plural."""

SPELLINGS = """
    summarise:summarize organise:organize analyse:analyze optimise:optimize customise:customize visualise:visualize
    categorise:categorize prioritise:prioritize normalise:normalize initialise:initialize synchronise:sync
    synchronize:sync minimise:minimize maximise:maximize standardise:standardize centralise:centralize
    colour:color colours:colors centre:center favourite:favorite favourites:favorites behaviour:behavior
    catalogue:catalog grey:gray licence:license programme:program cancelled:canceled labelled:labeled
    modelling:modeling travelling:traveling dialogue:dialog cheque:check organisation:organization
    organisations:organizations authorise:authorize recognise:recognize apologise:apologize finalise:finalize
    del:delete prod:production w/:with w/o:without &:and thru:through
    vs:versus approx:approximately tmrw:tomorrow tomo:tomorrow 2day:today mgmt:management qty:quantity
    num:number addr:address acct:account spec:specification stats:statistics perf:performance
    tel:phone contents:content pics:photos temps:temperatures auto:automatically asap:asap info:information
    pw:password passwd:password tech:technology
    min:minimum mins:minutes hr:hour hrs:hours yr:year yrs:years wk:week wks:weeks
    onto:to inside:in whether:if dl:download
    postgres:postgresql mongo:mongodb k8s:kubernetes js:javascript ts:typescript py:python
    creds:credentials perms:permissions deps:dependencies reqs:requirements
    upon:on amongst:among whilst:while til:until till:until
    mon:monday tue:tuesday tues:tuesday wed:wednesday thu:thursday thur:thursday thurs:thursday fri:friday
    jan:january feb:february apr:april jun:june jul:july aug:august sep:september sept:september oct:october
    nov:november dec:december
"""
"""One word with several spellings, and short forms that stand for one word only."""

NAMES = """
    monday tuesday wednesday thursday friday saturday sunday january february april june july august
    september october november december
    python javascript typescript java rust bash powershell sql html css php ruby perl kotlin swift golang haskell scala
    latex markdown json csv xml yaml pdf docx xlsx pptx png jpeg jpg gif svg mp3 mp4 wav excel powerpoint
    django flask react docker kubernetes terraform ansible nginx apache postgresql mysql sqlite redis mongodb kafka
    github gitlab jira slack discord gmail outlook google amazon twitter linkedin facebook youtube spotify netflix zoom
    trello dropbox firefox chrome safari linux ubuntu debian macos android ios git npm pip api http https
    ftp ssh dns url ip id ui ci cd ai ml os cpu gpu ram usb vpn aws gcp azure s3 openai numpy pandas pytest jenkins
    english german french spanish italian portuguese dutch russian chinese japanese korean arabic turkish
    hindi swedish danish norwegian finnish greek latin ukrainian czech hungarian
    paris london berlin munich hamburg vienna rome madrid barcelona lisbon amsterdam brussels prague warsaw dublin
    tokyo kyoto beijing shanghai seoul delhi mumbai sydney melbourne toronto vancouver boston chicago seattle denver
    austin miami houston dallas new_york san_francisco los_angeles moscow istanbul cairo dubai singapore oslo stockholm
    copenhagen helsinki zurich geneva milan athens budapest
    germany france spain italy portugal austria switzerland poland netherlands belgium sweden norway denmark finland
    ireland england scotland britain russia ukraine greece egypt india japan korea brazil mexico canada
    australia america usa uk europe asia africa
    christmas easter thanksgiving halloween q1 q2 q3 q4 vs_code google_drive google_docs google_sheets
"""
"""Names whose capitals never matter."""

LANGUAGES = frozenset(
    "python javascript typescript java rust bash powershell sql php ruby perl kotlin swift golang haskell scala c "
    "html css latex markdown".split()
)
FORMATS = frozenset(
    "pdf csv json xml yaml html markdown docx xlsx pptx png jpeg jpg gif svg mp3 mp4 wav zip excel word latex "
    "uppercase lowercase".split()
)
UNIT_WORDS = frozenset(
    "euro euros dollar dollars pound pounds yen franc francs usd eur gbp celsius fahrenheit kelvin meters miles feet "
    "kilometers inches iso utc metric imperial percent".split()
)
"""What an amount is changed to when it is converted."""
ACRONYMS = frozenset(
    short.upper() + plural
    for short in "api cli vm db cpu ram ip cv todo pr mr ui os id url pdf csv json faq gui sql".split()
    for plural in ("", "s")
)
"""Words that are usually written in capitals, and their plurals."""

ABBREVIATED = frozenset("vs approx dept max min avg mr mrs dr etc est hr hrs mins secs no nr".split())
"""Short forms that may be written with a full stop inside a sentence."""

SIGNS = {"&": "and", "w/": "with", "w/o": "without"}
"""Signs that stand for a word."""
