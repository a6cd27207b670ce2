# Colours and the live line are for terminals; NO_COLOR leaves the line and takes the colours.
command -v script >/dev/null || { echo "no program script, which makes a terminal"; exit 77; }
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
command="eqrl train --data $data/kepler.csv --steps 2 --batch 32 --group-size 16 --train-size 8 --offspring 64 --no-learn --seed 1"
colours() { grep -c $'\033\\[[0-9;]*m' "$1"; }
redraws() { grep -q $'\033\\[K' "$1" && echo redrawn || echo plain; }

env -u NO_COLOR TERM=xterm script -qec "$command --out a" /dev/null >a.txt </dev/null
echo "terminal: $(colours a.txt) lines with colours, $(redraws a.txt)"
env NO_COLOR=1 TERM=xterm script -qec "$command --out b" /dev/null >b.txt </dev/null
echo "NO_COLOR: $(colours b.txt) lines with colours, $(redraws b.txt)"
env -u NO_COLOR TERM=dumb script -qec "$command --out c" /dev/null >c.txt </dev/null
echo "dumb: $(colours c.txt) lines with colours, $(redraws c.txt)"
env -u NO_COLOR TERM=xterm $command --out d >d.txt 2>&1 </dev/null
echo "file: $(colours d.txt) lines with colours, $(redraws d.txt)"
