"""Figures that tests measure, printed at the end of a run: `figure("attempts=64 accepted=16")`."""

import pytest

KEY = "figure"


@pytest.fixture
def figure(request):
    """Say a figure; it appears under "figures" after the run, with any number of workers."""

    def say(text):
        request.node.user_properties.append((KEY, f"{request.node.name}: {text}"))

    return say


def pytest_terminal_summary(terminalreporter):
    lines = [
        text
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "call"
        for key, text in report.user_properties
        if key == KEY
    ]
    if lines:
        terminalreporter.section("figures")
        for line in sorted(lines):
            terminalreporter.write_line(line)
