"""EqrlRegressor: the search with the interface of scikit-learn."""

import numbers
import warnings

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted

from . import search

try:
    from sklearn.utils.validation import validate_data
except ImportError:  # before scikit-learn 1.6

    def validate_data(estimator, *args, **kwargs):
        return estimator._validate_data(*args, **kwargs)


class EqrlRegressor(RegressorMixin, BaseEstimator):
    """Symbolic regression.

    Parameters
    ----------
    method : "train" searches, and learns where libtorch is there; "infer" samples the shipped policy alone.
    time_limit : seconds; None leaves it to the program (train 60 s, infer 1.2 s) unless evals is given.
    evals : equations to score. With a seed, the same number gives the same answer.
    max_size : nodes of an equation at most.
    loss : "mse", "mae", "huber", "logcosh", "relative", "log", "poisson" or "logistic".
    select : how the answer is chosen from the front: "evidence", "accuracy", "mdl", "bic", "elbow" or "r2".
    seed : None draws one.
    threads : None takes all cores.
    learn : "auto", True or False, as in eqrl.fit.
    options : dict of further options of the program, say {"ops": "+erf", "max_consts": 3}.
    verbose : progress on standard error.

    Attributes
    ----------
    equation_ : text of the answer. equations_ : the front, a DataFrame with pandas, else a list of dicts.
    front_ : eqrl.Front. interrupted_ : whether Ctrl-C ended the search.
    n_features_in_, feature_names_in_ : as in scikit-learn.
    """

    def __init__(
        self,
        method="train",
        time_limit=None,
        evals=None,
        max_size=None,
        loss="mse",
        select="evidence",
        seed=None,
        threads=None,
        learn="auto",
        options=None,
        verbose=False,
    ):
        self.method = method
        self.time_limit = time_limit
        self.evals = evals
        self.max_size = max_size
        self.loss = loss
        self.select = select
        self.seed = seed
        self.threads = threads
        self.learn = learn
        self.options = options
        self.verbose = verbose

    def _options(self):
        options = {
            "test": 0,  # who calls fit has held rows back already
            "evals": self.evals,
            "max_size": self.max_size,
            "loss": self.loss,
            "select": self.select,
            "seed": self.seed,
            "threads": self.threads,
        }
        if self.time_limit is not None:
            if not isinstance(self.time_limit, numbers.Real) or self.time_limit <= 0:
                raise ValueError(f"time_limit={self.time_limit!r}: must be a positive number of seconds")
            options["time"] = f"{float(self.time_limit):.3f}s"
        return {**options, **(self.options or {})}

    def fit(self, X, y, sample_weight=None):
        """Searches. Rows of weight 0 are left out. Ctrl-C ends the search and keeps what was found."""
        options = self._options()
        X, y = validate_data(self, X, y, dtype=np.float64, y_numeric=True, ensure_min_samples=3)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, dtype=np.float64)
            kept = sample_weight != 0
            X, y, sample_weight = X[kept], y[kept], sample_weight[kept]
        self.front_ = search.fit(
            X,
            y,
            names=getattr(self, "feature_names_in_", None),
            weights=sample_weight,
            method=self.method,
            learn=self.learn,
            verbose=self.verbose,
            **options,
        )
        self.interrupted_ = self.front_.interrupted
        self.equation_ = self.front_.chosen.text
        if self.interrupted_:
            warnings.warn("the search was interrupted; the best equations so far are kept", stacklevel=2)
        return self

    def predict(self, X, size=None):
        """Values of the answer, or of the front's equation of that size."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=np.float64, reset=False)
        return self.front_.predict(X, size)

    @property
    def equations_(self):
        check_is_fitted(self)
        rows = [
            {
                "chosen": e is self.front_.chosen,
                **{key: value for key, value in e.items() if not isinstance(value, (dict, list))},
            }
            for e in self.front_.equations
        ]
        try:
            import pandas
        except ImportError:
            return rows
        return pandas.DataFrame(rows)

    def sympy(self, size=None):
        """The answer, or the equation of that size, as an expression of SymPy."""
        check_is_fitted(self)
        return self.front_.sympy(size)

    def latex(self, size=None):
        """The answer as the program sets it; of another size, as SymPy does."""
        check_is_fitted(self)
        if size is None or self.front_.of_size(size) is self.front_.chosen:
            return self.front_.latex
        import sympy

        return sympy.latex(self.sympy(size))
