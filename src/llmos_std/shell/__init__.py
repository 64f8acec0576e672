"""Understanding shell commands without running them: shared by the Bash tool and the policy gate."""
