#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uses the installed Flatpak as a person would, through the real portals, and prints TAP.

Runs in a session bus and on a display of its own. Arguments: the folder to work in, the number of the first case. The number of the last
one is left in the file last-case.
"""

import os
import subprocess
import sys
import time
from xml.etree import ElementTree

from database import PASSWORD, USER, Database, find_server
from session import APP, Role, Session, find_app, is_shown, show_preferences, type_secret, wait_for, wait_for_row

LINE = "4921155500123"
ORDER_LINE = {"public_url": "'https://orders.example'", "orders_enabled": "true", "orders_numbers": f"['+{LINE}']"}
# What starts it with the session, and without a window.
BEGIN = ["flatpak", "run", "--command=callstats", APP, "--gapplication-service"]
PLUGINS = ["caching_sha2_password", "client_ed25519", "mysql_native_password", "parsec", "sha256_password"]
# Run by the Python of the SDK, with the application's own libraries: asks the connector for each way of logging in.
LOAD_PLUGINS = """
import ctypes, sys
connector = ctypes.CDLL("libmariadb.so.3")
connector.mysql_init.restype = connector.mysql_client_find_plugin.restype = connector.mysql_error.restype = ctypes.c_void_p
mysql = ctypes.c_void_p(connector.mysql_init(None))
for name in sys.argv[1:]:
    if not connector.mysql_client_find_plugin(mysql, name.encode(), 2):
        sys.exit(ctypes.string_at(connector.mysql_error(mysql)).decode())
"""


class Skip(Exception):
    """Says why a case can't be tried here."""


def check_calls(session):
    session.start()
    session.miss_call("a", "4915112345678")
    session.push(event="newCall", direction="in", callId="b", origCallId="b", to="492111234567", **{"from": "4930111222"})
    session.push(event="answer", direction="in", callId="b", user="Alice", userId="w0", to="492111234567", **{"from": "4930111222"})
    session.push(event="hangup", direction="in", callId="b", cause="normalClearing", to="492111234567", **{"from": "4930111222"})
    assert session.get("/api/dashboard")["bars"]["data"] == [1, 0, 0, 1], session.get("/api/dashboard")


def check_notification(session):
    wait_for("the missed call is shown", lambda: any("5112345678" in "".join(filter(str.isdigit, title + body))
                                                     for title, body in session.daemon.shown))


def check_picture(session):
    path = os.path.join(session.work, "window.png")

    def is_drawn():
        subprocess.run(f"xwd -silent -root | convert xwd:- '{path}'", shell=True, check=False, stderr=subprocess.DEVNULL)
        colours = subprocess.run(["identify", "-format", "%k", path], check=False, capture_output=True, text=True).stdout
        return int(colours or 0) > 50

    wait_for("more than fifty colours on the display", is_drawn)


def check_secret(session):
    type_secret(session, "exotel", "API key", "portal-key-123")
    keyring = os.path.expanduser(f"~/.var/app/{APP}/data/keyrings/default.keyring")
    wait_for("the keyring of the application", lambda: os.path.getsize(keyring) > 0)
    for path in (keyring, session.settings):
        with open(path, "rb") as file:
            assert b"portal-key-123" not in file.read(), path


def check_restart(session):
    session.restart()
    assert session.get("/api/dashboard")["bars"]["data"] == [1, 0, 0, 1]


def check_secret_is_found(session):
    app, _ = show_preferences(session, "exotel")
    wait_for_row(app, "Stored")


def check_activation(session):
    session.stop()
    session.activate()
    wait_for("the local interface answers", lambda: session.get("/api/health"))
    session.act("quit", [])


def check_plugins(session):
    result = subprocess.run(["flatpak", "run", "--user", "--devel", "--command=python3", APP, "-c", LOAD_PLUGINS, *PLUGINS], check=False,
                            capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def hear_order(session, customer):
    """What a new caller is told of an order: the name of the announcement."""
    session.n_callers += 1
    who = {"callId": f"o{session.n_callers}", "origCallId": f"o{session.n_callers}", "from": f"4930999{session.n_callers:05}", "to": LINE,
           "direction": "in", "user": "Alice", "userId": "w0"}
    menu = ElementTree.fromstring(session.push(event="newCall", **who))
    assert menu.find("Gather") is not None, ElementTree.tostring(menu)
    answer = ElementTree.fromstring(session.push(event="dtmf", callId=who["callId"], dtmf=customer))
    session.push(event="hangup", cause="normalClearing", **who)
    return os.path.basename(answer.findtext("Gather/Play/Url")).removesuffix("-en.wav")


def wait_for_order(session):
    """Just after its start the program hasn't got the password from the portal yet, and tells callers to try later."""
    wait_for("the order is found", lambda: hear_order(session, "00000002") == "pending")


def wait_for_distrust(session):
    """Callers are told to try later, and the log says that it is the certificate's fault."""
    def is_distrusted():
        assert hear_order(session, "00000002") == "try-later"
        with open(session.log, encoding="utf-8") as log:
            log.seek(session.log_start)
            return "can’t be secured" in log.read()

    wait_for("the database isn't trusted", is_distrusted)


def write_book(path, state):
    with open(path + ".new", "w", encoding="utf-8") as file:
        file.write(f"customer,status\n00000002,{state}\n")
    os.replace(path + ".new", path)


def check_watched_file(session):
    # As the file chooser gives it to the program; a shop's own program replaces it from outside.
    path = os.path.join(session.work, "shop", "orders.csv")
    os.makedirs(os.path.dirname(path), exist_ok=True)
    write_book(path, "PENDING")
    shown = subprocess.run(["flatpak", "document-export", "--app=" + APP, "--allow-read", path], check=False, capture_output=True, text=True)
    if shown.returncode != 0:
        raise Skip("no file can be lent through the portal here: " + " ".join(shown.stderr.split()))
    document = os.path.join("/run/flatpak/doc", os.path.basename(os.path.dirname(shown.stdout.strip())), "orders.csv")
    session.restart(**ORDER_LINE, orders_csv_file=f"'{document}'")
    wait_for("the order is found", lambda: hear_order(session, "00000002") == "pending")
    write_book(path, "FULFILLED")
    wait_for("the new file is read", lambda: hear_order(session, "00000002") == "fulfilled")


def make_certificate(folder, name):
    key, certificate = os.path.join(folder, name + "-key.pem"), os.path.join(folder, name + ".pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], check=True,
                   capture_output=True)
    return key, certificate


def check_database(session):
    if not find_server():
        raise Skip("MariaDB isn't installed")
    # It has no certificate, and on one computer it needs none.
    session.database = Database(os.path.join(session.work, "database"), "--skip-ssl")
    session.restart(**ORDER_LINE, orders_source="'database'", orders_db_host="'127.0.0.1'", orders_db_port=str(session.database.port),
                    orders_db_name="'shop'", orders_db_user=f"'{USER}'")
    type_secret(session, "order-line", "Password", PASSWORD)
    wait_for_order(session)
    assert hear_order(session, "00000009") == "not-found"
    print(f"# logged in by {session.database.plugin}", flush=True)


def check_secured_database(session):
    if session.database is None:
        raise Skip("there is no database")
    session.restart(orders_db_tls="'required'")
    wait_for_distrust(session)

    folder = os.path.expanduser(f"~/.var/app/{APP}/data")
    key, certificate = make_certificate(folder, "shop")
    _, other = make_certificate(folder, "other")
    session.database.stop()
    session.database.start(f"--ssl-key={key}", f"--ssl-cert={certificate}")
    session.restart(orders_db_ca_file=f"'{certificate}'")
    wait_for_order(session)
    session.restart(orders_db_ca_file=f"'{other}'")
    wait_for_distrust(session)


def check_background(session):
    wait_for("the desktop is asked", lambda: session.desktop.autostarts)
    assert session.desktop.autostarts[-1] == (APP, False, BEGIN, 0), session.desktop.autostarts


def count_calls(session):
    return sum(session.get("/api/dashboard")["bars"]["data"])


def check_closed_window(session):
    begun = count_calls(session)
    app = wait_for("the window is accessible", find_app)
    wait_for("a window is shown", lambda: is_shown("."))
    wait_for_row(app, "Close", Role.PUSH_BUTTON).do_action(0)
    wait_for("no window is shown", lambda: not is_shown("."))
    session.miss_call("c", "4915112345679")
    assert count_calls(session) == begun + 1 and session.process.poll() is None
    wait_for("the user is told that it goes on", lambda: any("keeps receiving" in title for title, body in session.daemon.shown))


def check_autostart(session):
    app, _ = show_preferences(session, "receiving")
    wait_for_row(app, "Start with your session", Role.CHECK_BOX).do_action(0)
    wait_for("the desktop is asked", lambda: session.desktop.autostarts[-1][1])
    assert session.desktop.autostarts[-1] == (APP, True, BEGIN, 0), session.desktop.autostarts

    begun = count_calls(session)
    session.stop()
    session.start(session.desktop.autostarts[-1][2])
    session.miss_call("d", "4915112345680")
    assert count_calls(session) == begun + 1 and not is_shown(".")
    session.activate()
    wait_for("a window is shown", lambda: is_shown("."))


def check_refusals(session):
    session.desktop.starts = False
    session.restart()
    app, _ = show_preferences(session, "receiving")
    wait_for_row(app, "The desktop doesn’t let CallStats start with your session.")

    # As it is switched off in the desktop's settings: nobody is asked then.
    n_questions = len(session.desktop.questions)
    session.desktop.set_permission(APP, "no")
    session.restart()
    app, _ = show_preferences(session, "receiving")
    wait_for_row(app, "The desktop doesn’t let CallStats run in the background.")
    assert not session.desktop.autostarts[-1][1] and len(session.desktop.questions) == n_questions

    # A desktop that asks the user.
    session.desktop.set_permission(APP, "ask")
    session.desktop.allows = False
    session.restart()
    app, _ = show_preferences(session, "receiving")
    wait_for_row(app, "The desktop doesn’t let CallStats run in the background.")
    assert session.desktop.questions[-1][1] == "Calls are received while no window is open.", session.desktop.questions


CASES = [
    ("calls-are-received-from-outside", check_calls),
    ("missed-call-is-notified-through-the-portal", check_notification),
    ("window-is-drawn", check_picture),
    ("leave-for-the-background-is-asked-of-the-portal", check_background),
    ("secret-is-kept-through-the-portal", check_secret),
    ("calls-survive-a-restart", check_restart),
    ("secret-is-found-again", check_secret_is_found),
    ("watched-file-is-followed-through-the-portal", check_watched_file),
    ("plugins-of-the-connector-are-found", check_plugins),
    ("order-is-looked-up-in-a-database-outside", check_database),
    ("secured-database-has-to-prove-itself", check_secured_database),
    ("closed-window-leaves-calls-received", check_closed_window),
    ("starts-with-the-session-without-a-window", check_autostart),
    ("refusals-of-the-desktop-are-told", check_refusals),
    ("bus-starts-it", check_activation),
]


def try_case(session, number, name, check):
    """Reports a case in TAP. A fault of any kind fails it, and the others are tried all the same."""
    began = time.monotonic()
    try:
        check(session)
        print(f"ok {number} /flatpak/{name}\n# {time.monotonic() - began:.0f} s", flush=True)
    except Skip as reason:
        print(f"ok {number} /flatpak/{name} # SKIP {reason}", flush=True)
    except Exception as fault:
        print(f"not ok {number} /flatpak/{name}\n# {type(fault).__name__}: {fault}", flush=True)
        subprocess.run(f"xwd -silent -root | convert xwd:- '{session.work}/failed-{number}.png'", shell=True, check=False)
        return False
    return True


def main(work, first):
    session = Session(work)
    failed = False
    try:
        for number, (name, check) in enumerate(CASES, int(first)):
            with open(os.path.join(work, "last-case"), "w", encoding="utf-8") as file:
                file.write(str(number))
            failed |= not try_case(session, number, name, check)
    finally:
        session.end()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2]))
