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

# Every command, its common options and all of them, word for word; --help says the same as help.
for c in $(eqrl help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | grep -vx eqrl); do
	t eqrl $c --help --all
	eqrl help $c >short
	eqrl $c --help | cmp - short
	eqrl help $c --all >long
	eqrl $c --help --all | cmp - long
	echo "of them without --all: $(grep -cE '^ {2,6}-' short)"
done
t eqrl --help
t eqrl help files
