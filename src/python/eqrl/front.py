"""Equations as the program's JSON describes them: evaluated with NumPy, or made into SymPy's expressions."""

import math


class Equation(dict):
    """One equation of a front. The items are the fields of equations.json (``eqrl help files`` explains them)."""

    @property
    def text(self):
        return self["equation"]

    @property
    def size(self):
        return self["size"]

    def __str__(self):
        return self["equation"]

    def __call__(self, columns):
        """Values as float64. columns: the columns of the search, in its order, as arrays of one length or numbers."""
        import numpy as np

        with np.errstate(all="ignore"):
            leaves = [np.asarray(c, dtype=np.float64) for c in columns]
            value = _fold(self["expr"], _numpy_operators(np), leaves, np.float64, np.float64(np.pi))
            return np.array(np.broadcast_to(value, np.broadcast_shapes(*(c.shape for c in leaves))))

    def sympy(self, names):
        """names: of the columns of the search, in its order; they become real symbols."""
        import sympy as sp

        def number(value):
            return sp.Integer(int(value)) if value.is_integer() and abs(value) < 2**53 else sp.Float(value, 17)

        leaves = [sp.Symbol(name, real=True) for name in names]
        return _fold(self["expr"], _sympy_operators(sp), leaves, number, sp.pi)


class Front:
    """What a search found. equations: from the shortest to the most accurate; chosen: the answer among them, or None."""

    def __init__(self, document, names, interrupted, notes):
        self.names = list(names)
        self.columns = list(document["columns"])
        self.target = document["target"]
        self.equations = [Equation(e) for e in document["equations"]]
        at = document["chosen"]
        self.chosen = None if at is None else self.equations[at]
        self.significant = document.get("significant")
        self.interrupted = interrupted
        self.notes = notes

    def of_size(self, size=None):
        """The equation of that size; the chosen one without it."""
        if size is None:
            return self.chosen
        for e in self.equations:
            if e.size == size:
                return e
        sizes = ", ".join(str(e.size) for e in self.equations)
        raise ValueError(f"no equation of size {size}; there are {sizes}")

    def predict(self, X, size=None):
        """Values for the rows of X, which has the columns of the fit (an array or a list of rows)."""
        import numpy as np

        X = np.asarray(X, dtype=np.float64)
        at = [self.names.index(name) for name in self.columns]
        if not at:  # nothing but constant columns: the equation is a constant
            return np.full(len(X), self.of_size(size)([0.0]))
        return self.of_size(size)([X[:, i] for i in at])

    def sympy(self, size=None):
        return self.of_size(size).sympy(self.columns)

    def __str__(self):
        return "\n".join(f"{'*' if e is self.chosen else ' '} {e.size:4}  {e}" for e in self.equations)


def _fold(expr, operators, columns, number, pi):
    """Value of an equation in prefix notation, read backwards so that operands come before their operator."""
    stack = []
    for token in reversed(expr["prefix"]):
        if token in operators:
            arity, function = operators[token]
            operands = [stack.pop() for _ in range(arity)]
            stack.append(function(*operands))
        elif token == "pi":
            stack.append(pi)
        elif isinstance(token, int):
            stack.append(number(float(token)))
        elif token[0] == "x":
            stack.append(columns[int(token[1:]) - 1])
        else:  # c0, k1: constants, exact in hexadecimal
            stack.append(number(float.fromhex(expr["hex"][int(token[1:])])))
    return stack.pop()


def _numpy_operators(np):
    return {
        "add": (2, np.add),
        "sub": (2, np.subtract),
        "mul": (2, np.multiply),
        "div": (2, np.divide),
        "pow": (2, np.float_power),
        "neg": (1, np.negative),
        "inv": (1, lambda a: np.divide(1.0, a)),
        "square": (1, lambda a: a * a),
        "cube": (1, lambda a: a * a * a),
        "sqrt": (1, np.sqrt),
        "exp": (1, np.exp),
        "log": (1, np.log),
        "sin": (1, np.sin),
        "cos": (1, np.cos),
        "tan": (1, np.tan),
        "asin": (1, np.arcsin),
        "acos": (1, np.arccos),
        "atan": (1, np.arctan),
        "sinh": (1, np.sinh),
        "cosh": (1, np.cosh),
        "tanh": (1, np.tanh),
        "abs": (1, np.abs),
        "min": (2, np.minimum),
        "max": (2, np.maximum),
        "mod": (2, np.mod),
        "floor": (1, np.floor),
        "round": (1, np.rint),
        "sign": (1, np.sign),
        "step": (1, lambda a: np.heaviside(a, 1.0)),
        "erf": (1, np.vectorize(math.erf, otypes=[float])),  # NumPy has none
        "log10": (1, np.log10),
        "log2": (1, np.log2),
        "cbrt": (1, np.cbrt),
    }


def _sympy_operators(sp):
    quarter = sp.Rational(1, 4)
    return {
        "add": (2, lambda a, b: a + b),
        "sub": (2, lambda a, b: a - b),
        "mul": (2, lambda a, b: a * b),
        "div": (2, lambda a, b: a / b),
        "pow": (2, lambda a, b: a**b),
        "neg": (1, lambda a: -a),
        "inv": (1, lambda a: 1 / a),
        "square": (1, lambda a: a**2),
        "cube": (1, lambda a: a**3),
        "sqrt": (1, sp.sqrt),
        "exp": (1, sp.exp),
        "log": (1, sp.log),
        "sin": (1, sp.sin),
        "cos": (1, sp.cos),
        "tan": (1, sp.tan),
        "asin": (1, sp.asin),
        "acos": (1, sp.acos),
        "atan": (1, sp.atan),
        "sinh": (1, sp.sinh),
        "cosh": (1, sp.cosh),
        "tanh": (1, sp.tanh),
        "abs": (1, sp.Abs),
        "min": (2, sp.Min),
        "max": (2, sp.Max),
        "mod": (2, sp.Mod),
        "floor": (1, sp.floor),
        # ties to even, which SymPy has no function for
        "round": (1, lambda a: sp.floor(a / 2 + quarter) + sp.ceiling(a / 2 - quarter)),
        "sign": (1, sp.sign),
        "step": (1, lambda a: sp.Heaviside(a, 1)),
        "erf": (1, sp.erf),
        "log10": (1, lambda a: sp.log(a, 10)),
        "log2": (1, lambda a: sp.log(a, 2)),
        "cbrt": (1, lambda a: sp.sign(a) * sp.Abs(a) ** sp.Rational(1, 3)),  # sp.cbrt is complex below 0
    }
