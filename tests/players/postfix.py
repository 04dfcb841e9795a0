"""A private Postfix: own settings, own queue, own log, one port of 127.0.0.1. It needs root, as Postfix does."""
import grp
import os
import pwd
import re
import shutil
import smtplib
import subprocess
import tempfile

from .waiting import free_port, wait_for

MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
flush unix n - n 1000? 0 flush
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
lmtp unix - - n - - lmtp
relay unix - - n - - smtp
showq unix n - n - - showq
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


class Postfix:
    """Takes mail for `domain` from 127.0.0.1 and puts it into a maildir; `settings` go into main.cf on top."""

    def __init__(self, domain="customer.test", settings=None, parent=None):
        # Postfix's own users must reach it, so it is not below pytest's folder, which is private. maillog_file must be under an allowed prefix.
        self.place, self.port = tempfile.mkdtemp(prefix="centralino-postfix-", dir=parent), free_port()
        os.chmod(self.place, 0o755)
        self.config, self.queue, self.state, self.mail = (os.path.join(self.place, n) for n in ("etc", "queue", "state", "mail"))
        for folder in (self.config, self.queue, self.state, self.mail):
            os.mkdir(folder, 0o755)
        nobody = pwd.getpwnam("nobody")
        os.chown(self.state, pwd.getpwnam("postfix").pw_uid, grp.getgrnam("postfix").gr_gid)
        os.chown(self.mail, nobody.pw_uid, nobody.pw_gid)
        main = {
            "compatibility_level": "3.6", "queue_directory": self.queue, "data_directory": self.state, "mail_owner": "postfix", "setgid_group": "postdrop",
            "command_directory": "/usr/sbin", "daemon_directory": "/usr/lib/postfix/sbin", "myhostname": "mx.relay.test", "mydestination": "", "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4", "mynetworks": "127.0.0.0/8", "alias_maps": "", "alias_database": "", "local_recipient_maps": "",
            "maillog_file": os.path.join(self.place, "maillog"), "maillog_file_prefixes": self.place,
            "virtual_mailbox_domains": domain, "virtual_mailbox_base": self.mail, "virtual_mailbox_maps": "static:inbox/", "virtual_minimum_uid": "100",
            "virtual_uid_maps": f"static:{nobody.pw_uid}", "virtual_gid_maps": f"static:{nobody.pw_gid}", "smtpd_client_connection_count_limit": "0",
            "smtpd_client_connection_rate_limit": "0", "smtp_tls_security_level": "none", "smtputf8_enable": "yes", "disable_dns_lookups": "yes",
        }
        main.update(settings or {})
        with open(os.path.join(self.config, "main.cf"), "w") as f:
            f.writelines(f"{k} = {v}\n" for k, v in main.items())
        with open(os.path.join(self.config, "master.cf"), "w") as f:
            f.write(MASTER.format(port=self.port))
        shutil.copy("/etc/postfix/dynamicmaps.cf", self.config)

    @staticmethod
    def missing():
        """Why it cannot run here, or None."""
        if os.geteuid() != 0:
            return "Postfix needs root"
        return None if os.path.exists("/usr/sbin/postfix") else "Postfix is not installed"

    def start(self):
        done = subprocess.run(["postfix", "-c", self.config, "start"], capture_output=True, timeout=30)
        def look():
            try:
                with smtplib.SMTP("127.0.0.1", self.port, timeout=2) as s:
                    return s.noop()[0] == 250
            except OSError:
                return False
        try:
            wait_for("Postfix", look, 10)
        except AssertionError as problem:
            raise AssertionError(f"{problem}: {done.stderr.decode()} {self.log()[-1500:]}") from None
        return self

    def stop(self):
        subprocess.run(["postfix", "-c", self.config, "stop"], capture_output=True, timeout=30)
        try:
            with open(os.path.join(self.queue, "pid", "master.pid")) as f:
                master = int(f.read())
            wait_for("the end of Postfix", lambda: not os.path.exists(f"/proc/{master}"), 15)
        except (OSError, ValueError):
            pass
        shutil.rmtree(self.place, ignore_errors=True)

    def log(self):
        try:
            with open(os.path.join(self.place, "maillog")) as f:
                return f.read()
        except OSError:
            return ""

    def delivered(self):
        """The exact bytes of the mails in the customers' maildir."""
        folder, found = os.path.join(self.mail, "inbox", "new"), []
        for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else []:
            with open(os.path.join(folder, name), "rb") as f:
                found.append(f.read())
        return found

    def queued(self):
        """How many mails are in the queue."""
        return sum(1 for top in ("incoming", "active", "deferred", "hold") for _, _, files in os.walk(os.path.join(self.queue, top)) for name in files if re.fullmatch("[0-9A-Za-z]+", name))

    def flush(self):
        """Tries everything that is queued again, now."""
        subprocess.run(["postqueue", "-c", self.config, "-f"], capture_output=True, timeout=30)

    def master_pid(self):
        with open(os.path.join(self.queue, "pid", "master.pid")) as f:
            return int(f.read())
