"""Which store a run uses."""

from dataclasses import dataclass, field
from pathlib import Path

from media.local import LocalStorage
from media.storage import Storage


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Settings:
    """Where the bucket is; without an endpoint it is Amazon's own service."""

    bucket: str
    public_base_url: str
    endpoint_url: str | None = None
    region: str = "us-east-1"
    access_key: str | None = None
    secret_key: str | None = field(default=None, repr=False)
    path_style: bool = False


def open_storage(
    *, root: Path | None = None, base_url: str = "/media", s3: S3Settings | None = None
) -> Storage:
    """Pictures lie in the bucket when one is named, else in the folder."""
    if s3 is not None:
        # A local run never loads boto3, which is larger than the rest of the shop.
        from media.s3 import S3Storage

        return S3Storage(
            s3.bucket,
            s3.endpoint_url,
            s3.region,
            s3.access_key,
            s3.secret_key,
            s3.public_base_url,
            path_style=s3.path_style,
        )
    if root is None:
        raise ValueError("a store needs a folder or a bucket")
    return LocalStorage(root, base_url)
