"""statistics.py EQRL — what eqrl fits and evaluates beside SciPy and statsmodels; tests/statistics.sh calls it.

Constants must agree within a small share of their standard errors, standard errors and ends of intervals within
1e-4 of themselves, values of operators within 1e-14. Data are made here, from fixed seeds.
"""
import csv
import json
import math
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np
import scipy.special
import scipy.stats
import statsmodels.api as sm
from scipy.optimize import curve_fit, least_squares

eqrl = os.path.abspath(sys.argv[1])
work = tempfile.TemporaryDirectory()
passed, failed = 0, 0
rounded = 0.02  # share by which an error may rise when constants have the digits that the data determine


def check(name, got, want, tolerance):
    """tolerance: absolute, one number or one for each."""
    global passed, failed
    got, want, tolerance = np.broadcast_arrays(
        np.asarray(got, float), np.asarray(want, float), np.asarray(tolerance, float))
    with np.errstate(invalid="ignore"):
        same = (got == want) | (np.isnan(got) & np.isnan(want)) | (abs(got - want) <= tolerance)
    if same.all():
        passed += 1
        return
    failed += 1
    at = np.argmin(same)
    print(f"FAIL {name}: {got.flat[at]!r} instead of {want.flat[at]!r} (number {at}, "
          f"{np.count_nonzero(~same)} of {same.size} differ)")


def run(*arguments):
    done = subprocess.run([eqrl, *arguments], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"eqrl {' '.join(arguments)}: {done.stderr}")
    return done.stdout


def table(name, **columns):
    path = os.path.join(work.name, name)
    with open(path, "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(columns)
        out.writerows(zip(*[[repr(float(v)) for v in c] for c in columns.values()]))
    return path


class Fit:
    """eqrl eval --fit: constants by name, errors and ends of intervals in the same order."""

    def __init__(self, equation, names, path, *options):
        self.json = json.loads(run("eval", equation, "--fit", "--data", path, "--target", "y", "--seed", "1",
                                   "--format", "json", *options))
        rows = self.json["uncertainty"]["estimates"]  # in the order in which the equation names them
        assert len(rows) == len(names)
        self.value = np.array([r["value"] for r in rows])
        self.error = np.array([r["standard_error"] for r in rows])
        self.interval = np.array([[r["low"], r["high"]] for r in rows])

    def beside(self, name, value, error, interval=None, close=1e-4, tolerance=1e-4):
        """close: of constants, in standard errors."""
        error = np.asarray(error)
        check(f"{name}: constants", self.value, value, close * error)
        check(f"{name}: standard errors", self.error, error, tolerance * error)
        if interval is not None:
            check(f"{name}: intervals", self.interval, interval, (close + tolerance * 4) * error[:, None])

    def predict(self, name, path):
        """eqrl predict --interval with this equation, as a run's answer."""
        folder = os.path.join(work.name, name)
        os.makedirs(folder)
        expr = self.json["expr"]
        for e in self.json["uncertainty"]["estimates"]:  # all digits; the equation has those that the data determine
            expr["constants"][e["index"]] = e["value"]
            expr["hex"][e["index"]] = e["value"].hex()
        entry = {"size": self.json["size"], "constants": 2, "expr": expr,
                 "uncertainty": self.json["uncertainty"]}
        front = {"schema": 2, "target": "y", "columns": ["x"], "chosen": 0, "equations": [entry]}
        if "loss" in self.json:
            front["loss"] = self.json["loss"]["name"]
        with open(os.path.join(folder, "equations.json"), "w") as f:
            json.dump(front, f)
        lines = run("predict", "--run", folder, "--interval", "--data", path).split()
        return np.array([[float(v) for v in line.split(",")] for line in lines[1:]]).T


def student(fit, degrees):
    return fit.params[:, None] + np.outer(fit.bse, scipy.stats.t.ppf([0.025, 0.975], degrees))


# ---- least squares: a line, with weights; a curve; its predictions ----------------------------------------------

def least_squares_fits():
    rng = np.random.default_rng(1)
    x = np.linspace(0.2, 4, 30)
    y = 2.5 * np.exp(-0.8 * x) + 0.3 + rng.normal(0, 0.03, x.size)
    path = table("decay.csv", x=x, y=y)
    fit = Fit("a*exp(-b*x) + c", "abc", path)
    value, cov = curve_fit(lambda x, a, b, c: a * np.exp(-b * x) + c, x, y, [2, 1, 0], xtol=1e-14, ftol=1e-14)
    error = np.sqrt(np.diag(cov))
    t = scipy.stats.t.ppf([0.025, 0.975], x.size - 3)
    fit.beside("mse, a decay", value, error, value[:, None] + np.outer(error, t))

    y = 1 + 2 * x + rng.normal(0, 0.2, x.size)
    sigma = 0.1 + 0.1 * x
    path = table("line.csv", x=x, y=y, s=sigma)
    want = sm.OLS(y, sm.add_constant(x)).fit()
    fit = Fit("a + b*x", "ab", path, "--features", "x")
    fit.beside("mse, a line", want.params, want.bse, want.conf_int())
    want = sm.WLS(y, sm.add_constant(x), weights=sigma**-2).fit()
    Fit("a + b*x", "ab", path, "--sigma", "s").beside("mse with sigma", want.params, want.bse, want.conf_int())

    new = np.array([-3, 0, 0.5, 7, 100])
    want = sm.OLS(y, sm.add_constant(x)).fit().get_prediction(sm.add_constant(new, has_constant="add"))
    got = fit.predict("run_mse", table("new.csv", x=new))
    check("mse: predictions", got[0], want.predicted_mean, 1e-6)
    check("mse: intervals of the curve", got[1:3].T, want.conf_int(), 1e-5)
    check("mse: intervals of observations", got[3:5].T, want.conf_int(obs=True), 1e-5)

    y = (3 + 2 * x) * (1 + rng.normal(0, 0.05, x.size))
    want = sm.WLS(y, sm.add_constant(x), weights=y**-2).fit()
    Fit("a + b*x", "ab", table("shares.csv", x=x, y=y), "--loss", "relative").beside(
        "relative", want.params, want.bse, want.conf_int())

    y = 3 * x**1.5 * np.exp(rng.normal(0, 0.1, x.size))
    path = table("logs.csv", x=x, y=y)
    want = sm.OLS(np.log(y), sm.add_constant(np.log(x))).fit()
    fit = Fit("exp(a)*x^b", "ab", path, "--loss", "log")
    fit.beside("log", want.params, want.bse, want.conf_int())
    new = np.array([0.01, 1, 30])
    want = want.get_prediction(sm.add_constant(np.log(new)))
    got = fit.predict("run_log", table("new_log.csv", x=new))
    check("log: intervals of the curve", np.log(got[1:3].T), want.conf_int(), 1e-5)
    check("log: intervals of observations", np.log(got[3:5].T), want.conf_int(obs=True), 1e-5)


# ---- likelihoods -------------------------------------------------------------------------------------------------

def likelihood_fits():
    rng = np.random.default_rng(2)
    x = rng.uniform(0, 3, 80)
    design = sm.add_constant(x)
    new = np.array([-1, 0, 1.5, 5])
    new_design = sm.add_constant(new, has_constant="add")
    path = table("new_glm.csv", x=new)

    for offset in (0.3, -3.5):  # counts of 1 to 15, and mostly none
        y = rng.poisson(np.exp(offset + 0.8 * x))
        want = sm.GLM(y, design, family=sm.families.Poisson()).fit(tol=1e-12)
        fit = Fit("exp(a + b*x)", "ab", table(f"counts{offset}.csv", x=x, y=y), "--loss", "poisson")
        fit.beside(f"poisson {offset}", want.params, want.bse, want.conf_int())
        check(f"poisson {offset}: deviance", fit.json["loss"]["error"], want.deviance, rounded * want.deviance)
        check(f"poisson {offset}: null deviance", fit.json["loss"]["null_error"], want.null_deviance,
              1e-6 * want.null_deviance)
        check(f"poisson {offset}: dispersion", fit.json["uncertainty"]["residual_sd"]**2,
              want.pearson_chi2 / want.df_resid, 1e-4)
    frame = want.get_prediction(new_design)
    got = fit.predict("run_poisson", path)
    check("poisson: intervals of the curve", got[1:3].T, frame.conf_int(), 1e-3 * frame.conf_int())

    y = rng.uniform(size=x.size) < 1 / (1 + np.exp(2 - 1.5 * x))
    want = sm.Logit(y, design).fit(disp=0, tol=1e-12)
    fit = Fit("a + b*x", "ab", table("binary.csv", x=x, y=y), "--loss", "logistic")
    fit.beside("logistic", want.params, want.bse, want.conf_int())
    check("logistic: deviance", fit.json["loss"]["error"], -2 * want.llf, rounded * -2 * want.llf)
    confusion = [fit.json["confusion"]["predicted_0"], fit.json["confusion"]["predicted_1"]]
    check("logistic: confusion", np.transpose(confusion), want.pred_table(), 1)
    frame = want.get_prediction(new_design).summary_frame()
    got = fit.predict("run_logistic", path)
    check("logistic: probabilities", got[0], frame["predicted"], 1e-5)
    linear = new_design @ want.params
    half = scipy.stats.norm.ppf(0.975) * np.sqrt(np.einsum("ij,jk,ik->i", new_design, want.cov_params(), new_design))
    check("logistic: intervals", got[1:3], scipy.special.expit([linear - half, linear + half]), 1e-4)


# ---- robust losses -----------------------------------------------------------------------------------------------

class LogCosh(sm.robust.norms.RobustNorm):
    def rho(self, z):
        return np.log(np.cosh(z))

    def psi(self, z):
        return np.tanh(z)

    def weights(self, z):
        return np.where(np.abs(z) < 1e-8, 1, np.tanh(z) / np.where(z == 0, 1, z))

    def psi_deriv(self, z):
        return 1 - np.tanh(z)**2


def robust_fits():
    rng = np.random.default_rng(3)
    x = rng.uniform(0, 10, 120)
    y = 1 + 2 * x + rng.standard_t(2, x.size) * 0.5
    design = sm.add_constant(x)
    path = table("heavy.csv", x=x, y=y)
    for name, norm in (("huber", sm.robust.norms.HuberT(1.345)), ("logcosh", LogCosh())):
        fit = Fit("a + b*x", "ab", path, "--loss", name)
        scale = fit.json["loss"]["scale"]
        want = sm.RLM(y, design, M=norm).fit(scale_est=lambda model, resid: scale, update_scale=False, cov="H1",
                                             tol=1e-12, maxiter=1000)
        fit.beside(name, want.params, want.bse, student(want, x.size - 2), close=2e-4, tolerance=5e-4)
    fit = Fit("a*exp(b*x) + c", "abc", path, "--loss", "huber")  # a curve: constants alone
    want = least_squares(lambda c: c[0] * np.exp(c[1] * x) + c[2] - y, fit.value * 1.01, loss="huber",
                         f_scale=1.345 * fit.json["loss"]["scale"], x_scale=abs(fit.value), xtol=1e-15, ftol=1e-15,
                         gtol=1e-15)
    check("huber, a curve: loss", fit.json["loss"]["error"], 2 * want.cost, rounded * want.cost)

    fit = Fit("a + b*x", "ab", path, "--loss", "mae")
    want = sm.QuantReg(y, design).fit(q=0.5, vcov="iid", kernel="epa", bandwidth="hsheather", p_tol=1e-10,
                                      max_iter=5000)
    fit.beside("mae", want.params, want.bse, close=0.05, tolerance=0.02)
    check("mae: loss", fit.json["loss"]["error"], np.abs(y - design @ want.params).sum(), 1e-3 * abs(y).sum() / x.size)


# ---- operators ---------------------------------------------------------------------------------------------------

def operators():
    """Every new operator on a grid with edges: ties, halves, signs, zeros, tails, infinite results."""
    edges = [0.0, -0.0, 0.5, -0.5, 1.5, -1.5, 2.5, -2.5, 0.49999999999999994, 1.0, -1.0, 3.0, -3.0, 8.0, -8.0, 27.0,
             -27.0, 1e-300, -1e-300, 1e15 + 0.5, -1e15 - 0.5, 4503599627370497.5, 1e300, -1e300, 10.0, 100.0, 1e-5,
             0.001, 1024.0, 6.0, -6.0, 5.9, 26.0, -26.0, 3.5, -3.5, 1e-8, -1e-8]
    a = np.array(edges + list(np.linspace(-30, 30, 601)))
    b = np.roll(np.array(edges + list(np.linspace(7, -5, 601))), 5)
    path = table("grid.csv", a=a, b=b)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = {
            "min(a, b)": np.minimum(a, b), "max(a, b)": np.maximum(a, b), "mod(a, b)": np.mod(a, b),
            "floor(a)": np.floor(a), "ceil(a)": np.ceil(a), "round(a)": np.rint(a), "sign(a)": np.sign(a),
            "step(a)": np.heaviside(a, 1), "erf(a)": scipy.special.erf(a), "log10(a)": np.log10(a),
            "log2(a)": np.log2(a), "cbrt(a)": np.cbrt(a),
        }
    for text, value in want.items():
        got = np.array([float(v) for v in run("predict", text, "--data", path, "--quiet").split()[1:]])
        check(text, got, value, 1e-14 * np.maximum(1e-300, np.nan_to_num(abs(value), posinf=1)))


least_squares_fits()
likelihood_fits()
robust_fits()
operators()
print(f"{passed} passed, {failed} failed")
sys.exit(failed > 0)
