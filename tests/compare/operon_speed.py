"""Speed of Operon's evaluator and constant fit beside ours, on the same trees and rows, one thread.

usage: operon_speed.py COMMON_TREES DIR

Runs the program COMMON_TREES (common_trees.c), which measures our half and writes trees and rows to
DIR, rebuilds the trees in pyoperon and measures the other half. Scalars are the wheel's own (it says
which); ours are f64. pyoperon shows no derivatives, so those are compared through the fits alone.
"""

import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import pyoperon as operon

RUNS = 7
LITERAL = {"k": False, "c": True}  # whether a constant of that kind is fitted


def rebuild(equation, hashes):
    """The prefix tokens, backwards, are Operon's postfix: the first operand stands next to its node."""
    nodes = []
    for token in reversed(equation["prefix"]):
        kind, index = str(token)[0], str(token)[1:]
        if kind == "x" and index.isdigit():
            node = operon.Node(operon.NodeType.Variable, hashes[int(index) - 1])
            node.Value, node.Optimize = 1.0, False
        elif kind in LITERAL and index.isdigit():
            node = operon.Node(operon.NodeType.Constant)
            node.Value, node.Optimize = equation["constants"][int(index)], LITERAL[kind]
        else:
            node = operon.Node(getattr(operon.NodeType, token.capitalize()))
        nodes.append(node)
    return operon.Tree(nodes).UpdateNodes()


def median_rate(work, amount):
    rates = []
    for _ in range(RUNS):
        start = time.process_time()  # EvaluateTrees works on a thread of its own
        work()
        rates.append(amount / (time.process_time() - start))
    return statistics.median(rates)


def values_per_second(trees, dataset, rows, scalar):
    """The faster of its two calls: all trees at once, or one at a time into an array of its own."""
    trees = trees[:: 10 if rows > 10000 else 1]
    repeat = 1 + 20000 // rows
    nodes = sum(tree.Length for tree in trees) * rows * repeat
    rows = operon.Range(0, rows)
    table = operon.DispatchTable()
    out = np.empty(len(trees) * rows.Size, dtype=scalar)

    def together():
        for _ in range(repeat):
            operon.EvaluateTrees(trees, dataset, rows, out, 1)

    def one_by_one():
        for tree in trees:
            for _ in range(repeat):
                operon.Evaluate(table, tree, dataset, rows)

    return max(median_rate(together, nodes), median_rate(one_by_one, nodes))


def fits_per_second(forms, dataset, rows, target):
    problem = operon.Problem(dataset)
    problem.Target = target
    problem.TrainingRange = operon.Range(0, rows)
    table = operon.DispatchTable()
    optimizer = operon.LMOptimizer(table, problem, max_iter=50, batch_size=rows)
    fit = operon.CoefficientOptimizer(optimizer)
    random = operon.RandomGenerator(1)
    fitted = []

    def work():
        fitted[:] = [fit(random, tree) for tree in forms]

    return median_rate(work, len(forms)), fitted


def disagreement(forms, equations, dataset, columns, rows):
    """Largest relative difference of a tree's value between Operon and numpy, over a few trees."""
    functions = dict(add=np.add, sub=np.subtract, mul=np.multiply, div=np.divide, pow=np.power, abs=np.abs,
                     asin=np.arcsin, acos=np.arccos, atan=np.arctan)

    def value(tokens, constants):
        token = str(tokens.pop(0))
        if token[0] in "kc" and token[1:].isdigit():
            return np.full(rows, constants[int(token[1:])])
        if token[0] == "x" and token[1:].isdigit():
            return columns[int(token[1:]) - 1][:rows]
        function = functions.get(token) or getattr(np, token)
        operands = [value(tokens, constants) for _ in range(function.nin)]
        return function(*operands)

    worst = 0.0
    with np.errstate(all="ignore"):
        for tree, equation in zip(forms, equations):
            want = value(list(equation["prefix"]), equation["constants"])
            got = operon.Evaluate(tree, dataset, operon.Range(0, rows))
            worst = max(worst, float(np.median(np.abs(got - want) / np.maximum(np.abs(want), 1e-3))))
    return worst


def main():
    program, folder = sys.argv[1:3]
    os.makedirs(folder, exist_ok=True)
    subprocess.run([program, folder], check=True)
    with open(os.path.join(folder, "common.json")) as file:
        common = json.load(file)
    columns = np.fromfile(os.path.join(folder, "rows.f64")).reshape(common["columns"] + 1, common["rows"])
    scalar = operon.Dataset(np.zeros((1, 1), order="F")).Values.dtype
    table = np.asfortranarray(columns.T.astype(scalar))  # stays alive: the data set is a view of it
    dataset = operon.Dataset(table)
    variables = sorted(dataset.Variables, key=lambda v: v.Index)
    hashes = [v.Hash for v in variables]
    trees = [rebuild(e, hashes) for e in common["trees"]]
    forms = [rebuild(e, hashes) for e in common["forms"]]
    rows = common["form_rows"]
    worst = disagreement(forms, common["forms"], dataset, columns, rows)
    if not worst < 1e-3:
        sys.exit(f"the rebuilt trees have other values: {worst:g}")

    print(f"one thread; ours f64, kernels {common['kernels']}; pyoperon {scalar}, its build:")
    print("  " + operon.Version().strip().replace("\n", "\n  "))
    print(f"{'':24} {'eqrl':>10} {'pyoperon':>10} {'ratio':>6}")
    for n in (100, 1000, common["rows"]):
        ours, theirs = common["eqrl"][f"eval_{n}"], values_per_second(trees, dataset, n, scalar)
        print(f"{f'values, {n} rows':24} {ours:10.3g} {theirs:10.3g} {ours / theirs:6.2f}  node-rows/s")
    ours = common["eqrl"]["fit"]
    theirs, fitted = fits_per_second(forms, dataset, rows, variables[-1])
    print(f"{f'fits, {rows} rows':24} {ours:10.3g} {theirs:10.3g} {ours / theirs:6.2f}  fits/s")
    target = columns[-1][:rows]
    errors = [float(np.sum((operon.Evaluate(tree, dataset, operon.Range(0, rows)).astype(float) - target) ** 2))
              for tree, _ in fitted]
    pairs = [(np.inf if a is None else a, np.inf if np.isnan(b) else b) for a, b in zip(common["sse"], errors)]
    ours = sum(b > a * 1.01 for a, b in pairs)
    theirs = sum(a > b * 1.01 for a, b in pairs)
    print(f"of {len(pairs)} fits, ours ends lower by more than 1 % in {ours}, pyoperon's in {theirs}")


if __name__ == "__main__":
    main()
