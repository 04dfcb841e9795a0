"""A private Dovecot: own settings, own mail, IMAP, IMAP over TLS and LMTP on free ports of 127.0.0.1. It needs root, as Dovecot does."""
import imaplib
import os
import pwd
import shutil
import signal
import smtplib
import ssl
import subprocess
import tempfile

from .waiting import free_port, wait_for

USER, PASSWORD = "shop@support.test", "the-mailbox-password"

SETTINGS = """\
base_dir = {place}/run
state_dir = {place}/state
log_path = {place}/log
protocols = imap lmtp
listen = 127.0.0.1
ssl = {ssl}
{certificates}
disable_plaintext_auth = {strict}
auth_mechanisms = {mechanisms}
mail_location = maildir:{place}/mail/%u
mail_uid = nobody
mail_gid = nogroup
first_valid_uid = 1
first_valid_gid = 1
mailbox_list_index = no
imap_idle_notify_interval = 2 mins
default_vsz_limit = 0
{tokens}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={place}/mail/%u
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service lmtp {{
  inet_listener lmtp {{
    port = {lmtp}
  }}
}}
service anvil {{
  chroot =
}}
service stats {{
  chroot =
}}
protocol imap {{
  mail_max_userip_connections = 50
}}
"""


class Dovecot:
    """`certificate` and `key` make it speak TLS: on `imaps` at once, on `imap` by STARTTLS only. `introspection`, a URL, makes it take tokens instead of passwords, and ask
    there what they are worth (RFC 7662)."""

    def __init__(self, certificate=None, key=None, introspection=None):
        self.place = tempfile.mkdtemp(prefix="centralino-dovecot-")
        os.chmod(self.place, 0o755)
        self.imap, self.imaps, self.lmtp, self.child = free_port(), free_port(), free_port(), None
        nobody = pwd.getpwnam("nobody")
        for name in ("run", "state", "mail"):
            os.mkdir(os.path.join(self.place, name), 0o755)
        os.chown(os.path.join(self.place, "mail"), nobody.pw_uid, nobody.pw_gid)
        tokens = ""
        if introspection:
            path = os.path.join(self.place, "tokens.conf")
            with open(path, "w") as f:
                f.write(f"introspection_mode = post\nintrospection_url = {introspection}\nusername_attribute = username\nactive_attribute = active\nactive_value = true\n")
            tokens = f"passdb {{\n  driver = oauth2\n  mechanisms = xoauth2\n  args = {path}\n}}"
        with open(os.path.join(self.place, "dovecot.conf"), "w") as f:
            f.write(SETTINGS.format(
                place=self.place, imap=self.imap, imaps=self.imaps, lmtp=self.lmtp, ssl="required" if certificate else "no", strict="yes" if certificate else "no",
                certificates=f"ssl_cert = <{certificate}\nssl_key = <{key}" if certificate else "",
                mechanisms="xoauth2" if introspection else "plain", tokens=tokens, password="{PLAIN}" + PASSWORD))

    @staticmethod
    def missing():
        """Why it cannot run here, or None."""
        if os.geteuid() != 0:
            return "Dovecot needs root"
        return None if os.path.exists("/usr/sbin/dovecot") and os.path.exists("/usr/lib/dovecot/lmtp") else "dovecot-imapd and dovecot-lmtpd are not installed"

    def start(self):
        self.child = subprocess.Popen(["dovecot", "-F", "-c", os.path.join(self.place, "dovecot.conf")], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                      stderr=subprocess.DEVNULL, start_new_session=True)
        def look():
            assert self.child.poll() is None, f"Dovecot ended: {self.log()[-2000:]}"
            try:
                with smtplib.LMTP("127.0.0.1", self.lmtp) as s:
                    return s.noop()[0] == 250
            except (OSError, smtplib.SMTPException):
                return False
        wait_for("Dovecot", look, 15)
        return self

    def kill(self):
        """kill -9 of all of it, in the middle of whatever it does."""
        if self.child and self.child.poll() is None:
            os.killpg(self.child.pid, signal.SIGKILL)
            self.child.wait()

    def stop(self):
        self.kill()
        shutil.rmtree(self.place, ignore_errors=True)

    def log(self):
        try:
            with open(os.path.join(self.place, "log")) as f:
                return f.read()
        except OSError:
            return ""

    def deliver(self, *mails, sender="bob@customer.test"):
        with smtplib.LMTP("127.0.0.1", self.lmtp) as s:
            for mail in mails:
                s.sendmail(sender, [USER], mail)

    def login(self):
        box = imaplib.IMAP4("127.0.0.1", self.imap)
        if "STARTTLS" in box.capabilities:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
            box.starttls(context)
        box.login(USER, PASSWORD)
        return box

    def ask(self, body, folder="INBOX", readonly=False):
        """`body(box)` with that folder open."""
        box = self.login()
        try:
            status, data = box.select(folder, readonly=readonly)
            assert status == "OK", data
            return body(box)
        finally:
            box.logout()

    def count(self, criterion="ALL", folder="INBOX"):
        return self.ask(lambda box: len(box.uid("SEARCH", criterion)[1][0].split()), folder, readonly=True)

    @property
    def maildir(self):
        return os.path.join(self.place, "mail", USER)
