"""Keys for DKIM as the documentation makes them: by openssl, with the record for the name system."""
import base64
import os
import subprocess


def rsa(folder, bits=2048):
    """The path of the private key, and the text of the TXT record."""
    path = os.path.join(str(folder), f"rsa{bits}.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", f"rsa_keygen_bits:{bits}", "-out", path], check=True, capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    return path, "v=DKIM1; k=rsa; p=" + base64.b64encode(public).decode()


def ed25519(folder):
    path = os.path.join(str(folder), "ed25519.pem")
    subprocess.run(["openssl", "genpkey", "-algorithm", "ED25519", "-out", path], check=True, capture_output=True)
    public = subprocess.run(["openssl", "pkey", "-in", path, "-pubout", "-outform", "DER"], check=True, capture_output=True).stdout
    return path, "v=DKIM1; k=ed25519; p=" + base64.b64encode(public[-32:]).decode()


def seed(path):
    """The secret of an Ed25519 key, as dkimpy wants it."""
    private = subprocess.run(["openssl", "pkey", "-in", path, "-outform", "DER"], check=True, capture_output=True).stdout
    return base64.b64encode(private[-32:])
