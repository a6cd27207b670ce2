"""One search: a table is written, the program runs, its JSON is read. No file outlives the call."""

import csv
import json
import os
import shutil
import tempfile
import warnings

from . import process
from .front import Front

# Set when the learner could not be loaded, so that later searches of this process do not try again.
_without_learner = False


def _usable(name):
    return isinstance(name, str) and name.strip() == name != "" and name.isprintable() and "`" not in name


def column_names(names, n):
    """The names as they are where the program can tell them apart, else x0, x1 …"""
    if names is not None and len(names) == n == len(set(names)) and all(map(_usable, names)):
        return list(names)
    return [f"x{i}" for i in range(n)]


def _free_name(wanted, taken):
    while wanted in taken:
        wanted += "_"
    return wanted


def _write_table(path, X, y, weights, header):
    def number(value):
        return repr(float(value))

    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(header)
        for i, row in enumerate(X):
            cells = [number(v) for v in row] + [number(y[i])]
            if weights is not None:
                cells.append(number(weights[i]))
            file.write(",".join(cells) + "\n")


def option_arguments(options):
    """{"max_size": 20, "sparse": False} as ["--max-size=20", "--no-sparse"]; None is left out, a list is repeated."""
    arguments = []
    for name, value in options.items():
        flag = name.replace("_", "-")
        for one in value if isinstance(value, (list, tuple)) else [value]:
            if one is None:
                continue
            if isinstance(one, bool):
                arguments.append(f"--{flag}" if one else f"--no-{flag}")
            else:
                arguments.append(f"--{flag}={one}")
    return arguments


def _search_without_learner(why):
    global _without_learner
    _without_learner = True
    warnings.warn(f"eqrl searches without learning: {why}", stacklevel=5)


def _run_command(method, arguments, run_dir, learn, verbose):
    """The program's answer. learn "auto": where the learner cannot be loaded, it is searched without."""
    if method == "infer":
        return process.run(["infer", *arguments, "--format=json"], verbose)
    arguments = [*arguments, f"--out={run_dir}", "--no-checkpoint"]
    missing = process.missing_torch() if learn == "auto" and not _without_learner else None
    if missing:
        _search_without_learner(missing)
    if learn is False or (learn == "auto" and _without_learner):
        return process.run(["train", *arguments, "--no-learn"], verbose)
    answer = process.run(["train", *arguments], verbose)
    if learn != "auto" or answer[0] not in (process.UNFIT, process.RESOURCE):
        return answer
    shutil.rmtree(run_dir, ignore_errors=True)  # the search began before it missed the learner
    again = process.run(["train", *arguments, "--no-learn"], verbose)
    if again[0] in (0, process.INTERRUPTED):
        _search_without_learner((process.lines(answer[2]) or ["its learner could not be loaded"])[-1])
    return again


def _read_front(method, out, run_dir, names, interrupted, err):
    if method == "infer":
        document = json.loads(out)
    else:
        with open(os.path.join(run_dir, "equations.json"), encoding="utf-8") as file:
            document = json.load(file)
    front = Front(document, names, interrupted, [note["text"] for note in document.get("notes", [])])
    if front.chosen is None:
        raise process.EqrlError(process.lines(err)[-1] if err.strip() else "no valid equation was found")
    return front


def fit(X, y, names=None, weights=None, target="y", method="train", learn="auto", verbose=False, **options):
    """Searches an equation for y. X: rows of numbers; weights: one a row.

    method: "train" searches and learns, "infer" samples the shipped policy alone. learn: "auto" learns where libtorch is
    there, True insists on it, False does without. Further arguments are options of the program with underscores for
    hyphens: time="10s", max_size=20, seed=1 … (`eqrl help train --all`). Ctrl-C ends the search and keeps the best
    equations. Returns a Front.
    """
    if method not in ("train", "infer"):
        raise ValueError(f"method={method!r}: must be 'train' or 'infer'")
    X = X if hasattr(X, "shape") else [list(row) for row in X]
    if len(X) == 0 or len(X) != len(y) or (weights is not None and len(weights) != len(X)):
        raise ValueError(f"X, y and weights differ in length, or are empty: {len(X)} rows, {len(y)} targets")
    names = column_names(names, len(X[0]))
    target = _free_name(target, names)
    header = names + [target]
    with tempfile.TemporaryDirectory(prefix="eqrl-") as folder:
        table = os.path.join(folder, "data.csv")
        run_dir = os.path.join(folder, "run")
        arguments = [f"--data={table}", "--header=yes", "--sep=comma", f"--target={target}", *option_arguments(options)]
        if weights is not None:
            header = header + [_free_name("weight", header)]
            arguments.append(f"--row-weights={header[-1]}")
        _write_table(table, X, y, weights, header)
        if not verbose:
            arguments.append("--quiet")
        status, out, err, interrupted = _run_command(method, arguments, run_dir, learn, verbose)
        if status not in (0, process.INTERRUPTED):
            raise process.failure(status, err.replace(table, "the data"))
        front = _read_front(method, out, run_dir, names, interrupted, err)
        front.latex = _latex(front, table)
    return front


def _latex(front, table):
    """Formula of the chosen equation, as the program sets it."""
    status, out, err, _ = process.run(
        ["export", front.chosen.text, f"--data={table}", f"--target={front.target}", "--format=latex"]
    )
    if status != 0:
        raise process.failure(status, err)
    lines = [line.strip() for line in out.splitlines() if line.strip() and not line.startswith("%")]
    return " ".join(line for line in lines if not line.startswith(("\\begin", "\\end")))
