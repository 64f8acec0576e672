"""Decide about shell commands without running them: allow, ask or deny, each with the rule that says so."""
