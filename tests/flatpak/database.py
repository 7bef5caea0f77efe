# SPDX-License-Identifier: GPL-3.0-or-later
"""A MariaDB outside the sandbox with the orders of a shop, and nothing of the machine's own."""

import os
import shutil
import socket
import subprocess
import time

USER, PASSWORD = "reader", "order-key-456"
SMALL = ["--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M"]
ORDERS = ("CREATE DATABASE shop; CREATE TABLE shop.customer (id VARCHAR(20) PRIMARY KEY, order_status VARCHAR(20)); "
          "INSERT INTO shop.customer VALUES ('00000001', 'RECEIVED'), ('00000002', 'PENDING');")


def find(program):
    return shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin")


def find_server():
    """Whether there is all that it takes."""
    return find("mariadbd") and find("mariadb-install-db") and find("mariadb")


class Database:
    """One that is gone when the test is, however that ends."""

    def __init__(self, folder, *options):
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        self.folder, self.process = folder, None
        self.socket = os.path.join(folder, "socket")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            self.port = taken.getsockname()[1]
        subprocess.run([find("mariadb-install-db"), "--no-defaults", f"--datadir={folder}/data", f"--tmpdir={folder}", "--user=root",
                        "--auth-root-authentication-method=normal", "--skip-test-db", *SMALL], check=True, capture_output=True)
        self.start(*options)
        self.run(ORDERS)
        self.make_user()

    def start(self, *options):
        log = os.path.join(self.folder, "log.err")
        self.process = subprocess.Popen(
            ["setpriv", "--pdeathsig", "TERM", find("mariadbd"), "--no-defaults", f"--datadir={self.folder}/data",
             f"--socket={self.socket}", f"--port={self.port}",
             "--user=root", f"--log-error={log}", f"--pid-file={self.folder}/pid", f"--tmpdir={self.folder}",
             "--bind-address=127.0.0.1", "--skip-name-resolve", "--skip-log-bin", *SMALL, *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 60
        while self.ask("DO 1").returncode != 0:
            if time.monotonic() > end or self.process.poll() is not None:
                with open(log, encoding="utf-8", errors="replace") as file:
                    raise AssertionError("MariaDB doesn't start: " + file.read()[-2000:])
            time.sleep(0.05)

    def stop(self):
        if self.process is not None:
            self.process.terminate()
            self.process.wait()
        self.process = None

    def ask(self, statements):
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch", "--skip-column-names"],
                              input=statements, check=False, capture_output=True, text=True)

    def run(self, statements):
        answer = self.ask(statements)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout

    def make_user(self):
        """Takes, where the server has it, the way of logging in for which the client needs a plugin from its folder."""
        self.plugin = "ed25519" if self.ask("INSTALL SONAME 'auth_ed25519'").returncode == 0 else "mysql_native_password"
        self.run(f"CREATE USER {USER} IDENTIFIED VIA {self.plugin} USING PASSWORD('{PASSWORD}'); GRANT SELECT ON shop.* TO {USER};")
