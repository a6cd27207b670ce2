# What batch promises: all faults of a table are told before anything runs, a run that fails does not end the others, what
# is done is not run again, what was interrupted goes on, shards make the same runs as one call, no child is left behind.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
short="--batch 32 --group-size 16 --train-size 8 --offspring 64 --threads 1 --no-learn" # a start of libtorch is a second
hash='s/-[0-9a-f]{8}\b/-HASH/g; s/ +[0-9]+:[0-9]{2} +/ TIME /; s/ +/ /g'
show() { "$@" 2>err | sed -E "$hash"; echo "exit ${PIPESTATUS[0]}"; sed -E "s/^/2> /; $hash" err; }

printf 'u,v,y\n' >line.csv
for i in $(seq 30); do echo "$i,$((i * 7 % 11)),$((3 * i + i * 7 % 11))"; done >>line.csv
sed '1s/y/w/' line.csv >other.csv
echo 'not a table' >bad.csv

# Every fault at once, with its line; nothing is made.
printf 'data\tbach\n' >header.tsv
t eqrl batch header.tsv
printf '# a comment\n\ndata\ttarget\tbatch\talgo\tname\nline.csv\ty\t4\tgrop\nnosuch.csv\ty\t\t\tx\nline.csv\ty\t\t\t../x\n\ty\n-\ty\n' >faults.tsv
printf 'line.csv\ty\t64\trisk\ta\nline.csv\ty\t64\trisk\tb\nline.csv\ty\t64\trisk\tb\tc\n' >>faults.tsv
t eqrl batch faults.tsv --out none
t eqrl batch nosuch.tsv
printf 'data\tout\nline.csv\tx\n' >out.tsv
t eqrl batch out.tsv
printf 'data\n' >empty.tsv
t eqrl batch empty.tsv
t eqrl batch out.tsv --shard 3/2
t eqrl batch out.tsv --resume x
t eqrl batch out.tsv --top 3
t eqrl batch
test -e none || test -e runs || echo "no run was made"

# A failure among others; its own message, and what it printed in its log.
printf 'name\tdata\ttarget\tseed\n\tline.csv\ty\t\nbroken\tbad.csv\tq\t\nsecond\tother.csv\tw\t7\n' >m.tsv
show eqrl batch m.tsv -j 1 $short --steps 2 --out all
ls all | sed -E "$hash" | tr '\n' ' '; echo
cut -d, -f 1,3,4,5 all/summary.csv
grep -c eqrl: all/broken-*.log

# Called again it runs what failed alone; a line that is new or another configuration is a run of its own.
cksum all/line-*/run.json all/second-*/run.json >before
sed -i 's/bad.csv\tq/other.csv\tw/' m.tsv
show eqrl batch m.tsv -j 2 $short --steps 2 --out all --quiet
cksum all/line-*/run.json all/second-*/run.json | cmp - before && echo "what was done is as it was"
head -n 2 m.tsv >first.tsv
eqrl batch first.tsv $short --steps 3 --out all --quiet >/dev/null && ls -d all/line-*/ | wc -l

# The runs are those that train makes.
eqrl train --data line.csv --target y --seed 1 $short --steps 2 --out alone >/dev/null 2>&1
cmp alone/front.csv "$(grep -l '"steps":.*2,' all/line-*/config.json | xargs dirname)/front.csv" && echo "as by train"

# Shards: together what one call makes, whoever comes first.
sed 3d m.tsv >two.tsv
eqrl batch two.tsv --shard 2/2 $short --steps 2 --out parts --quiet | wc -l
eqrl batch two.tsv --shard 1/2 $short --steps 2 --out parts --quiet | wc -l
ls parts/*.csv
show eqrl batch two.tsv $short --steps 2 --out parts --quiet
for d in parts/*/; do cmp "$d/front.csv" "all/$(basename "$d")/front.csv" && echo same; done

# Interrupted, the runs write what they have, the table says so, no child is left; the next call goes on.
eqrl batch m.tsv -j 2 $short --time 100 --no-early-stop --out cut --quiet >cut.txt 2>&1 &
pid=$!
until [ "$(cat cut/*/log.jsonl 2>/dev/null | wc -l)" -ge 4 ] && [ "$(ls cut/*/log.jsonl | wc -l)" = 2 ]; do sleep 0.05; done
children=$(cat /proc/$pid/task/$pid/children)
kill -INT $pid
wait $pid
echo "exit $?"
for c in $children; do kill -0 "$c" 2>/dev/null && echo "left: $c"; done
awk 'NR > 1 { print $2 }' cut.txt
before=$(cat cut/line-*/log.jsonl | wc -l)
eqrl batch m.tsv -j 1 $short --time 100 --no-early-stop --out cut --quiet >cut.txt 2>&1 &
pid=$!
until [ "$(cat cut/line-*/log.jsonl 2>/dev/null | wc -l)" -gt "$before" ]; do sleep 0.05; done
grep -c '"resumed"' cut/line-*/run.json

# Killed, it takes its children with it.
children=$(cat /proc/$pid/task/$pid/children)
disown $pid # or the shell may report its end, by its path
kill -KILL $pid
while kill -0 $pid 2>/dev/null; do sleep 0.05; done
for c in $children; do
	for _ in $(seq 100); do kill -0 "$c" 2>/dev/null || break; sleep 0.05; done
	kill -0 "$c" 2>/dev/null && echo "left: $c"
done
echo "children: $(echo $children | wc -w)"

# As an array of Slurm does it, and as GNU parallel does where it is installed.
for SLURM_ARRAY_TASK_ID in 1 2; do
	eqrl batch two.tsv --shard $SLURM_ARRAY_TASK_ID/2 $short --steps 1 --out array --quiet >/dev/null &
done
wait
if command -v parallel >/dev/null; then
	parallel --will-cite eqrl batch two.tsv --shard {}/2 $short --steps 1 --out array --quiet ::: 1 2 >/dev/null
fi
eqrl batch two.tsv $short --steps 1 --out array --quiet | awk 'NR > 1 { print $2 }'
