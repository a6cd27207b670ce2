"""Finds the program eqrl, runs it, and hands signals on to it."""

import importlib.metadata
import importlib.util
import os
import shutil
import signal
import subprocess
import threading
from pathlib import Path

# Exit statuses of the program.
USAGE, DATA, UNFIT, RESOURCE, INTERRUPTED = 2, 3, 4, 6, 130


class EqrlError(RuntimeError):
    """The program failed; the message is its own."""


def packaged():
    """The program that a wheel brings."""
    return Path(__file__).parent / "_program" / "bin" / "eqrl"


def program():
    """Path of the program: $EQRL_PROGRAM, else the one in this package, else that of $PATH."""
    named = os.environ.get("EQRL_PROGRAM")
    if named:
        return named
    if packaged().exists():
        return str(packaged())
    found = shutil.which("eqrl")
    if not found:
        raise EqrlError("no program eqrl: install a wheel that has it, put it on PATH, or set EQRL_PROGRAM")
    return found


def wanted_torch():
    """Version of torch, as "2.9", whose libraries the learner of this wheel takes; None where it takes the system's, or
    where the program is not that of a wheel."""
    file = packaged().parents[1] / "lib" / "eqrl" / "torch_version"
    return file.read_text().strip() if program() == str(packaged()) and file.exists() else None


def _installed_torch():
    """(version, torch/lib) of an installed torch, found without importing it; None without one."""
    try:
        spec = importlib.util.find_spec("torch")
        version = importlib.metadata.version("torch")
    except (ImportError, ValueError):
        return None
    for place in (spec.submodule_search_locations or []) if spec else []:
        if os.path.exists(os.path.join(place, "lib", "libtorch_cpu.so")):
            return version, os.path.join(place, "lib")
    return None


def _torch_fits(torch):
    """C++ libraries of another version have other symbols."""
    wanted = wanted_torch()
    return wanted is not None and torch is not None and torch[0].split(".")[:2] == wanted.split(".")


def missing_torch():
    """What the learner of this wheel needs, in words; None where it is there, or where that is not for Python to say."""
    wanted, torch = wanted_torch(), _installed_torch()
    if wanted is None or _torch_fits(torch):
        return None
    have = f"{torch[0]} is installed" if torch else "none is installed"
    return f"it needs torch {wanted}, and {have}: pip install 'torch=={wanted}.*'"


def environment():
    """The learner of a wheel has no libtorch of its own: it takes that of an installed torch of its version."""
    env, torch = dict(os.environ), _installed_torch()
    if _torch_fits(torch):
        env["LD_LIBRARY_PATH"] = os.pathsep.join(filter(None, [env.get("LD_LIBRARY_PATH"), torch[1]]))
    return env


def _wait(child):
    """Waits for the end. The first Ctrl-C is handed on: the program ends its step and writes what it has found. A
    second one kills it."""
    try:
        return child.communicate() + (False,)
    except KeyboardInterrupt:
        child.send_signal(signal.SIGINT)
    try:
        return child.communicate() + (True,)
    except BaseException:
        child.kill()
        child.communicate()
        raise


def _forward_termination(child):
    """While the program runs, SIGTERM also ends it. Returns what undoes this. Only the main thread may set handlers,
    and handlers of others stay."""
    if threading.current_thread() is not threading.main_thread() or signal.getsignal(signal.SIGTERM) != signal.SIG_DFL:
        return lambda: None

    def end(number, frame):
        child.terminate()
        raise SystemExit(128 + number)

    signal.signal(signal.SIGTERM, end)
    return lambda: signal.signal(signal.SIGTERM, signal.SIG_DFL)


def run(arguments, verbose=False):
    """(exit status, standard output, standard error, whether it was interrupted). verbose: standard error goes to the
    terminal instead."""
    # In a session of its own, Ctrl-C reaches the program once, through us, in a terminal and in a notebook alike.
    child = subprocess.Popen(
        [program(), *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=None if verbose else subprocess.PIPE,
        env=environment(),
        start_new_session=True,
        encoding="utf-8",
        errors="replace",
    )
    undo = _forward_termination(child)
    try:
        out, err, interrupted = _wait(child)
    finally:
        undo()
        if child.poll() is None:
            child.terminate()
            child.wait()
    return child.returncode, out, err or "", interrupted


def lines(err):
    """What the program said, without its name before each line."""
    return [line[len("eqrl: ") :] if line.startswith("eqrl: ") else line for line in err.splitlines() if line.strip()]


def failure(status, err):
    """The exception for an exit status: ValueError where data or options are at fault."""
    said = lines(err)
    message = said[-1] if said else f"eqrl ended with status {status}"
    return ValueError(message) if status in (USAGE, DATA) else EqrlError(message)
