# SPDX-License-Identifier: GPL-3.0-or-later
"""The order line from outside: what a caller is told, key by key, on a real program over HTTP."""

import concurrent.futures
import os
import pathlib
import resource
import tempfile
import time
from xml.etree import ElementTree

from harness import PATH, App, case, event, main, new_id, new_number, table

LINE = "4921155500123"
PUBLIC = "https://orders.example"
URL = PUBLIC + PATH
BOOK = ("customer,status,name\n"
        "00000001,RECEIVED,Ann\n00000002,PENDING,Bea\n00000003,fulfilled,\"Carl, Dr. <b>\"\n00000004,3,\n"
        "00000005,storniert,Eve\n123,2,Short\n")


def write_book(path, text):
    """Replaces the file as programs should: another one is renamed over it."""
    other = pathlib.Path(str(path) + ".new")
    other.write_text(text)
    os.replace(other, path)


def make_app(text=BOOK, wrapper=(), **settings):
    folder = tempfile.mkdtemp(prefix="callstats-e2e-")
    book = pathlib.Path(folder, "book", "orders.csv")
    book.parent.mkdir()
    if text is not None:
        write_book(book, text)
    app = App({"public-url": f"'{PUBLIC}'", "orders-enabled": "true", "orders-numbers": f"['+{LINE}', '+49 30 777 888 999']",
               "orders-csv-file": f"'{book}'", **{name.replace("_", "-"): value for name, value in settings.items()}}, data_dir=folder, wrapper=wrapper)
    app.owns_dir = True
    app.book = book
    return app


def ask(app, body):
    answer = app.post(body)
    assert answer.status == 200 and answer.headers["content-type"].split(";")[0] == "application/xml", answer
    root = ElementTree.fromstring(answer.body)
    assert root.tag == "Response" and len(root) <= 1, answer
    return root


def describe(root):
    """Returns the action in a word, and what is played or dialled."""
    if len(root) == 0:
        return "let through", None
    action = root[0]
    if action.tag == "Gather":
        assert action.attrib["onData"] == URL and action.attrib["type"] == "dtmf" and int(action.attrib["timeout"]) >= 1, action.attrib
        assert root.attrib == {"onAnswer": URL, "onHangup": URL}, root.attrib
        url = action.findtext("Play/Url")
        name = None
        if url is not None:
            assert url.startswith(PUBLIC + "/announcements/") and url.endswith("-en.wav"), url
            name = url.removeprefix(PUBLIC + "/announcements/").removesuffix("-en.wav")
        return f"gather {action.attrib['maxDigits']}", name
    if action.tag == "Dial":
        return "dial", action.findtext("Number")
    assert action.attrib == {} and len(action) == 0, action
    return action.tag.lower(), None


class Call:
    def __init__(self, app, number=None, to=LINE, **more):
        self.app, self.id, self.number = app, new_id(), number or new_number()
        self.to = to
        self.answer = describe(ask(app, event("newCall", self.id, self.number, to, user=["Alice"], userId=["w0"], **more)))

    def press(self, keys):
        return describe(ask(self.app, event("dtmf", self.id, None, None, None, dtmf=keys)))

    def hang_up(self, cause="normalClearing"):
        self.app.send(event("hangup", self.id, self.number, self.to, cause=cause))

    def outcome(self):
        return [call["outcome"] for call in self.app.calls(number=self.to) if call["from"] == self.number]


APP = make_app()
WELCOME = ("gather 8", "welcome")
AGAIN = ("gather 8", "not-understood")
HANGUP = ("hangup", None)


@table("/orders/state/", [("word", "received", "00000001"), ("in-capitals", "pending", "00000002"),
                          ("in-small-letters", "fulfilled", "00000003"), ("as-a-number", "cancelled", "00000004"),
                          ("in-german", "cancelled", "00000005")])
def _(state, customer):
    call = Call(APP)
    assert call.answer == WELCOME
    assert call.press(customer) == ("gather 1", state)
    assert call.press("") == HANGUP
    call.hang_up()
    assert call.outcome() == ["ivr_only"]


@table("/orders/keys/", [
    ("none", [("", AGAIN)]),
    ("field-absent", [(None, AGAIN)]),
    ("too-few", [("0000", AGAIN)]),
    ("too-many", [("000000011", AGAIN)]),
    ("letters", [("0000000A", AGAIN)]),
    ("other-scripts-digits", [("٠٠٠٠٠٠٠١", AGAIN)]),
    ("unknown-number", [("99999999", ("gather 8", "not-found"))]),
    ("leading-zeros-count", [("1", AGAIN), ("00000001", ("gather 1", "received"))]),
    ("star-alone-begins-anew", [("12*", WELCOME), ("00000001", ("gather 1", "received"))]),
    ("star-in-a-full-push-asks-for-the-rest", [("99*00000", ("gather 3", None)), ("002", ("gather 1", "pending"))]),
    ("hash-ends-early", [("123#", ("gather 1", "fulfilled"))]),
    ("hash-alone-is-nothing", [("#", AGAIN)]),
    ("markup-is-nonsense", [("<Dial/>", AGAIN), ("%s%n", AGAIN)]),
    ("third-failure-hangs-up", [("", AGAIN), ("1", AGAIN), ("2", HANGUP)]),
    ("third-unknown-hangs-up", [("99999999", ("gather 8", "not-found"))] * 2 + [("99999999", HANGUP)]),
    ("stars-are-tries-too", [("*", WELCOME), ("*", WELCOME), ("*", HANGUP)]),
    ("after-the-end-nobody-is-known", [("", AGAIN), ("", AGAIN), ("", HANGUP), ("00000001", HANGUP)]),
])
def _(steps):
    call = Call(APP)
    for keys, expected in steps:
        got = call.press(keys)
        assert got == expected, f"{keys!r} gives {got} instead of {expected}"
    call.hang_up()
    assert call.outcome() == ["ivr_only"]


@case("/orders/unknown-call-is-hung-up")
def _():
    root = ask(APP, event("dtmf", new_id(), None, None, None, dtmf="1"))
    assert describe(root) == HANGUP and root.attrib == {}


@table("/orders/others-just-ring/", [
    ("other-number", {"to": "4921155501"}),
    ("outgoing", {"to": LINE, "direction": "out"}),
    ("mailbox", {"to": LINE, "user": ["voicemail"]}),
    ("withheld-own-number", {"to": "anonymous"}),
])
def _(fields):
    fields = dict(fields)
    call_id, number = new_id(), new_number()
    root = ask(APP, event("newCall", call_id, number, fields.pop("to"), fields.pop("direction", "in"), **fields))
    assert describe(root) == ("let through", None) and root.attrib == {"onAnswer": URL, "onHangup": URL}
    assert describe(ask(APP, event("dtmf", call_id, None, None, None, dtmf="00000001"))) == HANGUP


@case("/orders/number-is-known-by-its-last-ten-digits")
def _():
    for to in ("0" + LINE[2:], "+" + LINE, "00" + LINE, "004930777888999"):
        assert Call(APP, to=to).answer == WELCOME, to
    assert Call(APP, to=LINE[-9:]).answer == ("let through", None)


@case("/orders/repeated-newCall-is-asked-again-and-uses-no-try")
def _():
    call = Call(APP)
    call.press("")
    for _ in range(4):
        assert describe(ask(APP, event("newCall", call.id, call.number, LINE))) == WELCOME
    assert call.press("00000001") == ("gather 1", "received")
    call.hang_up()
    assert describe(ask(APP, event("newCall", call.id, call.number, LINE))) == ("let through", None), "a replay begins nothing"


@case("/orders/hanging-up-at-once-was-at-the-line-too")
def _():
    for cause in ("cancel", "normalClearing"):
        call = Call(APP)
        call.hang_up(cause)
        assert call.outcome() == ["ivr_only"]
        assert call.press("00000001") == HANGUP


@case("/orders/person-who-answers-later-counts")
def _():
    call = Call(APP)
    call.press("1")
    APP.send(event("answer", call.id, call.number, LINE, user="Alice", userId="w0", answeringNumber=LINE))
    call.hang_up()
    assert call.outcome() == ["answered"]


@case("/orders/transfer-takes-who-fails")
def _():
    with make_app(orders_transfer_number="'+49 211 12345'") as app:
        call = Call(app)
        assert [call.press(""), call.press("1"), call.press("2")] == [AGAIN, AGAIN, ("dial", "4921112345")]


@case("/orders/transfer-to-the-line-itself-is-none")
def _():
    with make_app(orders_transfer_number=f"'+{LINE}'") as app:
        call = Call(app)
        assert [call.press(""), call.press("1"), call.press("2")] == [AGAIN, AGAIN, HANGUP]


@case("/orders/digits-timeout-and-language-are-settings")
def _():
    with make_app(orders_digits=3, orders_timeout=1, orders_language="'de'") as app:
        root = ask(app, event("newCall", new_id(), new_number(), LINE))
        assert root[0].attrib == {"onData": URL, "maxDigits": "3", "timeout": "1", "type": "dtmf"}
        assert root[0].findtext("Play/Url") == PUBLIC + "/announcements/welcome-de.wav"


@case("/orders/switched-off-every-number-rings")
def _():
    with make_app(orders_enabled="false") as app:
        assert Call(app).answer == ("let through", None)


@case("/orders/restart-in-mid-call")
def _():
    with make_app() as app:
        asking, begun, told = Call(app), Call(app), Call(app)
        asking.press("")
        begun.press("99*00000")
        told.press("00000001")
        app.restart()
        assert asking.press("") == AGAIN and asking.press("00000002") == ("gather 1", "pending")
        assert begun.press("002") == ("gather 1", "pending")
        assert told.press("") == HANGUP
        app.process.kill()
        app.process.wait()
        app.start()
        assert asking.press("") == HANGUP and begun.press("1") == HANGUP
        for call in (asking, begun, told):
            call.hang_up()
            assert call.outcome() == ["ivr_only"]
        assert app.query("SELECT count(*) FROM order_dialogue") == [(0,)]
        app.check()
        before = app.calls()
        assert app.stop() == 0 and app.run("--rebuild").returncode == 0
        app.start()
        assert app.calls() == before, "the journal knows that callers were asked"


def state_of(app, customer):
    """What a new caller hears of the order."""
    call = Call(app)
    heard = call.press(customer)[1]
    call.hang_up()
    return heard


@case("/orders/file/replaced-is-read-again")
def _():
    with make_app() as app:
        assert state_of(app, "00000001") == "received"
        write_book(app.book, "customer,status\n00000001,PENDING\n")
        app.wait_for(lambda: state_of(app, "00000001") == "pending")
        assert state_of(app, "00000002") == "not-found"
        app.book.write_text("status;customer\nFULFILLED;00000001\n")
        app.wait_for(lambda: state_of(app, "00000001") == "fulfilled")


@case("/orders/file/half-written-is-never-used")
def _():
    with make_app() as app:
        assert state_of(app, "00000002") == "pending"
        with open(app.book, "w") as file:
            file.write("customer,status\n00000002,CANCELLED\n")
            file.flush()
            end = time.monotonic() + 3
            while time.monotonic() < end:
                assert state_of(app, "00000002") == "pending", "its writer hasn't closed it"
            file.write("00000001,CANCELLED\n")
        app.wait_for(lambda: state_of(app, "00000001") == "cancelled")
        for text in ("customer,status\n00000002,RECEIVED\n000000", "customer,status\n00000002,REC", "", "customer\n00000002\n",
                     "customer,status\n0000000x,RECEIVED\n"):
            app.book.write_text(text)
            time.sleep(0.3)
            assert state_of(app, "00000002") == "cancelled", text
        app.restart()
        assert state_of(app, "00000002") == "cancelled", "what was read last survives a restart"
        app.book.unlink()
        app.restart()
        assert state_of(app, "00000002") == "cancelled"
        write_book(app.book, BOOK)
        app.wait_for(lambda: state_of(app, "00000002") == "pending")


@case("/orders/file/wrong-row-is-left-out")
def _():
    with make_app(text="customer,status\n00000001,PENDING\n00000002,LOST\nx,PENDING\n00000003,FULFILLED\n") as app:
        assert state_of(app, "00000001") == "pending"
        assert state_of(app, "00000002") == "not-found"
        assert state_of(app, "00000003") == "fulfilled"
        app.restart()
        assert state_of(app, "00000003") == "fulfilled"


@case("/orders/file/missing-one-asks-to-try-later")
def _():
    with make_app(text=None) as app:
        assert state_of(app, "00000001") == "try-later"
        write_book(app.book, BOOK)
        app.wait_for(lambda: state_of(app, "00000001") == "received")


@case("/orders/slow-look-up-ends-in-time-and-delays-nobody")
def _():
    # What its writer hasn't closed isn't read, so whoever asks has to wait.
    with make_app(text=None) as app, open(app.book, "w") as file:
        file.write("customer,status\n")
        file.flush()
        app.restart()
        waiting = [Call(app) for _ in range(20)]
        with concurrent.futures.ThreadPoolExecutor(len(waiting)) as pool:
            def press(call):
                began = time.monotonic()
                return call.press("00000001"), time.monotonic() - began
            presses = [pool.submit(press, call) for call in waiting]
            app.wait_for(lambda: any(p.running() for p in presses))
            worst = 0
            while not any(p.done() for p in presses):
                began = time.monotonic()
                assert Call(app, to="4930111222333").answer == ("let through", None)
                worst = max(worst, time.monotonic() - began)
            for heard, seconds in (p.result() for p in presses):
                assert heard == ("gather 1", "try-later") and 1.9 < seconds < 2.5, (heard, seconds)
            assert worst < 0.5, f"another call waited {worst} s"
            assert waiting[0].press("") == HANGUP


@case("/orders/quitting-answers-who-waits")
def _():
    app = make_app(text=None)
    with app.book.open("w") as file:
        file.write("customer,status\n")
        file.flush()
        with app, concurrent.futures.ThreadPoolExecutor(1) as pool:
            call = Call(app)
            pressing = pool.submit(call.press, "00000001")
            time.sleep(0.3)
            began = time.monotonic()
            assert app.stop() == 0 and time.monotonic() - began < 1.5
            assert pressing.result() == ("gather 1", "try-later")


@case("/orders/full-disk-leaves-nobody-without-an-answer")
def _():
    # The signal would end the process before the write could fail.
    with make_app(wrapper=["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"]) as app:
        assert state_of(app, "00000001") == "received", "the file is read by now"
        before = Call(app)
        hard = resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (4096, hard))
        call = Call(app)
        assert call.answer == WELCOME
        assert call.press("") == AGAIN and before.press("00000002") == ("gather 1", "pending")
        assert call.press("00000001") == ("gather 1", "received") and call.press("") == HANGUP
        other = Call(app)
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (hard, hard))
        app.wait_for(lambda: other.outcome() == ["ringing"], timeout=15)
        assert other.press("00000004") == ("gather 1", "cancelled")
        for each in (before, call, other):
            each.hang_up()
            assert each.outcome() == ["ivr_only"]
        app.check()


@case("/orders/built-in-book-is-empty-at-first")
def _():
    with make_app(orders_csv_file="''") as app:
        assert state_of(app, "00000001") == "not-found"
        assert state_of(app, "' OR 1=1 --") == "not-understood"


@case("/orders/abuse/ten-an-hour-for-a-number")
def _():
    with make_app() as app:
        number = new_number()
        for i in range(10):
            assert Call(app, number).press("00000001") == ("gather 1", "received"), i
        assert Call(app, number).press("00000001") == ("gather 1", "try-later")
        assert Call(app).press("00000001") == ("gather 1", "received"), "others aren't concerned"
        app.restart()
        call = Call(app, "+" + number)
        assert call.press("00000001") == ("gather 1", "try-later"), "a restart forgets nothing"
        assert call.press("") == HANGUP
        assert app.query("SELECT result, count(*) FROM order_query GROUP BY result") == [(0, 11), (3, 2)]


@case("/orders/abuse/a-hundred-an-hour-for-withheld-numbers")
def _():
    with make_app() as app:
        for i in range(100):
            assert Call(app, "anonymous").press("00000001") == ("gather 1", "received"), i
        assert Call(app, "anonymous").press("00000001") == ("gather 1", "try-later")
        assert Call(app).press("00000001") == ("gather 1", "received")


@case("/orders/log-says-what-was-asked-and-what-came-of-it")
def _():
    with make_app() as app:
        found, lost, gone = Call(app), Call(app), Call(app, "anonymous")
        found.press("00000003")
        lost.press("12345678")
        for call in (found, lost, gone):
            call.hang_up()
        assert app.query("SELECT caller, customer, result, state FROM order_query ORDER BY id") == [
            (found.number, "00000003", 0, 2), (lost.number, "12345678", 1, None), (None, None, 5, None)]


main(shared_app=APP)
