"""OpenDKIM's own program for testing a message. To verify, it asks the name servers of /etc/resolv.conf on port 53: it gets a network, a
resolv.conf and a name server of its own, for which it takes root."""
import json
import os
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))


def missing():
    if not (shutil.which("opendkim-testmsg") or os.path.exists("/usr/sbin/opendkim-testmsg")):
        return "there is no opendkim-testmsg: script/setup --tests installs opendkim-tools"
    if os.geteuid() != 0 or not shutil.which("unshare") or not shutil.which("ip"):
        return "verifying with OpenDKIM takes root, unshare and ip, for a network of its own"
    return None


TOOL = shutil.which("opendkim-testmsg") or "/usr/sbin/opendkim-testmsg"


def sign(data, domain, selector, key):
    done = subprocess.run([TOOL, "-C", "-d", domain, "-s", selector, "-k", key], input=data, capture_output=True, timeout=30)
    assert done.returncode == 0, done.stderr
    return done.stdout


def verify(data, records):
    """What it complains of; empty when every signature is right. `records`: {"name.": "text of the TXT record"}."""
    with tempfile.TemporaryDirectory() as place:
        for name, text in [("resolv.conf", "nameserver 127.0.0.1\n"), ("records", json.dumps(records))]:
            with open(os.path.join(place, name), "w") as f:
                f.write(text)
        with open(os.path.join(place, "message"), "wb") as f:
            f.write(data)
        script = f"ip link set lo up && mount --bind {place}/resolv.conf /etc/resolv.conf && exec {sys.executable} -B {os.path.abspath(__file__)} {place}"
        done = subprocess.run(["unshare", "-n", "-m", "--propagation", "private", "sh", "-c", script], capture_output=True, text=True, timeout=60)
        return done.stdout + done.stderr + ("" if done.returncode == 0 else f" (exit status {done.returncode})")


if __name__ == "__main__":
    sys.path.insert(0, os.path.dirname(HERE))
    from players.names import Names
    with open(os.path.join(sys.argv[1], "records")) as f:
        known = json.load(f)
    server = Names(port=53)
    for record_name, record_text in known.items():
        server.text(record_name, record_text)
    with open(os.path.join(sys.argv[1], "message"), "rb") as f:
        sys.exit(subprocess.run([TOOL, "-C"], stdin=f, timeout=30).returncode)
