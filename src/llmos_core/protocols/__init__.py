"""The interfaces of everything that can be swapped, one module a room.

Whatever thinks or acts (providers, tools, gates, strategies, modes, observers) may be written plain or async: the
kernel calls it through `llmos_core.aio.call`. Whatever stores (memory, journal, ledger, approvals) is plain: a record
is durable when the call returns. Plain methods keep start-up fast, since they never need an event loop.
"""
