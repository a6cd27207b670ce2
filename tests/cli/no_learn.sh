# A search whose policy stays as it is: libtorch is not looked for, and a resumed run ends like one in a go.
short="--data $data/kepler.csv --seed 7 --batch 32 --group-size 16 --no-learn --no-early-stop --quiet"

LD_DEBUG=files eqrl train $short --steps 6 --threads 1 --out one >one.txt 2>libraries
echo "exit $?, libtorch mentioned: $(grep -c torch libraries)"
grep -o '"updates":.*[0-9]' one/run.json
eqrl train $short --steps 6 --threads 2 --out two >two.txt && cmp one/front.csv two/front.csv && echo "same on two threads"
eqrl train $short --steps 3 --out stopped >/dev/null
eqrl train --resume stopped --steps 6 >/dev/null 2>resumed.err
cmp one/front.csv stopped/front.csv && echo "same when resumed"
t eqrl train --resume stopped --learn --steps 7
