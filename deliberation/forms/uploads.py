"""Several files in one field."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import UploadField


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class UploadsField(UploadField):
    """A list of uploads; each is checked by core.files when the service takes it in."""

    widget = ManyFilesInput
    default_error_messages = {"too_many": _("一次最多%(most)s份。")}

    def __init__(self, *, most, **kwargs):
        self.most = most
        super().__init__(**kwargs)

    def clean(self, data, initial=None):
        one = super().clean
        files = [one(item, initial) for item in data] if isinstance(data, list | tuple) else []
        if not files and self.required:
            one(None, initial)
        if len(files) > self.most:
            raise forms.ValidationError(
                self.error_messages["too_many"], code="too_many", params={"most": self.most}
            )
        return files
