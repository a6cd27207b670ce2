# names.awk — names that grep finds, and functions of few parameters.
#
#   awk -f tests/names.awk FILE…
#
# A struct's name is unique in the program, a static function is named by verb and object, and a function outside the
# kernels takes at most six parameters; more of them are a struct.

BEGIN {
	n = split("show finish layout release begin end init run start stop reset update apply report check add get set " \
		  "next done make build free open close load save read write print copy find", word, " ")
	for (i = 1; i <= n; i++)
		banned[word[i]] = 1
	most = 6
}

function complain(text) {
	print FILENAME ":" FNR ": " text
	failed = 1
}

function kernels() {
	return FILENAME ~ /kernels|fused|ctorch/
}

# The number of parameters of a list that begins after "(": commas outside inner parentheses, plus one.
function count_parameters(list,    i, c, depth, commas) {
	for (i = 1; i <= length(list); i++) {
		c = substr(list, i, 1)
		if (c == "(")
			depth++
		else if (c == ")" && depth-- == 0)
			break
		else if (c == "," && depth == 0)
			commas++
	}
	return commas + 1
}

FNR == 1 {
	head = ""
}

/^(typedef )?struct [a-z_0-9]+ \{/ {
	name = $0
	sub(/^(typedef )?struct /, "", name)
	sub(/ .*/, "", name)
	if (name in place)
		complain("struct " name " is in " place[name] ", too")
	place[name] = FILENAME
}

# A definition starts in the first column and ends where its body begins.
/^[a-z][A-Za-z_0-9 *]*\(/ && !/;/ && !/^(typedef|return|else|if|for|while|switch|do)/ {
	head = $0
	line = FNR
	next_line = 0
}

head != "" && head != $0 && /^[\t ]/ {
	head = head " " $0
}

/^\{/ && head != "" {
	name = head
	sub(/\(.*/, "", name)
	sub(/.*[ *]/, "", name)
	list = substr(head, index(head, "(") + 1)
	if (head ~ /^static / && (name in banned))
		complain("static " name ": say what it does to what")
	if (!kernels() && count_parameters(list) > most)
		complain(name " takes " count_parameters(list) " parameters; more than " most " are a struct")
	head = ""
}

END {
	exit failed
}
