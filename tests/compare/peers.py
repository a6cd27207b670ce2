#!/usr/bin/env python3
"""peers.py: other symbolic regression tools on the problems of eqrl bench, under the same budget.

    build/eqrl bench --problems data/benchmarks/formulas.json --names data/benchmarks/dev60.json \\
        --export build/peers --export-report --quiet
    tests/compare/peers.py --peer operon --dir build/peers --time 10 --out build/operon.jsonl
    tests/compare/peers.py --peer gplearn --dir build/peers --time 10 --out build/gplearn.jsonl

Each NAME.csv has the rows that a method may see, NAME.report.csv those that judge it: the same as in the runs of
eqrl bench with the same --seed. A peer gets one thread and --time seconds of wall time. Its equation, as it prints it,
is measured on the report rows by numpy; its size is counted by `eqrl eval`, or by the same rule here where it has more
constants than eqrl reads. What fails, or is not finite everywhere, is a miss. --sizes names a results file of eqrl bench: with the true sizes in it, recovery
is counted by the same rule (FVU of at most 1.2e-7, at most twice the true size and 4 nodes). Needs numpy and the peer (pip install pyoperon, gplearn); nothing else of eqrl does.
"""
import argparse
import ast
import concurrent.futures
import json
import math
import os
import random
import re
import statistics
import subprocess
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def operon(x, y, names, seconds, seed):
    from pyoperon.sklearn import SymbolicRegressor

    model = SymbolicRegressor(
        allowed_symbols="add,sub,mul,div,pow,sin,cos,exp,log,sqrt,square,tanh,constant,variable",
        optimizer_iterations=5, max_length=30, n_threads=1, max_time=int(seconds), max_evaluations=10**9,
        generations=10**6, random_state=seed)
    model.fit(x, y)
    return model.get_model_string(model.model_, 17, list(names))


def lisp_to_infix(text):
    """gplearn prints add(X0, mul(X1, 0.5)); its sqrt, log and div are protected."""
    text = re.sub(r"\bsqrt\(", "sqrt_abs(", text)
    text = re.sub(r"\blog\(", "log_abs(", text)
    tokens = re.findall(r"[A-Za-z_]\w*|-?\d[\d.e+-]*|[(),]", text)
    binary = {"add": "+", "sub": "-", "mul": "*", "div": "/"}

    def parse(i):
        name = tokens[i]
        if i + 1 >= len(tokens) or tokens[i + 1] != "(":
            return name if not name.startswith("-") else f"({name})", i + 1
        args, i = [], i + 2
        while True:
            arg, i = parse(i)
            args.append(arg)
            i += 1
            if tokens[i - 1] == ")":
                break
        if name in binary:
            return f"({args[0]} {binary[name]} {args[1]})", i
        if name.endswith("_abs"):
            return f"{name[:-4]}(abs({args[0]}))", i
        return f"{'-' if name == 'neg' else name}({args[0]})", i

    return parse(0)[0]


def gplearn(x, y, names, seconds, seed):
    from gplearn.genetic import SymbolicRegressor

    begin = time.time()
    model = SymbolicRegressor(
        population_size=1000, generations=1, parsimony_coefficient=1e-3, metric="mse", n_jobs=1, warm_start=True,
        function_set=("add", "sub", "mul", "div", "sqrt", "log", "sin", "cos"), feature_names=list(names),
        random_state=seed)
    while True:
        model.fit(x, y)
        if time.time() - begin > seconds:
            break
        model.set_params(generations=model.generations + 1)
    return lisp_to_infix(str(model._program))


PEERS = {"operon": operon, "gplearn": gplearn}


def read(path):
    import numpy

    with open(path) as f:
        names = f.readline().strip().split(",")
    rows = numpy.loadtxt(path, delimiter=",", skiprows=1, ndmin=2)
    return names, rows[:, :-1], rows[:, -1]


def run(job):
    peer, path, seconds, seed = job
    os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    name = os.path.basename(path)[:-len(".csv")]
    result = {"problem": name, "arm": peer, "seed": seed, "budget_s": seconds, "r2": None, "size": None,
              "equation": None, "error": None}
    begin = time.time()
    try:
        names, x, y = read(path)
        result["equation"] = PEERS[peer](x, y, names[:-1], seconds, seed)
    except Exception as e:  # a peer's failure is a miss, not ours
        result["error"] = f"{type(e).__name__}: {e}"
    result["seconds"] = time.time() - begin
    if result["equation"]:
        measure(result, path)
    return result


def r2_of(equation, path):
    import numpy

    names, x, y = read(path)
    functions = {f: getattr(numpy, f) for f in ("sin", "cos", "exp", "log", "sqrt", "tanh", "abs", "square")}
    functions["pow"] = numpy.power
    with numpy.errstate(all="ignore"):
        value = eval(compile(equation.replace("^", "**"), "equation", "eval"), {"__builtins__": {}},
                     functions | dict(zip(names, x.T)))
        r2 = float(1 - numpy.sum((y - value) ** 2) / numpy.sum((y - numpy.mean(y)) ** 2))
    return r2 if math.isfinite(r2) else None


def nodes(equation):
    counted = (ast.BinOp, ast.UnaryOp, ast.Call, ast.Name, ast.Constant)
    tree = ast.parse(equation.replace("^", "**"), mode="eval")
    return sum(isinstance(n, counted) for n in ast.walk(tree)) - sum(isinstance(n, ast.Call) for n in ast.walk(tree))


def measure(result, path):
    report = path[:-len(".csv")] + ".report.csv"
    try:
        result["r2"] = r2_of(result["equation"], report)
        result["size"] = nodes(result["equation"])
    except Exception as e:
        result["error"] = f"{type(e).__name__}: {e}"
        return
    done = subprocess.run([os.path.join(ROOT, "build/eqrl"), "eval", result["equation"], "--data", report, "-q", "--format",
                           "json"], capture_output=True, text=True)
    try:
        result["size"] = json.loads(done.stdout)["size"]
    except (json.JSONDecodeError, KeyError):
        pass  # more constants than eqrl reads: the size stays the one counted here


def interval(hits, rng):
    means = sorted(statistics.fmean(rng.choices(hits, k=len(hits))) for _ in range(2000))
    return f"{100 * statistics.fmean(hits):5.1f} [{100 * means[50]:.1f}, {100 * means[1949]:.1f}]"


def true_sizes(path):
    with open(path) as f:
        lines = [json.loads(line) for line in f]
    return {line["problem"]: line["true_size"] for line in lines if "true_size" in line}


def recovered(r, sizes):
    return (r["r2"] is not None and r["size"] is not None and 1 - r["r2"] <= 1.2e-7
            and r["size"] <= 2 * sizes.get(r["problem"], -4) + 4)


def summary(results, known):
    rng = random.Random(1)
    if known:
        print(f"recovered % {interval([recovered(r, known) for r in results], rng)}")
    r2 = [r["r2"] if r["r2"] is not None and math.isfinite(r["r2"]) else -math.inf for r in results]
    sizes = [r["size"] for r in results if r["size"]]
    print(f"{results[0]['arm']:10} n {len(results)}   R2>0.999 % {interval([v > 0.999 for v in r2], rng)}   "
          f"R2>0.99 % {interval([v > 0.99 for v in r2], rng)}   median R2 {statistics.median(r2):.6f}   "
          f"median size {statistics.median(sizes) if sizes else '-'}   failed {sum(r['r2'] is None for r in results)}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peer", choices=sorted(PEERS), required=True)
    parser.add_argument("--dir", required=True)
    parser.add_argument("--time", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--out")
    parser.add_argument("--sizes")
    a = parser.parse_args()
    try:
        __import__({"operon": "pyoperon"}.get(a.peer, a.peer))
    except ImportError as e:
        sys.exit(f"peers.py: {e}; pip install {'pyoperon' if a.peer == 'operon' else a.peer} numpy")
    files = sorted(os.path.join(a.dir, f) for f in os.listdir(a.dir)
                   if f.endswith(".csv") and not f.endswith(".report.csv"))
    if not files:
        sys.exit(f"peers.py: no CSV files in {a.dir}; write them with eqrl bench --export {a.dir} --export-report")
    results = []
    with concurrent.futures.ProcessPoolExecutor(a.jobs) as pool:
        for r in pool.map(run, [(a.peer, f, a.time, a.seed) for f in files]):
            results.append(r)
            print(f"{len(results)}/{len(files)}  {r['problem']}  R2 {r['r2']}  size {r['size']}  "
                  f"{r['error'] or r['equation']}"[:150], flush=True)
            if a.out:
                with open(a.out, "a") as f:
                    f.write(json.dumps(r) + "\n")
    summary(results, true_sizes(a.sizes) if a.sizes else None)


if __name__ == "__main__":
    main()
