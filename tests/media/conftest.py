"""The stores that the contract is held against."""

from collections.abc import Iterator

import pytest

from tests.services.seaweed import S3Endpoint, seaweed


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[S3Endpoint]:
    with seaweed() as endpoint:
        yield endpoint
