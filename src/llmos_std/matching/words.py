"""Closed lists of English words that matching may rely on. A word that is in none of them is content: never changed."""

from functools import cache


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


LEADING = _set(
    """
    add analyse analyze append apply archive ask assign attach build calculate call cancel change check choose clean
    clear clone close collect combine commit compare compile compress compute configure connect convert copy correct
    count create decode decompress decrease define delete deploy describe detect determine disable disconnect display
    download draw duplicate edit email empty enable encode encrypt ensure enumerate estimate evaluate execute explain
    export extract fetch fill filter find finish fix format forward generate get give help identify import improve
    include increase insert inspect install invite join kill launch list load locate lock look make measure merge move
    notify open organise organize output pause perform plan play prepare print produce provide publish pull push put
    query read rebuild reboot recommend reduce refactor release reload remind remove rename repeat replace reply report
    reset resize resolve restart restore resume retrieve return reverse revert review rotate run save scan schedule
    search select send set share show shut sort split start stop store submit subscribe sum summarise summarize switch
    sync take tell test transfer transform translate turn undo uninstall unlock unzip update upgrade upload use validate
    verify view visit wait watch write
    please then now an the in on at for from into to with without before after when while if unless every each all how
    what which where who why is are was does do did has can could would should let we you my our this that these those
    """
)
"""Words whose capital only marks the start of a sentence. Those that are also names (Mark, Bill, Go) are left out."""

NEGATIONS = _set(
    """
    not no non never none nor neither without don't dont doesn't didn't cannot can't couldn't won't wouldn't shouldn't
    isn't aren't wasn't weren't mustn't except excluding unless avoid skip ignore instead
    """
)

SCOPES = _set(
    """
    all any every each only both either several some most few first last next previous only just exactly least most
    before after until till since during while when whenever if once again also outside inside within everywhere
    recursively otherwise else or nor daily weekly monthly yearly hourly twice
    """
)
"""Words that say how much, when or under which condition: one more or one less is another task."""

MODALITIES = _set("how why whether would should did does was were simulate pretend dry")
"""Words that turn an order into a question or a mere look, when only one of two goals has them."""

_UNITS = """
    b,byte,bytes kb,kilobyte,kilobytes mb,megabyte,megabytes gb,gigabyte,gigabytes tb,terabyte,terabytes kib mib gib
    %,percent $,usd,dollar,dollars €,eur,euro,euros £,gbp ms,millisecond,milliseconds s,sec,secs,second,seconds
    min,mins,minute,minutes h,hr,hrs,hour,hours d,day,days w,week,weeks month,months y,year,years am pm
    px,pixel,pixels mm cm m,meter,meters km inch,inches g,gram,grams kg time,times line,lines row,rows word,words
    character,characters
    """


@cache
def units() -> dict[str, str]:
    """Return every word or sign for a unit with one that stands for all of its kind."""
    return {word: kind.split(",", 1)[0] for kind in _UNITS.split() for word in kind.split(",")}


_ANTONYMS = """
    add:remove,delete,subtract create:delete,remove,destroy,restore allow:deny,forbid,block approve:reject,decline
    accept:reject,decline append:prepend ascending:descending asc:desc attach:detach before:after begin:end,finish
    buy:sell close:open,reopen compress:decompress,extract,uncompress connect:disconnect decode:encode
    decrypt:encrypt decrease:increase,raise deny:grant disable:enable download:upload enter:exit,leave
    exclude:include export:import fewer:more from:to,into greater:less,smaller,fewer hide:show,reveal
    high:low,lower higher:lower include:exclude install:uninstall,remove join:leave,split larger:smaller
    bigger:smaller later:earlier latest:oldest,earliest less:more lock:unlock longer:shorter maximum:minimum
    max:min maximize:minimize merge:split mount:unmount,umount newer:older newest:oldest old:new on:off
    pause:resume private:public push:pull read:write receive:send register:unregister revoke:grant
    save:discard,load shrink:grow stage:unstage start:stop,kill,end subscribe:unsubscribe today:tomorrow,yesterday
    tomorrow:yesterday undo:redo up:down above:below backward:forward left:right source:target success:failure
    successful:failed true:false valid:invalid visible:hidden zip:unzip encode:decode backup:restore stop:restart
    start:restart mute:unmute archive:unarchive,extract and:or with:without am:pm
    """


@cache
def _opposites() -> dict[str, frozenset[str]]:
    opposites: dict[str, set[str]] = {}
    for entry in _ANTONYMS.split():
        word, _, others = entry.partition(":")
        for other in others.split(","):
            opposites.setdefault(word, set()).add(other)
            opposites.setdefault(other, set()).add(word)
    return {word: frozenset(others) for word, others in opposites.items()}


def opposites_of(word: str) -> frozenset[str]:
    """Return the words that mean the contrary of a lower-case word."""
    return _opposites().get(word, frozenset())


STRUCTURE = _set(
    """
    a an the of in on at for from into onto to with by as and or then than that which who whose is are be it its this
    these those my our your their his her please named called using via between over under per about through against
    """
)
"""Words that carry roles and grammar, not content."""
