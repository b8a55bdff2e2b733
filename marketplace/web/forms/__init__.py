"""Fields that every form shares: strict about what they take, clear about what was wrong.

A field keeps what was typed. Numbers take ASCII digits only; texts take no control characters and
no markup. A form adds its own fields beside its view and judges shape; the domain judges the rest.
"""

from __future__ import annotations

from marketplace.web.forms.choices import Choice, OneOf, Tick, Village
from marketplace.web.forms.form import Form, keeps_typed
from marketplace.web.forms.numbers import Count, Day, Percent, Rupiah, shown_version
from marketplace.web.forms.texts import Email, LongText, Password, PersonName, Phone, Text, tidy

__all__ = [
    "Choice",
    "Count",
    "Day",
    "Email",
    "Form",
    "LongText",
    "OneOf",
    "Password",
    "Percent",
    "PersonName",
    "Phone",
    "Rupiah",
    "Text",
    "Tick",
    "Village",
    "keeps_typed",
    "shown_version",
    "tidy",
]
