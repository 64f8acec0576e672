"""Frozen records that cross plugin boundaries. Import them from their own modules; this package re-exports nothing."""
