"""A SeaweedFS of its own: a real S3 server that checks signatures and conditional writes."""

import json
import subprocess
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.services.net import free_port, stop, wait_until

_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)


@dataclass(frozen=True)
class S3Endpoint:
    """Where the server listens and the one identity it knows."""

    url: str
    access_key: str
    secret_key: str
    region: str = "us-east-1"


@contextmanager
def seaweed() -> Iterator[S3Endpoint]:
    """Give a running, empty S3 server on a free port; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="guyub-seaweed-") as name:
        folder = Path(name)
        ports = {option: free_port() for option in _PORTS}
        endpoint = S3Endpoint(f"http://127.0.0.1:{ports['s3.port']}", "guyub-test", "guyub-secret")
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                _command(folder, ports, _identity(folder, endpoint)),
                cwd=folder,
                env={"HOME": name, "WEED_S3_SSE_KEK": "5e" * 32},
                stdout=log,
                stderr=log,
            )
            try:
                wait_until(lambda: _answers(endpoint.url), what="SeaweedFS", seconds=60)
                yield endpoint
            finally:
                stop(process, seconds=1)  # its data is thrown away: no time to put it in order


def _command(folder: Path, ports: dict[str, int], identity: Path) -> list[str]:
    return [
        str(Path(sysconfig.get_path("scripts")) / "weed"),
        "server",
        f"-dir={folder}",
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-filer",
        "-s3",
        f"-s3.config={identity}",
        "-s3.port.iceberg=0",
        "-s3.port.lance=0",
        "-volume.max=50",
        "-master.volumeSizeLimitMB=64",
        "-master.telemetry=false",
        *(f"-{option}={port}" for option, port in ports.items()),
    ]


def _identity(folder: Path, endpoint: S3Endpoint) -> Path:
    keys = {"accessKey": endpoint.access_key, "secretKey": endpoint.secret_key}
    identity = {"name": "guyub", "credentials": [keys], "actions": ["Admin"]}
    path = folder / "s3.json"
    path.write_text(json.dumps({"identities": [identity]}))
    return path


def _answers(url: str) -> bool:
    """It answers once it refuses an unsigned call: then the identity is loaded as well."""
    try:
        urlopen(url, timeout=2).close()  # noqa: S310 - our own server
    except HTTPError as refusal:
        with refusal:
            return refusal.code == 403
    except (URLError, OSError):
        return False
    return False
