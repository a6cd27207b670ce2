# layers.awk — a file may include headers of its own layer and of lower ones.
#
#   awk -f tests/layers.awk FILE…
#
# The layer of a file is its folder: include/eqrl/LAYER/ and src/LAYER/. A header in src/ is its folder's own.

BEGIN {
	n = split("base expr export data eval score policy search domain learn rl pretrain options run report batch bench cli", folder, " ")
	for (i = 1; i <= n; i++)
		layer[folder[i]] = i - 1
	layer["pretrain"] = layer["rl"] # beside each other: neither includes the other
}

function complain(text) {
	print text
	failed = 1
}

function folder_of(path,    part, n) {
	n = split(path, part, "/")
	return part[1] == "src" && n == 3 ? part[2] : part[1] == "include" && n == 4 ? part[3] : ""
}

FNR == 1 {
	own = folder_of(FILENAME)
	if (!(own in layer)) {
		complain(FILENAME ": lies in no layer's folder")
		own = ""
	}
}

/^[ \t]*#[ \t]*include[ \t]*"/ && own != "" {
	split($0, quoted, "\"")
	header = quoted[2]
	if (header ~ /^eqrl\//) {
		other = folder_of("include/" header)
		if (!(other in layer))
			complain(FILENAME ":" FNR ": " header " lies in no layer's folder")
		else if (layer[other] > layer[own] || (layer[other] == layer[own] && other != own))
			complain(FILENAME ":" FNR ": layer " own " (" layer[own] ") includes " header \
				 " of layer " other " (" layer[other] ")")
	} else if (header ~ /\//) {
		complain(FILENAME ":" FNR ": includes " header " of another folder")
	}
}

END {
	exit failed
}
