"""The ledger: money is reserved before and settled after every model call."""
