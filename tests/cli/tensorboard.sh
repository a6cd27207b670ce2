# --log tensorboard: event files that TensorBoard's own reader reads, with the numbers of log.jsonl; what a resumed run
# repeats counts once. Without Python and tensorboard the framing alone is tested, by the unit tests.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
python=${PYTHON:-python3}
$python -c 'import tensorboard' 2>/dev/null || { echo "no tensorboard for $python (PYTHON names another)"; exit 77; }
short="--data $data/kepler.csv --batch 32 --group-size 16 --train-size 8 --offspring 64 --seed 1 --quiet --log tensorboard"
eqrl train $short --steps 3 --out run >/dev/null
cp run/checkpoint.safetensors three
eqrl train --resume run --steps 5 --quiet >/dev/null
cp three run/checkpoint.safetensors
sleep 1 # event files are told apart by the second in which they begin
eqrl train --resume run --steps 6 --quiet >/dev/null
cat >read.py <<'END'
import json, struct
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator("run/tb", size_guidance={"scalars": 0}).Reload()
lines = [json.loads(line) for line in open("run/log.jsonl")]
tags = events.Tags()["scalars"]
# those of drawn and improved depend on whose turn it was
print("tags:", *sorted(t for t in tags if t.split("/")[0] not in ("drawn", "improved")))
single = lambda v: struct.unpack("f", struct.pack("f", v))[0]
for tag, of in (("search/equations", lambda l: l["equations"]), ("search/seconds", lambda l: l["seconds"]),
                ("learning/kl", lambda l: l["kl"]), ("share/fitting", lambda l: l["share"]["fitting"])):
    got = [(e.step, e.value) for e in events.Scalars(tag)]
    want = [(l["step"], single(of(l))) for l in lines]
    print(tag, "as in log.jsonl" if got == want else (got, want))
END
$python read.py 2>err || tail -n 3 err
