"""Pictures in a bucket of an S3 service. The only module that imports boto3."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from media.storage import CACHE_CONTROL, KeyTaken, Missing, StorageDown, checked_key

_PROBE_KEY = "probe/written-once"
_CREATE_TRIES = 3


class S3Storage:
    """A bucket as store. A key is created once; of two writers at the same moment one wins."""

    def __init__(
        self,
        bucket: str,
        endpoint_url: str | None,
        region: str,
        access_key: str | None,
        secret_key: str | None,
        public_base_url: str,
        *,
        path_style: bool = False,
        connect_seconds: float = 3,
        read_seconds: float = 10,
    ) -> None:
        self._bucket = bucket
        self._region = region
        self._public_base_url = public_base_url.rstrip("/")
        self._proved = False
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=endpoint_url,
            region_name=region,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            config=Config(
                signature_version="s3v4",
                connect_timeout=connect_seconds,
                read_timeout=read_seconds,
                retries={"mode": "standard", "total_max_attempts": 2},
                # Services other than Amazon's often refuse the newer checksums.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
                s3={"addressing_style": "path" if path_style else "virtual"},
            ),
        )

    def put(self, key: str, data: bytes, content_type: str) -> None:
        checked_key(key)
        for _ in range(_CREATE_TRIES):
            if self._create(key, data, content_type):
                return
            try:
                stored = self.get(key)
            except Missing:
                continue  # deleted in between, or its other writer gave up
            if stored != data:
                raise KeyTaken(key)
            return
        raise StorageDown(f"{key} is neither there nor can be created")

    def get(self, key: str) -> bytes:
        with self._troubles(checked_key(key)):
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
            data: bytes = answer["Body"].read()
            return data

    def exists(self, key: str) -> bool:
        try:
            with self._troubles(checked_key(key)):
                self._client.head_object(Bucket=self._bucket, Key=key)
        except Missing:
            return False
        return True

    def delete(self, key: str) -> None:
        with self._troubles(checked_key(key)):
            self._client.delete_object(Bucket=self._bucket, Key=key)

    def url(self, key: str) -> str:
        return f"{self._public_base_url}/{checked_key(key)}"

    def ready(self) -> None:
        """The bucket answers and honours "create only": some services silently overwrite."""
        with self._troubles(self._bucket):
            try:
                self._client.head_bucket(Bucket=self._bucket)
            except ClientError as error:
                raise StorageDown(f"bucket {self._bucket}: {_code(error)}") from error
        if not self._proved:
            self._create(_PROBE_KEY, b"1", "text/plain")
            if self._create(_PROBE_KEY, b"2", "text/plain"):
                raise StorageDown("the service overwrites in spite of If-None-Match")
            self._proved = True

    def create_bucket_if_missing(self) -> None:
        """Make the bucket, with pictures open to every browser; for tests and a first start."""
        place = {"LocationConstraint": self._region}
        extra = {} if self._region == "us-east-1" else {"CreateBucketConfiguration": place}
        with self._troubles(self._bucket):
            try:
                self._client.create_bucket(Bucket=self._bucket, **extra)
            except ClientError as error:
                if _code(error) not in {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}:
                    raise
            statement = {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "s3:GetObject",
                "Resource": f"arn:aws:s3:::{self._bucket}/p/*",
            }
            policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            self._client.put_bucket_policy(Bucket=self._bucket, Policy=policy)

    def close(self) -> None:
        """Let go of the connections."""
        self._client.close()

    def _create(self, key: str, data: bytes, content_type: str) -> bool:
        """Write unless something is there; tell whether it was written."""
        with self._troubles(key):
            try:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=data,
                    ContentType=content_type,
                    CacheControl=CACHE_CONTROL,
                    IfNoneMatch="*",
                )
            except ClientError as error:
                if _code(error) in {"PreconditionFailed", "ConditionalRequestConflict"}:
                    return False
                raise
        return True

    @contextmanager
    def _troubles(self, what: str) -> Iterator[None]:
        """Every way a service can fail, in the words of the store."""
        try:
            yield
        except ClientError as error:
            if _code(error) in {"NoSuchKey", "404"}:
                raise Missing(what) from None
            raise StorageDown(f"{what}: {_code(error)}") from error
        except (BotoCoreError, HTTPClientError, OSError) as error:
            raise StorageDown(f"{what}: {error}") from error


def _code(error: ClientError) -> str:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    # A server may answer 412 or 409 without an XML body; then the status is the code.
    return {"412": "PreconditionFailed", "409": "ConditionalRequestConflict"}.get(
        code, code or str(status)
    )
