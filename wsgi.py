"""The application, for `flask --app wsgi` and for any server; ours takes marketplace.serving."""

from marketplace.app import app_or_exit

app = app_or_exit()
