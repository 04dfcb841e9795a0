"""A wire between two programs: passes octets on, writes down what passed and when, and can be cut."""
import socket
import threading
import time


class Tap:
    def __init__(self, port):
        self.target, self.passed, self.lock, self.open, self.is_cut = port, [], threading.Lock(), [], False
        self.listener = socket.socket()
        self.listener.bind(("127.0.0.1", 0))
        self.listener.listen(50)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if self.is_cut:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            with self.lock:
                self.open += [near, far]
            for way, source, target in ((">", near, far), ("<", far, near)):
                source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                threading.Thread(target=self.carry, args=(way, source, target), daemon=True).start()

    def carry(self, way, source, target):
        try:
            while piece := source.recv(65536):
                with self.lock:
                    self.passed.append((time.monotonic(), way, piece))
                target.sendall(piece)
        except OSError:
            pass
        for end in (source, target):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def cut(self):
        """Every connection breaks; new ones are closed at once until `mend`."""
        self.is_cut = True
        with self.lock:
            ends, self.open = self.open, []
        for end in ends:
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def mend(self):
        self.is_cut = False

    def times(self, way, containing):
        with self.lock:
            return [at for at, w, piece in self.passed if w == way and containing in piece]

    def close(self):
        self.listener.close()
        self.cut()
