# ruff: noqa: E501
"""Programs by what they do with their operands. One row: a kind, then names; after a bar, options that matter.

out: the value of these options is written; in: it is read; at: it has to be in the workspace; runs: it is a command
or loads code, so it asks.
Options that are not listed are harmless for the named programs; programs that are not listed are asked about.
"""

from functools import cache

from llmos_core.types.record import Record


class Program(Record):
    """What a program does with its operands, and the options that do something else."""

    kind: str
    out: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    at: tuple[str, ...] = ()


_ROWS = """
shows    isutf8 jo uconv aplay mpg123 mpg321 play afplay eog display xpdf evince
shows    cat tac head nl rev fold fmt expand unexpand pr paste column comm join cmp colordiff od hexdump
shows    xxd hd strings colrm ul look
shows    md5sum sha1sum sha224sum sha256sum sha384sum sha512sum b2sum cksum sum md5 shasum zcat bzcat xzcat
shows    zstdcat lz4cat gzcat cut uniq tsort
shows    zless bzless xzless zmore col glow mdcat buffer ansifilter
shows    antiword catdoc pdfinfo pdfgrep pdffonts
shows    identify mediainfo ffprobe soxi id3v2 mp3info mp3val readelf objdump nm size
shows    c++filt addr2line otool dwarfdump zipinfo rpm2cpio
shows    csvcut csvlook csvstat csvgrep csvsort csvjoin csvjson in2csv xml_grep
shows    jsonlint yamllint toml-test gron fx dasel datamash ministat fastqc seqtk
shows    enca uchardet chardet chardetect uuencode basenc base32 base64 crc32 jhead pngcheck
shows    hexyl numfmt tail ccze xsv
shows    jq tq htmlq pup xq xmllint | in -f --from-file --slurpfile --rawfile -L | out --output | runs -i --in-place --inplace
shows    yq | in -f --from-file --slurpfile --rawfile -L | out --output | runs -s --split-exp
shows    iconv shuf msgcat highlight pygmentize xsltproc sqlformat samtools bcftools html2text pv sdiff | out -o --output --output-file --outfile
shows    mpv mplayer vlc | out -o --o --log-file --stream-record --record-file -dumpfile --sout | runs --script --scripts --input-ipc-server --input-conf --config-dir --include -I --intf
shows    feh | runs -A --action --info
shows    bat batcat | runs --pager
shows    lnav | runs -c -f -e -I
shows    groff nroff troff | runs -U
shows    tidy | out -o -output --output | runs -m -modify
shows    xmlstarlet | runs -L --inplace
shows    sort | out -o --output | runs --compress-program | in --files0-from
shows    diff diff3 wdiff | in -X --exclude-from | out --output
shows     | makes
shows    less more most | runs -k --lesskey-file + | out -o -O --log-file --LOG-FILE
shows    man info apropos whatis tldr cheat help | runs -P --pager -H --html -B --preprocessor --pager -C --config-file -w
pattern  grep egrep fgrep zgrep zegrep zfgrep bzgrep xzgrep | in -f --file
pattern  agrep pcregrep pcre2grep ack ack-grep ag ugrep sift | in -f --file --ignore-file | runs --pager --pre --filter --hyperlink-format
pattern  pt | in -f --file --ignore-file | runs --pager --pre --filter --hyperlink-format
pattern  rg | in -f --file --ignore-file | runs --pre --hostname-bin
names    ls dir vdir exa eza lsd tree stat file du dust ncdu readlink realpath pathchk namei lsattr getfacl | in --files0-from -f | out -o
names    getfattr findmnt mountpoint duf broot | in --files0-from -f | out -o
names    wc cloc tokei scc sloccount locate mlocate plocate whereis which | in --files0-from | out --output --out
text     seq expr sleep true false : basename dirname factor nproc arch tty yes tput clear reset figlet toilet
text     cowsay fortune banner cal ncal jot uuidgen pwgen mcookie apg
text     whoami id groups uname hostname uptime w who users last lastb lsb_release sw_vers getconf locale
text     logname hostid domainname dnsdomainname pinky
text     ps pstree pgrep pidof top htop free vmstat iostat mpstat sar lscpu lsmem lsblk lsusb lspci lshw lsmod
text     df sensors acpi upower times procinfo glances atop nvidia-smi
text     ifconfig netstat ss lsof arp iwconfig ipcs quota ulimit umask dmesg xdpyinfo xwininfo xprop
text     fc-match deactivate
text     type hash wait fg bg disown exit return break continue shift getopts logout suspend caller dirs times
text     sync stty rusage tabs setterm infocmp toe
text     pg_isready units errno lpq lpstat runlevel pkg-config getopt tset blkid ipcalc renice progress pbcopy
text     logger | in -f --file | runs -n --server -u --socket
text     gprof pydoc pydoc3 ri godoc perldoc javap ghc-pkg beep say
makes    touch mkdir mkfifo | in -r --reference | runs -Z
alters   gzip gunzip bzip2 bunzip2 xz unxz lzma unlzma zstd unzstd lz4 unlz4 compress uncompress pigz pbzip2 | out -o --output -S
alters   lzip lzop brotli | out -o --output -S
alters   exiftool id3tag eyeD3 mid3v2 metaflac
alters   dos2unix unix2dos fromdos todos detab entab recode fixmbox autopep8 yapf black isort gofmt
alters   goimports rustfmt clang-format shfmt standard xo stylua ktlint nixfmt ormolu
alters   detox jpegoptim optipng pngquant mogrify msgmerge
alters   prettier | at --plugin --config --find-config-path
alters   patch | in -i --input | out -o --output -r
alters   sponge truncate fallocate tee | in -r --reference
alters   rmdir
converts convert magick montage composite gm | out -write --output
converts ffmpeg avconv sox lame flac oggenc opusenc faac cwebp dwebp | out -o --output --output-file --log -report | in -i --input -filter_script -filter_complex_script -attach
converts pandoc | out -o --output --log --extract-media | in --reference-doc --metadata-file | at -F --filter -L --lua-filter --template -d --defaults --data-dir --pdf-engine
converts inkscape rsvg-convert dot neato circo pdftk qpdf pdfunite pdfseparate ps2pdf img2pdf tesseract | out -o --output --output-file --log | in -i --input
converts pdftotext docx2txt odt2txt | out --output
converts potrace | out -o --output --output-file --log | in -i --input
converts dvips rst2html rst2man rst2latex markdown markdown_py multimarkdown cmark jupytext nbconvert sass | out -o --output
converts lessc uglifyjs terser html-minifier csso mkisofs genisoimage texi2pdf makeinfo help2man svgo minify | out -o --output
works    pytest py.test nosetests nose2 green ward stestr trial behave lettuce robot pyright mypy
works    pytype pyre ruff flake8 pylint pycodestyle pydocstyle pyflakes bandit vulture radon xenon interrogate
works    codespell refurb autoflake pyupgrade docformatter djlint cython cythonize
works    nodemon | runs -x --exec
works    ldd hypothesis mage just task ocaml opam kotlin
works    coverage tox nox pre-commit pip-audit pip-compile pip-sync safety pipdeptree check-manifest pyroma
works    validate-pyproject sphinx-build sphinx-quickstart sphinx-apidoc sphinx-autobuild towncrier bumpversion
works    bump2version commitizen cz
works    cmake | at -C --directory -S -B --toolchain -DCMAKE_TOOLCHAIN_FILE -P --preset | runs -E | out --prefix
works    make gmake bmake ninja ctest cpack meson scons waf autoconf automake aclocal | at -f --file --makefile -C --directory -I --include-dir -S -B --toolchain -DCMAKE_TOOLCHAIN_FILE | runs --eval -E
works    autoreconf libtoolize autoheader configure qmake | at -f --file --makefile -C --directory -I --include-dir -S -B --toolchain -DCMAKE_TOOLCHAIN_FILE | runs --eval -E
works    gcc g++ cc c++ clang clang++ tcc gfortran ld as ar ranlib strip objcopy rustc ghc runghc ocamlc | out -o --output-file -MF | runs -fplugin -wrapper -specs -B --plugin -load -Xclang @ -fuse-ld
works    ocamlopt dune javac kotlinc scalac nasm yasm fpc gnatmake ldc2 dmd nim swiftc protoc flex bison yacc | out -o --output-file -MF | runs -fplugin -wrapper -specs -B --plugin -load -Xclang @ -fuse-ld
works    lex swig gcov lcov genhtml gcovr | out -o --output-file -MF | runs -fplugin -wrapper -specs -B --plugin -load -Xclang @ -fuse-ld
works    jest mocha vitest ava tap karma cypress playwright nyc c8 eslint tslint stylelint tsc ts-node tsx
works    babel webpack webpack-cli rollup vite parcel esbuild swc next nuxt gatsby ng vue-cli-service
works    react-scripts astro remix turbo nx rush gulp grunt storybook biome oxlint standard-version
works    depcheck npm-check madge size-limit typedoc jsdoc svelte-check vue-tsc tailwindcss postcss ember expo
works    metro lint-staged wait-on serve json-server
works    rspec rubocop rake cucumber minitest standardrb brakeman reek yard phpunit phpstan psalm phpcs phpcbf
works    php-cs-fixer pest ctags etags cscope cppcheck clang-tidy cpplint iwyu splint flawfinder
works    include-what-you-use doxygen doit invoke inv snakemake
works    gradle gradlew mvn mvnw ant sbt lein mill bazel bazelisk buck2 pants please ./gradlew ./mvnw | at -I --init-script --build-file -b --settings-file | runs -Dexec.executable -Dexec.args
works    golangci-lint staticcheck gotestsum revive ginkgo gocyclo errcheck govulncheck air wire mockgen | at -I --init-script --build-file -b --settings-file | runs -Dexec.executable -Dexec.args
works    stringer wasm-pack wasm-bindgen mdbook mkdocs hugo jekyll zola gitbook vuepress vitepress docusaurus | at -I --init-script --build-file -b --settings-file | runs -Dexec.executable -Dexec.args
works    antora asciidoctor | at -I --init-script --build-file -b --settings-file | runs -Dexec.executable -Dexec.args
works    shellcheck hadolint actionlint zizmor markdownlint markdownlint-cli2 mdl vale proselint write-good
works    textlint htmlhint csslint jshint jslint editorconfig-checker typos cspell commitlint gitlint
works    detect-secrets gitleaks grype syft semgrep tfsec tflint checkov kubeval kubeconform kube-score
works    conftest opa ansible-lint yamale spectral redocly swagger-cli buf jsonschema ajv cfn-lint dockle
works    sqlfluff pgsanity dotenv-linter luacheck selene hlint credo dialyzer
works    latex pdflatex xelatex lualatex tex etex pdftex luatex xetex | out -output-directory --output-directory -aux-directory | runs -shell-escape --shell-escape -enable-write18 --enable-write18 --lua -lua
works    latexmk | out -outdir -auxdir -out2dir -output-directory | runs -e -r -shell-escape --shell-escape -enable-write18 -usepretex -pretex= -latex= -pdflatex= -xelatex= -lualatex=
works    bibtex biber makeindex rubber chktex lacheck texcount
works    matlab streamlit uvicorn gunicorn hypercorn daphne waitress-serve flask celery rq dramatiq honcho
works    foreman overmind goreman livereload browser-sync
works    alembic django-admin knex sequelize prisma typeorm diesel yoyo rebar3 erlc elixirc elm elm-test purs
works    spago xcodebuild xctool nunit3-console msbuild vstest.console csc mcs fsharpc
safe     cowsay sl lolcat cmatrix neofetch screenfetch fastfetch pause bell
"""


@cache
def programs() -> dict[str, Program]:
    """Return every row of the table by name."""
    table = dict[str, Program]()
    for row in _ROWS.strip().splitlines():
        (kind, *names), *extras = (part.split() for part in row.split("|"))
        options = {extra[0]: tuple(extra[1:]) for extra in extras}
        program = Program(
            kind=kind,
            out=options.get("out", ()),
            inputs=options.get("in", ()),
            runs=options.get("runs", ()),
            at=options.get("at", ()),
        )
        table.update(dict.fromkeys(names, program))
    return table
