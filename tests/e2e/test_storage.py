# SPDX-License-Identifier: GPL-3.0-or-later
"""The database and the command line: full disks, damaged files, a second process, --check and --rebuild."""

import contextlib
import ctypes
import json
import os
import pathlib
import re
import resource
import sqlite3
import stat
import subprocess
import tempfile
import threading

import harness
from harness import App, Skip, call_events, case, event, new_id, new_number, run, table

OUTCOMES = ["answered", "missed", "busy", "voicemail", "rejected", "unreachable", "not_found", "ringing"]


def fill(app, n=40):
    """Posts calls of every kind, with doubled events, a forwarded and an internal call among them."""
    for i in range(n):
        bodies = call_events(OUTCOMES[i % len(OUTCOMES)], "4930999%04d" % (i % 7), "4921100%04d" % (i % 3),
                             direction="out" if i % 5 == 4 and OUTCOMES[i % len(OUTCOMES)] != "voicemail" else "in")
        app.send(*bodies, bodies[0])
    a, b = new_id(), new_id()
    app.send(event("newCall", a, origCallId=a), event("hangup", a, origCallId=a, cause="forwarded"),
             event("newCall", b, origCallId=a, user=["voicemail"]), event("answer", b, origCallId=a, user="voicemail"),
             event("hangup", b, origCallId=a, cause="normalClearing"))
    a, b = new_id(), new_id()
    app.send(event("newCall", b, origCallId=a), event("newCall", a, origCallId=a, direction="out"), event("dtmf", a, dtmf="1"))
    app.send(event("somethingNew", new_id()))


# One process at a time


@case("/storage/second-process/is-refused-with-a-clear-message")
def _():
    with App() as app:
        app.send(*call_events("missed", new_number(), new_number()))
        for option in ("--headless", "--rebuild"):
            result = app.run(option)
            assert result.returncode == 1 and result.stdout == "", result
            assert "already running" in result.stderr and app.dir in result.stderr and result.stderr.count("\n") == 1, result
        app.send(*call_events("missed", new_number(), new_number()))
        assert app.check() == 2
    # The lock goes with the process, however that ends.
    with App() as app:
        app.kill()
        app.start()


@case("/storage/check-while-it-runs-and-receives")
def _():
    with App() as app:
        stopping = threading.Event()

        def call():
            while not stopping.is_set():
                app.send(*call_events("answered", new_number(), new_number()))
        threads = [threading.Thread(target=call) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            for _ in range(15):
                app.check()
        finally:
            stopping.set()
            for thread in threads:
                thread.join()


# A full disk


def assert_holds_and_recovers(app, fill_up, make_room):
    app.send(*call_events("missed", new_number(), new_number()))
    running, running_number = new_id(), new_number()
    app.send(event("newCall", running, to=running_number))
    fill_up()
    numbers, ids = [new_number() for _ in range(5)], [new_id() for _ in range(5)]
    for number, call_id in zip(numbers, ids):
        answer = app.post(event("newCall", call_id, to=number))
        assert answer.status == 200 and b"onAnswer" in answer.body, f"a telephone must ring: {answer}"
    for kind in ("answer", "hangup", "dtmf"):
        answer = app.post(event(kind, running, to=running_number, cause="cancel", dtmf="1"))
        assert answer.status == 503 and answer.text.count("\n") == 1 and answer.headers["connection"] == "close", answer
    assert [call["outcome"] for call in app.calls(number=running_number)] == ["ringing"], "503 means: not kept"
    app.check()
    assert app.process.poll() is None
    make_room()
    app.wait_for(lambda: all(app.calls(number=number) for number in numbers), timeout=15)
    app.send(event("hangup", running, to=running_number, cause="cancel"))
    for number, call_id in zip(numbers, ids):
        app.send(event("hangup", call_id, to=number, cause="cancel"))
        calls = app.calls(number=number)
        assert [call["outcome"] for call in calls] == ["missed"], calls
    assert [call["outcome"] for call in app.calls(number=running_number)] == ["missed"]
    app.check()
    before = app.calls()
    app.restart()
    assert app.calls() == before
    warnings = [line for line in app.log().splitlines() if "WARNING" in line]
    assert len(warnings) < 10 and any("can't be kept" in line for line in warnings), warnings
    assert harness.TOKEN not in app.log()


@case("/storage/disk-full/files-may-not-grow")
def _():
    # The signal would end the process before the write could fail.
    with App(wrapper=["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"]) as app:
        hard = resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE)[1]

        def limit(size):
            resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (size, hard))
        assert_holds_and_recovers(app, lambda: limit(4096), lambda: limit(hard))


def mount_small_disk(path):
    """Mounts 3 MB that only this thread and its children see."""
    libc = ctypes.CDLL(None, use_errno=True)
    new_namespace, is_private, is_recursive = 0x20000, 1 << 18, 1 << 14
    if os.geteuid() != 0 or libc.unshare(new_namespace) != 0 \
            or libc.mount(b"none", b"/", None, is_private | is_recursive, None) != 0 \
            or libc.mount(b"none", os.fsencode(path), b"tmpfs", 0, b"size=3m,mode=700") != 0:
        raise Skip("a small disk can't be mounted here")


@case("/storage/disk-full/no-space-left")
def _():
    failure = []

    def judge():
        # The namespace is this thread's alone, and goes with it.
        try:
            with tempfile.TemporaryDirectory(prefix="callstats-e2e-disk-", ignore_cleanup_errors=True) as path:
                mount_small_disk(path)
                ballast = pathlib.Path(path, "ballast")

                def fill_up():
                    with contextlib.suppress(OSError), open(ballast, "wb", buffering=0) as file:
                        while True:
                            file.write(b"\0" * 512)
                try:
                    with App(data_dir=path) as app:
                        assert_holds_and_recovers(app, fill_up, ballast.unlink)
                finally:
                    detach = 2
                    ctypes.CDLL(None).umount2(os.fsencode(path), detach)
        except BaseException as error:  # Told by the case itself.
            failure.append(error)
    thread = threading.Thread(target=judge)
    thread.start()
    thread.join()
    if failure:
        raise failure[0]


@case("/storage/disk-full/SIGTERM-still-ends-it")
def _():
    with App(wrapper=["sh", "-c", 'trap "" XFSZ; exec "$@"', "sh"]) as app:
        app.send(*call_events("missed", new_number(), new_number()))
        resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (4096, resource.RLIM_INFINITY))
        assert app.post(event("newCall", new_id())).status == 200
        app.process.terminate()
        assert app.process.wait(20) in (0, 1)
        app.check()


# Files that aren't ours, or aren't whole


def make_database(n=10):
    app = App()
    with contextlib.suppress(AttributeError):
        app.start()
    fill(app, n)
    assert app.stop() == 0
    return app


def assert_clear_failure(app, *words):
    for option in ("--headless", "--check", "--rebuild"):
        result = app.run(option)
        assert result.returncode == 1, f"{option}: {result}"
        assert result.stdout == "" or option == "--check", f"{option}: {result}"
        assert any(word in (result.stdout + result.stderr) for word in words), f"{option}: {result}"
        assert not harness.FAULT.search(result.stderr), f"{option}: {result}"
        assert len(result.stderr.splitlines()) < 110, f"{option}: {result}"


def spoil_whole(path):
    path.write_bytes(b"This is no database. " * 500)


def spoil_head(path):
    data = bytearray(path.read_bytes())
    data[0:16] = b"\0" * 16
    path.write_bytes(data)


def spoil_schema(path):
    data = bytearray(path.read_bytes())
    data[100:4096] = os.urandom(3996)
    path.write_bytes(data)


@table("/storage/damaged/told-at-the-start/", [
    ("no-database-at-all", spoil_whole), ("head-gone", spoil_head), ("first-page-of-noise", spoil_schema),
])
def _(spoil):
    app = make_database()
    spoil(pathlib.Path(app.dir, "callstats.db"))
    assert_clear_failure(app, "damaged")
    app.close()


@case("/storage/damaged/page-of-noise-is-found-by-check-and-is-no-crash")
def _():
    app = make_database(60)
    path = pathlib.Path(app.dir, "callstats.db")
    size = path.stat().st_size
    with open(path, "r+b") as file:
        for page in range(1, size // 4096, 2):
            file.seek(page * 4096)
            file.write(os.urandom(4096))
    for option in ("--check", "--rebuild"):
        result = app.run(option)
        assert result.returncode == 1 and not harness.FAULT.search(result.stderr), result
    # It may start; then telephones ring and nothing is acknowledged that can't be kept.
    with contextlib.suppress(AssertionError):
        app.start()
    if app.process.poll() is None:
        answer = app.post(event("newCall", new_id()))
        assert answer.status == 200 and b"onAnswer" in answer.body, answer
        app.get("/api/calls")
        app.get("/api/dashboard")
        app.stop()
    assert app.process.returncode in (0, 1) and not app.faults(), app.log()[-2000:]
    app.close()


@case("/storage/damaged/empty-file-is-a-new-database")
def _():
    with App() as app:
        app.stop()
        for name in ("callstats.db", "callstats.db-wal", "callstats.db-shm"):
            pathlib.Path(app.dir, name).unlink(missing_ok=True)
        pathlib.Path(app.dir, "callstats.db").touch()
        app.start()
        app.send(*call_events("missed", new_number(), new_number()))
        assert app.check() == 1


@case("/storage/newer-format-is-left-alone")
def _():
    app = make_database()
    with app.database(read_only=False) as db:
        db.execute("PRAGMA user_version = 999")
        db.commit()
    path = pathlib.Path(app.dir, "callstats.db")
    before = path.read_bytes()
    assert_clear_failure(app, "later version")
    assert path.read_bytes() == before
    app.close()


@case("/storage/folder-without-rights")
def _():
    for path in ("/proc/nowhere/data", "/dev/null/data"):
        result = run("--headless", f"--data-dir={path}")
        assert result.returncode == 1 and path in result.stderr and result.stdout == "", result
        assert not harness.FAULT.search(result.stderr), result


# --check and --rebuild


@case("/storage/check/empty-folder-has-no-calls")
def _():
    with tempfile.TemporaryDirectory(prefix="callstats-e2e-") as path:
        result = run("--check", f"--data-dir={path}")
        assert (result.returncode, result.stdout) == (0, "0 calls, 0 problems\n"), result


@table("/storage/check/finds/", [
    ("bucket-counted-up", "UPDATE call_bucket SET n = n + 1 WHERE outcome = (SELECT min(outcome) FROM call_bucket)"),
    ("bucket-of-other-time", "UPDATE call_bucket SET quarter = quarter + 8 WHERE outcome = (SELECT min(outcome) FROM call_bucket)"),
    ("bucket-of-other-number", "UPDATE call_bucket SET number_key = 'x' || number_key"),
    ("bucket-missing", "DELETE FROM call_bucket WHERE outcome = (SELECT min(outcome) FROM call_bucket)"),
    ("bucket-with-other-wait", "UPDATE call_bucket SET wait_us = wait_us + 1000000"),
    ("call-with-other-outcome", "UPDATE call SET outcome = (SELECT max(outcome) FROM call) WHERE id = 1"),
    ("call-with-other-talk", "UPDATE call SET talk_us = talk_us + 5000000 WHERE id = (SELECT min(id) FROM call WHERE talk_us > 0)"),
    ("call-with-other-direction", "UPDATE call SET direction = direction + 1 WHERE id = 2"),
    ("call-missing", "DELETE FROM call WHERE id = 3"),
    ("call-reopened", "UPDATE call SET state = 1, ended_us = NULL WHERE id = 2"),
    ("leg-missing", "DELETE FROM leg WHERE call = 4"),
    ("leg-with-other-end", "UPDATE leg SET ended_us = ended_us + 60000000 WHERE call = 1"),
    ("leg-without-its-hangup", "UPDATE leg SET ended_us = NULL, causes = NULL WHERE call = 1"),
    ("leg-with-other-cause", "UPDATE leg SET causes = 'busy' WHERE call = 2"),
    ("leg-of-no-call", "UPDATE leg SET call = 9999 WHERE call = 5"),
    ("call-back-of-someone-reached", "UPDATE call SET callback = 1 WHERE id = (SELECT id FROM call WHERE is_connected LIMIT 1)"),
])
def _(sql):
    app = make_database(16)
    app.check()
    with app.database(read_only=False) as db:
        assert db.execute(sql).rowcount > 0, "the case changes nothing"
        db.commit()
    result = app.run("--check")
    match = re.fullmatch(r"(\d+) calls, (\d+) problems\n", result.stdout)
    assert result.returncode == 1 and match and int(match[2]) >= 1 and result.stderr.strip(), result
    app.close()


def read_all(app):
    dashboard = app.json("/api/dashboard")
    dashboard.pop("generatedAt")
    return app.calls(), dashboard


@case("/storage/rebuild/gives-the-same-calls-again")
def _():
    with App() as app:
        fill(app, 48)
        # A forwarded call without a second leg is decided by the clock.
        alone = new_id()
        app.send(event("newCall", alone), event("hangup", alone, cause="forwarded"))
        app.wait_for(lambda: app.calls(status="forwarded"))
        app.stop()
        # The tick of one who was called back otherwise is not in the journal.
        with app.database(read_only=False) as db:
            ticked = db.execute("SELECT min(id) FROM call WHERE callback = 1").fetchone()[0]
            db.execute("UPDATE call SET callback = 0, done_us = 1700000000000000 WHERE callback = 1 AND peer_key ="
                       " (SELECT peer_key FROM call WHERE id = ?)", (ticked,))
            db.commit()
        app.start()
        before = read_all(app)
        n_events = app.query("SELECT count(*) FROM event")[0][0]
        app.stop()
        for _ in range(2):
            result = app.run("--rebuild")
            assert result.returncode == 0, result
            app.check()
            assert app.query("SELECT count(*) FROM event")[0][0] == n_events
        app.start()
        after = read_all(app)
        assert after[0] == before[0], [(a, b) for a, b in zip(after[0], before[0]) if a != b][:3]
        assert after[1] == before[1]
        # What comes next gets an id of its own.
        app.send(*call_events("missed", new_number(), new_number()))
        ids = [call["id"] for call in app.calls()]
        assert len(set(ids)) == len(ids) == len(before[0]) + 1


@case("/storage/rebuild/mends-what-check-finds")
def _():
    with App() as app:
        fill(app, 24)
        before = read_all(app)
        app.stop()
        with app.database(read_only=False) as db:
            db.execute("UPDATE call SET outcome = 0, talk_us = 5, direction = 1")
            db.execute("DELETE FROM call_bucket")
            db.commit()
        assert app.run("--check").returncode == 1
        assert app.run("--rebuild").returncode == 0
        app.check()
        app.start()
        assert read_all(app) == before


@case("/storage/retention/begins-soon-after-the-start")
def _():
    with App({"call-days": 2, "journal-days": 1}) as app:
        old, kept, young = new_number(), new_number(), new_number()
        app.send(*call_events("missed", new_number(), old), *call_events("missed", new_number(), kept))
        app.stop()
        with app.database(read_only=False) as db:
            for number, days in ((old, 3), (kept, 1.5)):
                us = int(days * 86400e6)
                leg, = db.execute("SELECT id FROM leg WHERE to_number = ?", (number,)).fetchone()
                db.execute("UPDATE event SET at_us = at_us - ? WHERE leg = ?", (us, leg))
                db.execute("UPDATE leg SET new_us = new_us - ?, ended_us = ended_us - ? WHERE id = ?", (us, us, leg))
            db.commit()
        assert app.run("--rebuild").returncode == 0
        app.check()
        app.start()
        assert len(app.calls()) == 2
        app.send(*call_events("missed", new_number(), young))
        app.wait_for(lambda: [call["number"] for call in app.calls()] == [young, kept], 20)
        app.wait_for(lambda: app.query("SELECT count(*) FROM event")[0][0] == 2)
        assert app.json("/api/dashboard/range?start=2000-01-01&end=2099-12-31")["metrics"]["totalCalls"] == 2
        app.check()


@case("/storage/rebuild/keeps-calls-older-than-the-journal")
def _():
    with App() as app:
        fill(app, 16)
        app.stop()
        with app.database(read_only=False) as db:
            # Retention took the first half away.
            db.execute("DELETE FROM event WHERE id <= (SELECT max(id) / 2 FROM event)")
            db.commit()
        app.start()
        before = read_all(app)
        app.stop()
        assert app.run("--rebuild").returncode == 0
        app.check()
        app.start()
        after = read_all(app)
        assert after == before, [(a, b) for a, b in zip(after[0], before[0]) if a != b][:3]


# Folder, command line, settings


@case("/storage/folder/is-made-for-its-owner-alone")
def _():
    with tempfile.TemporaryDirectory(prefix="callstats-e2e-") as path:
        new = pathlib.Path(path, "a", "b")
        assert run("--check", f"--data-dir={new}").returncode == 0
        assert stat.S_IMODE(new.stat().st_mode) == 0o700
        app = App(data_dir=str(new))
        with app:
            app.send(*call_events("missed", new_number(), new_number()))
            assert stat.S_IMODE(new.stat().st_mode) == 0o700
            for file in new.iterdir():
                assert file.name.startswith("callstats.") or file.name == "settings.ini", file


@case("/storage/folder/relative-path")
def _():
    with tempfile.TemporaryDirectory(prefix="callstats-e2e-") as path:
        assert run("--check", "--data-dir=here", cwd=path).returncode == 0
        assert pathlib.Path(path, "here", "callstats.db").exists()


@table("/command-line/usage-error-is-2/", [
    ("unknown-option", "--no-such-option"), ("unknown-letter", "-X"), ("data-dir-without-value", "--data-dir"),
    ("stray-word", "calls"),
])
def _(option):
    result = run(option)
    assert result.returncode == 2 and result.stdout == "" and result.stderr.strip(), result
    assert not harness.FAULT.search(result.stderr), result


@case("/command-line/version")
def _():
    result = run("--version")
    assert result.returncode == 0 and re.fullmatch(r"callstats \d+\.\d+\.\d+\n", result.stdout), result


@case("/command-line/help")
def _():
    result = run("--help")
    assert result.returncode == 0, result
    for option in ("--headless", "--data-dir=DIR", "--demo", "--check", "--rebuild", "--version"):
        assert option in result.stdout, result.stdout


@case("/command-line/demo-headless-leaves-nothing")
def _():
    with tempfile.TemporaryDirectory(prefix="callstats-e2e-") as path:
        environment = dict(os.environ, TMPDIR=path, G_DEBUG="fatal-criticals")
        process = subprocess.Popen([harness.program(), "--headless", "--demo"], stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, env=environment, text=True)
        with process:
            line = process.stdout.readline()
            port = re.fullmatch(r"ready webhook=http://127\.0\.0\.1:\d+/ api=http://127\.0\.0\.1:(\d+)/\n", line)[1]
            with harness.urllib.request.urlopen(f"http://127.0.0.1:{port}/api/calls?limit=500") as answer:
                assert len(json.load(answer)["calls"]) == 500
            process.terminate()
            errors = process.stderr.read()
        assert process.returncode == 0 and not harness.FAULT.search(errors), (process.returncode, errors)
        assert os.listdir(path) == [], os.listdir(path)


@table("/command-line/port-in-use/", [("webhook", "webhook-port"), ("api", "api-port")])
def _(key):
    with harness.socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        app = App({key: port})
        app.write_settings()
        result = app.run("--headless")
        assert result.returncode == 1 and result.stdout == "", result
        assert f"Port {port} is already in use" in result.stderr, result
        assert not harness.FAULT.search(result.stderr), result
        app.close()


@case("/command-line/port-is-free-again-after-the-end")
def _():
    with App() as app:
        app.send(*call_events("missed", new_number(), new_number()))
        app.settings.update({"webhook-port": app.port, "api-port": app.api_port})
        for _ in range(3):
            app.restart()
            app.send(*call_events("missed", new_number(), new_number()))


@case("/command-line/messages-stay-off-the-standard-output")
def _():
    with App(env={"G_MESSAGES_DEBUG": "all"}) as app:
        assert re.fullmatch(r"ready webhook=\S+ api=\S+\n", app.ready_line), app.ready_line
        app.send(*call_events("missed", new_number(), new_number()))
        result = app.run("--check")
        assert result.stdout == "1 calls, 0 problems\n", result
        app.process.terminate()
        assert app.process.stdout.read() == b"" and app.process.wait(20) == 0
        assert "DEBUG" in app.log()


@case("/command-line/told-to-end-while-it-still-begins")
def _():
    app = make_database(2)
    with contextlib.closing(sqlite3.connect(pathlib.Path(app.dir, "callstats.db"), isolation_level=None)) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        with subprocess.Popen([harness.program(), "--headless", f"--data-dir={app.dir}"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                              env=app.env) as process:
            # Once it holds the lock of the folder, all it waits for is the database.
            app.wait_for(lambda: f" {process.pid} " in pathlib.Path("/proc/locks").read_text())
            process.terminate()
            db.execute("ROLLBACK")
            db.close()
            assert process.wait(20) == 0, process.stderr.read()
    app.check()
    app.close()


@case("/command-line/ready-line")
def _():
    with App() as app:
        assert app.ready_line == f"ready webhook=http://127.0.0.1:{app.port}/ api=http://127.0.0.1:{app.api_port}/\n"
        assert app.port != app.api_port


@case("/settings/wrong-values-fall-back")
def _():
    wrong = {"stale-call-minutes": "'many'", "journal-days": "-5", "call-days": "[]", "timezone": "'Nowhere/Never'",
             "api-enabled": "perhaps", "sipgate-verify-signature": "maybe", "tunnel-mode": "'pigeon'",
             "public-url": "'javascript:alert(1)'", "no-such-key": "5"}
    with App(wrong) as app:
        # The default verifies signatures: what can't be read must not open the door.
        assert app.post(event("newCall", new_id())).status == 403
        assert app.json("/api/dashboard")["metrics"]["totalCalls"] == 0
        warnings = [line for line in app.log().splitlines() if "WARNING" in line]
        assert any("timezone" in line for line in warnings), app.log()
        assert harness.TOKEN not in app.log()


@case("/settings/file-that-is-none-is-told")
def _():
    app = App()
    for text in ("[com/example/CallStats", "no settings at all\n"):
        pathlib.Path(app.dir, "settings.ini").write_text(text)
        result = app.run("--headless")
        assert result.returncode == 1 and "settings.ini" in result.stderr and not harness.FAULT.search(result.stderr), result
        assert pathlib.Path(app.dir, "settings.ini").read_text() == text, "the user's file was changed"
    app.close()


@case("/settings/token-is-made-and-stored-at-the-first-start")
def _():
    with App({"webhook-token": None}) as app:
        text = pathlib.Path(app.dir, "settings.ini").read_text()
        token = re.search(r"^webhook-token='([^']*)'$", text, re.MULTILINE)[1]
        assert len(token) >= 22, "at least 128 bits"
        app.post(event("newCall", new_id()))
        answer = app.post(event("newCall", new_id()), path="/webhook/sipgate/" + token)
        assert answer.status == 200, answer
        assert token not in app.log() and token not in app.ready_line
        assert app.stop() == 0
        app.settings["webhook-token"] = f"'{token}'"
        app.start()
        assert app.post(event("newCall", new_id()), path="/webhook/sipgate/" + token).status == 200
    with App({"webhook-token": None}) as other:
        assert token not in pathlib.Path(other.dir, "settings.ini").read_text()


@case("/settings/stay-in-the-data-folder")
def _():
    with tempfile.TemporaryDirectory(prefix="callstats-e2e-") as home:
        private = {name: home for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")}
        with App(env=private) as app:
            app.send(*call_events("missed", new_number(), new_number()))
        assert os.listdir(home) == [], os.listdir(home)


if __name__ == "__main__":
    harness.main(workers=6)
