# Tables that need a word: notes and their levels, devices, signals, columns made from others.
printf 'T,R,e\n(K),(%%),(W)\n-999,69%%,1\n6.5,33%%,2\n12,94%%,4\n-999,12%%,8\n20,33%%,16\n' >d.csv
t eqrl info d.csv
t eqrl eval '2*T' --seed 1 -q -d d.csv -f json
t eqrl eval '2*T' --seed 1 -q -d d.csv --na=-999
printf 'L\344nge,y\n1,2\n2,3\n3,5\n4,4\n5,1\n' >latin.csv
t sh -c 'eqrl info latin.csv | iconv -f UTF-8 -t UTF-8 >/dev/null && echo valid UTF-8'
printf 'a\033[31m,y\n1,2\n2,3\n3,5\n4,4\n5,1\n' >esc.csv
t sh -c "eqrl info esc.csv | grep -c '$(printf '\033')'"
t timeout 10 eqrl info -d /dev/zero
t sh -c 'head -c 300000000 /dev/zero | timeout 20 eqrl info -d -'
t sh -c 'yes x | tr -d "\n" | head -c 70000000 | timeout 60 eqrl info -d -'
t sh -c '(echo a,b; echo 1,2; sleep 3) | timeout --preserve-status -s INT 1 eqrl eval a -d -'
printf 'date,metal,y\n2020-01-01,iron,1\n2020-01-03,brass,2\n2020-01-04,iron,4\n2020-01-05,brass,3\n' >m.csv
t eqrl predict '2*date' -d m.csv --dates days:2020-01-01
t eqrl predict '2*date' -d m.csv
t eqrl predict '10*`metal=iron` + y_lag1 + row' -d m.csv
t eqrl info m.csv --target y --dates days --categories 2 --index --lag y:1
t eqrl info m.csv --sep ab
printf 'a,b,y\n1,5,2\n2,6,3\n3,8,5\n4,9,4\n5,3,1\n' >train.csv
printf 'a,b,y\n1,7,2\n2,7,3\n' >report.csv
t eqrl eval 'a + b' --seed 1 -d train.csv --test report.csv
