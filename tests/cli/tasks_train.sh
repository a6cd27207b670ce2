# Training on tasks: the same weights for one and two threads, and stopped and resumed; what they answer does not hang on
# threads; weights for tasks are no weights for equations.
eqrl doctor >doctor 2>&1 || { tail -n 2 doctor; exit 77; }
small="--domain countdown,kk,zebra --levels 3 --seed 1 --width 32 --heads 2 --encoder-layers 1 --decoder-layers 1 --latents 4
	--micro-batch 8 --micro-batches 2 --pairs 96 --warmup 2 --quiet"
eqrl pretrain $small --threads 1 --state one.state --out one.safetensors 2>/dev/null
eqrl pretrain $small --threads 2 --state two.state --out two.safetensors 2>/dev/null
eqrl pretrain $small --threads 1 --state rest.state --out rest.safetensors --steps 2 2>/dev/null
# what stands behind the header, in which running means tell of the process
numbers() { tail -c +$(($(od -An -tu8 -N8 "$1") + 9)) "$1"; }
cmp -s <(numbers one.safetensors) <(numbers rest.safetensors) && echo "two steps are as good as six"
eqrl pretrain $small --threads 1 --state rest.state --out rest.safetensors 2>/dev/null
cmp one.safetensors two.safetensors && cmp <(numbers one.safetensors) <(numbers rest.safetensors) && echo "the same weights"
for j in 1 2; do
	eqrl eval --domain all --levels 3-4 --weights one.safetensors --prompts 8 --tries 4 --seed 1 --threads $j >eval.$j
	eqrl infer --domain kk 'A says B is a knave. B says I am a knight and A is a knight.' --weights one.safetensors --seed 1 --threads $j >infer.$j
done
cmp eval.1 eval.2 && cmp infer.1 infer.2 && echo "the same answers"
awk '{ print $1, $2, $3, $NF }' eval.1
sed 's/ .*//' infer.1 | sort -u
eqrl info one.safetensors | grep -E "^(encoding|language|tokens)"
t eqrl infer --data "$data/kepler.csv" --weights one.safetensors --seed 1
# reinforcement from there: the same for one and two threads, and stopped and resumed
more="--domain countdown,kk --levels 3 --weights one.safetensors --batch 32 --group-size 8 --prompts 8 --eval-every 2 --seed 1 --quiet"
eqrl train $more --threads 1 --steps 4 --out run.1 --save-weights more.1 >table.1
eqrl train $more --threads 2 --steps 4 --out run.2 --save-weights more.2 >table.2
eqrl train $more --threads 1 --steps 2 --out run.3 >/dev/null
eqrl train --resume run.3 --threads 2 --steps 4 --save-weights more.3 --quiet >table.3
for i in 2 3; do
	cmp more.1 more.$i && cmp table.1 table.$i
	cmp run.1/checkpoint.safetensors run.$i/checkpoint.safetensors
	cmp <(sed 's/"seconds":[^,]*,//' run.1/log.jsonl) <(sed 's/"seconds":[^,]*,//' run.$i/log.jsonl)
done && echo "the same training"
sed 's/ *[0-9.]*%/ %/g' table.1
t eqrl train --resume run.3 --task-reward partial
# templates: weights are asked as they were taught, and only on demand otherwise
eqrl pretrain $small --pairs 32 --template turned,signs --state turned.state --out turned.safetensors 2>/dev/null
eqrl eval --domain kk,zebra --levels 3 --weights turned.safetensors --prompts 8 --seed 1 | awk '{ print $1, $2, $3, $NF }'
t eqrl eval --domain kk --weights turned.safetensors --template plain --seed 1
eqrl eval --domain kk --levels 3 --weights turned.safetensors --template plain --any-template --prompts 8 --seed 1 | awk '{ print $1, $2, $3, $NF }'
eqrl infer --domain zebra '3 houses. Name: Ann, Bob, Cal. Colour: red, green, blue. Pet: cat, dog, fox. Ann is in the same house as dog. Cal is in the same house as red. Red is just left of cat. Blue is in house 1.' --weights turned.safetensors --seed 1 2>/dev/null |
	sed 's/ .*//; q'
# runs of a table, too
printf 'name\tdomain\tlevels\ttask-reward\nwhole\tkk\t2-3\tbinary\nshares\tkk\t2-3\tpartial\nwrong\tkk\t9\t\n' >study.tsv
small="--weights one.safetensors --batch 16 --group-size 8 --prompts 8 --steps 1"
t eqrl batch study.tsv $small --out study
sed -i '/wrong/d' study.tsv
eqrl batch study.tsv $small --out study --quiet 2>&1 | sed -E 's/-[0-9a-f]{8}\b/-HASH/; s/ +[0-9]+:[0-9]{2} +/ TIME /; s/[0-9.]+ -> [0-9.]+ %/% -> %/g; s/ +/ /g'
