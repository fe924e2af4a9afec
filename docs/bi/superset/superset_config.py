"""Apache Superset beside teilhabe: German, closed to the outside, nothing for anonymous visitors.

Put this folder on PYTHONPATH and name the module in SUPERSET_CONFIG_PATH. The
secret key comes from the environment; without one Superset refuses to start.
"""

import os

from superset.config import TALISMAN_CONFIG

SECRET_KEY = os.environ["SUPERSET_SECRET_KEY"]
SQLALCHEMY_DATABASE_URI = os.environ["SUPERSET_DATABASE_URI"]

BABEL_DEFAULT_LOCALE = "de"
LANGUAGES = {"de": {"flag": "de", "name": "Deutsch"}, "en": {"flag": "gb", "name": "English"}}
# Okabe and Ito: told apart with every kind of colour vision, and the report's own colours.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "teilhabe",
        "description": "",
        "label": "Teilhabe",
        "isDefault": True,
        "colors": ["#0072B2", "#009E73", "#D55E00", "#56616B", "#E69F00", "#56B4E9", "#CC79A7"],
    }
]
D3_FORMAT = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", " €"]}
D3_TIME_FORMAT = {
    "dateTime": "%A, %e. %B %Y, %X",
    "date": "%d.%m.%Y",
    "time": "%H:%M:%S",
    "periods": ["", ""],
    "days": ["Sonntag", "Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag"],
    "shortDays": ["So", "Mo", "Di", "Mi", "Do", "Fr", "Sa"],
    "months": [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    "shortMonths": ["Jan", "Feb", "Mrz", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
}

# Anonymous visitors see nothing: every reader has an account (or comes through single sign-on).
PUBLIC_ROLE_LIKE = None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
WTF_CSRF_ENABLED = True

# Pages fetch from this server only: no tracking pixel, no fonts and map tiles of others.
_OWN = ["'self'"]
TALISMAN_ENABLED = True
TALISMAN_CONFIG = {
    **TALISMAN_CONFIG,
    "content_security_policy": {
        **TALISMAN_CONFIG["content_security_policy"],
        "img-src": [*_OWN, "blob:", "data:"],
        "connect-src": _OWN,
        "style-src": [*_OWN, "'unsafe-inline'"],
        "font-src": _OWN,
    },
}
