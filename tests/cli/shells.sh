# What shells and man are given: scripts that those shells read, pages that their readers have nothing against, every
# option in each, words of choices from their tables.
for shell in bash zsh fish; do eqrl help completion $shell >eqrl.$shell; done
bash -n eqrl.bash && echo "bash reads it"
# skipped in silence where they are not installed: then there is nobody to complain
! command -v zsh >/dev/null || zsh -n eqrl.zsh
! command -v fish >/dev/null || fish -n eqrl.fish
options=$(eqrl help train --all | grep -oE '^ {2,6}(-[a-z], )?--[a-z0-9-]+' | grep -oE -- '--[a-z0-9-]+$')
for shell in bash zsh fish; do
	for o in $options; do
		[ $shell = fish ] && pattern="-l ${o#--} " || pattern="$o"
		grep -qF -- "$pattern" eqrl.$shell || echo "$shell: no $o"
	done
done
[ "$(echo "$options" | wc -l)" -ge 60 ] && echo "all options of train are there"

# What a person gets who presses the key.
. ./eqrl.bash
press() { COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=(); _eqrl; echo "$*: ${COMPREPLY[*]}"; }
press eqrl pre
press eqrl train --al
press eqrl train --algo ''
press eqrl train --algo = gr
press eqrl infer -f ''
press eqrl train --preset ''
press eqrl batch m.tsv --sh
press eqrl batch m.tsv --max-s
press eqrl train --data ''
press eqrl help com
press eqrl help completion ''

mkdir man1
eqrl help man >man1/eqrl.1
commands=$(eqrl help | sed -n 's/^  \([a-z]*\)  .*/\1/p' | grep -vx eqrl)
for c in $commands; do eqrl help man $c >man1/eqrl-$c.1; done
for page in man1/*; do
	! command -v mandoc >/dev/null || mandoc -T lint -W warning $page
	! command -v groff >/dev/null || groff -ww -z -man -Tutf8 $page
done
ls man1 | tr '\n' ' '; echo
t sh -c 'sed -n 1,12p man1/eqrl-infer.1'
t eqrl help completion
t eqrl help completion ksh
t eqrl help man trian
t eqrl help files x
