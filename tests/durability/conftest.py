"""What the tests of durability share: stores in the state in which a piece of work begins, made once."""

import pytest
from works import Bench


@pytest.fixture(scope="session")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    return Bench(tmp_path_factory.mktemp("bench"))
