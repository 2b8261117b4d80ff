"""A browser in front of the pages of steps 4–6: who is signed in, what time it is, what it reads."""

import re
from html import unescape

from django.test import Client
from django.utils import timezone

from accounts.models import User

BACKEND = "accounts.backends.AccountBackend"


class Browser:
    """A client at a moment of the tests' own clock; `as_` signs somebody in, None signs out."""

    def __init__(self, monkeypatch):
        self.monkeypatch, self.client = monkeypatch, Client()

    def at(self, moment):
        """Set the clock; sessions of an earlier moment are over."""
        self.monkeypatch.setattr(timezone, "now", lambda: moment)
        # demo accounts do without the second factor; what is tested here lies behind it
        User.objects.update(is_demo=True, password_changed_at=moment)
        return self

    def as_(self, user):
        self.client = Client()
        if user is not None:
            self.client.force_login(User.objects.get(pk=user.pk), backend=BACKEND)
        return self

    def get(self, path, data=None, status=200):
        answer = self.client.get(path, data)
        assert answer.status_code == status, (
            path,
            answer.status_code,
            answer.headers.get("Location"),
            words(answer)[:900],
        )
        return answer

    def post(self, path, data=None, status=302):
        answer = self.client.post(path, data or {})
        assert answer.status_code == status, (
            path,
            answer.status_code,
            answer.headers.get("Location"),
            words(answer)[:900],
        )
        return answer

    def confirm(self, path, data, status=302):
        """A grave act: the second look first, then the act."""
        again = self.post(path, data, status=200)
        assert 'name="confirmed"' in again.content.decode()
        return self.post(path, data | {"confirmed": "1"}, status=status)


def words(answer):
    """The words of a page without its tags."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", unescape(text))


def hidden(answer, name):
    """The value of a hidden field."""
    return re.search(rf'name="{name}" value="([^"]+)"', answer.content.decode())[1]
