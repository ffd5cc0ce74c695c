import pytest

from tests.practice.desk import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()
