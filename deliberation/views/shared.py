"""What the pages of steps 4–6 share."""

from deliberation.views.base import ServicePage


class KeepsForm(ServicePage):
    """A page whose service needs more of the form than its cleaned fields."""

    def make_form(self, data=None, files=None):
        self.form = super().make_form(data, files)
        return self.form
