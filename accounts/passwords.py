"""Password rules beyond Django's own."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

KINDS = (r"[a-z]", r"[A-Z]", r"[0-9]", r"[^a-zA-Z0-9]")


class ThreeKinds:
    """The 等保 profile: three of lower case, upper case, digits and signs."""

    def validate(self, password, user=None):
        if sum(bool(re.search(kind, password)) for kind in KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_too_plain")

    def get_help_text(self):
        return _("密码须含小写字母、大写字母、数字、符号四类中的至少三类。")


class NotTooLong:
    """Hashing megabytes is a way to keep the server busy."""

    def validate(self, password, user=None):
        if len(password) > 256:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self):
        return _("密码不超过 256 个字符。")
