t eqrl
t eqrl --version
t eqrl help eval
t eqrl eval --help
t eqrl ops --help
t eqrl help trian
t eqrl trian
t eqrl -v
t eqrl help train bench
t eqrl help train
