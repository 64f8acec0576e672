"""The interfaces of everything that can be swapped, one module a room.

Methods may be written plain or async: the kernel calls all of them through `llmos_core.aio.call`. Plain methods keep
start-up fast, since they never need an event loop.
"""
