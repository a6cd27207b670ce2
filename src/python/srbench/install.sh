#!/bin/bash
# Installs eqrl from the wheel that `make wheel` has written, named by EQRL_WHEEL or beside this file.
set -e
here=$(cd "$(dirname "$0")" && pwd)
pip install "${EQRL_WHEEL:-$(ls "$here"/eqrl-*.whl)}" numpy scikit-learn pandas sympy
