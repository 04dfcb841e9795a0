"""Throw-away certificates, made by openssl while the tests run."""
import os
import subprocess


def authority(folder):
    """An authority's certificate and key."""
    certificate, key = os.path.join(folder, "ca.pem"), os.path.join(folder, "ca.key")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=Authority of the tests",
                    "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    return certificate, key


def certificate(folder, name, ca, common="localhost"):
    """A certificate for localhost and 127.0.0.1 signed by the authority, and its key."""
    ca_certificate, ca_key = ca
    path, key, request, extensions = (os.path.join(folder, name + end) for end in (".pem", ".key", ".csr", ".ext"))
    subprocess.run(["openssl", "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={common}", "-keyout", key, "-out", request],
                   check=True, capture_output=True)
    with open(extensions, "w") as f:
        f.write("subjectAltName=DNS:localhost,IP:127.0.0.1\n")
    subprocess.run(["openssl", "x509", "-req", "-in", request, "-CA", ca_certificate, "-CAkey", ca_key, "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out", path],
                   check=True, capture_output=True)
    return path, key
