"""Money: one ledger for all workspaces of a user, so that no model call is ever unbooked."""
