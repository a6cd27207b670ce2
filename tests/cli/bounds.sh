# What the user forbids is in no line that is printed: operators, size, constants, of every proposer.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
run="--data $data/nist/nist_Chwirut1.csv --target target --seed 2 --steps 2 --batch 64 --group-size 16 --train-size 8 --no-learn --quiet"

front() {
	rm -rf run
	eqrl train $run --out run "$@" >out || echo "exit $?"
	tail -n +2 run/front.csv >front
	[ -s front ] || echo "no equation: $*"
}

front --ops=-pow,-div
eqrl infer --run run --format sympy >sympy
grep -c '[/]' out sympy
front --max-size 5
awk -F, '$2 > 5' front
front --max-consts 1
eqrl infer --run run --format json --top 20 | tr -d ' \t\n' | grep -o '"constants":\[[^]]*,[^]]*\]'
front --ops add,mul
eqrl infer --run run --format json --top 20 | tr -d ' \t\n' | grep -o '"prefix":\[[^]]*\]' | grep -oE '"[a-z]{3,}"' | sort -u
# -k binds every format
eqrl infer --run run --format json --top 1 | grep -c '"equation":'
eqrl infer --run run --format sympy --top 1 | wc -l
