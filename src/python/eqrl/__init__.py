"""The equation behind a table of numbers.

``EqrlRegressor`` has the interface of scikit-learn and needs it and NumPy. ``fit(X, y)`` is the same search on lists or
arrays and needs neither; it returns a ``Front``. Both run the program ``eqrl`` in a process of its own.
"""

from .front import Equation, Front
from .process import EqrlError, program
from .search import fit

__version__ = "0.1.0"
__all__ = ["EqrlRegressor", "EqrlError", "Equation", "Front", "fit", "program"]


def __getattr__(name):
    # Imported on demand, so that the rest works where scikit-learn is not installed.
    if name == "EqrlRegressor":
        from .regressor import EqrlRegressor

        return EqrlRegressor
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
