"""Drawn pictures for the demo: nobody's photo, and no font needed."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageDraw

SIZE = (960, 640)
SKY, GROUND = "#dcebe6", "#e9e2d3"


def _canvas():
    image = Image.new("RGB", SIZE, SKY)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 430, *SIZE), fill=GROUND)
    return image, draw


def _person(draw, x, y, coat, hair="#b8bcc0", tall=1.0):
    head = 34 * tall
    draw.ellipse((x - head, y - 150 * tall - head, x + head, y - 150 * tall + head), fill="#f0c9a4")
    draw.pieslice(
        (x - head, y - 150 * tall - head, x + head, y - 150 * tall + head), 180, 360, fill=hair
    )
    draw.rounded_rectangle((x - 46, y - 115 * tall, x + 46, y + 40), 24, fill=coat)
    draw.rectangle((x - 30, y + 30, x - 6, y + 120), fill="#4a5560")
    draw.rectangle((x + 6, y + 30, x + 30, y + 120), fill="#4a5560")


def _flower(draw, x, y, colour):
    draw.line((x, y, x, y + 70), fill="#4f8a5b", width=6)
    for dx, dy in ((-14, 0), (14, 0), (0, -14), (0, 14), (0, 0)):
        fill = "#f4d35e" if (dx, dy) == (0, 0) else colour
        draw.ellipse((x + dx - 12, y + dy - 12, x + dx + 12, y + dy + 12), fill=fill)


def elders_with_flowers():
    """为长者献花: three elders, flowers in their hands."""
    image, draw = _canvas()
    for x, coat, flower in ((260, "#0f766e", "#e76f51"), (480, "#8d5b9a", "#e63973"),
                            (700, "#3b6ea5", "#f28482")):  # fmt: skip
        _person(draw, x, 420, coat)
        _flower(draw, x + 62, 320, flower)
    return _upload(image, "elders.png")


def neighbours_at_table():
    """邻里一起做饭: a table with dishes, people around it."""
    image, draw = _canvas()
    for x, coat, hair in ((200, "#d97706", "#3a3a3a"), (380, "#0f766e", "#b8bcc0"),
                          (580, "#3b6ea5", "#3a3a3a"), (760, "#b5446e", "#6b4a2b")):  # fmt: skip
        _person(draw, x, 380, coat, hair, 0.9)
    draw.rounded_rectangle((110, 420, 850, 470), 16, fill="#a9744f")
    draw.rectangle((160, 470, 190, 610), fill="#8a5d3d")
    draw.rectangle((770, 470, 800, 610), fill="#8a5d3d")
    for x, dish in ((220, "#7fb069"), (370, "#e76f51"), (520, "#f4d35e"), (670, "#c8553d")):
        draw.ellipse((x - 60, 392, x + 60, 432), fill="#ffffff", outline="#9aa5a0", width=3)
        draw.ellipse((x - 40, 396, x + 40, 420), fill=dish)
    return _upload(image, "table.png")


def lane_after_survey():
    """A lane with an open trench: what a survey on site brings home."""
    image, draw = _canvas()
    draw.rectangle((60, 120, 330, 430), fill="#c9c2b4")
    draw.rectangle((630, 90, 900, 430), fill="#bdb6a8")
    for x in (110, 220, 690, 800):
        for y in (160, 260):
            draw.rectangle((x, y, x + 60, y + 60), fill="#8fb3c7")
    draw.polygon([(360, 430), (600, 430), (720, 640), (240, 640)], fill="#9b8b74")
    draw.polygon([(440, 440), (520, 440), (580, 640), (380, 640)], fill="#5d5142")
    draw.line((470, 440, 450, 640), fill="#3b6ea5", width=18)
    return _upload(image, "lane.png")


def _upload(image, name):
    out = io.BytesIO()
    image.save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/png")
