"""eqrl as a method of SRBench (cavalab/srbench): est, model and complexity."""

from eqrl import EqrlRegressor

# One thread, as SRBench gives a method one core; max_time is set by eval_kwargs' pre_train.
est = EqrlRegressor(time_limit=60, threads=1, seed=1)

hyper_params = []


def model(est, X=None):
    """The equation as SymPy reads it, with the names of X's columns where X is a DataFrame."""
    expression = est.sympy()
    names = getattr(X, "columns", None)
    if names is not None and list(names) != est.front_.names:
        import sympy

        # The names of the fit go, wherever they stood, to those of X.
        known = dict(zip(est.front_.names, names))
        expression = expression.xreplace(
            {s: sympy.Symbol(str(known[s.name]), real=True) for s in expression.free_symbols}
        )
    return str(expression)


def complexity(est):
    """Nodes of the equation."""
    return est.front_.chosen.size


def pre_train(est, X, y):
    """SRBench allows an hour for up to 1000 rows and ten above; a tenth of it is spent."""
    est.set_params(time_limit=360 if len(X) <= 1000 else 3600)


eval_kwargs = {"test_params": {"time_limit": 5}, "pre_train": pre_train}
