# SPDX-License-Identifier: GPL-3.0-or-later
"""The webhook listener's answers, row by row of its table: whatever is wrong gets its own answer and changes nothing."""

import base64
import gzip
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ElementTree

import harness
from harness import FORM, PATH, TOKEN, App, Skip, call_events, case, event, new_id, new_number, table

app = App()
REFUSED = "refused"


def good(call_id=None, **fields):
    return event("newCall", call_id or new_id(), **fields)


def bad(**fields):
    """A body that would be a call, were its request not refused; its id is looked for at the end."""
    return event("newCall", new_id(REFUSED), **fields)


def head(method="POST", path=PATH, version="HTTP/1.1", host="Host: tunnel.example\r\n", more=""):
    return f"{method} {path} {version}\r\n{host}Content-Type: {FORM}\r\n{more}\r\n".encode("latin-1")


def assert_refused(answer, status):
    assert answer.status == status, f"{answer} instead of {status}"
    assert answer.headers.get("connection") == "close", answer
    assert answer.headers["content-type"].startswith("text/plain"), answer
    assert answer.text.strip() and answer.text.count("\n") == 1 and answer.text.endswith("\n"), f"not one line: {answer}"
    for secret in (TOKEN, TOKEN[:8], "libsoup", "/tmp", app.dir):
        assert secret.encode() not in answer.raw, f"{answer} tells {secret}"


def parse_response(answer):
    assert answer.status == 200, answer
    assert answer.headers["content-type"].split(";")[0] == "application/xml", answer
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "Response", answer
    return root


def is_journalled(call_id):
    return app.query("SELECT count(*) FROM event WHERE leg = ?", call_id)[0][0]


# Paths and the token


@table("/listener/path/", [
    ("wrong-token-is-404", "/webhook/sipgate/" + "x" * len(TOKEN)),
    ("token-cut-short-is-404", PATH[:-1]),
    ("token-of-one-letter-is-404", "/webhook/sipgate/" + TOKEN[0]),
    ("no-token-is-404", "/webhook/sipgate/"),
    ("no-token-and-no-slash-is-404", "/webhook/sipgate"),
    ("longer-token-is-404", PATH + "x"),
    ("slash-at-the-end-is-404", PATH + "/"),
    ("path-below-is-404", PATH + "/x"),
    ("path-before-is-404", "/x" + PATH),
    ("double-slash-is-404", "/webhook//sipgate/" + TOKEN),
    ("token-in-other-case-is-404", "/webhook/sipgate/" + TOKEN.swapcase()),
    ("path-in-other-case-is-404", PATH.replace("sipgate", "Sipgate")),
    ("encoded-slash-is-404", "/webhook/sipgate%2F" + TOKEN),
    ("encoded-slash-at-the-end-is-404", PATH + "%2f"),
    ("encoded-nul-at-the-end-is-no-call", PATH + "%00"),
    ("semicolon-is-404", PATH + ";a=b"),
    ("token-as-query-is-404", "/webhook/sipgate/?" + TOKEN),
    ("token-of-other-provider-is-404", "/webhook/other/" + TOKEN),
    ("root-is-404", "/"),
    ("api-is-404", "/api/calls"),
    ("unknown-announcement-is-404", "/announcements/none.wav"),
    ("announcement-outside-is-404", "/announcements/../callstats.db"),
])
def _(path):
    answer = app.post(bad(), path=path)
    assert answer.status in ((400, 404) if "%00" in path else (404,)), answer
    assert_refused(answer, answer.status)


@case("/listener/path/all-wrong-ones-are-answered-alike")
def _():
    answers = {app.post(bad(), path=path).raw for path in
               ("/", "/webhook/sipgate/", PATH[:-1], PATH + "x", "/webhook/sipgate/" + "x" * len(TOKEN))}
    assert len(answers) == 1, answers


@table("/listener/path/wrong-one-is-404-whatever-else-is-wrong/", [
    ("GET", "GET", FORM), ("json", "POST", "application/json"),
])
def _(method, content_type):
    raw = f"{method} /webhook/sipgate/wrong HTTP/1.1\r\nHost: a\r\nContent-Type: {content_type}\r\nContent-Length: 0\r\n\r\n"
    assert_refused(app.raw(raw.encode()), 404)


# Methods and types


@table("/listener/method/", [(m, m) for m in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "post")])
def _(method):
    answer = app.raw(head(method, more="Content-Length: 0\r\n"))
    assert_refused(answer, 405)
    assert answer.headers["allow"] == "POST", answer


@case("/listener/method/HEAD-is-405-without-body")
def _():
    answer = app.raw(head("HEAD"))
    assert answer.status == 405 and answer.headers["allow"] == "POST" and answer.body == b"", answer


@table("/listener/type/refused/", [
    ("missing", None), ("json", "application/json"), ("text", "text/plain"), ("multipart", "multipart/form-data; boundary=x"),
    ("longer-name", "application/x-www-form-urlencodedx"), ("shorter-name", "application/x-www-form"), ("empty", ""),
    ("two-in-one", "application/x-www-form-urlencoded, text/plain"),
])
def _(content_type):
    assert_refused(app.post(bad(), headers={"Content-Type": content_type}), 415)


@table("/listener/type/accepted/", [
    ("bare", "application/x-www-form-urlencoded"), ("charset", "application/x-www-form-urlencoded;charset=UTF-8"),
    ("upper-case", "APPLICATION/X-WWW-FORM-URLENCODED; CHARSET=utf-8"), ("space-before-parameter",
     "application/x-www-form-urlencoded ; charset=utf-8"),
])
def _(content_type):
    parse_response(app.post(good(), headers={"Content-Type": content_type}))


# Malformed requests


@table("/listener/malformed/head/", [
    ("length-with-transfer-encoding", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n"),
    ("transfer-encoding-before-length", "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n"),
    ("transfer-encoding-twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
    ("length-twice-differing", "Content-Length: 5\r\nContent-Length: 6\r\n"),
    ("length-twice-alike", "Content-Length: 5\r\nContent-Length: 5\r\n"),
    ("length-twice-in-one-line", "Content-Length: 5, 5\r\n"),
    ("length-of-letters", "Content-Length: five\r\n"),
    ("length-empty", "Content-Length: \r\n"),
    ("length-with-plus", "Content-Length: +5\r\n"),
    ("length-negative", "Content-Length: -5\r\n"),
    ("length-hexadecimal", "Content-Length: 0x5\r\n"),
    ("length-with-fraction", "Content-Length: 5.0\r\n"),
    ("length-beyond-64-bits", "Content-Length: 99999999999999999999999\r\n"),
    ("host-twice", "Host: tunnel.example\r\nContent-Length: 0\r\n"),
    ("host-twice-differing", "Host: other.example\r\nContent-Length: 0\r\n"),
    ("host-twice-in-lower-case", "host: other.example\r\nContent-Length: 0\r\n"),
])
def _(more):
    assert_refused(app.raw(head(more=more) + b"event", finish=True), 400)


@table("/listener/malformed/", [
    ("no-host", head(host="", more="Content-Length: 0\r\n")),
    ("no-request-line", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"),
    ("word-instead-of-request", b"HELO mail.example\r\n\r\n"),
    ("no-version", f"POST {PATH}\r\n\r\n".encode()),
    ("nul-in-head", head(more="X-A: a\0b\r\nContent-Length: 0\r\n")),
    ("broken-percent-in-path", head(path="/webhook/sipgate/%zz", more="Content-Length: 0\r\n")),
    ("space-in-method", head(method="PO ST", more="Content-Length: 0\r\n")),
    ("unknown-version", head(version="HTTP/3.7", more="Content-Length: 0\r\n")),
    ("unknown-transfer-encoding", head(more="Transfer-Encoding: gzip, chunked\r\n")),
    ("absolute-address", head(path="http://tunnel.example" + PATH, more="Content-Length: 0\r\n")),
    ("authority", head("CONNECT", "tunnel.example:80")),
    ("star", head("OPTIONS", "*")),
    ("lines-that-end-in-LF-alone", head(more="Content-Length: 0\r\n").replace(b"\r\n", b"\n")),
    ("folded-header", head(more="X: a\r\n b\r\nContent-Length: 0\r\n")),
    ("space-before-colon", head(more="Content-Length : 0\r\n")),
    ("head-that-ends-in-a-field", head(more="Content-Length\r\n")),
])
def _(data):
    assert_refused(app.raw(data, finish=True), 400)


@table("/listener/malformed/head-too-large-is-413/", [
    ("header", head(more=f"X-Long: {'a' * 70000}\r\nContent-Length: 0\r\n")),
    ("request-line", head(path="/" + "a" * 70000, more="Content-Length: 0\r\n")),
    ("many-headers", head(more="".join(f"X-{i}: {i}\r\n" for i in range(20000)))),
    ("without-end", b"GET /" + b"a" * 2_000_000),
])
def _(data):
    assert_refused(app.raw(data, finish=True), 413)


@case("/listener/malformed/strange-heads-cost-no-memory")
def _():
    if harness.is_sanitized():
        raise Skip("the sanitizer keeps what was freed, and finds leaks by itself")
    with App(env={"MALLOC_ARENA_MAX": "2"}) as own:
        data = head(path="/" + "a" * 20000, more="Transfer-Encoding: gzip\r\n")
        for i in range(1500):
            if i == 200:
                before = own.memory_kb()
            own.raw(data)
        # Kept, they would take 26 MB.
        grown = own.memory_kb() - before
        assert grown < 5_000, f"{grown} KB"


@table("/listener/malformed/body/", [
    ("empty", ""),
    ("no-call-id", event("newCall", None)),
    ("empty-call-id", event("newCall", "")),
    ("no-event", event(None, "refused-x")),
    ("empty-event", event("", "refused-x")),
    ("direction-sideways", bad(direction="sideways")),
    ("direction-in-capitals", bad(direction="IN")),
    ("percent-without-digits", bad() + "&user=%"),
    ("percent-with-one-digit", bad() + "&user=%4"),
    ("percent-with-letters", bad() + "&user=%zz"),
    ("nul-encoded", bad() + "&user=a%00b"),
    ("nul-as-byte", bad().encode() + b"&user=a\0b"),
    ("nul-in-call-id", bad() + "%00"),
    ("line-break-in-call-id", bad() + "%0Ax"),
    ("call-id-of-3000-bytes", event("newCall", "refused-" + "x" * 3000)),
    ("json", '{"event":"newCall","callId":"refused-x"}'),
    ("compressed", gzip.compress(b"event=newCall&direction=in&callId=refused-x")),
    ("nothing-but-separators", "&&&=&=&&"),
])
def _(body):
    assert_refused(app.post(body), 400)


@table("/listener/malformed/body/tolerated/", [
    ("no-direction", event("newCall", new_id(), direction=None)),
    ("empty-fields-and-separators", "&&" + good() + "&=&&x"),
    ("invalid-utf-8", good().encode() + b"&user%5B%5D=%ff%fe"),
    ("literal-brackets", good() + "&user[]=Alice&userId[]=w0"),
    ("indexed-brackets", good() + "&user%5B0%5D=Alice&userId%5B%5D%5B0%5D=w0"),
    ("thousand-users", good(user=[f"u{i}" for i in range(1000)])),
    ("unknown-fields", good(tomorrow="x", xcidX="y")),
])
def _(body):
    parse_response(app.post(body))


@case("/listener/malformed/body/repeated-field-last-wins")
def _():
    number = new_number()
    app.send(good(to="49301111111") + "&to=" + number)
    assert len(app.calls(number=number)) == 1


@case("/listener/text/names-survive-encoding")
def _():
    number, call_id = new_number(), new_id()
    user = "Zoë & <Söhne> \"q\" + 50% 日本"
    app.send(event("newCall", call_id, to=number, user=[user]),
             event("answer", call_id, to=number, user=user, userId="w7é"))
    assert app.calls(number=number)[0]["answeredBy"] == "w7é"


# Size


@case("/listener/size/64-KiB-are-accepted")
def _():
    body = good()
    body += "&x=" + "a" * (64 * 1024 - len(body) - 3)
    parse_response(app.post(body))


@case("/listener/size/one-byte-more-is-413-by-its-length")
def _():
    body = bad()
    body += "&x=" + "a" * (64 * 1024 - len(body) - 3 + 1)
    assert_refused(app.post(body), 413)


@table("/listener/size/length-alone-is-413/", [("1-MB", 10**6), ("1-GB", 10**9), ("1-EB", 10**17)])
def _(length):
    assert_refused(app.raw(head(more=f"Content-Length: {length}\r\n")), 413)


@case("/listener/size/413-before-a-byte-of-the-body-is-asked-for")
def _():
    answer = app.raw(head(more="Expect: 100-continue\r\nContent-Length: 10000000\r\n"))
    assert_refused(answer, 413)


def chunks(*parts):
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


@case("/listener/size/stream-of-chunks-is-413-when-it-passes-the-limit")
def _():
    stream = chunks(bad().encode(), *[b"&x=" + b"a" * 8000] * 250)
    assert_refused(app.raw(head(more="Transfer-Encoding: chunked\r\n") + stream), 413)


@case("/listener/size/one-chunk-that-lies-is-413")
def _():
    data = head(more="Transfer-Encoding: chunked\r\n") + b"7fffffff\r\n" + b"a" * 200000
    assert_refused(app.raw(data), 413)


@case("/listener/size/chunks-are-accepted")
def _():
    call_id = new_id()
    body = good(call_id).encode()
    answer = app.raw(head(more="Transfer-Encoding: chunked\r\n") + chunks(body[:7], body[7:50], body[50:]))
    parse_response(answer)
    assert is_journalled(call_id) == 1


@case("/listener/size/more-than-announced-is-no-second-request")
def _():
    call_id, second = new_id(), new_id(REFUSED)
    body = good(call_id).encode()
    smuggled = head(more="Content-Length: 60\r\n") + event("newCall", second).encode()
    answer = app.raw(head(more=f"Content-Length: {len(body)}\r\n") + body + smuggled)
    assert answer.raw.count(b"HTTP/1.1 ") == 1, answer
    assert is_journalled(call_id) == 1 and is_journalled(second) == 0


@case("/listener/size/less-than-announced-is-not-kept")
def _():
    body = bad().encode()
    answer = app.raw(head(more=f"Content-Length: {len(body) + 10}\r\n") + body, finish=True)
    assert answer.status is None or answer.status >= 400, answer


# HTTP itself


@case("/listener/http/one-request-per-connection")
def _():
    first, second = new_id(), new_id(REFUSED)
    data = b""
    for call_id in (first, second):
        body = good(call_id).encode()
        data += head(more=f"Connection: keep-alive\r\nContent-Length: {len(body)}\r\n") + body
    answer = app.raw(data)
    assert answer.headers["connection"] == "close" and answer.raw.count(b"HTTP/1.1 ") == 1, answer
    assert is_journalled(first) == 1 and is_journalled(second) == 0


@case("/listener/http/expect-100-continue")
def _():
    body = good()
    answer = app.post(body, headers={"Expect": "100-continue"})
    assert answer.raw.startswith(b"HTTP/1.1 100 "), answer
    parse_response(harness.Answer(answer.raw.partition(b"\r\n\r\n")[2]))


@case("/listener/http/version-1.0")
def _():
    body = good()
    answer = app.raw(head(version="HTTP/1.0", more=f"Content-Length: {len(body)}\r\n") + body.encode())
    parse_response(answer)


@case("/listener/http/range-is-ignored")
def _():
    answer = app.post(good(), headers={"Range": "bytes=1-2"})
    assert len(answer.body) > 2 and parse_response(answer) is not None


@case("/listener/http/accepted-answer-closes-too")
def _():
    answer = app.post(good())
    assert answer.headers["connection"] == "close" and "server" not in answer.headers, answer


@case("/listener/http/upgrade-is-not-offered")
def _():
    answer = app.post(good(), headers={"Connection": "Upgrade", "Upgrade": "h2c, websocket"})
    parse_response(answer)


# Answers in XML


def assert_urls(answer, expected):
    root = parse_response(answer)
    assert root.attrib == {"onAnswer": expected, "onHangup": expected}, answer
    assert len(root) == 0, answer


@table("/listener/urls/", [
    ("from-host", "tunnel.example", {}, "http://tunnel.example"),
    ("from-host-with-port", "tunnel.example:8080", {}, "http://tunnel.example:8080"),
    ("from-ipv6-host", "[::1]:8080", {}, "http://[::1]:8080"),
    ("https-from-forwarded-proto", "tunnel.example", {"X-Forwarded-Proto": "https"}, "https://tunnel.example"),
    ("https-in-capitals", "tunnel.example", {"X-Forwarded-Proto": "HTTPS"}, "https://tunnel.example"),
    ("http-from-forwarded-proto", "tunnel.example", {"X-Forwarded-Proto": "http"}, "http://tunnel.example"),
    ("hostile-forwarded-proto", "tunnel.example", {"X-Forwarded-Proto": "\"><Play>"}, "http://tunnel.example"),
    ("first-of-many-protos", "tunnel.example", {"X-Forwarded-Proto": "https, http"}, "https://tunnel.example"),
])
def _(host, headers, origin):
    assert_urls(app.post(good(), host=host, headers=headers), origin + PATH)


@table("/listener/urls/hostile-host-is-refused/", [
    ("quote", 'a"onData="x'), ("markup", "a><Hangup/>"), ("ampersand", "a&b"), ("path", "evil.example/x"),
    ("user", "user@evil.example"), ("space", "a b"), ("query", "a?b"), ("fragment", "a#b"), ("apostrophe", "a'b"),
    ("empty", ""), ("long", "a" * 2000), ("bytes", "\xff\xfe"), ("backslash", "a\\b"),
])
def _(host):
    answer = app.post(bad(), host=host)
    # A question mark or a hash sign ends the host before the path begins: then it isn't our path.
    assert_refused(answer, 404 if "?" in host or "#" in host else 400)


@case("/listener/urls/public-url-before-host")
def _():
    with App({"public-url": "'https://name.example/base/'"}) as own:
        assert_urls(own.post(good(), host="evil.example"), "https://name.example/base" + PATH)
        assert_urls(own.post(good(), host="evil.example", headers={"X-Forwarded-Proto": "http"}),
                    "https://name.example/base" + PATH)


@table("/listener/events/answer-is-an-empty-response/", [
    ("unknown", "conferenceStarted"), ("answer", "answer"), ("hangup", "hangup"), ("unknown-in-other-case", "NEWCALL"),
    ("hostile", "\"><x>"),
])
def _(kind):
    call_id = new_id()
    root = parse_response(app.post(event(kind, call_id, cause="cancel")))
    assert root.attrib == {} and len(root) == 0
    assert is_journalled(call_id) == 1


@case("/listener/events/unknown-one-makes-no-call")
def _():
    number = new_number()
    app.send(event("recordingReady", new_id(), to=number))
    assert app.calls(number=number) == []


@table("/listener/events/dtmf/", [("digit", "5"), ("star", "*"), ("hash", "#"), ("empty", ""), ("absent", None)])
def _(digits):
    number, call_id = new_number(), new_id()
    app.send(event("newCall", call_id, to=number))
    for _ in range(2):
        parse_response(app.post(event("dtmf", call_id, from_=None, to=None, direction=None, dtmf=digits)))
    assert is_journalled(call_id) == 3, "each push is a step, the same twice too"
    assert len(app.calls(number=number)) == 1


@case("/listener/events/doubled-one-is-journalled-once")
def _():
    number, call_id = new_number(), new_id()
    for body in call_events("missed", new_number(), number, call_id):
        app.send(body, body, body)
    assert is_journalled(call_id) == 2
    assert [call["outcome"] for call in app.calls(number=number)] == ["missed"]


@case("/listener/storage/answer-means-on-disk")
def _():
    for _ in range(20):
        call_id = new_id()
        app.send(good(call_id))
        assert is_journalled(call_id) == 1


# Signatures


class Key:
    """A key pair that isn't sipgate's."""

    def __init__(self, bits=2048):
        if shutil.which("openssl") is None:
            raise Skip("openssl is not here to make a key")
        self.dir = tempfile.TemporaryDirectory(prefix="callstats-e2e-key-")
        self.private, self.public = self.dir.name + "/private.pem", self.dir.name + "/public.pem"
        self.openssl("genrsa", "-out", self.private, str(bits))
        self.openssl("rsa", "-in", self.private, "-pubout", "-out", self.public)

    @staticmethod
    def openssl(*arguments, data=b""):
        return subprocess.run(["openssl", *arguments], input=data, capture_output=True, check=True).stdout

    def sign(self, body, digest="-sha256"):
        return base64.b64encode(self.openssl("dgst", digest, "-sign", self.private, data=body.encode())).decode()


def signed(own, body, signature):
    return own.post(body, headers={"X-Sipgate-Signature": signature})


@case("/listener/signature/own-key")
def _():
    key, stranger = Key(), Key()
    with App({"sipgate-verify-signature": "true", "sipgate-public-key-file": f"'{key.public}'"}) as own:
        body = good()
        signature = key.sign(body)
        parse_response(signed(own, body, signature))
        assert_refused(own.post(body), 403)
        for wrong in ("", "x", "AAAA", "%00", signature[:-4], signature + "AAAA", signature[:-8] + "AAAAAAA=",
                      " ".join((signature[:100], signature[100:])), stranger.sign(body), key.sign(body, "-sha1"),
                      key.sign(body + "x"), "A" * 30000):
            assert_refused(signed(own, body, wrong), 403)
        for changed in (body + "&", body.replace("newCall", "hangup"), body.upper(), body[:-1], ""):
            assert_refused(signed(own, changed, signature), 403)
        assert own.check() == 1 and own.query("SELECT count(*) FROM event") == [(1,)]
        # Before the signature come the token and the form of the request.
        assert_refused(own.post(body, path=PATH + "x", headers={"X-Sipgate-Signature": signature}), 404)
        # A signed event that is no event is malformed all the same.
        assert_refused(signed(own, "event=newCall", key.sign("event=newCall")), 400)


@case("/listener/signature/two-headers-are-403")
def _():
    key = Key()
    with App({"sipgate-verify-signature": "true", "sipgate-public-key-file": f"'{key.public}'"}) as own:
        body = good()
        assert_refused(signed(own, body, f"{key.sign(body)}\r\nX-Sipgate-Signature: {key.sign(body)}"), 403)


@table("/listener/signature/key-that-can-not-be-used-is-told-at-the-start/", [
    ("missing", "/nowhere/key.pem"), ("no-key", __file__), ("folder", "/"),
])
def _(path):
    own = App({"sipgate-verify-signature": "true", "sipgate-public-key-file": f"'{path}'"})
    own.write_settings()
    result = own.run("--headless")
    own.close()
    assert result.returncode == 1 and result.stdout == "" and "Signatures can't be verified" in result.stderr, result


@case("/listener/signature/genuine-request-of-sipgate")
def _():
    body = harness.shared("real-signed-newcall.body").decode()
    signature = harness.shared("real-signed-newcall.sig.b64").decode().strip()
    with App({"sipgate-verify-signature": "true"}) as own:
        assert_urls(signed(own, body, signature), "http://tunnel.example" + PATH)
        call = own.calls()[0]
        assert (call["from"], call["to"], call["outcome"]) == ("491776249000", "4928559389086", "ringing"), call
        # A replay verifies, and changes nothing.
        assert signed(own, body, signature).status == 200
        assert len(own.calls()) == 1 and own.query("SELECT count(*) FROM event") == [(1,)]
        assert_refused(signed(own, body + " ", signature), 403)
        assert_refused(signed(own, body.replace("491776249000", "491776249001"), signature), 403)


@case("/listener/signature/verified-unless-told-otherwise")
def _():
    with App({"sipgate-verify-signature": None}) as own:
        assert_refused(own.post(bad()), 403)
        assert own.check() == 0


# Afterwards


def afterwards():
    """Runs last, on all that the cases above have left."""
    legs = [leg for (leg,) in app.query("SELECT leg FROM event UNION SELECT id FROM leg")]
    assert legs and not [leg for leg in legs if leg is not None and leg.startswith(REFUSED)], "a refused request left traces"
    assert not app.query("SELECT 1 FROM event WHERE instr(CAST(body AS TEXT), ?)", REFUSED)
    log = app.log()
    assert TOKEN not in log and "4930" not in log and "4921112345678" not in log, "the log tells token or numbers"
    warnings = [line for line in log.splitlines() if "WARNING" in line]
    assert 1 <= len(warnings) <= 3, f"one warning a minute: {warnings}"


case("/listener/afterwards/nothing-refused-left-a-trace")(afterwards)

if __name__ == "__main__":
    harness.main(workers=8, shared_app=app, last=[afterwards])
