printf 'a,y\n1,2\n2,4\n3,6\n4,8\n5,10\n6,12.5\n' >d.csv
t eqrl train --seed 1
t eqrl train d.csv
t eqrl train --data d.csv --bach 5
t eqrl train --data d.csv --batch 4
t eqrl train --data d.csv --algo grop
t eqrl train --data d.csv --top 5
t eqrl train --data d.csv --config nosuch.json
echo '{"lr": 0.1, "bach": 3}' >bad.json
t eqrl train --data d.csv --config bad.json
t env EQRL_LR=fast eqrl train --data d.csv
t eqrl train --seed 1 --data nosuch.csv
t eqrl eval --data d.csv
t eqrl eval '2*a' 'a' --data d.csv
t eqrl eval '2*a'
t eqrl predict --data d.csv
t eqrl infer --run nosuch
t eqrl info nosuch
t eqrl pretrain --seed 1 --dump 1 --noise-low 0.5
t eqrl pretrain --seed 1 --dump 1 --prior-tree 0 --prior-product 0 --prior-sum 0 --prior-ratio 0 --prior-function 0 --prior-distance 0 --prior-curve 0 --prior-polynomial 0
