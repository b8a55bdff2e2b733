"""Stories about money that no page tells yet, or that take days: each in a few steps.

A story is a module of this package: `STEPS` are its functions in order, or commands of the house
such as "reconcile --once"; `POINTS` the failpoints they pass; `ALARMS` what calls a person on the
way; `end()` says what has to be true when all has come to rest. A step looks at the database
before it acts, for it is begun again when its process died: a new step of an old story is a
function and its place in `STEPS`.
"""

EPISODES = (
    "holds",
    "cards",
    "disputes",
    "back",
    "messages",
    "statements",
    "payouts",
    "parts",
    "complaints",
)
