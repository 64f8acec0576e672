"""The kernel of llmos: records, protocols, plugin host, configuration, and the one guarded road.

Nothing is re-exported here: `import llmos_core` must stay cheap and must not pull in the run time.
"""
