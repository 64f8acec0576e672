"""Law: code inside a command line passes only when each free word of it computes, prints, or is its own."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from llmos_core.types.decision import Decision
from llmos_std.shell.judging.free_words import strange_word
from llmos_std.shell.judging.policy import judge
from llmos_std.shell.knowledge.code_words import FREE_WORDS

LANGUAGES = st.sampled_from(sorted(FREE_WORDS))
NAMES = st.from_regex(r"zz[a-z]{1,6}", fullmatch=True)


def decided(command: str) -> Decision:
    return judge(command, home="/home/user").deciding.decision


@given(LANGUAGES, NAMES)
def test_a_call_of_an_unknown_function_is_strange_wherever_it_stands(language: str, name: str) -> None:
    say = "console.log" if language.startswith("node") else "print"
    for code in ("{}(1)", say + "({}(1))", say + "(1); {}(2)", "x = 1 + {}(x)"):
        assert strange_word(language, code.format(name)) == name


@given(LANGUAGES, NAMES, st.text(alphabet="ab z(){};", max_size=10))
def test_what_a_text_says_is_no_code(language: str, name: str, text: str) -> None:
    say = "console.log" if language.startswith("node") else "print"
    assert strange_word(language, f'{say}("{name} {text}")') == ""


@pytest.mark.parametrize(
    "command",
    [
        *('php -r \'($a="sys"."tem")("x");\'', 'php -r \'new SplFileObject("x","w");\'', "php -r 'putenv(\"x=y\");'"),
        *("php -r 'usort($a, \"x\");'", "php -r 'set_error_handler(\"x\");'", "php -r 'posix_kill(1, 9);'"),
        *("ruby -e 'at_exit { }'", "ruby -e 'puts DATA.read'", "ruby -e 'gem \"x\"'", "ruby -e 'puts \"a #{zz 1}\"'"),
        *("node -e 'vm.runInThisContext(\"x\")'", "node -e 'new Worker(\"x\")'", "node -e 'https.get(\"x\")'"),
        *("node -e 'net.connect(1)'", "Rscript -e 'sink(\"x\")'", "Rscript -e 'readLines(\"x\")'", "lua -e 'zz(1)'"),
        *("python -c \"import timeit; timeit.timeit('x')\"", "python -c 'import fileinput; fileinput.input()'"),
        *("python -c \"import git; git.Repo('.')\"", "python -c 'import redis; redis.Redis().flushall()'"),
        *(
            "python -c \"import distutils.file_util as f; f.copy_file('a', 'b')\"",
            "python -c 'import netrc; netrc.netrc()'",
        ),
    ],
)
def test_functions_that_nobody_listed_are_asked_about(command: str) -> None:
    assert decided(command) is Decision.ASK


@pytest.mark.parametrize(
    "command",
    [
        *("ruby -e 'puts (1..10).map { |x| x * 2 }.inspect'", "ruby -ne 'puts $_ if $_ =~ /x/' a", "ruby -e 'p 1'"),
        *("ruby -e 'def f(n) n < 2 ? n : f(n-1) end; puts f(9)'", "ruby -e 'x = [3, 1]; puts x.sort.join(\",\")'"),
        *("php -r 'echo array_sum([1, 2]);'", "php -r '$x = 3; for ($i = 0; $i < $x; $i++) { echo $i; }'"),
        *("node -e 'const f = (a, b) => a + b; console.log(f(1, 2))'", "node -p 'new Date().toISOString()'"),
        *(
            "node -e 'let s = 0; for (let i = 0; i < 9; i++) s += i; console.log(s)'",
            "node -p 'JSON.stringify({a: 1})'",
        ),
        *("lua -e 'for i = 1, 3 do print(i) end'", "Rscript -e 'x <- c(1, 2); print(mean(x))'"),
        *("Rscript -e 'f <- function(n) n^2; f(3)'", "python -c 'import redis; print(redis.__version__)'"),
        *("python -c 'import numpy as np; print(np.arange(3).mean())'", "python -c 'import app; print(app.version)'"),
    ],
)
def test_code_that_computes_and_prints_passes(command: str) -> None:
    assert decided(command) is Decision.ALLOW
