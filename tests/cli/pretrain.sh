# What pretraining promises about its files: it asks before it trains whether they can be written, the weights are kept
# where the state cannot be, and a signal ends what --dump writes.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
small="--seed 1 --width 32 --heads 2 --encoder-layers 1 --decoder-layers 1 --latents 4 --points 16
	--micro-batch 8 --micro-batches 1 --pairs 8 --recovery 0 --threads 1 --quiet"

# A file stands where a folder would have to be: also the privileged cannot write there.
echo >file
t eqrl pretrain $small --state file/x.state --out w.safetensors
t eqrl pretrain $small --state x.state --out file/w.safetensors
mkdir folder
t eqrl pretrain $small --state x.state --out folder
ls

# The state is six times as large as the weights. With room for the weights alone they are written, and the run
# says at its end that it is not all there.
(
	ulimit -f 250
	eqrl pretrain $small --state big.state --out w.safetensors 2>&1 | grep -v parameters
	echo "exit ${PIPESTATUS[0]}"
)
ls
eqrl info w.safetensors | head -n 1

# The first signal ends what is written without end; what was written is complete.
eqrl pretrain --seed 1 --dump 1000000 >dump 2>verdicts &
pid=$!
for _ in $(seq 400); do
	[ -s dump ] && break
	sleep 0.05
done
kill -INT $pid
wait $pid
echo "exit $?, verdicts: $(wc -l <verdicts), cut lines: $(grep -vc ']$' dump)"
