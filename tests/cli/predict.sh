printf 'x,note,y\n1,hello,2\n2,,4\n,world,6\n-4,a,8\n' >d.csv
t eqrl predict '2*x + 0.1' --data d.csv
t eqrl predict 'sqrt(x)' --data d.csv
t eqrl predict '2*x' --data d.csv --missing error
t eqrl predict '2*note' --data d.csv
t eqrl predict '2*z' --data d.csv
mkdir run
cat >run/equations.json <<'END'
{"schema": 1, "target": "y", "columns": ["unused", "x"], "chosen": 0, "has_select": false, "has_report": false,
 "equations": [{"size": 3, "constants": 1, "fvu_fit": 0.25, "fvu_select": null, "fvu_report": null, "mdl": -1.5,
   "expr": {"prefix": ["mul", "c0", "x2"], "constants": [0.5], "hex": ["0x1p-1"]}}]}
END
t eqrl predict --run run --data d.csv
t eqrl infer --run run
t eqrl infer --run run --format c
printf 'z\n1\n' >other.csv
t eqrl predict --run run --data other.csv
echo '{"schema": 9}' >run/equations.json
t eqrl predict --run run --data d.csv

# intervals: the slope 0.5 with a standard error of 0.1, residuals of 0.3, 4 degrees of freedom
cat >run/equations.json <<'END'
{"schema": 1, "target": "y", "columns": ["unused", "x"], "chosen": 0, "has_select": false, "has_report": false,
 "equations": [{"size": 3, "constants": 1, "fvu_fit": 0.25, "fvu_select": null, "fvu_report": null, "mdl": -1.5,
   "expr": {"prefix": ["mul", "c0", "x2"], "constants": [0.5], "hex": ["0x1p-1"]},
   "uncertainty": {"residual_sd": 0.3, "degrees": 4, "t": 2.75, "estimates": [{"index": 0, "value": 0.5, "standard_error": 0.125}],
     "covariance": [[0.015625]]}}]}
END
t eqrl predict --run run --data d.csv --interval
t eqrl infer --run run
t eqrl predict '2*x' --data d.csv --interval

# the same as the logarithm of odds: ends of the interval are probabilities, and a new 0 or 1 has none
sed -i 's/"has_select"/"loss": "logistic", "has_select"/; s/"uncertainty": {/&"loss": "logistic", /' run/equations.json
t eqrl predict --run run --data d.csv --interval
# ids stay beside the values, cell by cell; scores when the target is there
printf 'id,x,"a ""b"", c",y\n007,1,one,2.1\n"s,2",2,"two, 2",\n,3,three,5.9\nx,,four,8\n' >ids.csv
t eqrl predict 'y = 2*x' --data ids.csv --keep 'id,`a "b", c`,y'
t eqrl predict '2*x' --data ids.csv --keep x,row,id --target y --quiet
t eqrl predict '2*x' --data ids.csv --keep ident
t eqrl predict '2*x' --data ids.csv --target z
t eqrl predict '2*x' --data ids.csv --equation 3
t eqrl predict --run run --data d.csv --equation 4
