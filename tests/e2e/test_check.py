# SPDX-License-Identifier: GPL-3.0-or-later
"""The check of the public address: the listener's answer that proves it is this very process, and what the program finds out
about its own address."""

import http.server
import re
import socket
import threading

import harness
from harness import TOKEN, App, case, table

app = App()
PATH = f"/webhook/check/{TOKEN}"
NONCE = "00112233445566778899aabbccddeeff"


def ask(target, method="GET", own=None):
    return (own or app).raw(f"{method} {target} HTTP/1.1\r\nHost: tunnel.example\r\n\r\n".encode())


@case("/check/proof")
def _():
    first, again, other = ask(f"{PATH}?nonce={NONCE}"), ask(f"{PATH}?nonce={NONCE}"), ask(f"{PATH}?nonce={NONCE[::-1]}")
    for answer in (first, again, other):
        assert answer.status == 200 and answer.headers["content-type"].startswith("text/plain"), answer
        assert re.fullmatch("[0-9a-f]{64}\n", answer.text), answer
        assert TOKEN.encode() not in answer.raw, answer
    assert first.text == again.text != other.text


@case("/check/another-process-proves-something-else")
def _():
    with App() as twin:
        assert ask(f"{PATH}?nonce={NONCE}", own=twin).text != ask(f"{PATH}?nonce={NONCE}").text


@table("/check/refused/", [
    ("wrong-token-is-404", "GET", f"{PATH}x?nonce={NONCE}", 404),
    ("token-cut-short-is-404", "GET", f"{PATH[:-1]}?nonce={NONCE}", 404),
    ("no-token-is-404", "GET", f"/webhook/check/?nonce={NONCE}", 404),
    ("post-is-405", "POST", f"{PATH}?nonce={NONCE}", 405),
    ("put-is-405", "PUT", f"{PATH}?nonce={NONCE}", 405),
    ("head-is-405", "HEAD", f"{PATH}?nonce={NONCE}", 405),
    ("no-query-is-400", "GET", PATH, 400),
    ("no-nonce-is-400", "GET", f"{PATH}?nonce=", 400),
    ("short-nonce-is-400", "GET", f"{PATH}?nonce={NONCE[:-1]}", 400),
    ("endless-nonce-is-400", "GET", f"{PATH}?nonce={NONCE * 20}", 400),
    ("other-letters-are-400", "GET", f"{PATH}?nonce={NONCE[:-1]}G", 400),
    ("something-behind-the-nonce-is-400", "GET", f"{PATH}?nonce={NONCE}&x=1", 400),
])
def _(method, target, status):
    answer = ask(target, method)
    assert answer.status == status, f"{answer} instead of {status}"
    assert answer.headers.get("allow") == ("GET" if status == 405 else None), answer
    assert answer.headers.get("connection") == "close", answer
    assert not re.search(b"[0-9a-f]{64}", answer.raw) and TOKEN[:8].encode() not in answer.raw, answer


@case("/check/a-check-is-no-call")
def _():
    ask(f"{PATH}?nonce={NONCE}")
    assert app.query("SELECT count(*) FROM event") == [(0,)]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@case("/check/own-address/closed-port-is-logged")
def _():
    with App({"public-url": f"'http://127.0.0.1:{free_port()}'"}) as own:
        own.wait_for(lambda: "Nothing answers at 127.0.0.1" in own.log(), timeout=30)
        assert TOKEN not in own.log(), own.log()


class Tunnel(http.server.BaseHTTPRequestHandler):
    """Whoever asks learns that nobody is behind it."""

    asked = []

    def do_GET(self):
        self.asked.append((self.path, dict(self.headers)))
        self.send_error(502)

    def log_message(self, *arguments):
        pass


@case("/check/own-address/tunnel-without-anybody-behind-is-logged")
def _():
    server = http.server.HTTPServer(("127.0.0.1", 0), Tunnel)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with App({"public-url": f"'http://127.0.0.1:{server.server_port}'"}) as own:
        own.wait_for(lambda: "no tunnel leads from there" in own.log(), timeout=30)
        assert f"port {own.port}" in own.log() and TOKEN not in own.log(), own.log()
        assert own.get("/api/health")[0] == 200
    path, headers = Tunnel.asked[0]
    assert re.fullmatch(re.escape(PATH) + r"\?nonce=[0-9a-f]{32}", path), path
    assert "Authorization" not in headers and "Cookie" not in headers, headers
    server.shutdown()


if __name__ == "__main__":
    harness.main(workers=4, shared_app=app)
