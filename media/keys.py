"""Where the pictures of a photo lie in the store."""


def picture_key(code: str, version: int, name: str) -> str:
    """Every version of a photo has its own place, so a stored picture never changes."""
    return f"p/{code}/{version}/{name}"


def private_key(code: str, version: int, name: str) -> str:
    """Apart from what every browser may fetch: only p/ is ever served without asking who wants it.

    The same holds for a bucket, whose policy opens p/ alone.
    """
    return f"closed/{code}/{version}/{name}"
