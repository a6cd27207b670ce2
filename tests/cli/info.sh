t eqrl ops
t eqrl info "$data/kepler.csv"
printf 'when,site,x,k,y\n2020-01-01,a,1,7,2\n2020-01-02,b,2,7,4\n2020-01-03,c,3,7,6\n2020-01-04,d,4,7,8\n2020-01-05,e,5,7,10\n' >d.csv
t eqrl info d.csv
t eqrl info d.csv --target x --features y
t eqrl info d.csv --target site
t eqrl info d.csv --target z
echo 'rubbish' >w.safetensors
t eqrl info w.safetensors
t sh -c 'eqrl help config | head -n 3'
printf 'Temp (\302\260C);L\303\244nge (\302\265m);y\n1;2,5;3\n2;3,5;5\n3;1,5;1\n4;9,5;2\n5;7,5;7\n' >u.csv
t eqrl info u.csv
