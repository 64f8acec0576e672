"""Durable files that several processes share: one small face over SQLite, used by journal, ledger and their like."""
