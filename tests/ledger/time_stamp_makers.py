"""A time stamping authority for the tests: ``openssl ts`` behind HTTP on this machine."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.ledger.chain_makers import serving

SETTINGS = """
[ts]
default_tsa = own
[own]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
digests = sha256
default_policy = 1.2.3.4.1
accuracy = secs:1
tsa_name = yes
[stamping]
extendedKeyUsage = critical,timeStamping
keyUsage = critical,digitalSignature
"""
KEY = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes"


def openssl(folder: Path, words: str) -> str:
    done = subprocess.run(["openssl", *words.split()], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def authority(folder: Path, name: str = "Authority") -> Path:
    """Keys, certificates (``ca.pem``, ``tsa.pem``) and settings of an authority."""
    folder.mkdir()
    (folder / "tsa.cnf").write_text(SETTINGS)
    (folder / "serial").write_text("01\n")
    openssl(folder, f"req -x509 {KEY} -keyout ca.key -out ca.pem -days 3650 -utf8 -subj /CN={name}-Root")
    openssl(folder, f"req {KEY} -keyout tsa.key -out tsa.csr -utf8 -subj /CN={name}")
    openssl(
        folder, "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days 3650 -out tsa.pem -extfile tsa.cnf -extensions stamping"
    )
    return folder


def with_intermediate(folder: Path, *sent: str) -> Path:
    """An authority whose certificate leads to the root by another, and that sends these with its own, in this order."""
    authority(folder)
    settings = SETTINGS.replace("signer_key", "certs = sent.pem\nsigner_key")
    (folder / "tsa.cnf").write_text(f"{settings}[middle]\nbasicConstraints = critical,CA:true\nkeyUsage = critical,keyCertSign\n")
    for name, issuer, part in (("middle", "ca", "middle"), ("tsa", "middle", "stamping")):
        openssl(folder, f"req {KEY} -keyout {name}.key -out {name}.csr -utf8 -subj /CN={name}")
        by = f"-CA {issuer}.pem -CAkey {issuer}.key -set_serial 9"
        openssl(folder, f"x509 -req -in {name}.csr {by} -days 3650 -out {name}.pem -extfile tsa.cnf -extensions {part}")
    (folder / "sent.pem").write_text("".join((folder / name).read_text() for name in sent))
    return folder


def stamped(folder: Path, query: bytes) -> bytes:
    """What the authority answers to a request."""
    (folder / "query").write_bytes(query)
    openssl(folder, "ts -reply -config tsa.cnf -section own -queryfile query -out answer")
    return (folder / "answer").read_bytes()


@contextmanager
def answering(answer: Callable[[bytes], bytes], status: int = 200) -> Iterator[str]:
    """A service that answers each body that is posted."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            pass

    with serving(Handler) as address:
        yield address
