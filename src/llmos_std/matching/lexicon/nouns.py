"""Nouns of task language by what kind of thing they name; `a=b` are names of one and the same thing.

A noun may stand under several kinds. Two words share a group only if exchanging them never changes what is to
    be done;
what is merely near (client and customer, photo and image, folder and archive) stays apart.
"""

NOUNS = """
file: file log archive attachment screenshot=screen-shot script document=doc download upload installer
    pdf csv json xml yaml html zip executable manifest makefile readme
folder: folder=directory=dir subfolder=subdirectory=subdir
disk: drive disk partition volume workspace
document: report letter essay poem story article post summary note speech memo proposal resume=cv brochure paper
    presentation slideshow agenda newsletter statement contract biography=bio caption slogan outline transcript
    tutorial guide manual=handbook introduction=intro conclusion paragraph sentence chapter book quote haiku
    limerick
    joke review recipe checklist announcement description explanation plan minutes title headline text template
code: program module library=lib website site webpage app application api cli plugin extension component
    endpoint server client dashboard page microservice pipeline dockerfile workflow
    compiler interpreter linter formatter method class parser widget decorator wrapper generator tool utility=util
    counter
craft: script calculator function=func=fn bot scraper crawler game form query regex algorithm chatbot validator
    shell_script quiz converter
product: package=pkg project
view: bar_chart pie_chart line_chart scatter_plot flowchart photo chart graph plot diagram page slide table map
    calendar dashboard
data: bar_chart pie_chart line_chart scatter_plot flowchart table row column line record entry field cell key
    index database=db dataset value item element list
    spreadsheet chart graph diagram plot matrix array variable=var parameter=param argument=arg constant
    query result total sum average=avg mean median maximum=max minimum=min difference percentage ratio count
    duplicate header footer word character=char number page slide sheet section block cluster sample
    statistic=stat schema metric histogram heatmap timeline
mail: email=e-mail message=msg mail newsletter draft reply inbox thread conversation spam
event: phone_call meeting=mtg call appointment=appt event interview reminder conference webinar standup lunch
    dinner breakfast
    party birthday anniversary deadline session demo workshop class course lecture
service: server service container vm cluster pod daemon host node instance router proxy firewall
    scheduler worker queue cache bucket gateway balancer machine computer laptop device printer desktop
work: job test build pipeline process task workflow command migration benchmark suite simulation
    deployment backup release training experiment program script
setting: feature notification=notif firewall wifi=wi-fi bluetooth mode setting option flag plugin logging
    encryption sync autosave autofill theme wallpaper
    authentication vpn tracking debugging subtitle caching mute
appliance: volume brightness alarm light lamp heating thermostat radio tv television fan oven
secret: password=pw login credential token secret certificate license=licence
content: log script pdf csv json xml yaml html readme makefile manifest spreadsheet sheet table matrix histogram
    heatmap timeline screenshot dataset sample section footer header query schema
testing: test testsuite suite unit_test integration_test
info: weather forecast temperature time date status version size price balance score name owner author history
    address location distance configuration=config capital population definition meaning synonym translation
    information=info detail content schedule=timetable calendar overview news headline rate exchange currency
    documentation usage permission language title phone=telephone birthday age salary
    weight height length width color=colour structure output input source target setting environment=env
    username ip hostname port url link
    cost fee tax discount revenue profit budget expense income
fact: weather forecast temperature time date status version size price balance score name owner author history
    address location distance configuration population capital definition meaning synonym detail schedule overview
    headline rate
person: user account customer employee=staffer member group team role admin=administrator contact
    subscriber supplier vendor patient student teacher manager colleague=coworker=co-worker friend boss
    company department=dept organization=org person people guest candidate developer
vcs: pull_request merge_request branch commit issue tag repository=repo fork remote patch diff changelog
    milestone label comment stash
    conflict ticket bug=defect story epic sprint backlog todo=to-do
media: photo=photograph=pic image=img picture video=vid song track playlist album movie=film podcast episode audio
    clip icon logo thumbnail banner poster recording sound music book background
money: payment invoice bill refund transaction receipt order deposit transfer purchase money salary
    subscription donation tip amount fund
travel: flight hotel room table seat ticket car=automobile taxi=cab train bus ride trip reservation=booking
    itinerary
    apartment restaurant holiday vacation destination passport visa luggage
shop: product cart basket item order coupon wishlist pizza coffee milk bread egg flower book gift grocery
    shoe shirt jacket phone laptop stock inventory warehouse shipment delivery package
change: change update edit fix patch modification commit error typo mistake bug problem warning failure exception
    leak vulnerability dependency requirement
part: end beginning=start top bottom middle front left right side center=centre edge corner row column
    half quarter morning afternoon evening night weekend weekday month week year day hour minute second
    region country city town state street building office house kitchen room garden store shop market
    category type kind group order level stage step phase priority way reason example idea question answer
    topic subject issue argument point factor feature goal objective target skill tip trick
    login signup checkout payment shipping onboarding homepage landing
    web internet network terminal console window tab browser editor screen keyboard mouse
    memory cpu ram usage load traffic bandwidth latency performance health security access
    production staging deployment infrastructure cloud kubernetes
    sale marketing finance accounting engineering support sales hr legal
    string integer float boolean bytes timestamp format unit extension prefix suffix pattern expression
    marketing campaign survey feedback analysis research data customer
    vowel prime fibonacci palindrome factorial sequence
"""

PLURALS = """
    people:person children:child men:man women:woman feet:foot indices:index matrices:matrix analyses:analysis
    statuses:status boxes:box branches:branch batches:batch addresses:address caches:cache processes:process
    classes:class businesses:business taxes:tax searches:search matches:match switches:switch patches:patch
    diaries:diary vertices:vertex aliases:alias buses:bus suffixes:suffix prefixes:prefix regexes:regex
    lunches:lunch speeches:speech essays:essay keys:key days:day
    """
"""Plurals that the rule does not make."""

UNCOUNTABLE = frozenset(
    """
    news data information status analysis access sales hr kubernetes address process class business tax bus alias
    bluetooth wifi logging documentation configuration music traffic feedback research series species gps dns https
    css js minutes always less address cross pass doc
    """.split()
)
"""Words whose final s is no plural; `docs` may be documents, documentation or a name."""

DESIGNATORS = frozenset(
    """
    file folder branch user table column module package repository project service container function class variable
    channel label tag team group role database index field key server host node cluster pod namespace bucket queue
    topic job pipeline workflow environment account library component page section chapter sheet tab option flag
    image volume network device drive ticket issue order product account milestone epic list playlist album
    script command task event meeting customer client employee contact company department city country street
    plan version release stage theme plugin extension setting parameter argument endpoint method test suite
    row line room seat gate flight train bus vitamin team grade type partition disk method
    """.split()
)
"""Nouns that a name may stand beside: `the branch x`, `the x branch`. Such a name keeps its capitals."""

PARTS = frozenset(
    "line row column page word character cell slide sheet section paragraph entry field byte chapter "
    "header footer record duplicate".split()
)
"""Nouns that are parts of a file, so that of, in and from a file say the same."""

RELATIONAL = frozenset(
    """
    report summary configuration status size content version description color price address schedule history
    overview chart graph plot diagram backup log owner author date forecast password documentation
    structure permission setting output result balance population capital definition
    """.split()
)
"""Nouns y for which `the x y` is `the y of x`."""

DEPICTING = frozenset(
    """
    photo image picture video movie recording sound icon logo poster banner thumbnail map
    review story description biography poem song criticism analysis chart graph plot diagram clip
    payment transfer purchase sale delivery shipment refund donation change update edit test training deployment
    research support interview survey modification
    """.split()
)
"""Nouns for which `x's y` may be the y that x made, has or does, and `the y of x` what shows x or is done to it."""

CASED = frozenset(
    """
    file folder directory dir subfolder branch user table column variable function class channel label tag
    repository
    repo bucket key field container image username password database module constant method named called
    """.split()
)
"""Nouns whose things have names in which capitals and spelling count, whatever the same word means elsewhere."""

SHORT_FORMS = frozenset("dir subdir db repo var func fn lib img vid param arg dept org env".split())
"""Short forms of what has a name of its own: before another noun they may stand beside their name, `the db users`."""

HEADS = frozenset(
    "file folder server host container instance backup migration password url path size port schema version setting "
    "page structure content permission configuration query name variable".split()
)
"""Nouns before which a short form is surely no name of a thing: `the db server`, `the dir structure`."""

ALSO_ADJECTIVES = frozenset(
    "executable constant duplicate default minimum maximum average secret light template".split()
)
"""Nouns that may also say how something is: `make the file executable`."""
