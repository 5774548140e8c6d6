"""Makes what a real Tryton needs: an environment of its own and an empty database to copy.

Tryton is under the GPL. It is a program apart that the tests talk to over the network, so it is
installed by the hashed list beside this into an environment that nothing else uses.
"""

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ENVIRONMENT = Path(os.environ.get("MELLANTID_TRYTON", HERE / ".venv"))
"""Where it is made; the variable lets several checkouts share one."""
WANTED = HERE / "requirements.txt"
DATABASE = "crm"
TEMPLATE = ENVIRONMENT / "template"
"""The folder of the empty database."""
STAMP = ENVIRONMENT / ".prepared"
ADMINISTRATOR, PASSWORD = "admin", "a-password-of-the-administrator"


def program(name):
    """The path of a program of the environment."""
    return str(ENVIRONMENT / "bin" / name)


def prepared():
    """Whether all is there, as the list wants it."""
    return STAMP.exists() and STAMP.read_bytes() == WANTED.read_bytes()


def configuration(folder, port=0):
    """The text of a configuration: where databases are, and where it listens."""
    return f"[database]\nuri = sqlite://\npath = {folder}\n[web]\nlisten = 127.0.0.1:{port}\n"


def install():
    """Make the environment anew."""
    here = [sys.executable, "-m"]
    # Without pip of its own: a Python without ensurepip can make it too.
    run([*here, "venv", "--clear", "--without-pip", str(ENVIRONMENT)])
    quiet = ["--quiet", "--no-input", "--disable-pip-version-check", "--require-hashes"]
    run([*here, "pip", "--python", program("python"), "install", *quiet, "-r", str(WANTED)])


def initialise():
    """Make the empty database, with the module for opportunities and what it needs."""
    TEMPLATE.mkdir()
    # Tryton makes no SQLite file by itself.
    (TEMPLATE / f"{DATABASE}.sqlite").touch()
    settings, password = TEMPLATE / "trytond.conf", TEMPLATE / "password"
    settings.write_text(configuration(TEMPLATE))
    password.write_text(PASSWORD)
    # In one run: a second one would take the administrator's rights away.
    run(
        [
            *(program("trytond-admin"), "-c", str(settings), "-d", DATABASE),
            *("-u", "sale_opportunity", "--activate-dependencies"),
            *("--email", "admin@example.com"),
        ],
        {"TRYTONPASSFILE": str(password)},
    )


def run(command, more=None):
    """Run a program; fail where it does."""
    subprocess.run(command, check=True, env=os.environ | (more or {}))  # noqa: S603 (our own)


def main():
    """Prepare, where that has not been done."""
    if prepared():
        return
    say("installing Tryton in an environment of its own ...")
    install()
    say("making its database ...")
    initialise()
    STAMP.write_bytes(WANTED.read_bytes())


def say(text):
    """Tell how far it has come."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
