# What stands above the column of the rule that chooses is that rule's name, and what stands in it is its number: half of
# Schwarz's criterion for bic (n/2 log of the share of the variance left over, and 1/2 log n for a constant).
laws=$root/tests/laws

heading() { # TABLE RULE
	eqrl train --data "$laws/$1.csv" --select "$2" --no-learn --evals 200 --seed 1 --threads 1 --quiet --out "$1-$2" >out 2>&1 ||
		echo "exit $?"
	echo "$1 $2: $(sed -nE 's/^ +size .*R2 (all|CV|select) +(.*[^ ]) +equation$/\2/p' out)"
}
# Rows whose equation has a pole pay for it as well, and are passed over.
schwarz() { # TABLE
	awk -F, -v n="$(($(wc -l <"$laws/$1.csv") - 1))" '
		NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
		$at["regular"] == 1 && $at["fvu_all"] > 1e-20 {
			rows++
			gap = n / 2 * log($at["fvu_all"]) + $at["constants"] / 2 * log(n) - $at["criterion"]
			if (gap * gap > 1e-12) print "off by " gap ": " $0
		}
		END { if (!rows) print "no rows" }' "$1-bic/front.csv"
}

for table in decay-7 line-8 michaelis-8; do
	heading $table bic
	schwarz $table
done
for rule in mdl elbow accuracy evidence; do heading decay-7 $rule; done
