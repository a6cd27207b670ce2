# Verifiable tasks: the list, questions of the generators with their taught answers, what questions and weights are refused.
t eqrl tasks
t eqrl tasks countdown --levels 3-4 --dump 2 --seed 1
t eqrl tasks game24 --dump 2 --seed 1
t eqrl tasks kk --levels 3 --dump 2 --seed 1
t eqrl tasks zebra --levels 3-4 --dump 1 --seed 1
t eqrl tasks kk --levels 3 --dump 1 --seed 1 --template turned
t eqrl tasks chess
t eqrl tasks cuontdown
t eqrl tasks kk --levels 9
t eqrl tasks kk --levels two
t eqrl infer --domain countdown --seed 1
t eqrl infer --domain countdown '3 25 25 = 50' --seed 1 --weights nosuch.safetensors
t eqrl infer --domain countdown '3 7 25 50' --seed 1
t eqrl infer --domain game24 '1 1 1 1' --seed 1
t eqrl infer --domain kk 'A says B is a nave.' --seed 1
t eqrl infer --domain kk 'A says B is a knight.' --seed 1
t eqrl infer --domain zebra "3 houses. Name: Ann, Bob, Cal. Ann is by Bob." --seed 1
t eqrl infer '3 7 25 50 = 75'
t eqrl eval --domain kk 'a*b'
t eqrl eval --domain kk --weights "$data/weights/default.safetensors"
t eqrl pretrain --domain kk --dump 3 --seed 1
