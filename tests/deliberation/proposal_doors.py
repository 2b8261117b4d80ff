"""Words the tests of the pages of proposals share: addresses, a picture, a filled-in form."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from projects.models import PositiveItem


def act(walk, name=""):
    return f"/proposals/{walk.pk}/" + (f"{name}/" if name else "")


def picture(name="photo.png"):
    out = io.BytesIO()
    Image.new("RGB", (32, 32), "teal").save(out, "PNG")
    return SimpleUploadedFile(name, out.getvalue(), "image/png")


def typed(lines=(("讲师费", "10", "节", "800.00"),), rows=5, **fields):
    """What a browser sends for the content form."""
    item = PositiveItem.objects.get(rule_set__code="2.0", code="F2")
    data = {
        "title": "夕阳红学堂", "type": "service", "positive_item": str(item.pk),
        "summary": "每周两节，教长者用手机。", "site": "党群服务中心",
        "beneficiaries": ["elderly"], "exclusions_declared": "on", "exclusion_note": "",
        "lines-TOTAL_FORMS": str(rows), "lines-INITIAL_FORMS": "0",
    }  # fmt: skip
    for number in range(rows):
        name, quantity, unit, price = lines[number] if number < len(lines) else ("", "", "", "")
        data |= {
            f"lines-{number}-name": name, f"lines-{number}-quantity": quantity,
            f"lines-{number}-unit": unit, f"lines-{number}-unit_price": price,
        }  # fmt: skip
    return data | fields
