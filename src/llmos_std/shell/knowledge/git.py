# ruff: noqa: E501
"""What is known about git: commands that only look, and for the others the first rule that fits their arguments."""

import re

from llmos_std.shell.knowledge.wording import words

LOOKS = words(
    """
    log status diff show blame annotate shortlog describe rev-parse rev-list ls-files ls-tree cat-file grep name-rev
    merge-base cherry range-diff whatchanged count-objects show-ref show-branch for-each-ref fsck verify-commit
    verify-tag diff-tree diff-index diff-files check-ignore check-attr help version archive add commit mv merge
    fetch pull init format-patch notes revert cherry-pick request-pull interpret-trailers stripspace mktree hash-
    object write-tree column patch-id check-ref-format check-mailmap rerere apply am bugreport flow update-index
    pack-refs
    """
)

RULES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "push": (
        (
            "ask",
            r"(^| )(--force\S*|-[a-z]*f[a-z]*|--mirror|--delete|-[a-z]*d[a-z]*|--prune|--all|--exec\S*|--receive-pack\S*)( |$)",
            "it would change or remove what others see",
        ),
        ("ask", r"(^| )[+:]\S|\S:( |$)", "it would change or remove what others see"),
        ("ask", r"://|@\S+:|(^| )[~/.]", "it would send the code to an address of its own"),
        (
            "allow",
            r"^((-u|--set-upstream|--tags|--follow-tags|-q|--quiet|-n|--dry-run|-v)( |$))*((origin|upstream|fork)( \S+)*)?$",
            "",
        ),
        ("ask", r"", "it would send the code to a place that is not known"),
    ),
    "reset": (("ask", r"(^| )--(hard|merge|keep)\b", "uncommitted work would be lost"),),
    "clean": (
        ("allow", r"(^| )(-[a-zA-Z]*n[a-zA-Z]*|--dry-run)( |$)", ""),
        ("ask", r"", "files that git does not know would be lost"),
    ),
    "checkout": (
        (
            "ask",
            r"(^| )(-f|-B|--force|-[a-z]*f|\.|\*|:/|--ours|--theirs|--pathspec\S*)( |$)|(^| )-- *(\.|\*|:/|$)|--\s+\./?\s*$",
            "uncommitted work would be lost",
        ),
        ("allow", r"", ""),
    ),
    "switch": (
        ("ask", r"(^| )(-f|--force|--discard-changes|-C|--force-create)( |$)", "uncommitted work would be lost"),
    ),
    "restore": (("ask", r"(^| )(\.|\./|\*|:/|--pathspec\S*)( |$)", "uncommitted work would be lost"),),
    "branch": (
        ("ask", r"(^| )(-[a-z]*[DMCf]\w*|--force)( |$)|--delete.*--force", "a branch would be lost, merged or not"),
    ),
    "tag": (("ask", r"(^| )(-[a-z]*[df]\w*|--delete|--force)( |$)", "a tag would be lost or moved"),),
    "stash": (("ask", r"^(drop|clear)\b", "stashed work would be lost"),),
    "reflog": (("ask", r"^(expire|delete)\b", "the way back to lost work would be removed"),),
    "remote": (
        ("allow", r"^(-v|show.*|get-url.*|prune \w+|update.*|)$", ""),
        ("ask", r"", "it would change where code is sent to and comes from"),
    ),
    "worktree": (
        ("allow", r"^(list|prune|lock|unlock)\b", ""),
        ("ask", r"(^| )(--force|-f|remove|move|repair)\b", "a folder of work would be removed"),
    ),
    "submodule": (
        ("allow", r"^(status|summary|update|init|sync)\b(?!.*foreach)|^$", ""),
        ("ask", r"", "it would run commands, or bring other code"),
    ),
    "rebase": (
        ("ask", r"(^| )(-x|--exec\S*|--root)( |$)|(^| )-\w*x", "rebase would run commands, or rewrite everything"),
    ),
    "bisect": (("ask", r"^(run|visualize|view)\b", "bisect would run commands"),),
    "gc": (("ask", r"--prune|--aggressive.*--prune|--force", "the way back to lost work would be removed"),),
    "rm": (("ask", r"(^| )(\.|\*|:/|-\w*f\w*|--force)( |$)", "files would be removed, changed ones as well"),),
    "clone": (
        ("ask", r"(^| )(-c|--config|-u|--upload-pack|--template|ext::)\S*", "clone would run something else"),
        ("ask", r"", "it would bring code from elsewhere"),
    ),
    "update-ref": (("ask", r"", "it would move or remove branches"),),
    "symbolic-ref": (("ask", r"\S+ \S+|-d", "it would move a branch"),),
    "filter-branch": (("ask", r"", "it would rewrite all history"),),
    "filter-repo": (("ask", r"", "it would rewrite all history"),),
    "prune": (("ask", r"", "the way back to lost work would be removed"),),
    "repack": (("ask", r"-\w*[dA]", "the way back to lost work would be removed"),),
    "replace": (("ask", r"", "it would change what history says"),),
    "credential": (("ask", r"", "it would show passwords"),),
    "daemon": (("ask", r"", "it would offer the code to others"),),
    "send-email": (("ask", r"", "it would send the code away"),),
    "ls-remote": (
        ("allow", r"^(--\w+ ?)*(origin|upstream)?$", ""),
        ("ask", r"", "it would speak with another machine"),
    ),
    "pull": (
        ("ask", r"::|://|@\S+:|(^| )[/~]|--upload-pack|(^| )(-f|--force)( |$)", "it would bring code from elsewhere"),
    ),
    "fetch": (("ask", r"::|://|@\S+:|(^| )[/~.]|--upload-pack", "it would bring code from elsewhere"),),
    "archive": (("ask", r"(^| )--(remote|exec)", "it would speak with another machine"),),
    "apply": (("ask", r"--unsafe-paths|--directory=(/|\.\.)", "it would write outside of the workspace"),),
    "init": (("ask", r"--template|--separate-git-dir", "it would bring hooks from elsewhere"),),
    "lfs": (
        ("allow", r"^(ls-files|status|env|version|track|untrack|pull|fetch|logs|checkout|locks)\b", ""),
        ("ask", r"", "it is not known what it does"),
    ),
    "bundle": (
        ("allow", r"^(verify|list-heads)\b", ""),
        ("allow", r"^create [\w.-]+ ", ""),
        ("ask", r"", "it is not known what it brings"),
    ),
}
"""Per command: (decision, pattern, reason); the first pattern that is found counts, and none means allow."""

HARMLESS_SETTING = re.compile(
    r"user\.(name|email|signingkey)|color\.\S+|core\.(quotepath|autocrlf|eol|filemode|ignorecase|abbrev|longpaths|symlinks|whitespace|safecrlf|compression|precomposeunicode|logallrefupdates)"
    r"|pull\.(rebase|ff)|push\.(default|autosetupremote|followtags)|init\.defaultbranch|merge\.(ff|conflictstyle|renamelimit|log|stat)|diff\.(algorithm|renames|renamelimit|colormoved|mnemonicprefix|context|noprefix)"
    r"|rebase\.(autosquash|autostash|updaterefs)|log\.(date|decorate|abbrevcommit|follow)|fetch\.(prune|prunetags|parallel)|advice\.\w+|status\.\w+|rerere\.\w+|branch\.\S+\.(remote|merge|rebase)|commit\.(gpgsign|verbose)"
    r"|tag\.(sort|gpgsign)|column\.\S+|help\.autocorrect|gc\.auto|feature\.\w+|format\.pretty|grep\.\w+|blame\.\w+|submodule\.recurse|stash\.\w+|protocol\.version|http\.postbuffer|lfs\.\w+",
    re.IGNORECASE,
)
READ_SETTING = re.compile(r"^[\w.-]+$")
