"""Verbs of task language: which of them order the same thing, and of what.

One line: `canonical = members : kinds of object / prepositions`. A member is read as the canonical verb when the
object's head is of one of the kinds (`*` any, `plural` any noun in the plural, `-x` not of that one, `$x` see SETS)
and one of the prepositions is there (`/ -` none at all, `/ !from !on` neither of these, `/ to@path` one before a
path; `of` is one too). The first line that fits counts. Opposites, and verbs that only come near, share no line.
"""

CLASSES = """
create = create make write develop code program implement construct : code -service -event -client -page
create = create make : code
create = create write develop implement : testing
create = create make write develop code program implement construct build : craft
create = create make generate : craft
create = create make generate : folder file data vcs mail -argument -difference -record -number
create = create generate : change
create = create write generate compose : speech announcement recipe proposal statement
create = create make write generate compose produce prepare : document $performed
create = create make generate produce draw : media chart graph plot diagram bar_chart pie_chart line_chart flowchart
create = create make take capture : screenshot
create = create make generate : configuration overview schedule calendar documentation forecast budget structure link
create = create make generate : environment username url content secret
create = create make : vm bucket cluster container instance pod queue
write = write compose : mail
create = create add register : user customer employee student subscriber / -
create = create add : contact / -
create = create register : account / -
schedule = schedule arrange set_up setup create book organize : meeting appointment call interview -plural / !by
schedule = schedule set_up setup create book : meeting appointment call interview / !by
delete = delete remove get_rid_of : data -database -dataset -spreadsheet -table -list
delete = delete remove get_rid_of : database dataset spreadsheet table list / !from !as !in@list
delete = delete remove erase get_rid_of : file folder -document / !from !as !in@list
delete = delete remove erase get_rid_of : document mail photo image video picture / !from !as !on !in@elsewhere
delete = delete remove get_rid_of : account contact branch repository ticket issue / !from !on !as !off !in@list
delete = delete remove get_rid_of : user tag comment milestone / !from !on !as !off !of !in@list
delete = delete remove get_rid_of : container vm pod instance cluster bucket queue function class / !from !in@list
drop = drop delete : table index
show = show display list enumerate give_me what_is see : $many -shop -travel -person -info -secret -money -discount
show = show display list enumerate give_me what_is : $many -shop -travel -secret -money -discount -permission -role
show = show display list enumerate what_is : $many -shop
show = show display list enumerate what_is : $many / !on !for
show = show display view tell_me what_is see know look_up find_out : info
show = get fetch retrieve give_me : fact
show = show tell_me know : question
show = show display print output : line content output value row -pdf -spreadsheet -sheet -table -script -html -timeline
show = show display view see : file document data -media
show = show display view : media
list = list enumerate : *
find = find locate search_for look_for : * -total -sum -average -mean -median -maximum -minimum -ratio -count
search = search look_through : *
start = run execute start trigger kick_off launch : pipeline job workflow build
run = run execute : work code craft testing
start = start bring_up fire_up : service
start = start begin : event work media setting
open = open launch start : browser editor
stop = stop halt : service
run = run execute : path
kill = kill terminate end : process
kill = kill terminate : task job
turn_off = turn_off switch_off power_off shut_down shutdown : computer machine laptop device
enable = enable turn_on switch_on activate : setting
disable = disable turn_off switch_off deactivate : setting
turn_on = turn_on switch_on : *
turn_off = turn_off switch_off : *
restart = restart reboot : machine computer laptop device vm host printer router
set = set change update modify adjust : setting info secret data appliance -alarm / to !to@formatted !to@unit
set = set change update modify adjust : * / to@amount
change = change modify alter : setting info data content document code -time -event -exchange / !to !into !from
increase = increase raise bump_up turn_up : info appliance -money -alarm -capital
increase = increase bump bump_up : info money appliance
increase = increase raise bump bump_up turn_up : * / by@amount to@amount
decrease = decrease turn_down : appliance
decrease = decrease reduce lower bring_down : info money appliance
decrease = decrease reduce lower turn_down bring_down cut : * / by@amount to@amount
send = send email mail : * / to@email
send = send transfer : money -order -invoice -subscription -receipt -bill -transaction / to
message = message : *
notify = notify inform : *
cancel = cancel call_off : event
postpone = postpone delay put_off push_back : event
reschedule = reschedule move : event / to@time
buy = buy purchase : *
pay = pay settle : money
book = book reserve : hotel room table car seat
grant = grant give : permission access role
convert = change : path file document data content photo image video / into@format to@format into@path
convert = convert transform turn : * / into@format to@format into@path
translate = translate : *
compress = compress archive pack zip bundle : file folder code document data / into@archive to@archive as@archive
extract = extract unzip unpack decompress uncompress : archive / -
extract = extract unzip unpack decompress uncompress : archive / to into
count = count : *
calculate = calculate compute work_out figure_out : total sum average mean median maximum minimum difference ratio
calculate = calculate compute work_out figure_out : percentage count price size balance cost fee tax discount revenue
calculate = calculate compute work_out figure_out : profit budget amount
calculate = calculate compute : *
summarize = summarize sum_up : document mail event -minutes
summarize = summarize : *
analyze = analyze : *
examine = examine inspect : *
check = check see find_out verify : if
check = check verify : that
download = download fetch grab get pull_down : url file / from@url from@host
download = download grab : url
get = get fetch retrieve : file folder path document data info mail media user customer invoice $obtained
deploy = deploy roll_out rollout : *
fix = fix repair correct : change testing
improve = improve enhance : *
sort = sort order arrange : * -shop -travel -event / by@key
merge = merge combine : * -vcs
merge = merge combine : vcs / into
join = join : *
split = split divide break_up : * / into
plot = plot graph : *
save = save store write : result output data -word -character -line -item -key / to@path in@path into@path
monitor = monitor keep_an_eye_on : *
replace = replace substitute : * / with
duplicate = duplicate : *
copy = copy : *
investigate = investigate look_into : *
suggest = suggest recommend : *
come_up_with = come_up_with think_of : *
reply = reply respond answer : mail / to
decline = decline reject turn_down : event
roll_back = roll_back rollback revert : deployment release migration
roll_back = roll_back rollback : *
back_up = back_up backup : *
check_out = check_out switch_to : branch
print = print print_out : *
clean = clean clean_up cleanup : code data
clean_up = clean_up cleanup : *
tidy = tidy tidy_up : *
proofread = proofread : *
invite = invite : *
"""

SETS = {
    "$many": "plural -media -document -view -content",
    "$performed": "-speech -announcement -recipe -proposal -statement",
    "$obtained": "-shop -vcs -travel -permission -discount -income",
}
"""Conditions of several lines: what is listed when it is shown, what is made by performing it, what is got for good."""

OTHERS = """
    what_means who_is where_is
    accept achieve act add adjust append do perform carry_out advise align allocate allow answer apply approve
    archive arrange ask
    assemble assess assign attach audit authorize automate back_up backport balance ban benchmark bind block
    blur boil book bookmark
    boost borrow broadcast browse brief bundle cache call cancel capture cast categorize celebrate censor center
    certify change charge chat check choose cite clarify classify clear clone close cluster collect commit compare
    compile complete compose confirm configure connect consolidate contact contain contrast cook coordinate crawl
    crop cut debug decide declare decode decrease decrypt dedupe deduplicate define delay delegate deliver deny
    describe design detect determine diagnose disconnect discuss dismiss dispatch dispute divide document
    donate draft
    draw dump echo edit embed emit empty enable encode encrypt end enforce enroll ensure enter escalate estimate
    evaluate exclude exit expand explain explore export express extend factor feed file fill filter finalize
    finish flag flatten flip flush focus follow forbid force forecast forget format forward freeze generate
    give go grade grep group grow guess halt handle hash help hide highlight hire hold host identify ignore
    illustrate import include index infer inform initialize inject insert install instruct integrate interpret
    introduce invert invoke issue iterate keep label launch learn leave lint link load localize lock log
    lookup mail maintain manage map mark mask match measure memorize mention migrate minify mirror mix mock modify
    mount move multiply mute name navigate negotiate normalize note notarize obtain offer omit optimize
    outline override overwrite paint paraphrase park parse partition paste patch pause pay perform pick pin
    ping place
    play point poll populate post predict prefetch prepare prepend present preserve press preview prioritize
    probe process produce profile prompt protect prove provide provision prune publish pull purge push put
    query queue quit quote raise rank rate reach read rebase rebuild recall receive reclaim record recover recycle
    redact redeem redirect redo refactor refresh refund refuse regenerate register reindex reinstall reject relabel
    release reload relocate remember remind rename render renew rent reopen reorder reorganize repeat rephrase
    report repost represent reproduce request require rerun reserve reset resize resolve restore restrict
    restructure
    resume resubmit retain rethink retire retrain retry return reuse reverse revert review revise revoke rewrite
    rotate round route sample scale scan scrape seal search secure seed select sell serve settle shape share shift
    shorten shrink shuffle sign simplify simulate skip slice snapshot snooze solve sort specify spell spin squash
    stage stamp standardize stash stay stitch stop stream strip structure study style submit subscribe
    subtract suspend swap switch sync synthesize tabulate tag take talk teach tell test text throttle
    time track trade train transcribe transfer transfer transpose travel traverse trim troubleshoot truncate
    try tune
    turn tweet type unarchive unassign unblock uncheck uncomment undelete undo unfollow uninstall unify unlock
    unmount
    unmute unpin unregister unstage unsubscribe update upgrade upload upvote use validate verify version visit
    visualize vote wait wake walk warn wash watch wipe wrap write zoom dial ring message log_in log_out sign_up
    speed_up slow_down clean_up break_down follow_up take_over hand_over fill_in fill_out write_down read_out
    look_up point_out set_up put put_on pick_up drop_off carry_out note_down list_out cut_down bring_up ship fork
    shut lend wash bake vacuum mow pack lease
    substitute extrapolate redeploy brainstorm conduct reformat reverse realign recompile recommend refill outline
"""
"""Verbs that are known and stand for themselves."""

LIGHT = """
    make,create,write,give,give_me,provide,produce,generate,prepare,do: summary=summarize
    make,create,take,do,perform,run: backup=back_up
    make,create,do: copy=copy
    do,perform,run,make,conduct,carry_out: analysis=analyze
    do,make,perform: comparison=compare
    do,make,write,provide,create: translation=translate
    get,give_me,show,tell_me,find,print,display,what_is,calculate,determine,output: number=count
    get,give_me,show,tell_me,find,print,display,what_is,calculate,determine: count=count
    give_me,show,get,display,see: list=list
    give,give_me,provide,write: explanation=explain
    give,give_me,provide,write: description=describe
    make,create,do: plot=plot
    do,perform,run: deployment=deploy
    do,perform: restart=restart
    do,perform,conduct: review=review
    do,perform: calculation=calculate
"""
"""`make a summary of x` is `summarize x`: light verbs, the noun and the verb that the noun stands for."""

ROLES = """
    copy:from,to,into move:from,to,into send:to,from,with,via forward:to,from upload:to,from download:from,to,into
    replace:with,in,by replace:with,in rename:to,from convert:to,into,from,with,using translate:from,into,to
    sort:by,in
    schedule:with,on,at,for save:to,in,into,as,from compress:into,to,with extract:to,into,from set:to,in,on,for
    find:in,on search:for,in,on list:in,on show:in,on count:in delete:from,in,on create:in,on,for,with,using,lang
    add:to,in insert:into,in,at import:from,into,to export:from,to,as,into deploy:to,on,from install:on,from,with
    run:on,in,with restart:on,in start:on,in stop:on,in book:for,on,from,to,at remind:on,at,in merge:into,with,in
    back_up:to,from,on restore:from,to,on transfer:from,to push:to,from pull:from publish:to,on share:with,via,on
    assign:to,in invite:to translate:to group:by,in filter:by,in increase:by,to,from,in decrease:by,to,from,in
    split:into,by extract:from,to,into read:from,in print:from,to write:to,in,into append:to apply:to,in attach:to
    summarize:in,for,from email:to order:from,to buy:from,on pay:to,with,from rotate:by resize:to,in crop:to
    schedule:for post:to,on,in notify:about,via,on reschedule:to,for,from grant:to,on
"""
"""The prepositions of a verb's own arguments: such segments may change places with each other."""
