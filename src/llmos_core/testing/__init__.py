"""Conformance suites, fakes and Hypothesis strategies for authors of plugins. Needs the extra `testing`.

    from llmos_core.testing.suites import strategy_suite

    TestMyStrategy = strategy_suite(MyStrategy)

A suite is a function that returns a new pytest class: one law, one test. The modules are `suites`, `records`
(Hypothesis strategies), `fakes` and `running` (which laws does an object break?).
"""
