from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items):
    """Nothing here depends on the engine."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.once)
