"""excel.py FORMULA < ROWS: the formula's value for every row of numbers, cells being A2, B2 …

Excel's rules, not Python's: a minus in front binds tighter than ^, and ^ groups from the left.
"""
import math
import re
import sys

FUNCTIONS = {
    "SQRT": math.sqrt, "EXP": math.exp, "LN": math.log, "SIN": math.sin, "COS": math.cos, "TAN": math.tan,
    "ASIN": math.asin, "ACOS": math.acos, "ATAN": math.atan, "SINH": math.sinh, "COSH": math.cosh, "TANH": math.tanh,
    "ABS": abs, "MIN": min, "MAX": max, "MOD": lambda a, b: a - b*math.floor(a/b), "INT": math.floor,
    "SIGN": lambda a: (a > 0) - (a < 0), "IF": lambda c, a, b: a if c else b, "ERF": math.erf, "LOG10": math.log10,
    "LOG": lambda a, b: math.log2(a) if b == 2 else math.log(a, b), "PI": lambda: math.pi,
}


class Formula:
    def __init__(self, text, cells):
        self.tokens = re.findall(r"\d+\.?\d*(?:e[-+]?\d+)?|[A-Z]+\d+(?!\d*\()|[A-Z]+\d*|>=|[-+*/^(),]", text)
        if "".join(self.tokens) != text:
            raise SyntaxError(text)
        self.cells = cells

    def next(self):
        return self.tokens[0] if self.tokens else ""

    def take(self, *wanted):
        if wanted and self.next() not in wanted:
            raise SyntaxError("expected %s before %s" % (wanted, self.tokens))
        return self.tokens.pop(0)

    def levels(self, operand, operators):
        value = operand()
        while self.next() in operators:
            value = operators[self.take()](value, operand())
        return value

    def comparison(self):
        return self.levels(self.sum, {">=": lambda a, b: a >= b})

    def sum(self):
        return self.levels(self.product, {"+": lambda a, b: a + b, "-": lambda a, b: a - b})

    def product(self):
        return self.levels(self.power, {"*": lambda a, b: a*b, "/": lambda a, b: a/b})

    def power(self):
        return self.levels(self.signed, {"^": math.pow})

    def signed(self):
        if self.next() == "-":
            self.take()
            return -self.signed()
        return self.atom()

    def atom(self):
        token = self.take()
        if token == "(":
            value = self.comparison()
            self.take(")")
            return value
        if token in FUNCTIONS and self.next() == "(":
            values = []
            self.take("(")
            while self.next() != ")":
                values.append(self.comparison())
                if self.next() != ")":
                    self.take(",")
            self.take(")")
            return FUNCTIONS[token](*values)
        return self.cells[token] if token in self.cells else float(token)

    def value(self):
        value = self.comparison()
        if self.tokens:
            raise SyntaxError("left over: %s" % self.tokens)
        return value


for line in sys.stdin:
    cells = {"%s2" % chr(65 + i): float(v) for i, v in enumerate(line.split())}
    print("%.17g" % Formula(sys.argv[1].lstrip("="), cells).value())
