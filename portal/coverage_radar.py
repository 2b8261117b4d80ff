"""A radar as an SVG drawn on the server: positions only, no words of its own. No script needed."""

from dataclasses import dataclass
from math import cos, pi, sin

# geometry in its own units; letters are set at 16
WIDTH, HEIGHT, RADIUS, RINGS = 372, 340, 88, 4
LINE, LETTERS = 19, 5


@dataclass(frozen=True)
class Axis:
    label: str
    whole: int  # the outline
    part: int  # the filled shape


def radar(axes):
    """Rings, spokes, words and the two shapes. Both have the same scale; the longest reaches out."""
    most = max((axis.whole for axis in axes), default=0)
    middle = (WIDTH / 2, HEIGHT / 2)
    turns = [2 * pi * n / len(axes) for n in range(len(axes))]

    def point(turn, distance):
        return middle[0] + distance * sin(turn), middle[1] - distance * cos(turn)

    def shape(values):
        return " ".join(
            "{:.1f},{:.1f}".format(*point(turn, RADIUS * value / (most or 1)))
            for turn, value in zip(turns, values, strict=True)
        )

    return {
        "width": WIDTH, "height": HEIGHT, "most": most,
        "rings": [shape([most * n / RINGS] * len(axes)) for n in range(1, RINGS + 1)] if most else [],
        "spokes": [[_at(middle), _at(point(turn, RADIUS))] for turn in turns],
        "whole": shape([axis.whole for axis in axes]),
        "part": shape([axis.part for axis in axes]),
        "dots": [
            _at(point(turn, RADIUS * axis.part / (most or 1)))
            for turn, axis in zip(turns, axes, strict=True)
        ],
        "words": [_words(axis, turn, point(turn, RADIUS + 14)) for turn, axis in zip(turns, axes, strict=True)],
    }  # fmt: skip


def _at(point):
    return {"x": f"{point[0]:.1f}", "y": f"{point[1]:.1f}"}


def _words(axis, turn, point):
    """The lines of one label with its figures, set so that they stay outside the rings."""
    label = str(axis.label)
    lines = [label[n : n + LETTERS] for n in range(0, len(label), LETTERS)]
    if len(label) == LETTERS + 1:  # one letter alone on a line reads badly
        lines = [label[:3], label[3:]]
    lines.append(f"{axis.part} / {axis.whole}")
    side, up = sin(turn), cos(turn)
    lift = (
        1 - up
    ) / 2  # 0 at the top, 1 at the bottom: how much of the block hangs below the point
    top = point[1] - (1 - lift) * LINE * (len(lines) - 1) + 5 * lift * 2
    return {
        "anchor": "middle" if abs(side) < 0.2 else "start" if side > 0 else "end",
        "x": f"{point[0]:.1f}",
        "lines": [{"y": f"{top + LINE * n:.1f}", "text": text} for n, text in enumerate(lines)],
    }
