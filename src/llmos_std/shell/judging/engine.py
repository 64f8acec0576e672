"""Walk over the tree of a command line from left to right, and judge every command on the way.

Whatever might run is judged: both branches, every body, every function. A verdict only ever becomes stricter.
"""

import re
from collections.abc import Callable, Sequence

from llmos_core.types.decision import Decision
from llmos_std.shell.agreeing import read_twice
from llmos_std.shell.judging.call import Call
from llmos_std.shell.judging.expanding import INNER_BASE, Expander
from llmos_std.shell.judging.hijack import judge_assignment
from llmos_std.shell.judging.state import State
from llmos_std.shell.judging.streams import BUILT_IN, appended, as_names, both, is_endless, set_positional
from llmos_std.shell.judging.trail import KEPT, Open, Trail
from llmos_std.shell.judging.values import CONTENT, HOLE, MAX_TEXTS, NOTHING, Hole, Stream, Text, unknown
from llmos_std.shell.tree import (
    Assignment,
    Block,
    Branch,
    Condition,
    Define,
    For,
    Group,
    Loop,
    Node,
    Pipeline,
    Redirect,
    Simple,
    Substitution,
)

Judge = Callable[[Call], Stream]
Rules = Callable[[str, Sequence[str]], "tuple[Decision, str, str] | None"]
"""The user's own rules: what they say about a program with its arguments, None when nothing."""

_MAX_DEPTH = 12
_MAX_ITEMS = 20


class TreeJudge(Trail):
    """Judges trees; `judge` is asked about each program, `rules` about the user's own word on it."""

    def __init__(self, judge: Judge, rules: Rules | None = None) -> None:
        super().__init__()
        self._judge = judge
        self._rules = rules

    def shell(self, code: Text, state: State, stdin: Stream, arguments: Sequence[Text] | None = None) -> Stream:
        """Judge a text as the code of a shell; holes in it are words of what they came from. `arguments`: $0 and on."""
        if code.text.startswith(HOLE) or any(
            hole.origin in ("computed", "secret", "processes", "content") for hole in code.holes
        ):
            self.say(Decision.ASK, "unknown-code", "what code would run cannot be known")
            return Stream()
        holes = iter(range(len(code.holes)))
        base = len(state.inner)
        state.inner += code.holes
        text = re.sub(HOLE, lambda _: chr(INNER_BASE + base + next(holes)), code.text)
        reading = read_twice(text, has_holes=bool(code.holes))
        if reading.doubt:
            self.say(Decision.ASK, "not-understood", reading.doubt)
        if arguments is not None:
            set_positional(state, arguments[1:], zero=arguments[:1])
        return self.block(reading.tree, state, stdin)

    def run(self, words: Sequence[Text], state: State, stdin: Stream) -> Stream:
        """Judge one program with its arguments."""
        if not self.begin(" ".join(word.shown for word in words)):
            self.end()
            return Stream()
        out = self._run_by_rules(list(words), state, stdin)
        self.end()
        return out

    def _run_by_rules(self, words: list[Text], state: State, stdin: Stream) -> Stream:
        """Judge a program, and then ask the user's own rules: they tighten all, and loosen an ask about it alone."""
        out = self._run(words, state, stdin)
        here = self.open[-1]
        if self._rules is not None and (said := self._rules(here.program, here.arguments)):
            if said[0] is Decision.ALLOW and here.decision is Decision.ASK and KEPT.isdisjoint(here.asked):
                here.decision, here.rule, here.reason = said
            else:
                self.say(*said)
        return out

    def _run(self, words: list[Text], state: State, stdin: Stream) -> Stream:
        name = words[0]
        here = self.open[-1]
        here.program, here.arguments = name.shown, tuple(word.shown for word in words[1:])
        if (name.literal is None and name.text != "[") or not name.text:
            self.say(Decision.ASK, "unknown-name", f"which program {name.raw or name.shown} is cannot be known")
            return Stream()
        if name.text in state.functions:
            return self._call_function(name.text, words[1:], state, stdin)
        if state.has_hijack and "/" not in name.text and name.text not in BUILT_IN:
            self.say(Decision.ASK, "search-path", "programs are looked up in folders that this command line chose")
        out = self._judge(Call(name.text, words[1:], state, stdin, self))
        if any(word.worst() == "secret" for word in words[1:]) and name.text not in BUILT_IN:
            self.say(Decision.ASK, "secret-argument", "a secret would be given to a program")
        return out

    def _call_function(self, name: str, arguments: list[Text], state: State, stdin: Stream) -> Stream:
        if name in state.running or len(state.running) >= _MAX_DEPTH:
            self.say(Decision.ASK, "recursion", f"the function {name} calls itself")
            return Stream()
        inner = state.copy()
        inner.running = (*state.running, name)
        set_positional(inner, arguments)
        out = self.node(state.functions[name], inner, stdin)
        for changed, value in inner.variables.items():
            if changed not in "@#*" and not changed.isdigit():
                state.variables[changed] = value
        state.keep_traces(inner)
        state.cwd = state.cwd if inner.cwd == state.cwd else None
        return out

    def block(self, block: Block, state: State, stdin: Stream) -> Stream:
        """Judge commands one after the other; returns what they would write, together."""
        out = NOTHING
        for node in block.nodes:
            out = both(out, self.node(node, state, stdin))
        return out

    def node(self, node: Node, state: State, stdin: Stream) -> Stream:  # noqa: PLR0911
        """Judge one node, whatever it is."""
        self.tick()
        match node:
            case Simple():
                return self._simple(node, state, stdin)
            case Pipeline():
                return self._pipeline(node, state, stdin)
            case Group():
                return self._group(node, state, stdin)
            case For():
                return self._for(node, state, stdin)
            case Loop():
                return self._loop(node, state, stdin)
            case Branch():
                return self._branch(node, state, stdin)
            case Define():
                return self._define(node, state)
            case Condition():
                self._expander(state).look(node.parts)
                self._redirect(node.redirects, state, stdin)
        return NOTHING

    def _expander(self, state: State) -> Expander:
        def run(part: Substitution) -> Stream:
            inner = state.copy()
            out = self.block(part.body, inner, NOTHING)
            state.keep_traces(inner)
            return out

        return Expander(state, run, lambda what: self.say(Decision.ASK, "unknown-code", f"{what} would run"))

    def _pipeline(self, node: Pipeline, state: State, stdin: Stream) -> Stream:
        for stage in node.stages:
            inner = state.copy()
            stdin = self.node(stage, inner, stdin)
            state.keep_traces(inner)
        return stdin

    def _group(self, node: Group, state: State, stdin: Stream) -> Stream:
        given, is_written = self._redirect(node.redirects, state, stdin)
        if not node.is_apart:
            out = self.block(node.body, state, given)
        else:
            inner = state.copy()
            out = self.block(node.body, inner, given)
            state.keep_traces(inner)
        return NOTHING if is_written else out

    def _for(self, node: For, state: State, stdin: Stream) -> Stream:
        given, is_written = self._redirect(node.redirects, state, stdin)
        items = list(state.value("@")) if node.words is None else self._expander(state).arguments(node.words)
        out = NOTHING
        if len(items) > _MAX_ITEMS:
            items = [*items[:_MAX_ITEMS], unknown("computed")]
        if objection := judge_assignment(node.name, (unknown("computed"),), state):
            self.say(*objection)
        for item in items:
            state.variables[node.name] = (as_names(item),)
            out = both(out, self._repeated(node.body, state, given))
        return NOTHING if is_written else out

    def _loop(self, node: Loop, state: State, stdin: Stream) -> Stream:
        given, is_written = self._redirect(node.redirects, state, stdin)
        self._expander(state).look(node.parts)
        body = Block((*node.condition.nodes, *node.body.nodes))
        out = self._repeated(body, state, given)
        return NOTHING if is_written else out

    def _repeated(self, body: Block, state: State, stdin: Stream) -> Stream:
        """Judge a body twice, as a second round may find what the first one left; only a stricter one is shown."""
        before = state.copy()
        out = self.block(body, state, stdin)
        if (
            state.variables == before.variables
            and state.cwd == before.cwd
            and not state.functions.keys() - before.functions.keys()
        ):
            return out
        state.merge([before])
        self.open.append(Open(""))
        self.block(body, state, stdin)
        again = self.open.pop().closed()
        here = self.open[-1]
        if again.deciding.decision.rank > max((s.deciding.decision.rank for s in here.steps), default=0):
            here.steps += again.steps
        return out

    def _branch(self, node: Branch, state: State, stdin: Stream) -> Stream:
        given, is_written = self._redirect(node.redirects, state, stdin)
        self._expander(state).look([part for word in node.words for part in word.parts])
        out, ways = NOTHING, list[State]()
        for block in node.blocks:
            inner = state.copy()
            out = both(out, self.block(block, inner, given))
            ways.append(inner)
            state.keep_traces(inner)
        state.merge(ways)
        return NOTHING if is_written else out

    def _define(self, node: Define, state: State) -> Stream:
        state.functions[node.name] = node.body
        if node.name in state.running:
            return NOTHING
        inner = state.copy()
        inner.running = (*state.running, node.name)
        self.node(node.body, inner, Stream(None, Hole("env")))
        return NOTHING

    def _simple(self, node: Simple, state: State, stdin: Stream) -> Stream:
        if not self.begin(node.raw):
            self.end()
            return Stream()
        out = self._simple_inside(node, state, stdin)
        self.end()
        return out

    def _simple_inside(self, node: Simple, state: State, stdin: Stream) -> Stream:
        expander = self._expander(state)
        words = expander.arguments(node.words)
        given, is_written = self._redirect(node.redirects, state, stdin)
        for assignment in node.assignments:
            self._assign(assignment, state, expander, is_for_one=bool(words))
        if not words:
            if not self.open[-1].rule:
                self.say(Decision.ALLOW, "assignment" if node.assignments else "redirection", "")
            return NOTHING
        if is_endless(words, is_written=is_written):
            self.say(Decision.ASK, "endless", "it would write until the disk is full")
        out = self.run(words, state, given)
        return NOTHING if is_written else out

    def _assign(self, assignment: Assignment, state: State, expander: Expander, *, is_for_one: bool) -> None:
        expander.look(assignment.index)
        if assignment.items is not None:
            value = tuple(expander.items(assignment.items))
        else:
            assert assignment.value is not None
            value = (expander.single(assignment.value),)
        if objection := judge_assignment(assignment.name, value, state, is_appending=assignment.is_appending):
            self.say(*objection)
            state.has_hijack = state.has_hijack or assignment.name == "PATH"
        if is_for_one:
            return
        if assignment.is_appending:
            value = (
                (*state.value(assignment.name), *value)
                if assignment.items is not None
                else (appended(state, assignment.name, value[0]),)
            )
        if assignment.index:
            value = (unknown("computed"),)
        state.variables[assignment.name] = value if len(value) <= MAX_TEXTS else (unknown("computed"),)

    def _redirect(self, redirects: Sequence[Redirect], state: State, stdin: Stream) -> tuple[Stream, bool]:
        """Judge redirections; returns what is read from then on, and whether the output goes to a file."""
        is_written = False
        expander = self._expander(state)
        call = Call("", [], state, stdin, self)
        for redirect in redirects:
            target = expander.single(redirect.target)
            if redirect.operator in ("<<", "<<-", "<<<"):
                stdin = call.given(target)
            elif redirect.operator in (">&", "<&") and (target.text.rstrip("-").isdigit() or target.text == "-"):
                continue
            elif redirect.operator in ("<", "<&"):
                call.read(target)
                is_piped = target.text == "/dev/fd/" + HOLE
                stdin = Stream(None, target.holes[0]) if is_piped else CONTENT
            else:
                call.write(target)
                is_written = is_written or redirect.descriptor in ("", "1")
                state.written.add(call.place(target).path)
        return stdin, is_written
