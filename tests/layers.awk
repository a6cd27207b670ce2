# layers.awk — a file may include headers of its own layer and of lower ones.
#
#   awk -f tests/layers.awk FILE…
#
# A source file's layer is its folder. A public header belongs to the lowest folder that has a source
# file of its name; those without one are in the table below.

BEGIN {
	n = split("base expr data eval score policy search learn rl cli", folder, " ")
	for (i = 1; i <= n; i++)
		layer[folder[i]] = i - 1
	layer["pretrain"] = layer["rl"]

	# headers that are no source file's: plain contracts and tables
	belongs["options.h"] = "base"
	belongs["options.def"] = "base"
	belongs["ops.def"] = "expr"
	belongs["rows.h"] = "expr"
	belongs["kernels.h"] = "eval"
	belongs["score.h"] = "score"
	belongs["learner.h"] = "learn"
	belongs["ctorch.h"] = "learn"
	belongs["cli.h"] = "cli"
	belongs["commands.def"] = "cli"
	belongs["options_cli.h"] = "cli"

	for (i = 1; i < ARGC; i++) {
		if (split(ARGV[i], part, "/") != 3 || part[1] != "src")
			continue
		if (!(part[2] in layer))
			complain(ARGV[i] ": folder " part[2] " is no layer")
		name = part[3]
		if (name !~ /\.(c|cpp)$/)
			continue
		sub(/\.(c|cpp)$/, ".h", name)
		if (!(name in lowest) || layer[part[2]] < layer[lowest[name]])
			lowest[name] = part[2]
	}
}

function complain(text) {
	print text
	failed = 1
}

# The folder of the file at path, "" if unknown.
function folder_of(path,    part, name) {
	split(path, part, "/")
	if (part[1] == "src")
		return part[2]
	name = part[3]
	return name in belongs ? belongs[name] : name in lowest ? lowest[name] : ""
}

FNR == 1 {
	own = folder_of(FILENAME)
	if (own == "")
		complain(FILENAME ": belongs to no layer; add it to the table in tests/layers.awk")
}

/^[ \t]*#[ \t]*include[ \t]*"/ && own != "" {
	split($0, quoted, "\"")
	header = quoted[2]
	if (header ~ /\.\./) {
		complain(FILENAME ":" FNR ": includes " header " of another folder")
	} else if (header ~ /^eqrl\//) {
		other = folder_of("include/" header)
		if (other == "")
			complain(FILENAME ":" FNR ": " header " belongs to no layer")
		else if (layer[other] > layer[own])
			complain(FILENAME ":" FNR ": layer " own " (" layer[own] ") includes " header \
				 " of layer " other " (" layer[other] ")")
	}
}

END {
	exit failed
}
