# SPDX-License-Identifier: GPL-3.0-or-later
"""The program with its window as a screen reader meets it: walks all that each page and dialog tells over AT-SPI.

Starts a display and a session bus of its own, which offers nothing but the accessibility bus, and itself once more in them."""

import contextlib
import os
import pathlib
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as xml

import harness

INSIDE = "CALLSTATS_INSIDE_ACCESSIBLE_SESSION"
RESULTS = "CALLSTATS_RESULTS"
SYSTEM_PYTHON = "/usr/bin/python3"
A11Y_SERVICE = "/usr/share/dbus-1/services/org.a11y.Bus.service"
BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{services}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
APP = "com.example.CallStats"
PATH = "/com/example/CallStats"
SOURCES = harness.HERE.parents[1] / "src" / "ui"


def enter_session():
    """Replaces this process by one that runs this file in a session of its own; returns why that can't be."""
    for name in ("dbus-run-session", "xdotool", "xvfb-run"):
        if shutil.which(name) is None:
            return f"{name} is not installed"
    if not os.path.exists(A11Y_SERVICE):
        return "at-spi2-core is not installed"
    probe = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if subprocess.run([SYSTEM_PYTHON, "-c", probe], check=False, capture_output=True).returncode != 0:
        return "python3-gi or gir1.2-atspi-2.0 is not installed"

    with tempfile.TemporaryDirectory(prefix="callstats-a11y-") as folder:
        services = pathlib.Path(folder, "services")
        services.mkdir()
        shutil.copy(A11Y_SERVICE, services)
        bus = pathlib.Path(folder, "bus.conf")
        bus.write_text(BUS.format(services=services))
        env = dict(os.environ, **{INSIDE: "1"}, HOME=folder, XDG_RUNTIME_DIR=folder, GDK_BACKEND="x11", GSK_RENDERER="cairo",
                   ADW_DISABLE_PORTAL="1", GSETTINGS_BACKEND="memory", NO_AT_BRIDGE="1")
        for name in ("AT_SPI_BUS_ADDRESS", "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GTK_A11Y", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME",
                     "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            env.pop(name, None)
        # The bus lets its services write to standard output, which is for the results alone, and newer ones pass no other on.
        env[RESULTS] = f"/proc/{os.getpid()}/fd/{sys.stdout.fileno()}"
        sys.exit(subprocess.run(
            ["xvfb-run", "-a", "-s", "-screen 0 1280x1024x24 -noreset", "dbus-run-session", f"--config-file={bus}", "--",
             SYSTEM_PYTHON, os.path.abspath(__file__), *sys.argv[1:]],
            check=False, env=env, stdout=sys.stderr).returncode)


if INSIDE not in os.environ:
    print(f"1..0 # SKIP {enter_session()}")
    sys.exit(0)
os.dup2(os.open(os.environ[RESULTS], os.O_WRONLY | os.O_APPEND), sys.stdout.fileno())

import gi  # noqa: E402

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, Gio, GLib  # noqa: E402

ROLE = Atspi.Role
STATE = Atspi.StateType

# What can be acted on or stood upon: it needs a name whether it takes the focus or not.
CONTROLS = {ROLE.CHECK_BOX, ROLE.CHECK_MENU_ITEM, ROLE.COMBO_BOX, ROLE.ENTRY, ROLE.LINK, ROLE.MENU_ITEM, ROLE.PAGE_TAB,
            ROLE.PASSWORD_TEXT, ROLE.PUSH_BUTTON, ROLE.RADIO_BUTTON, ROLE.RADIO_MENU_ITEM, ROLE.SLIDER, ROLE.SPIN_BUTTON,
            ROLE.TABLE_COLUMN_HEADER, ROLE.COLUMN_HEADER, ROLE.TOGGLE_BUTTON, ROLE.IMAGE, ROLE.ICON, ROLE.LEVEL_BAR,
            ROLE.PROGRESS_BAR}
WINDOWS = {ROLE.ALERT, ROLE.DIALOG, ROLE.FRAME, ROLE.WINDOW}

# Of these the focus goes to something inside, or the arrow keys move them as a whole. A label without text is a place for one, and
# what has no role of its own is a filler in GTK 4.8, and a panel in 4.18.
CONTAINERS = {ROLE.FILLER, ROLE.LABEL, ROLE.LIST, ROLE.PANEL, ROLE.SCROLL_PANE}

# Called by the text in them where they have no name of their own.
ITEMS = {ROLE.LIST_ITEM, ROLE.TABLE_CELL, ROLE.TABLE_ROW, ROLE.TREE_ITEM}

# An underscore that belongs to a key: what a button with use-underline is called in GTK 4.8, unless it has an accessible label.
# (GTK 4.8 also joins the label and the text of what labels it: "Port Port" is no fault of ours.)
SPOILT = re.compile(r"(^|[^\w])_\w")

# What GTK calls a thing that has no name.
TYPE_NAME = re.compile(r"(Gtk|Adw|Cs)[A-Z]\w+")


def iterate():
    while GLib.MainContext.default().iteration(False):
        pass


def wait_for(what, condition, seconds=20):
    """Returns the condition's value as soon as it is true."""
    end, last = time.monotonic() + seconds, None
    while time.monotonic() < end:
        iterate()
        try:
            if value := condition():
                return value
            last = None
        except GLib.Error as error:
            last = error  # What was asked has gone meanwhile.
        time.sleep(0.05)
    raise AssertionError(f"{what}: not within {seconds} s" + (f" ({last.message})" if last else ""))


def children(node):
    return [child for i in range(node.get_child_count()) if (child := node.get_child_at_index(i)) is not None]


def is_hidden(node):
    """Whether neither eye nor screen reader gets there: a part that is not shown now."""
    states = node.get_state_set()
    return not states.contains(STATE.VISIBLE)


def walk(node, path=()):
    """Yields all that is shown below, with the way there."""
    yield node, path
    for child in children(node):
        if is_hidden(child):
            continue
        yield from walk(child, (*path, node))


def describe(node, path):
    steps = [f"{step.get_role_name()} “{step.get_name()}”" for step in (*path, node)]
    return " / ".join(steps[-5:])


def has_text(node):
    return any((child.get_name() or "").strip() for child, _ in walk(node) if child.get_role() in (ROLE.LABEL, ROLE.STATIC, ROLE.ENTRY))


def get_name(node):
    """Returns what it is called, or what labels it: an item of a menu has no other name in GTK 4.18."""
    name = (node.get_name() or "").strip()
    if not name and node.get_role() == ROLE.MENU_ITEM:
        name = " ".join(get_label(relation) for relation in node.get_relation_set()
                        if relation.get_relation_type() == Atspi.RelationType.LABELLED_BY)
    return "" if TYPE_NAME.fullmatch(name) else name


def get_label(relation):
    labels = [relation.get_target(i) for i in range(relation.get_n_targets())]
    return " ".join(label.get_name() or Atspi.Text.get_text(label, 0, -1) for label in labels).strip()


def is_part(node, path):
    """Whether it needs no name of its own, being a part of something that has one: an icon in a button or a row, the button that
    GTK puts into a choice, the rows' place in a table."""
    role = node.get_role()
    for around in reversed(path):
        within = around.get_role()
        if not get_name(around):
            continue
        if role in (ROLE.IMAGE, ROLE.ICON) and (within in CONTROLS or within in ITEMS or within == ROLE.TEXT):
            return True
        if role in (ROLE.PUSH_BUTTON, ROLE.TOGGLE_BUTTON) and within == ROLE.COMBO_BOX:
            return True
        # Of libadwaita 1.2 the marks in a row for a password, and the switch of a row that can be expanded.
        if (node.get_name(), within) in (("GtkImage", ROLE.TEXT), ("GtkSwitch", ROLE.LIST_ITEM)):
            return True
    return False


def get_faults(window, is_ours, hidden=None):
    """Returns a sentence for each thing that a screen reader could not call by a name; and how many could be named. Of a window that
    is the library's, the title alone is judged; hidden is what GTK calls a part of it that is never shown."""
    faults, n_named = [], 0
    for node, path in walk(window):
        try:
            role, name, states = node.get_role(), get_name(node), node.get_state_set()
            is_control = role in CONTROLS or (states.contains(STATE.FOCUSABLE) and role not in CONTAINERS)
            if not (is_control or role in WINDOWS):
                continue
            if os.environ.get("CALLSTATS_SHOW_TREE"):
                print("#   " + describe(node, path))
            if not is_ours and role not in WINDOWS:
                n_named += bool(name)
            elif SPOILT.search(name):
                faults.append("with a spoilt name: " + describe(node, path))
            elif name or (role in ITEMS and has_text(node)) or node.get_name() == hidden:
                n_named += 1
            elif not is_part(node, path):
                faults.append("without a name: " + describe(node, path))
        except GLib.Error:
            pass  # A row that has been recycled while we looked.
    return faults, n_named


class Program(harness.App):
    """The program with its window, on the data that the headless one has made."""

    def fill(self):
        """Receives some calls and a heartbeat while there is no window, and ends."""
        for outcome in ("answered", "missed", "voicemail", "busy", "missed", "rejected"):
            self.send(*harness.call_events(outcome, harness.new_number(), "4921155500100"))
        self.send(harness.event("newCall", harness.new_id(), harness.new_number(), "4921155500100", user=["Alice"], userId=["w0"]))
        beat = ('{"timestamp": "2025-01-15T10:30:00Z", "status_type": "WARNING", "incoming_affected": ["01139585476"], '
                '"outgoing_affected": null, "data": {"01139585476": {"incoming_call": {"status": "major_outage"}}}}')
        answer = self.post(beat, f"/webhook/heartbeat/{harness.TOKEN}", {"Content-Type": "application/json"})
        assert answer.status == 200, answer
        assert self.stop() == 0

    def open(self):
        env = dict(self.env, DISPLAY=os.environ["DISPLAY"])
        # A port of its own choice would be told to nobody.
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.write_settings(webhook_port=self.port)
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen([harness.program(), f"--data-dir={self.dir}"], stdout=subprocess.PIPE, stderr=log, env=env)
        self.bus = Gio.bus_get_sync(Gio.BusType.SESSION)
        self.accessible = wait_for("the program on the accessibility bus", self.find)
        wait_for("the main window", self.get_windows)
        return self

    def find(self):
        assert self.process.poll() is None, f"it ended: {self.log()[-2000:]}"
        Atspi.get_desktop(0).clear_cache()
        for child in children(Atspi.get_desktop(0)):
            if child.get_process_id() == self.process.pid:
                return child
        return None

    def get_windows(self):
        self.accessible.clear_cache()
        return [window for window in children(self.accessible) if window.get_state_set().contains(STATE.SHOWING)]

    def act(self, action, *parameters):
        self.bus.call_sync(APP, PATH, "org.gtk.Actions", "Activate", GLib.Variant("(sava{sv})", (action, list(parameters), {})),
                           None, Gio.DBusCallFlags.NONE, 10000, None)

    def press(self, title, *keys):
        window = wait_for(f"the window {title}", lambda: xdotool("search", "--onlyvisible", "--name", f"^{title}$")).split()[-1]
        xdotool("windowfocus", "--sync", window)
        for key in keys:
            xdotool("key", key)

    def get_main(self):
        return wait_for("the main window", lambda: next((w for w in self.get_windows() if w.get_name() == "CallStats"), None))

    @contextlib.contextmanager
    def dialog(self):
        """Yields the window above the main one, as soon as it has something in it, and closes it."""
        def look():
            others = [window for window in self.get_windows() if window.get_name() != "CallStats"]
            return others[-1] if others and len(list(walk(others[-1]))) > 5 else None
        try:
            yield wait_for("a dialog", look)
        finally:
            self.close_dialogs()

    def close_dialogs(self):
        def is_gone(title):
            return all(window.get_name() != title for window in self.get_windows())

        for title in [window.get_name() for window in self.get_windows() if window.get_name() != "CallStats"]:
            for key in ("Escape", "ctrl+w"):
                ids = xdotool("search", "--onlyvisible", "--name", f"^{re.escape(title)}$").split()
                if ids:
                    xdotool("windowfocus", ids[-1])
                    xdotool("key", key)
                with contextlib.suppress(AssertionError):
                    wait_for(f"the end of {title}", lambda title=title: is_gone(title), 2)
                if is_gone(title):
                    break
            assert is_gone(title), f"neither Escape nor Ctrl+W closes {title}"


def xdotool(*arguments):
    return subprocess.run(["xdotool", *arguments], check=False, capture_output=True, text=True).stdout.strip()


def settle(window):
    """Waits until the tree is the same twice: lists come later than the window they are in."""
    state = {}

    def is_still():
        before, state["n"] = state.get("n"), sum(1 for _ in walk(window))
        time.sleep(0.15)
        return before == state["n"]
    wait_for("an end of the changes", is_still)


def judge(window, least=2, is_ours=True, hidden=None):
    """Asserts that all in the window have names, and at least so many are there."""
    settle(window)
    faults, n_named = get_faults(window, is_ours, hidden)
    assert not faults, "\n".join(faults)
    assert n_named >= least, f"only {n_named} things with a name were found"
    print(f"# {n_named} with a name")


app = Program({"orders-enabled": "true", "orders-numbers": "['+4921155500999']"})


def find_by(window, matches):
    return next((node for node, _ in walk(window) if matches(node)), None)


def selected_page(main):
    """Returns the title of the page that the view switcher shows."""
    for node, _ in walk(main):
        states = node.get_state_set()
        if node.get_role() in (ROLE.PAGE_TAB, ROLE.RADIO_BUTTON, ROLE.TOGGLE_BUTTON) and any(
                states.contains(state) for state in (STATE.SELECTED, STATE.CHECKED, STATE.PRESSED)):
            return node.get_name()
    return None


def page_titles():
    """Returns the titles of the pages in the window's template, in their order."""
    template = xml.parse(SOURCES / "cs-window.ui")
    return [page.findtext("property[@name='title']") for page in template.iter("object") if page.get("class") == "AdwViewStackPage"]


def preferences_pages():
    """Returns the names of the pages of the preferences, each in its template."""
    names = []
    for path in sorted(SOURCES.glob("cs-*.ui")):
        for element in xml.parse(path).iter():
            if "AdwPreferencesPage" in (element.get("class"), element.get("parent")):
                names.append(element.findtext("property[@name='name']"))
    return [name for name in names if name is not None]


@harness.case("/accessibility/first-step")
def _():
    # There is one of the program at a time.
    assert app.stop() == 0
    with Program() as empty:
        empty.stop()
        empty.open()
        judge(empty.get_main(), 4)
    app.open()


for number, title in enumerate(page_titles(), 1):
    @harness.case(f"/accessibility/page/{title}", number, title)
    def _(number, title):
        app.press("CallStats", f"alt+{number}")
        wait_for(f"the page {title}", lambda: (selected_page(app.get_main()) or "").startswith(title))
        judge(app.get_main(), 8)


@harness.case("/accessibility/menu")
def _():
    app.press("CallStats", "F10")
    wait_for("the menu", lambda: find_by(app.get_main(), lambda node: node.get_role() == ROLE.MENU_ITEM))
    judge(app.get_main(), 12)
    xdotool("key", "Escape")


@harness.case("/accessibility/receiver-popover")
def _():
    button = find_by(app.get_main(), lambda node: node.get_role() in (ROLE.TOGGLE_BUTTON, ROLE.PUSH_BUTTON) and
                     node.get_state_set().contains(STATE.FOCUSABLE))
    before = sum(1 for _ in walk(app.get_main()))
    button.do_action(0)
    wait_for("the popover", lambda: sum(1 for _ in walk(app.get_main())) > before + 3)
    judge(app.get_main(), 8)
    xdotool("key", "Escape")


for name in preferences_pages():
    @harness.case(f"/accessibility/preferences/{name}", name)
    def _(name):
        app.act("preferences-page", GLib.Variant("s", name))
        with app.dialog() as dialog:
            # The search in all preferences is switched off.
            judge(dialog, 8, hidden="GtkSearchEntry")


for action in ("about", "contacts"):
    @harness.case(f"/accessibility/dialog/{action}", action)
    def _(action):
        app.act(action)
        with app.dialog() as dialog:
            # What is in the window about the program is libadwaita's.
            judge(dialog, 3, is_ours=action != "about")


@harness.case("/accessibility/dialog/contact")
def _():
    app.act("edit-contact", GLib.Variant("s", "+49 30 123456"))
    with app.dialog() as dialog:
        judge(dialog, 5)


@harness.case("/accessibility/dialog/order")
def _():
    app.press("CallStats", "alt+4")
    wait_for("the page", lambda: (selected_page(app.get_main()) or "").startswith("Order line"))
    add = wait_for("the button to add an order", lambda: find_by(app.get_main(), lambda node: node.get_name().startswith("Add an order") and
                                                                 node.get_state_set().contains(STATE.SENSITIVE)))
    add.do_action(0)
    with app.dialog() as dialog:
        judge(dialog, 5)


@harness.case("/accessibility/dialog/shortcuts")
def _():
    app.press("CallStats", "ctrl+question")
    with app.dialog() as dialog:
        judge(dialog, 2, is_ours=False)


@harness.case("/accessibility/bars-tell-their-values")
def _():
    app.press("CallStats", "alt+1")
    chart = wait_for("the chart", lambda: find_by(app.get_main(), lambda node: node.get_role() == ROLE.LIST and
                                                  node.get_name() == "How calls ended"))
    items = wait_for("its bars", lambda: children(chart))
    told = {item.get_name(): item.get_description() for item in items}
    assert len(told) >= 4, told
    assert told["Missed"] == "2 of 6 (33 %)", told


def focused(items):
    return next((i for i, item in enumerate(items) if item.get_state_set().contains(STATE.FOCUSED)), None)


@harness.case("/accessibility/strip-tells-its-times")
def _():
    app.press("CallStats", "alt+3")
    strip = wait_for("the strip", lambda: find_by(app.get_main(), lambda node: node.get_role() == ROLE.LIST and
                                                  node.get_name() == "Health in the last seven days"))
    items = wait_for("its times", lambda: children(strip) if len(children(strip)) >= 2 else None)
    told = [(item.get_name(), item.get_description()) for item in items]
    assert re.fullmatch(r"\w+ \d\d:\d\d – (\w+ )?\d\d:\d\d", told[0][0]), told
    assert told[0][1] == "Nothing heard", told
    assert [text for _, text in told].count("Some affected") == 1, told
    assert "Some affected" in strip.get_description(), strip.get_description()


@harness.case("/accessibility/keys-go-through-the-strip")
def _():
    app.press("CallStats", "alt+3")
    strip = wait_for("the strip", lambda: find_by(app.get_main(), lambda node: node.get_name() == "Health in the last seven days"))
    items = wait_for("its times", lambda: children(strip) if len(children(strip)) >= 2 else None)
    for _ in range(20):
        if focused(items) is not None:
            break
        xdotool("key", "Tab")
        with contextlib.suppress(AssertionError):
            wait_for("the focus", lambda: focused(items) is not None, 0.5)
    assert focused(items) == 0, focused(items)
    for key, expected in (("Right", 1), ("Left", 0), ("End", len(items) - 1), ("Home", 0)):
        xdotool("key", key)
        wait_for(f"the time that {key} goes to", lambda expected=expected: focused(items) == expected)
    xdotool("key", "Tab")
    wait_for("the next stop", lambda: focused(items) is None)


@harness.case("/accessibility/call-is-told-while-it-rings")
def _():
    app.press("CallStats", "alt+1")
    app.send(harness.event("newCall", harness.new_id(), "493055512345", "4921155500100", user=["Alice"], userId=["w0"]))
    row = wait_for("the call", lambda: find_by(app.get_main(), lambda node: node.get_role() == ROLE.LIST_ITEM and
                                               "55512345" in re.sub(r"\W", "", node.get_name() + node.get_description())))
    assert "Ringing" in row.get_name() + row.get_description(), (row.get_name(), row.get_description())


def prepare():
    app.fill()
    app.open()


harness.main(workers=1, shared_app=app, prepare=prepare)
