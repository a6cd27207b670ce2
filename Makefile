# eqrl — make help lists the targets.

BUILD   ?= build
PREFIX  ?= /usr/local
CC      ?= gcc
CXX     ?= g++
# An unpacked libtorch (1.13 or 2.x, CPU or CUDA); empty: the system's libtorch-dev.
TORCH_DIR ?=

LAYERS  := base expr data eval score policy search
SRC     := $(foreach l,$(LAYERS),$(wildcard src/$(l)/*.c))
KERNELS := src/eval/kernels.c
LEARN   := $(wildcard src/learn/*.c) $(wildcard src/learn/*.cpp)
PROGRAM := $(wildcard src/rl/*.c) $(wildcard src/pretrain/*.c) $(wildcard src/cli/*.c)
TESTS   := $(wildcard tests/*.c)

WARN    := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wvla \
           -Wwrite-strings -Wno-unused-parameter
OPT     ?= -O2 -g
DEFS    := -D_GNU_SOURCE -Iinclude
CFLAGS  += -std=c11 $(OPT) $(WARN) $(DEFS) -fno-math-errno -ffp-contract=off -MMD -MP $(WERROR)
CXXFLAGS += -std=c++17 $(OPT) -Wall $(DEFS) -fPIC -fvisibility=hidden -MMD -MP
LIBS    := -lopenblas -lcjson -lz -lmd -lpthread -ldl -lm

ifeq ($(TORCH_DIR),)
TORCH_INC  := -isystem /usr/include/torch/csrc/api/include
TORCH_LIBS := -ltorch -ltorch_cpu -lc10
else
TORCH_INC  := -isystem $(TORCH_DIR)/include -isystem $(TORCH_DIR)/include/torch/csrc/api/include -DEQRL_TORCH_DIR
TORCH_LIBS := -L$(TORCH_DIR)/lib -Wl,-rpath,$(TORCH_DIR)/lib -Wl,--no-as-needed $(patsubst $(TORCH_DIR)/lib/lib%.so,-l%,$(filter-out %_python.so,$(wildcard $(TORCH_DIR)/lib/libtorch*.so $(TORCH_DIR)/lib/libc10*.so)))
ifeq ($(wildcard $(TORCH_DIR)/lib/libc10_cuda.so),)
else
CXXFLAGS += -DEQRL_CUDA
endif
endif

# SIMD kernels: one source, three instruction sets, chosen at run time.
ISA_v2  := -march=x86-64-v2
ISA_v3  := -march=x86-64-v3
ISA_v4  := -march=x86-64-v4 -mprefer-vector-width=512

obj      = $(patsubst %,$(BUILD)/%.o,$(basename $(1)))
KOBJ    := $(foreach v,v2 v3 v4,$(BUILD)/src/eval/kernels_$(v).o)
LIBOBJ  := $(call obj,$(filter-out $(KERNELS),$(SRC))) $(KOBJ)
LEARNOBJ := $(call obj,$(LEARN))
PROGOBJ := $(call obj,$(PROGRAM))
MAINOBJ := $(BUILD)/src/cli/main.o
TESTOBJ := $(call obj,$(TESTS))

.DEFAULT_GOAL := all
.PHONY: all demo test deps clean help install asan layers hdr-check lint format bench golden unit

all: $(BUILD)/eqrl $(BUILD)/libeqrl_learn.so ## build the program (build/eqrl) and its learner library

$(BUILD)/libeqrl.a: $(LIBOBJ)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/libeqrl_learn.so: $(LEARNOBJ) $(BUILD)/libeqrl.a
	$(CXX) -shared -o $@ $(LEARNOBJ) $(BUILD)/libeqrl.a -Wl,--exclude-libs,ALL $(SAN) $(TORCH_LIBS) $(LIBS)

$(BUILD)/eqrl: $(PROGOBJ) $(BUILD)/libeqrl.a
	$(CC) $(OPT) $(SAN) -o $@ $(PROGOBJ) $(BUILD)/libeqrl.a $(LIBS)

$(BUILD)/eqrl-test: $(TESTOBJ) $(filter-out $(MAINOBJ),$(PROGOBJ)) $(BUILD)/libeqrl.a
	$(CC) $(OPT) $(SAN) -o $@ $(TESTOBJ) $(filter-out $(MAINOBJ),$(PROGOBJ)) $(BUILD)/libeqrl.a $(LIBS)

$(BUILD)/src/eval/kernels_%.o: $(KERNELS)
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) -O3 $(SAN) -fPIC $(ISA_$*) -DKERNELS=kernels_$* -c -o $@ $<

$(BUILD)/src/learn/%.o: src/learn/%.cpp
	@mkdir -p $(@D)
	$(CXX) $(CXXFLAGS) $(SAN) $(TORCH_INC) -c -o $@ $<

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(CFLAGS) $(SAN) -fPIC $(if $(findstring tests/,$<),-Itests) -c -o $@ $<

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

clean: ## remove what was built
	rm -rf build

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16
