"""How long a mail takes from a mail server's word (EXISTS) until it is stored and marked, seen on the wire between the two."""
from .waiting import wait_for


def spans(tap, deliver, count):
    """For each of `count` mails (whole, own) in milliseconds: until our mark, which is sent only after the commit; and of that what passed between the
    mail server's last word and our next one, which leaves out its own time for searching, reading and sending. `deliver(n)` puts one mail into the folder."""
    wait_for("idling", lambda: tap.times(">", b"IDLE"))
    found = []
    for n in range(count):
        told, marked, idling = (len(tap.times(way, word)) for way, word in (("<", b"EXISTS"), (">", b"\\Seen"), (">", b"IDLE")))
        deliver(n)
        wait_for("marked", lambda: len(tap.times(">", b"\\Seen")) > marked, 15)
        begin, end = tap.times("<", b"EXISTS")[told], tap.times(">", b"\\Seen")[marked]
        found.append(((end - begin) * 1000, own(tap, begin, end) * 1000))
        wait_for("idling again", lambda: len(tap.times(">", b"IDLE")) > idling)
    return found


def own(tap, begin, end):
    total, heard = 0, None
    for way, at in sorted(((way, at) for way in "<>" for at in tap.times(way, b"") if begin <= at <= end), key=lambda seen: seen[1]):
        if way == "<":
            heard = at
        elif heard is not None:
            total, heard = total + at - heard, None
    return total
