# vmacheck: `make` builds, `make certify` runs the whole suite on the reference stack, `make check` runs every test.
#
#   make deps      installs what is needed (Debian packages, by name)
#   make install   PREFIX=/usr/local
#   make install-dissectors   the Wireshark plugin, into your plugin folder; with PREFIX=/usr for everybody, under PREFIX/lib/wireshark/plugins
#   make interop   keepalived and FRR as devices, in network namespaces (root; some minutes); pages and results in build/interop
#   make bench     measures, writes build/bench.json
#   make captures  makes the files of captures/ and their index anew
#   make fuzz      TIME=60 seconds of fuzzing, all targets together; build/fuzz keeps what they find
#   BUILD=dir      builds somewhere else; SANITIZE=1 builds with ASan and UBSan

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SECONDARY:
MAKEFLAGS += --no-builtin-rules

BUILD   ?= build
PREFIX  ?= /usr/local
PYTHON  ?= /usr/bin/python3
JOBS    ?= $(shell nproc)
TIME    ?= 60
CC      := $(if $(filter default undefined,$(origin CC)),gcc,$(CC))

# Real routers: their programs only, no service of them runs. INTEROP_PACKAGES= leaves them out; their tests are skipped then.
INTEROP_PACKAGES := keepalived frr

# What a fresh Debian 12 lacks, by package name; docs/dependencies.md says why each.
PACKAGES := build-essential clang clang-format libclang-rt-14-dev pkg-config check libpcap-dev libjansson-dev libcjson-dev libxml2-dev nettle-dev libyaml-dev zlib1g-dev libcap-ng-dev \
            python3 python3-yaml python3-pytest python3-pytest-xdist tox tshark tcpdump iproute2 $(INTEROP_PACKAGES)

LIBRARIES   := jansson libcjson libxml-2.0 libpcap nettle yaml-0.1 zlib libcap-ng
WARNINGS    := -Wall -Wextra -Wshadow -Wconversion
comma       := ,
OPTIMISE    := $(if $(SANITIZE),-O1 -fno-omit-frame-pointer -fsanitize=address$(comma)undefined -fno-sanitize-recover=all,-O2)$(if $(FUZZ), -fsanitize=fuzzer-no-link)
CPPFLAGS    += -D_POSIX_C_SOURCE=200809L -Iharness -I. -I$(BUILD)/generated
CFLAGS      += -std=c11 -g $(OPTIMISE) $(WARNINGS) $(WERROR) -pthread -MMD -MP
LDFLAGS     += $(if $(SANITIZE),-fsanitize=address$(comma)undefined)
LIBRARY_CFLAGS = $(shell pkg-config --cflags $(LIBRARIES) 2>/dev/null)
LDLIBS       = $(shell pkg-config --libs $(LIBRARIES) 2>/dev/null) -pthread -lm

# Everything but the main programs goes into one archive; programs and tests link what they use of it.
MAINS      := harness/cli/main.c reference/process.c
SOURCES    := $(filter-out $(MAINS),$(wildcard harness/*/*.c reference/*.c mutants/*.c cases/*.c))
OBJECTS    := $(SOURCES:%.c=$(BUILD)/obj/%.o)
ARCHIVE    := $(BUILD)/libvmacheck.a
PROGRAMS   := $(BUILD)/vmacheck $(BUILD)/vmacheck-reference
DISSECTORS := $(wildcard dissectors/vmacheck/*.lua)
GENERATED  := $(addprefix $(BUILD)/generated/,ledger_enums.h ledger_tables.inc ledger_cells.inc)
LEDGER     := $(wildcard spec/*.py spec/*.yaml spec/*.md spec/*.txt)

# The reference on a wire, for tests of devices that stand on one.
ON_WIRE    := $(BUILD)/interop/reference-on-wire

UNIT_TESTS := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/check_*.c))
UNIT_PARTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out $(wildcard tests/unit/check_*.c),$(wildcard tests/unit/*.c)))
BENCHES    := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/bench_*.c tests/bench/make_*.c))
BENCH_PARTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(filter-out $(wildcard tests/bench/bench_*.c tests/bench/make_*.c),$(wildcard tests/bench/*.c)))

FUZZERS    := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_PARTS := $(patsubst %.c,$(BUILD)/obj/tests/fuzz/%.o,files.c $(if $(FUZZ),,replay.c))

.PHONY: all deps certify check check-unit check-e2e check-sanitize check-clang check-format bench captures install install-dissectors dissector-tables clean format tests benches fuzz fuzzers interop

all: $(PROGRAMS) $(BUILD)/print-tables $(BUILD)/requirements.checked

tests: $(UNIT_TESTS) $(ON_WIRE)

benches: $(BENCHES)

fuzzers: $(FUZZERS)

# --- what is needed -----------------------------------------------------------------------------------------------

deps:
	@missing=; for p in $(PACKAGES); do \
	    dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || missing="$$missing $$p"; done; \
	if [ -n "$$missing" ]; then \
	    echo "installing:$$missing"; \
	    sudo=; [ "$$(id -u)" = 0 ] || sudo="sudo -E"; \
	    export DEBIAN_FRONTEND=noninteractive; \
	    $(WITHOUT_SERVICES); \
	    $$sudo apt-get update -q >/dev/null && \
	    $$sudo apt-get install -q -y --no-install-recommends $$missing >$${TMPDIR:-/tmp}/vmacheck-deps.log 2>&1 || \
	    { tail -5 $${TMPDIR:-/tmp}/vmacheck-deps.log; \
	      echo "make deps: could not install:$$missing; install these packages yourself and run make again" >&2; exit 1; }; \
	    $(NOT_AT_BOOT); \
	fi

# Debian starts the services of a package as it is installed, and at each boot: not those that only tests want.
WITHOUT_SERVICES = policy=/usr/sbin/policy-rc.d; \
	    if [ ! -e $$policy ]; then \
	        trap '$$sudo rm -f /usr/sbin/policy-rc.d' EXIT; \
	        printf '\#!/bin/sh\nexit 101\n' | $$sudo tee $$policy >/dev/null; $$sudo chmod 755 $$policy; \
	    fi
NOT_AT_BOOT = [ ! -d /run/systemd/system ] || for service in $(INTEROP_PACKAGES); do \
	        case "$$missing " in *" $$service "*) $$sudo systemctl disable --quiet $$service || true ;; esac; done

# --- building -----------------------------------------------------------------------------------------------------

$(GENERATED) &: $(LEDGER)
	@mkdir -p $(BUILD)/generated
	$(PYTHON) spec/generate_ledger.py $(BUILD)/generated

$(BUILD)/obj/%.o: %.c | $(GENERATED)
	@mkdir -p $(@D)
	$(CC) $(CPPFLAGS) $(LIBRARY_CFLAGS) $(CFLAGS) -c $< -o $@

$(ARCHIVE): $(OBJECTS)
	@rm -f $@
	ar rcs $@ $^

$(BUILD)/vmacheck: $(BUILD)/obj/harness/cli/main.o $(ARCHIVE)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# The build fails on a requirement that nothing checks.
$(BUILD)/requirements.checked: $(BUILD)/vmacheck
	@$< requirements --gaps >$@.text || { cat $@.text; exit 1; }
	@mv $@.text $@

$(BUILD)/vmacheck-reference: $(BUILD)/obj/reference/process.o $(ARCHIVE)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(BUILD)/print-tables: $(BUILD)/obj/dissectors/print_tables.o $(ARCHIVE)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# Names, numbers and requirements for the dissector; committed, since plugins are installed without a compiler.
dissector-tables: $(BUILD)/print-tables
	$< >dissectors/vmacheck/tables.lua.part
	mv dissectors/vmacheck/tables.lua.part dissectors/vmacheck/tables.lua

$(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(UNIT_PARTS) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(shell pkg-config --libs check) $(LDLIBS) -o $@

$(ON_WIRE): $(BUILD)/obj/tests/interop/reference_on_wire.o $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

$(BUILD)/bench/%: $(BUILD)/obj/tests/bench/%.o $(BENCH_PARTS) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $^ $(LDLIBS) -o $@

# With FUZZ=1 they are libFuzzer's; else they only read files that are named.
$(BUILD)/fuzz/%: $(BUILD)/obj/tests/fuzz/%.o $(FUZZ_PARTS) $(ARCHIVE)
	@mkdir -p $(@D)
	$(CC) $(LDFLAGS) $(if $(FUZZ),-fsanitize=fuzzer) $^ $(LDLIBS) -o $@

# --- running ------------------------------------------------------------------------------------------------------

certify: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(BUILD)/vmacheck run --out $(BUILD)/certify

# Warnings are errors here, with both compilers (gcc's where nothing was built before).
check: deps
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=-Werror all tests benches
	@$(MAKE) --no-print-directory check-format check-unit check-e2e check-clang check-sanitize

# Each of these programs, as many at once as there are jobs; what one prints stays together, and the first that fails ends all.
run_tests = printf '%s\n' $(1) | xargs -P $(JOBS) -I TEST sh -c 'out=$$(TEST 2>&1) && good=1 || good=; printf "%s\n%s\n" TEST "$$out"; test $$good || exit 255'

# A test that hangs is ended after a minute, also on a busy machine.
check-unit: tests
	@export CK_DEFAULT_TIMEOUT=60; $(call run_tests,$(UNIT_TESTS))

check-e2e: all benches $(ON_WIRE)
	VMACHECK=$(abspath $(BUILD))/vmacheck $(PYTHON) -m pytest -q -rs -n $(JOBS) --dist loadgroup tests/e2e

# For its warnings.
check-clang:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/clang CC=clang WERROR=-Werror OPTIMISE=-O0 all tests benches

check-sanitize:
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/sanitize SANITIZE=1 all tests fuzzers
	@export CK_FORK=no; $(call run_tests,$(UNIT_TESTS:$(BUILD)/%=$(BUILD)/sanitize/%))
	@for t in $(FUZZERS:$(BUILD)/fuzz/fuzz_%=%); do echo "corpus of $$t" && \
	    $(BUILD)/sanitize/fuzz/fuzz_$$t tests/fuzz/corpus/$$t/* || exit 1; done
	$(BUILD)/sanitize/vmacheck run --jobs $(JOBS) --out $(BUILD)/sanitize/certify >$(BUILD)/sanitize/run.txt || \
	    { tail -40 $(BUILD)/sanitize/run.txt; exit 1; }

# Starts from the committed corpora; what is new goes into the build's. A target that finds something ends the run and
# leaves it in build/fuzz.
fuzz: deps
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=$(BUILD)/fuzz CC=clang SANITIZE=1 FUZZ=1 fuzzers
	@for t in $(FUZZERS:$(BUILD)/fuzz/fuzz_%=%); do mkdir -p $(BUILD)/fuzz/corpus/$$t && echo "fuzzing $$t" && \
	    $(BUILD)/fuzz/fuzz/fuzz_$$t -max_total_time=$$(( $(TIME) / $(words $(FUZZERS)) + 1 )) -timeout=20 \
	        -verbosity=0 -print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/$$t- \
	        $(BUILD)/fuzz/corpus/$$t tests/fuzz/corpus/$$t >$(BUILD)/fuzz/$$t.log 2>&1 || \
	    { tail -40 $(BUILD)/fuzz/$$t.log; exit 1; }; grep executed $(BUILD)/fuzz/$$t.log; done

C_FILES := $(wildcard dissectors/*.[ch] harness/*/*.[ch] reference/*.[ch] mutants/*.[ch] cases/*.[ch] tests/*/*.[ch])

check-format:
	@clang-format --dry-run --Werror $(C_FILES)

format:
	clang-format -i $(C_FILES)

# On a real clock, so with as little beside it as can be.
interop: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all
	VMACHECK=$(abspath $(BUILD))/vmacheck VMACHECK_INTEROP=$(abspath $(BUILD))/interop $(PYTHON) -m pytest -q -rs tests/interop

bench: deps
	@$(MAKE) --no-print-directory -j$(JOBS) all benches
	$(PYTHON) tests/bench/bench.py --build $(BUILD) --json $(BUILD)/bench.json

# The files of captures/ and what audit says of them; captures/find_wrong.py chooses those of wrong/.
captures: all
	VMACHECK=$(abspath $(BUILD))/vmacheck $(PYTHON) captures/generate.py

install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/doc/vmacheck/docs
	install -m 755 $(PROGRAMS) $(DESTDIR)$(PREFIX)/bin
	install -m 644 README.md LICENSE $(DESTDIR)$(PREFIX)/share/doc/vmacheck
	install -m 644 docs/*.md $(DESTDIR)$(PREFIX)/share/doc/vmacheck/docs

# Wireshark starts every .lua file that it finds below a plugin folder, so only the main one is installed with that name.
# Without PREFIX on the command line the folder is the user's own.
PLUGINS := $(if $(filter command line environment,$(origin PREFIX)),$(DESTDIR)$(PREFIX)/lib/wireshark/plugins,$(HOME)/.local/lib/wireshark/plugins)

install-dissectors:
	install -d $(PLUGINS)/vmacheck
	install -m 644 dissectors/vmacheck.lua $(PLUGINS)
	for f in $(DISSECTORS); do install -m 644 $$f $(PLUGINS)/vmacheck/$$(basename $$f .lua).module || exit 1; done
	install -m 644 dissectors/colorfilters $(PLUGINS)/vmacheck

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
