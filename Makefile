# eqrl — make help lists the targets.

# No built-in rules: they would try to make a stale dependency file from an object of its name.
MAKEFLAGS += --no-builtin-rules

BUILD   ?= build
# One name for one folder: dependency files that speak of the other one would not count.
override BUILD := $(patsubst $(CURDIR)/%,%,$(BUILD))
PREFIX  ?= /usr/local
CC      := $(if $(filter default,$(origin CC)),gcc,$(CC))
CXX     := $(if $(filter default,$(origin CXX)),g++,$(CXX))
# V=1 shows the commands.
Q       := $(if $(V),,@)
# An unpacked libtorch (1.13 or 2.x, CPU or CUDA); empty: the system's libtorch-dev.
TORCH_DIR ?=

LAYERS  := base expr export data eval score policy search
SRC     := $(foreach l,$(LAYERS),$(wildcard src/$(l)/*.c))
KERNELS := src/eval/kernels.c
FUSED   := src/learn/fused_rows.c src/learn/fused_attention.c
LEARN   := $(filter-out $(FUSED),$(wildcard src/learn/*.c)) $(wildcard src/learn/*.cpp)
PROGRAM := $(foreach l,domain rl pretrain options run report batch bench cli,$(wildcard src/$(l)/*.c))
TESTS   := $(wildcard tests/*.c)
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/*.c))
HEADERS := $(wildcard include/eqrl/*/*.h)
FORMATTED := $(HEADERS) $(wildcard src/*/*.c src/*/*.h tests/*.[ch] tests/*/*.[ch])
FILES   := $(HEADERS) $(wildcard include/eqrl/*/*.def src/*/*.c src/*/*.cpp src/*/*.h src/*/*.hpp src/*/*.inc)
# What the program needs; what make test needs as well.
PACKAGES := build-essential libopenblas-dev libcjson-dev zlib1g-dev libmd-dev picosat $(if $(TORCH_DIR),,libtorch-dev)
TEST_PACKAGES = clang-format clang-tidy $(MPI_PACKAGES)
GIT     := $(shell git describe --always --dirty --abbrev=12 2>/dev/null)
JOBS    ?= $(shell nproc)
PYTHON  ?= python3
comma   := ,

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
           -Wwrite-strings -Wno-unused-parameter $(if $(SAN),-Wno-unknown-warning-option -Wno-format-truncation)
OPT     ?= -O2 -g
DEFS    := -D_GNU_SOURCE -Iinclude
CFLAGS  += -std=c11 $(OPT) $(WARN) $(DEFS) -fno-math-errno -ffp-contract=off -MMD -MP $(WERROR)
# Headers of newer versions of libtorch want C++20.
CXXSTD  := $(if $(shell grep -s 'C++20' $(TORCH_DIR)/include/ATen/ATen.h),c++20,c++17)
CXXFLAGS += -std=$(CXXSTD) $(OPT) -Wall $(DEFS) -fPIC -fvisibility=hidden -MMD -MP
LIBS    := -lopenblas -lcjson -lz -lmd -lpthread -ldl -lm
# Of the domains of tasks, which are no part of libeqrl.a.
TASKLIBS := -lpicosat

ifeq ($(TORCH_DIR),)
TORCH_INC  := -isystem /usr/include/torch/csrc/api/include
TORCH_LIBS := -ltorch -ltorch_cpu -lc10
else
TORCH_INC  := -isystem $(TORCH_DIR)/include -isystem $(TORCH_DIR)/include/torch/csrc/api/include
DEFS += -DEQRL_TORCH_DIR
TORCH_LIBS := -L$(TORCH_DIR)/lib -Wl,-rpath,$(TORCH_DIR)/lib -Wl,--no-as-needed $(patsubst $(TORCH_DIR)/lib/lib%.so,-l%,$(filter-out %_python.so,$(wildcard $(TORCH_DIR)/lib/libtorch*.so $(TORCH_DIR)/lib/libc10*.so)))
CXXFLAGS += $(if $(wildcard $(TORCH_DIR)/lib/libc10_cuda.so),-DEQRL_CUDA)
endif

# MPI=1: train and pretrain run on several processes (mpirun). One object and the link differ.
MPI ?=
MPI_PACKAGES := libopenmpi-dev openmpi-bin
MPI_COMPILE = -DEQRL_MPI $(shell mpicc --showme:compile)
MPI_LINK = $(shell mpicc --showme:link)
ifneq ($(MPI),)
RANKS := $(BUILD)/src/base/ranks_mpi.o
PACKAGES += $(MPI_PACKAGES)
endif

# SIMD kernels: one source, three instruction sets, chosen at run time.
ISA_v2  := -march=x86-64-v2
ISA_v3  := -march=x86-64-v3
ISA_v4  := -march=x86-64-v4 -mprefer-vector-width=512

obj      = $(patsubst %,$(BUILD)/%.o,$(basename $(1)))
KOBJ    := $(foreach v,v2 v3 v4,$(BUILD)/src/eval/kernels_$(v).o)
LIBOBJ  := $(call obj,$(filter-out $(KERNELS),$(SRC))) $(KOBJ)
LEARNOBJ := $(call obj,$(LEARN)) $(foreach v,v2 v3 v4,$(patsubst %.c,$(BUILD)/%_$(v).o,$(FUSED)))
PROGOBJ := $(call obj,$(PROGRAM))
MAINOBJ := $(BUILD)/src/cli/main.o
TESTOBJ := $(call obj,$(TESTS))

.DEFAULT_GOAL := all
.PHONY: all demo test test-long deps wheel deb clean help install asan layers hdr-check lint names format format-check bench golden unit fuzz fuzzers compare FORCE

all: $(BUILD)/eqrl $(BUILD)/libeqrl_learn.so ## build the program (build/eqrl) and its learner library

$(BUILD)/libeqrl.a: $(LIBOBJ)
	@rm -f $@; echo '  AR    $@'
	$(Q)ar rcs $@ $^

$(BUILD)/libeqrl_learn.so: $(LEARNOBJ) $(BUILD)/libeqrl.a
	@echo '  LINK  $@'
	$(Q)$(CXX) -shared -o $@ $(LEARNOBJ) $(BUILD)/libeqrl.a -Wl,--exclude-libs,ALL $(SAN) $(TORCH_LIBS) $(LIBS)

# Tests of the graph itself, linked with libtorch; tests/test_ctorch.c runs them.
CTORCHTEST := $(call obj,$(wildcard tests/ctorch/*.c) tests/main.c tests/learn_case.c)
$(CTORCHTEST): CFLAGS += -Isrc/learn

$(BUILD)/ctorch-test: $(CTORCHTEST) $(LEARNOBJ) $(BUILD)/libeqrl.a
	@echo '  LINK  $@'
	$(Q)$(CXX) $(OPT) $(SAN) -o $@ $^ $(TORCH_LIBS) $(LIBS)

$(BUILD)/bench_learner: tests/bench/bench_learner.c $(BUILD)/src/rl/learner_load.o $(BUILD)/libeqrl.a
	@echo '  CC    $@'
	$(Q)$(CC) $(CFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/eqrl: $(PROGOBJ) $(RANKS) $(BUILD)/libeqrl.a $(BUILD)/mpi.txt
	@echo '  LINK  $@'
	$(Q)$(CC) $(OPT) $(SAN) -o $@ $(PROGOBJ) $(RANKS) $(BUILD)/libeqrl.a $(TASKLIBS) $(LIBS) $(if $(RANKS),$(MPI_LINK))

# What MPI=1 makes of build/eqrl, beside the other one.
$(BUILD)/mpi/eqrl: $(PROGOBJ) $(BUILD)/src/base/ranks_mpi.o $(BUILD)/libeqrl.a
	@mkdir -p $(@D); echo '  LINK  $@'
	$(Q)$(CC) $(OPT) $(SAN) -o $@ $(PROGOBJ) $(BUILD)/src/base/ranks_mpi.o $(BUILD)/libeqrl.a $(TASKLIBS) $(LIBS) $(MPI_LINK)

$(BUILD)/src/base/ranks_mpi.o: src/base/ranks.c
	@mkdir -p $(@D); echo '  CC    $@'
	$(Q)$(CC) $(CFLAGS) $(SAN) -fPIC $(MPI_COMPILE) -c -o $@ $<

$(BUILD)/eqrl-test: $(TESTOBJ) $(filter-out $(MAINOBJ),$(PROGOBJ)) $(BUILD)/libeqrl.a
	@echo '  LINK  $@'
	$(Q)$(CC) $(OPT) $(SAN) -o $@ $(TESTOBJ) $(filter-out $(MAINOBJ),$(PROGOBJ)) $(BUILD)/libeqrl.a $(TASKLIBS) $(LIBS)

$(BUILD)/src/eval/kernels_%.o: $(KERNELS)
	@mkdir -p $(@D); echo '  CC    $@'
	$(Q)$(CC) $(CFLAGS) -O3 $(SAN) -fPIC $(ISA_$*) -DKERNELS=kernels_$* -c -o $@ $<

# The learner library exports eqrl_learner_api alone.
$(LEARNOBJ): CFLAGS += -fvisibility=hidden

define FUSED_RULE
$(BUILD)/src/learn/%_$(1).o: src/learn/%.c
	@mkdir -p $$(@D); echo '  CC    $$@'
	$$(Q)$$(CC) $$(CFLAGS) -O3 -ffp-contract=fast $$(SAN) -fPIC $$(ISA_$(1)) -DISA=$(1) -c -o $$@ $$<
endef
$(foreach v,v2 v3 v4,$(eval $(call FUSED_RULE,$(v))))

$(BUILD)/src/learn/%.o: src/learn/%.cpp
	@mkdir -p $(@D); echo '  CXX   $@'
	$(Q)$(CXX) $(CXXFLAGS) $(SAN) $(TORCH_INC) -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D); echo '  CC    $@'
	$(Q)$(CC) $(CFLAGS) $(SAN) -fPIC $(if $(findstring tests/,$<),-Itests) -c -o $@ $<

# What was built, for run.json: host.o is made again when the commit changes.
$(BUILD)/git.txt: FORCE
	@mkdir -p $(@D)
	@echo '$(GIT)' | cmp -s - $@ || echo '$(GIT)' > $@
$(BUILD)/mpi.txt: FORCE
	@mkdir -p $(@D)
	@echo '$(MPI)' | cmp -s - $@ || echo '$(MPI)' > $@
$(BUILD)/src/run/host.o: $(BUILD)/git.txt
$(BUILD)/src/run/host.o: CFLAGS += -DEQRL_GIT='"$(GIT)"'

$(BUILD)/bench/%: $(BUILD)/tests/bench/%.o $(filter-out $(MAINOBJ),$(PROGOBJ)) $(BUILD)/libeqrl.a
	@mkdir -p $(@D); echo '  LINK  $@'
	$(Q)$(CC) $(OPT) $(SAN) -o $@ $^ $(TASKLIBS) $(LIBS)

$(BUILD)/compare/%: $(BUILD)/tests/compare/%.o $(filter-out $(MAINOBJ),$(PROGOBJ)) $(BUILD)/libeqrl.a
	@mkdir -p $(@D); echo '  LINK  $@'
	$(Q)$(CC) $(OPT) $(SAN) -o $@ $^ $(TASKLIBS) $(LIBS)

$(BUILD)/fuzz/%: $(BUILD)/tests/fuzz/%.o $(BUILD)/libeqrl.a
	@mkdir -p $(@D); echo '  LINK  $@'
	$(Q)$(CC) $(OPT) $(SAN) -fsanitize=fuzzer -o $@ $^ $(LIBS)

.SECONDARY:
-include $(shell find $(BUILD) -type f -name '*.d' 2>/dev/null)

# ---- set-up and the main job ---------------------------------------------------------------------

deps: ## install what is missing of the Debian packages (NO_DEPS=1: do not)
ifneq ($(NO_DEPS),1)
	@command -v dpkg-query >/dev/null || { echo "deps: no dpkg here; needed: $(PACKAGES)"; exit 0; }; \
	missing=; for p in $(PACKAGES) $(ALSO); do \
		dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed$$' || missing="$$missing $$p"; \
	done; \
	test -z "$$missing" && exit 0; \
	echo "deps: installing$$missing (apt-get; NO_DEPS=1 skips this)"; \
	test "$$(id -u)" = 0 || sudo=sudo; \
	$$sudo env DEBIAN_FRONTEND=noninteractive sh -c "apt-get -q update && \
		apt-get -q install -y --no-install-recommends$$missing"
endif

DEMO ?= data/kepler.csv
DEMO_TIME ?= 20s
demo: deps ## build, then find Kepler's third law in measured data (20 s)
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@echo '$$ $(BUILD)/eqrl train --data $(DEMO) --time $(DEMO_TIME) --seed 1'
	@$(BUILD)/eqrl train --data $(DEMO) --time $(DEMO_TIME) --seed 1

COMMANDS := $(shell sed -n 's|^COMMAND.\([a-z]*\),.*|\1|p' include/eqrl/options/commands.def)
install: all ## copy program, learner, weights, manual and completions to $(DESTDIR)$(PREFIX)
	install -d $(addprefix $(DESTDIR)$(PREFIX)/,bin lib/eqrl $(addprefix share/eqrl/,weights configs data/nist))
	install $(BUILD)/eqrl $(DESTDIR)$(PREFIX)/bin
	install -m 644 $(BUILD)/libeqrl_learn.so $(DESTDIR)$(PREFIX)/lib/eqrl
	$(if $(wildcard data/weights/*.safetensors),install -m 644 data/weights/*.safetensors $(DESTDIR)$(PREFIX)/share/eqrl/weights)
	install -m 644 configs/*.json $(DESTDIR)$(PREFIX)/share/eqrl/configs
	install -m 644 data/README.md data/*.csv $(DESTDIR)$(PREFIX)/share/eqrl/data
	install -m 644 data/nist/* $(DESTDIR)$(PREFIX)/share/eqrl/data/nist
	install -m 644 LICENSE README.md $(DESTDIR)$(PREFIX)/share/eqrl
	install -d $(addprefix $(DESTDIR)$(PREFIX)/share/,man/man1 bash-completion/completions zsh/site-functions fish/vendor_completions.d)
	$(BUILD)/eqrl help completion bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/eqrl
	$(BUILD)/eqrl help completion zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_eqrl
	$(BUILD)/eqrl help completion fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/eqrl.fish
	$(BUILD)/eqrl help man > $(DESTDIR)$(PREFIX)/share/man/man1/eqrl.1
	for c in $(COMMANDS); do $(BUILD)/eqrl help man $$c > $(DESTDIR)$(PREFIX)/share/man/man1/eqrl-$$c.1 || exit 1; done

# The program as a wheel has it: its libraries lie beside the learner, and for what they need in turn the old kind of
# rpath is asked, which also goes before LD_LIBRARY_PATH. The learner finds libtorch where Python says, be it with CUDA, which
# libtorch.so names in turn, or without.
PORTABLE := -Wl,--disable-new-dtags -Wl,-rpath,
$(BUILD)/portable/eqrl: $(PROGOBJ) $(BUILD)/libeqrl.a
	@mkdir -p $(@D); echo '  LINK  $@'
	$(Q)$(CC) $(OPT) -o $@ $(PROGOBJ) $(BUILD)/libeqrl.a $(PORTABLE)'$$ORIGIN/../lib/eqrl' $(TASKLIBS) $(LIBS)

$(BUILD)/portable/libeqrl_learn.so: $(LEARNOBJ) $(BUILD)/libeqrl.a
	@mkdir -p $(@D); echo '  LINK  $@'
	$(Q)$(CXX) -shared -o $@ $(LEARNOBJ) $(BUILD)/libeqrl.a -Wl,--exclude-libs,ALL $(PORTABLE)'$$ORIGIN' \
		$(if $(TORCH_DIR),-L$(TORCH_DIR)/lib) -Wl,--no-as-needed -ltorch -ltorch_cpu -lc10 $(LIBS)

wheel: all $(BUILD)/portable/eqrl $(BUILD)/portable/libeqrl_learn.so ## the Python package with the program in it (wants pip)
	@rm -rf $(BUILD)/wheel
	@$(MAKE) --no-print-directory install DESTDIR=$(BUILD)/wheel PREFIX=/eqrl/_program >/dev/null
	@src/packaging/wheel.sh $(BUILD) $(PYTHON) $(TORCH_DIR)

deb: all ## a Debian package
	@rm -rf $(BUILD)/deb
	@$(MAKE) --no-print-directory install DESTDIR=$(BUILD)/deb PREFIX=/usr >/dev/null
	@src/packaging/deb.sh $(BUILD)

clean: ## remove what was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

# ---- tests and checks ----------------------------------------------------------------------------

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

test: ALSO := $(TEST_PACKAGES)
test: deps ## everything; the last line is "N passed, N failed"
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/eqrl-test $(BUILD)/ctorch-test \
		$$(command -v mpicc >/dev/null && echo $(BUILD)/mpi/eqrl)
	@MAKE='$(MAKE)' BUILD='$(BUILD)' EQRL_CTORCH_TEST='$(BUILD)/ctorch-test' tests/all.sh

test-long: test ## and what takes half an hour: all random cases; laws with learning; up to four processes; 200 times kill -9, up to 20 seconds after the start; tasks by the ten thousand; constraints by the million; fuzzing
	@BUILD='$(BUILD)' tests/kill.sh 200 2 20
	@EQRL_ALL_CASES=1 EQRL_LEARNER='$(BUILD)/libeqrl_learn.so' EQRL_CTORCH_TEST='$(BUILD)/ctorch-test' $(BUILD)/eqrl-test
	@EQRL_ALL_CASES=1 EQRL_CTORCH_TEST=none $(BUILD)/asan/eqrl-test
	@LEARN=1 BUILD='$(BUILD)' tests/laws.sh
	@BUILD='$(BUILD)' tests/mpi.sh long
	@EQRL_TASK_CASES=10000 $(BUILD)/eqrl-test test_tasks
	@EQRL_CONSTRAINT_CASES=1000000 $(BUILD)/eqrl-test test_constraints
	@EQRL_UNIT_LAWS=65 EQRL_UNIT_CASES=10000 $(BUILD)/eqrl-test test_units
	@$(MAKE) --no-print-directory wheel && BUILD='$(BUILD)' tests/python.sh $(BUILD)/dist/*.whl
	@! command -v clang >/dev/null || $(MAKE) --no-print-directory fuzz

unit: $(BUILD)/eqrl-test ## unit tests alone
	@$(BUILD)/eqrl-test

asan: ## unit tests under AddressSanitizer and UBSan (all but the learner)
	@# -g1 has the lines that a report names, and takes a third less time than -g
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/asan OPT='-O1 -g1' SAN='$(SANITIZE)' \
		$(BUILD)/asan/eqrl-test
	@$(BUILD)/asan/eqrl-test

layers: ## every file includes headers of its own layer and lower ones only
	@awk -f tests/layers.awk $(FILES)

hdr-check: ## every header compiles alone
	@echo $(HEADERS) | xargs -n 1 -P $(JOBS) $(CC) -std=c11 -Wall -Wextra -Wpedantic -Werror \
		-Wno-unused-parameter $(DEFS) -fsyntax-only -x c

golden: all ## rewrite configs/default.json and the expected output of the command-line tests
	@$(BUILD)/eqrl help config > configs/default.json
	@BUILD='$(BUILD)' tests/cli/run.sh --golden

bench: all $(BENCHES) ## measure speed: a table, and build/bench.json
	@rm -f $(BUILD)/bench.lines
	@for b in $(BENCHES); do echo; args=; \
		case $$b in *sampler) args=$(JOBS);; *learner) args="$(BUILD)/libeqrl_learn.so $(JOBS) bf16";; esac; \
		EQRL_BENCH_JSON=$(BUILD)/bench.lines $$b $$args || exit 1; done
	@{ echo '['; paste -sd, $(BUILD)/bench.lines; echo ']'; } > $(BUILD)/bench.json

compare: $(BUILD)/compare/common_trees ## speed beside pyoperon's on the same trees (wants Python, pyoperon, numpy)
	@if $(PYTHON) -c 'import numpy, pyoperon' 2>/dev/null; then \
		$(PYTHON) tests/compare/operon_speed.py $< $(BUILD)/compare; \
	else echo "compare: needs $(PYTHON) with pyoperon and numpy (pip install pyoperon numpy; PYTHON=/path/to/python)"; fi

FUZZ_TIME ?= 30
# Kernels are made for gcc and are not what is fuzzed.
fuzz: $(BUILD)/eqrl-test ## libFuzzer on parser, data and weights, FUZZ_TIME seconds each (needs clang)
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/clang CC=clang OPT='-O1 -g' \
		SAN='-fsanitize=address,undefined,fuzzer-no-link' \
		LAYERS='base expr data policy' KOBJ= KERNELS='src/policy/net_kernels.c' fuzzers
	@for f in $(patsubst $(BUILD)/%,$(BUILD)/clang/%,$(FUZZERS)); do \
		echo "== $$f"; mkdir -p $$f.corpus; seeds=; \
		case $$f in */csv) seeds=tests/cases/tables; \
			EQRL_WRITE_SEEDS=$$f.corpus $(BUILD)/eqrl-test cases_of_reading >/dev/null || exit 1;; esac; \
		$$f -max_total_time=$(FUZZ_TIME) -artifact_prefix=$$f. -print_final_stats=1 $$f.corpus $$seeds || exit 1; \
	done
fuzzers: $(FUZZERS)

# Kernels are made for gcc: clang 14 does not know their attributes and names of processors.
LINTED := $(filter-out $(KERNELS) src/eval/isa.c src/policy/net_kernels.c src/learn/fused_choose.c, \
	$(SRC) $(filter %.c,$(LEARN)) $(PROGRAM))
lint: ## clang-tidy with the checks of .clang-tidy (LINT_CHECKS=… adds some)
	@echo $(LINTED) | xargs -n 8 -P $(JOBS) sh -c 'clang-tidy --quiet --checks="$(LINT_CHECKS)" "$$@" -- \
		-std=c11 $(DEFS) -Wno-unknown-attributes 2>$(BUILD)/lint.err' lint

names: ## struct names are unique, static functions are verb and object, at most six parameters, files of src/cli are short
	@awk -f tests/names.awk $(filter %.c %.h,$(FILES))
	@for f in src/cli/*.c; do n=$$(wc -l < $$f); \
		test $$n -le 300 || { echo "$$f has $$n lines; more than 300 are two files"; exit 1; }; done

format: ## clang-format on all C files
	clang-format -i $(FORMATTED)

format-check: ## every C file is as clang-format leaves it
	@clang-format --dry-run -Werror $(FORMATTED)
