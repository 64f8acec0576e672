"""What holds for every test: Hypothesis sets no time limit on an example, since the machine may be busy."""

from hypothesis import settings

settings.register_profile("llmos", deadline=None)
settings.load_profile("llmos")
