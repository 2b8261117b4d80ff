"""The place part of every list's filter: street and community by code."""

from django import forms
from django.utils.translation import gettext_lazy as _

from communities.selectors import communities_of
from deliberation.forms.lists import ALL


class PlaceFilter(forms.Form):
    """Words of a list's address; unknown values are told, not guessed."""

    street = forms.ChoiceField(label=_("街道"), required=False)
    community = forms.ChoiceField(label=_("社区"), required=False)

    def __init__(self, *args, communities=None, **kwargs):
        super().__init__(*args, **kwargs)
        streets, groups = {}, {}
        for community in communities_of() if communities is None else communities:
            streets[community.street.code] = community.street.name
            groups.setdefault(community.street.name, []).append((community.code, community.name))
        self.fields["street"].choices = [ALL, *streets.items()]
        self.fields["community"].choices = [ALL, *groups.items()]

    def chosen(self):
        """The values that were understood; what was not narrows nothing."""
        self.is_valid()
        return self.cleaned_data


def day_field(label, **kwargs):
    """A day as browsers ask for it."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


def moment_field(label, **kwargs):
    """A day with its hour, in the time of the place."""
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    return forms.DateTimeField(label=label, widget=widget, **kwargs)


def text_area(rows=4):
    return forms.Textarea(attrs={"rows": rows})
