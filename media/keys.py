"""Where the pictures of a photo lie in the store."""


def picture_key(code: str, version: int, name: str) -> str:
    """Every version of a photo has its own place, so a stored picture never changes."""
    return f"p/{code}/{version}/{name}"
