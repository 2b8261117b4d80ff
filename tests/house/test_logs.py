import json
import logging
import sys

from minsheng.logs import JsonFormatter


def test_an_exception_is_told_without_its_values():
    try:
        raise ValueError("phone 13800138000 is taken")
    except ValueError:
        record = logging.LogRecord(
            "django.request", logging.ERROR, "views.py", 7, "Internal Server Error: %s", ("/x/",),
            sys.exc_info(),
        )  # fmt: skip
    line = JsonFormatter().format(record)
    told = json.loads(line)
    assert told["exception"] == "builtins.ValueError"
    assert told["message"] == "Internal Server Error: /x/"
    assert "test_logs.py" in told["frames"][0]
    assert "13800138000" not in line
