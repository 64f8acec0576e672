"""The write-ahead record of runs: what was asked, what was about to happen, what came of it."""
