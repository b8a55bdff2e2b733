"""The application, for a server and for `flask --app wsgi`."""

import sys

from marketplace.app import create_app
from marketplace.config import BadConfig

try:
    app = create_app()
except BadConfig as fault:
    sys.exit("Guyub cannot start:\n" + "\n".join(f"- {sentence}" for sentence in fault.faults))
