"""A token server: gives access tokens for a refresh token (RFC 6749) and says what they are worth (RFC 7662)."""
import http.server
import json
import threading
import urllib.parse

REFRESH_TOKEN = "the-refresh-token"


class TokenServer:
    """Each access token is good until the next one is given out."""

    def __init__(self, user):
        self.given, self.refuses = [], False
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                form = dict(urllib.parse.parse_qsl(self.rfile.read(int(self.headers["Content-Length"])).decode()))
                if self.path == "/token":
                    if outer.refuses or form.get("grant_type") != "refresh_token" or form.get("refresh_token") != REFRESH_TOKEN or form.get("client_id") != "switchboard":
                        return self.answer(400, {"error": "invalid_grant"})
                    outer.given.append(f"access-token-{len(outer.given) + 1}")
                    return self.answer(200, {"access_token": outer.given[-1], "token_type": "Bearer", "expires_in": 3600})
                good = bool(outer.given) and form.get("token") == outer.given[-1]
                self.answer(200, {"active": good, "username": user} if good else {"active": False})

            def answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
