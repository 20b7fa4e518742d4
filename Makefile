# SPDX-License-Identifier: Apache-2.0
# fircone: one non-recursive Makefile. All products are under build/. `make` lists the targets.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
JOBS := $(shell nproc)
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif

# SANITIZE=1 builds everything a second time, under build/sanitize, with address and
# undefined-behaviour checks.
BUILD := build$(if $(SANITIZE),/sanitize)
COMMA := ,
CXX := g++
CXXFLAGS ?= -O1 -g1
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
ALL_CXXFLAGS = -std=c++20 -I. $(CXXFLAGS) $(HOT) $(WARNINGS) \
  $(if $(SANITIZE),-fsanitize=address$(COMMA)undefined -fno-sanitize-recover=all -fno-omit-frame-pointer \
    -Wno-maybe-uninitialized)  # g++ 12 sees ghosts in std::function under the sanitizers
LDFLAGS := $(if $(SANITIZE),-fsanitize=address$(COMMA)undefined)
LDLIBS := -lfmt -lgmpxx -lgmp -lcrypto -lpng -lz -ldl -pthread

# One static library per folder; each may use those to its right.
LAYERS := cli analysis tb sim synth gen base
SOURCES := $(foreach layer,$(LAYERS),$(wildcard $(layer)/*.cc $(layer)/*/*.cc))
LIBRARY_SOURCES := $(filter-out cli/main.cc,$(SOURCES))
LIBRARIES := $(foreach layer,$(LAYERS),$(BUILD)/lib$(layer).a)
TEST_SOURCES := $(wildcard tests/*.cc)
TEST_LAYERS := $(sort $(foreach file,$(notdir $(TEST_SOURCES)),$(firstword $(subst _, ,$(file)))))
TEST_PROGRAMS := $(TEST_LAYERS:%=$(BUILD)/tests/%)
BENCH_SOURCES := $(wildcard bench/*.cc)
BENCH_PROGRAMS := $(BENCH_SOURCES:bench/%.cc=$(BUILD)/bench/%)
FORMATTED := $(wildcard $(foreach layer,$(LAYERS) golden tests bench,$(layer)/*.cc $(layer)/*.h $(layer)/*/*.cc $(layer)/*/*.h))
objects = $(patsubst %.cc,$(BUILD)/obj/%.o,$(1))

# The golden models behind a plain C interface; nothing of the program is in it.
GOLDEN_LIBRARY := $(BUILD)/libfircone_golden.so
GOLDEN_SONAME := libfircone_golden.so.1
VERSION := $(shell sed -n 's/.*kVersion = "\(.*\)";/\1/p' base/version.h)
PREFIX ?= /usr/local
DESTDIR ?=

.PHONY: help demo demo-bw test test-long sanitize lint bench report rtl format clean packages

help: ## this list
	@grep -hE '^[a-z-]+:.*##' Makefile | sed -E 's/^([a-z-]+):.*## /\1\t/' | while IFS='	' read -r t d; do printf '  make %-10s %s\n' "$$t" "$$d"; done

demo: packages ## a picture through the convolution engine, checked; pictures and figures under build/demo (IMAGE=any.png)
	@$(MAKE) --no-print-directory $(BUILD)/fircone
	@$(BUILD)/fircone demo -o build/demo $(if $(IMAGE),--image '$(subst ','\'',$(IMAGE))')

demo-bw: packages ## handwritten digits through the binary-weight engine, checked; under build/demo/bw (MNIST=folder of its IDX files)
	@$(MAKE) --no-print-directory $(BUILD)/fircone
	@$(BUILD)/fircone demo bw $(if $(MNIST),--mnist '$(subst ','\'',$(MNIST))')

test: packages ## every test; ends with a line `N passed, N failed`
	@scripts/install-packages test
	@$(MAKE) --no-print-directory $(BUILD)/fircone $(GOLDEN_LIBRARY) $(TEST_PROGRAMS)
	@tests/run $(BUILD)/logs $(TEST_PROGRAMS)

test-long: ## the tests and the long sweeps
	@FIRCONE_LONG=1 $(MAKE) --no-print-directory test

sanitize: ## the unit tests under the address and undefined-behaviour sanitizers
	@scripts/install-packages build run test
	@$(MAKE) --no-print-directory SANITIZE=1 run-sanitized

# Planted faults, random points and figures of netlists put the Verilog to the test, not the C++
# that is sanitized; they take half of the time.
SANITIZED_FILTER := -*Fault*:*RandomPoint*:Depth*:*Quality*
run-sanitized: $(TEST_PROGRAMS) $(BUILD)/fircone $(GOLDEN_LIBRARY)
	@FILTER='$(SANITIZED_FILTER)' tests/run $(BUILD)/logs $(TEST_PROGRAMS)
.PHONY: run-sanitized

lint: ## clang-format, clang-tidy, and the committed Verilog against the generator
	@scripts/install-packages build run test bench lint
	@clang-format --dry-run --Werror $(FORMATTED)
	@$(MAKE) --no-print-directory tidy
	@$(MAKE) --no-print-directory $(BUILD)/fircone && scripts/check-rtl $(BUILD)/fircone

TIDY := $(patsubst %.cc,$(BUILD)/tidy/%.ok,$(SOURCES) golden/c_interface.cc $(TEST_SOURCES) $(BENCH_SOURCES))
tidy: $(TIDY)
.PHONY: tidy
# The analyser walks into the headers of CLI11 for many minutes.
$(BUILD)/tidy/cli/main.ok: TIDY_FLAGS := --checks=-clang-analyzer-*
$(BUILD)/tidy/%.ok: %.cc .clang-tidy
	@mkdir -p $(@D)
	@clang-tidy --quiet $(TIDY_FLAGS) $< -- -std=c++20 -I. 2>$(@:.ok=.log) || { cat $(@:.ok=.log) >&2; exit 1; }
	@$(CXX) -std=c++20 -I. $(HOT) -MM -MP -MT $@ -MF $(@:.ok=.d) $<
	@touch $@

bench: ## speeds as ratios; arithmetic beside plain operators, recorded figures and limits
	@scripts/install-packages build run bench
	@$(MAKE) --no-print-directory $(BUILD)/fircone $(BENCH_PROGRAMS)
	@scripts/bench $(BUILD)

report: ## the pictures of docs/ that are made of measurements, drawn again
	@scripts/install-packages build run report
	@$(MAKE) --no-print-directory $(BUILD)/fircone
	@scripts/adder-pictures $(BUILD)/fircone docs
	@scripts/bw-pictures $(BUILD)/fircone docs
	@$(BUILD)/fircone draw fcu kernel=3 scheme=ffa2d -o docs/fcu_ffa2d.svg

rtl: $(BUILD)/fircone ## the committed catalogue under rtl/, generated again
	@$(BUILD)/fircone generate --catalogue -o rtl

format: ## clang-format over all sources
	@clang-format -i $(FORMATTED)

install: packages ## the program, the golden headers and library under PREFIX (/usr/local; DESTDIR for packagers)
	@$(MAKE) --no-print-directory $(BUILD)/fircone $(GOLDEN_LIBRARY)
	@$(MAKE) --no-print-directory install-files

install-files:
	@install -d '$(DESTDIR)$(PREFIX)'/bin '$(DESTDIR)$(PREFIX)'/include/fircone/golden \
	  '$(DESTDIR)$(PREFIX)'/lib/pkgconfig '$(DESTDIR)$(PREFIX)'/share/fircone/examples
	@install -m 755 $(BUILD)/fircone '$(DESTDIR)$(PREFIX)'/bin
	@install -m 644 golden/*.h '$(DESTDIR)$(PREFIX)'/include/fircone/golden
	@install -m 755 $(GOLDEN_LIBRARY) '$(DESTDIR)$(PREFIX)'/lib/$(GOLDEN_SONAME)
	@ln -sf $(GOLDEN_SONAME) '$(DESTDIR)$(PREFIX)'/lib/libfircone_golden.so
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' golden/fircone_golden.pc.in \
	  >'$(DESTDIR)$(PREFIX)'/lib/pkgconfig/fircone_golden.pc
	@install -m 755 examples/golden_ctypes.py '$(DESTDIR)$(PREFIX)'/share/fircone/examples
	@echo 'fircone $(VERSION) is in $(DESTDIR)$(PREFIX)'
.PHONY: install install-files

clean: ## removes build/
	rm -rf build

packages:
	@scripts/install-packages build run

# The program and the libraries.
$(BUILD)/fircone: $(call objects,cli/main.cc) $(LIBRARIES)
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CXX) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARIES) $(LDLIBS)

$(GOLDEN_LIBRARY): $(BUILD)/obj/golden/c_interface.o
	@echo "  link $@"
	@$(CXX) -shared -Wl,-soname,$(GOLDEN_SONAME) $(LDFLAGS) -o $@ $<
$(BUILD)/obj/golden/c_interface.o: HOT := -O3 -fPIC -fvisibility=hidden

define library
$(BUILD)/lib$(1).a: $(call objects,$(filter $(1)/%,$(LIBRARY_SOURCES)))
	@rm -f $$@ && ar rcs $$@ $$^
endef
$(foreach layer,$(LAYERS),$(eval $(call library,$(layer))))

define test_program
$(BUILD)/tests/$(1): $(call objects,$(filter tests/$(1)_%,$(TEST_SOURCES))) $(LIBRARIES)
	@mkdir -p $$(@D)
	@echo "  link $$@"
	@$(CXX) $(LDFLAGS) -o $$@ $$(filter %.o,$$^) $(LIBRARIES) -lgtest -lgtest_main $(LDLIBS)
endef
$(foreach layer,$(TEST_LAYERS),$(eval $(call test_program,$(layer))))

# These load it.
$(BUILD)/tests/golden $(BUILD)/tests/cli: | $(GOLDEN_LIBRARY)

$(BUILD)/bench/%: $(BUILD)/obj/bench/%.o $(LIBRARIES)
	@mkdir -p $(@D)
	@echo "  link $@"
	@$(CXX) $(LDFLAGS) -o $@ $(filter %.o,$^) $(LIBRARIES) -lbenchmark $(LDLIBS)

# Simulation and its benches are run far more often than they are compiled.
$(call objects,$(filter sim/% tb/% synth/% analysis/%,$(SOURCES)) $(BENCH_SOURCES)): HOT := -O2
# Where generate spends its time.
$(call objects,$(filter gen/hdl/% gen/arith/% gen/ffa/% gen/units/heap%,$(SOURCES))): HOT := -O2
$(call objects,sim/scheduler.cc sim/axi_stream.cc gen/hdl/layout.cc): HOT := -O3
$(BUILD)/obj/%.o: %.cc
	@mkdir -p $(@D)
	@echo "  compile $<"
	@$(CXX) $(ALL_CXXFLAGS) -MMD -MP -c -o $@ $<

# The cost models as string literals, that of the default library first.
MODELS := gen/models/osu018.toml $(filter-out gen/models/osu018.toml,$(wildcard gen/models/*.toml))
build/generated/cost_models.inc: $(MODELS)
	@mkdir -p $(@D)
	@for model in $(MODELS); do printf 'R"toml('; cat "$$model"; echo ')toml",'; done >$@
$(BUILD)/obj/gen/cost_models.o $(BUILD)/tidy/gen/cost_models.ok: build/generated/cost_models.inc
$(BUILD)/obj/gen/cost_models.o $(BUILD)/tidy/gen/cost_models.ok: HOT := -Ibuild/generated
$(BUILD)/tidy/gen/cost_models.ok: TIDY_FLAGS := --extra-arg=-Ibuild/generated

-include $(patsubst %.cc,$(BUILD)/obj/%.d,$(SOURCES) golden/c_interface.cc $(TEST_SOURCES) $(BENCH_SOURCES)) $(TIDY:.ok=.d)
