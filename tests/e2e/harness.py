# SPDX-License-Identifier: GPL-3.0-or-later
"""Starts the real program without a window, speaks HTTP to it, and reports each case in TAP. Standard library only.

Environment: CALLSTATS is the program; GSETTINGS_SCHEMA_DIR the folder of its compiled settings schema; CALLSTATS_SHARED
(optional) the folder that holds sipgate's genuine request."""

import concurrent.futures
import contextlib
import http.client
import itertools
import json
import os
import pathlib
import random
import re
import resource
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.parse
import urllib.request

TOKEN = "e2e-Token_0123456789abcdefABCDEF"
PATH = f"/webhook/sipgate/{TOKEN}"
FORM = "application/x-www-form-urlencoded; charset=UTF-8"
HERE = pathlib.Path(__file__).resolve().parent
SHARED = pathlib.Path(os.environ.get("CALLSTATS_SHARED", HERE.parents[2] / "shared"))

# What the program says on stderr when it has a fault of its own.
FAULT = re.compile(r"CRITICAL|\bERROR\b|Sanitizer|runtime error|assertion|core dumped")

_serial = itertools.count(random.randrange(10**7))


def new_number():
    """Returns a telephone number that nobody else has."""
    return f"4930{next(_serial):09d}"


def new_id(prefix="leg"):
    """Returns a callId that nobody else has."""
    return f"{prefix}-{next(_serial)}"


def encode(**fields):
    """Returns a form; a list becomes name[], a field that is None is left out."""
    pairs = []
    for name, value in fields.items():
        if isinstance(value, list):
            pairs += [(name + "[]", v) for v in value]
        elif value is not None:
            pairs.append(({"from_": "from"}.get(name, name), value))
    return urllib.parse.urlencode(pairs)


def event(kind, call_id, from_="4930123456", to="4921112345678", direction="in", **more):
    return encode(event=kind, direction=direction, from_=from_, to=to, callId=call_id, **more)


def call_events(outcome, from_, to, call_id=None, direction="in"):
    """Returns the bodies of a whole call that ends as the outcome says."""
    call_id = call_id or new_id()
    bodies = [event("newCall", call_id, from_, to, direction, user=["Alice"], userId=["w0"])]
    if outcome == "answered":
        bodies.append(event("answer", call_id, from_, to, direction, user="Alice", userId="w0", answeringNumber=to))
    if outcome == "voicemail":
        bodies.append(event("answer", call_id, from_, to, direction, user="voicemail"))
    cause = {"answered": "normalClearing", "voicemail": "normalClearing", "missed": "cancel", "busy": "busy",
             "rejected": "noAnswer", "unreachable": "congestion", "not_found": "notFound", "ringing": None}[outcome]
    if cause is not None:
        bodies.append(event("hangup", call_id, from_, to, direction, cause=cause))
    return bodies


class Skip(Exception):
    """The case can't be judged here; the text says why."""


class Answer:
    """An answer as it came over the wire."""

    def __init__(self, raw):
        self.raw = raw
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split()[1]) if lines[0].startswith("HTTP/") else None
        self.headers = {}
        for line in lines[1:]:
            name, _, value = line.partition(":")
            self.headers[name.lower()] = value.strip()

    @property
    def text(self):
        return self.body.decode()

    def __repr__(self):
        return repr(self.raw[:300])


class App:
    """One running program with a data folder of its own. Use it with `with`: at its end the program is told to end, and
    everything it wrote to stderr is searched for faults."""

    def __init__(self, settings=None, env=None, data_dir=None, wrapper=()):
        self.dir = data_dir or tempfile.mkdtemp(prefix="callstats-e2e-")
        self.owns_dir = data_dir is None
        self.settings = {"webhook-port": 0, "api-port": 0, "webhook-token": f"'{TOKEN}'", "sipgate-verify-signature": "false"}
        self.settings.update(settings or {})
        self.env = dict(os.environ, TZ=zone_at_noon(), **(env or {}))
        self.env.pop("DISPLAY", None)
        self.env.pop("WAYLAND_DISPLAY", None)
        self.env["G_DEBUG"] = "fatal-criticals"
        self.wrapper = list(wrapper)
        self.process = None
        self.log_path = tempfile.mkstemp(prefix="callstats-e2e-log-")[1]

    def write_settings(self, **changes):
        self.settings.update({name.replace("_", "-"): value for name, value in changes.items()})
        lines = [f"{name}={value}\n" for name, value in self.settings.items() if value is not None]
        pathlib.Path(self.dir, "settings.ini").write_text("[com/example/CallStats]\n" + "".join(lines))

    def start(self, timeout=30):
        self.write_settings()
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                [*self.wrapper, program(), "--headless", f"--data-dir={self.dir}"], stdout=subprocess.PIPE, stderr=log,
                env=self.env)
        watchdog = threading.Timer(timeout, self.process.kill)
        watchdog.start()
        self.ready_line = self.process.stdout.readline().decode()
        watchdog.cancel()
        if not self.ready_line.startswith("ready "):
            if self.ready_line:
                self.process.kill()
            self.process.wait()
            raise AssertionError(f"it isn't ready but said {self.ready_line!r} and {self.log()[-500:]!r}")
        urls = dict(word.split("=", 1) for word in self.ready_line.split()[1:])
        self.port = urllib.parse.urlsplit(urls["webhook"]).port
        self.api_port = urllib.parse.urlsplit(urls["api"]).port if "api" in urls else None
        return self

    def log(self):
        return pathlib.Path(self.log_path).read_text(errors="replace")

    def faults(self):
        return [line for line in self.log().splitlines() if FAULT.search(line)]

    def kill(self):
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
        if self.process is not None:
            self.process.wait()
            self.process.stdout.close()

    def stop(self, timeout=20):
        """Returns the exit status after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(timeout)
        finally:
            self.kill()

    def restart(self):
        status = self.stop()
        assert status == 0, f"it ended with {status}: {self.log()[-500:]}"
        return self.start()

    def __enter__(self):
        return self.start()

    def __exit__(self, kind, value, trace):
        running = self.process is not None and self.process.poll() is None
        status = self.stop() if running else 0
        faults, log = self.faults(), self.log()
        self.close()
        if kind is None:
            assert status == 0, f"it ended with {status}: {log[-4000:]}"
            assert not faults, "\n".join(faults[:10])
        elif faults:
            print("# stderr: " + "\n# ".join(faults[:10]), flush=True)

    def close(self):
        """Removes the data of a program that has ended."""
        if self.owns_dir:
            shutil.rmtree(self.dir, ignore_errors=True)
        os.unlink(self.log_path)

    def run(self, *options, timeout=60):
        """Runs the program once more, on the same data."""
        return run(*options, f"--data-dir={self.dir}", env=self.env, timeout=timeout)

    def check(self, in_running=False):
        """Asserts that --check finds nothing, and returns the number of calls."""
        result = self.run("--check")
        match = re.fullmatch(r"(\d+) calls, (\d+) problems\n", result.stdout)
        assert result.returncode == 0 and match and match[2] == "0", f"--check: {result}"
        return int(match[1])

    def raw(self, data, port=None, timeout=15, finish=False):
        """Sends bytes as they are; returns what came until the other side closed."""
        out = b""
        with socket.create_connection(("127.0.0.1", port or self.port), timeout=timeout) as s:
            with contextlib.suppress(ConnectionError):
                s.sendall(data)
                if finish:
                    s.shutdown(socket.SHUT_WR)
                while part := s.recv(65536):
                    out += part
        return Answer(out)

    def post(self, body, path=PATH, headers=None, host="tunnel.example", timeout=15):
        """Posts a push as sipgate does. A header that is None is left out."""
        body = body if isinstance(body, bytes) else body.encode()
        all_headers = {"Host": host, "User-Agent": "sipgate.io", "Content-Type": FORM, "Content-Length": str(len(body))}
        all_headers.update(headers or {})
        head = "".join(f"{name}: {value}\r\n" for name, value in all_headers.items() if value is not None)
        return self.raw(f"POST {path} HTTP/1.1\r\n{head}\r\n".encode("latin-1") + body, timeout=timeout)

    def send(self, *bodies):
        """Posts events one after the other; each has to be accepted."""
        for body in bodies:
            answer = self.post(body)
            assert answer.status == 200, f"{answer} for {body}"

    def get(self, path, headers=None, timeout=15):
        connection = http.client.HTTPConnection("127.0.0.1", self.api_port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            return response.status, response.read()

    def json(self, path, status=200):
        got, body = self.get(path)
        assert got == status, f"{got} for {path}: {body[:300]}"
        return json.loads(body)

    def calls(self, limit=500, **query):
        """Returns all calls that the filters name, newest first, over all pages."""
        calls, cursor = [], None
        while True:
            page = self.json("/api/calls?" + urllib.parse.urlencode(
                dict(limit=limit, **query, **({"cursor": cursor} if cursor else {}))))
            calls += page["calls"]
            cursor = page["next"]
            if cursor is None:
                return calls

    def wait_for(self, condition, timeout=10):
        """Returns the condition's value as soon as it is true; fails after the time."""
        end = time.monotonic() + timeout
        while not (value := condition()):
            assert time.monotonic() < end, "it didn't happen in time"
            time.sleep(0.05)
        return value

    def database(self, read_only=True):
        path = pathlib.Path(self.dir, "callstats.db")
        return contextlib.closing(sqlite3.connect(f"file:{path}?mode={'ro' if read_only else 'rw'}", uri=True))

    def query(self, sql, *values):
        with self.database() as db:
            return db.execute(sql, values).fetchall()

    def memory_kb(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", text)[1])

    def cpu_seconds(self):
        fields = pathlib.Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def n_descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))


def zone_at_noon():
    """Returns a zone where it is about noon now, so that no day begins while a case counts today's calls."""
    ahead = 12 - time.gmtime().tm_hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def program():
    try:
        return os.environ["CALLSTATS"]
    except KeyError:
        sys.exit("Set CALLSTATS to the program, and GSETTINGS_SCHEMA_DIR to the folder of its compiled schema.")


def is_sanitized():
    """Whether the program is built with the address sanitizer, which takes memory and time of its own."""
    return b"__asan_init" in pathlib.Path(program()).read_bytes()


def run(*options, env=None, timeout=60, cwd=None):
    environment = dict(env or os.environ)
    environment.pop("DISPLAY", None)
    environment.pop("WAYLAND_DISPLAY", None)
    return subprocess.run([program(), *options], capture_output=True, text=True, env=environment, timeout=timeout, cwd=cwd)


def shared(name):
    """Returns the bytes of a file of sipgate's, or skips the case."""
    path = SHARED / "sipgate" / name
    if not path.exists():
        raise Skip(f"{name} is not here; CALLSTATS_SHARED can name its folder")
    return path.read_bytes()


_cases = []


def case(name, *arguments):
    """Registers the function under the name of the rule it proves, with arguments for a table's row."""
    def register(function):
        _cases.append((name, function, arguments))
        return function
    return register


def table(prefix, rows):
    """Registers the function once for each row, a name and its arguments."""
    def register(function):
        for name, *arguments in rows:
            _cases.append((prefix + name, function, arguments))
        return function
    return register


def _run_case(entry):
    name, function, arguments = entry
    try:
        function(*arguments)
        return name, "ok", ""
    except Skip as reason:
        return name, "skip", str(reason)
    except BaseException:  # A case that fails must not take the others with it.
        return name, "not ok", traceback.format_exc()


def _end_well(app):
    app.check()
    app.__exit__(None, None, None)


def main(workers=8, last=(), shared_app=None, prepare=None):
    """Runs the cases, several at a time; those in last run alone, when all others are over. The shared app is started and
    prepared before them; that it ends well is a case, too."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
    wanted = sys.argv[1:]
    if shared_app is not None:
        shared_app.start()
        if prepare is not None:
            prepare()
        case("/" + pathlib.Path(sys.argv[0]).stem.removeprefix("test_") + "/program-ends-well", shared_app)(_end_well)
        last = [*last, _end_well]
    entries = [entry for entry in _cases if not wanted or entry[1] is _end_well or any(word in entry[0] for word in wanted)]
    early = [entry for entry in entries if entry[1] not in last]
    late = [entry for function in last for entry in entries if entry[1] is function]
    print(f"1..{len(entries)}", flush=True)
    n_failed = 0
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        results = itertools.chain(pool.map(_run_case, early), map(_run_case, late))
        for number, (name, result, text) in enumerate(results, 1):
            n_failed += result == "not ok"
            print(f"{'not ok' if result == 'not ok' else 'ok'} {number} {name}" + (f" # SKIP {text}" if result == "skip" else ""))
            if result == "not ok":
                print("# " + text.strip().replace("\n", "\n# "))
            sys.stdout.flush()
    if shared_app is not None:
        shared_app.kill()
    sys.exit(1 if n_failed else 0)
