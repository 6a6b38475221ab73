# garner - make help lists the targets. GNU make.
.DELETE_ON_ERROR:
.DEFAULT_GOAL := all
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

VERSION := 0.1.0
PREFIX ?= /usr/local
DESTDIR ?=
CC ?= cc
CFLAGS ?= -O2 -g
# SANITIZE=address,undefined or thread builds in a folder of its own.
SANITIZE ?=
BUILD ?= build/$(if $(SANITIZE),$(subst $(comma),-,$(SANITIZE)),release)
comma := ,

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith \
            -Wwrite-strings -Wcast-qual -Wvla -Wundef -Wformat=2 -Wswitch-enum $(if $(DEVELOPER),-Werror)
HARDENING := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all,-D_FORTIFY_SOURCE=2 -fstack-protector-strong)
# -ffp-contract=off: results are equal bit for bit on every machine.
ALL_CFLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -DGARNER_VERSION='"$(VERSION)"' -Ilib -Icmd -Itests/support -ffp-contract=off \
              $(WARNINGS) $(HARDENING) $(CPPFLAGS) $(CFLAGS)
LIBRARIES := -lzstd -lz -lpcre2-8 -lyaml -lcsv -lexpat -lxxhash -lutf8proc -lstemmer -lpthread -ldl -lm
ALL_LDFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -Wl,--as-needed -Wl,-z,relro -Wl,-z,now $(LDFLAGS)

LIB_SOURCES := $(sort $(wildcard lib/*/*.c))
CMD_SOURCES := $(sort $(wildcard cmd/*.c))
TEST_SOURCES := $(sort $(wildcard tests/lib/*.c) tests/support/test.c tests/support/collect.c)
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(BUILD)/%.o)
CMD_OBJECTS := $(CMD_SOURCES:%.c=$(BUILD)/%.o)
TEST_OBJECTS := $(TEST_SOURCES:%.c=$(BUILD)/%.o)

all: $(BUILD)/garner ## build the garner binary

$(BUILD)/garner: $(CMD_OBJECTS) $(BUILD)/libgarner.a
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/libgarner.a: $(LIB_OBJECTS)
	rm -f $@
	ar rcs $@ $^

$(BUILD)/unit-tests: $(TEST_OBJECTS) $(BUILD)/libgarner.a
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

$(BUILD)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# One program per fuzz entry: replayed over its seeds by `make check`, driven by libFuzzer in `make fuzz`.
FUZZ_NAMES := $(patsubst tests/fuzz/%_fuzz.c,%,$(sort $(wildcard tests/fuzz/*_fuzz.c)))
$(BUILD)/replay-%: $(BUILD)/tests/fuzz/%_fuzz.o $(BUILD)/tests/fuzz/replay.o $(BUILD)/libgarner.a
	$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $^ $(LIBRARIES)

replays: $(FUZZ_NAMES:%=$(BUILD)/replay-%)

unit: $(BUILD)/unit-tests ## run the C tests; TESTS=PREFIX chooses some
	$(BUILD)/unit-tests $(TESTS)

binaries: all $(BUILD)/unit-tests replays

deps: ## install the Debian packages that are missing
	@tests/support/packages.sh build

test-deps:
	@tests/support/packages.sh build test

quickstart: deps ## build, then index and ask the documents in pipelines/documents
	@$(MAKE) --no-print-directory -s all
	@tests/support/quickstart.sh "$(BUILD)/garner"

check: test-deps ## install what is missing, build, run all tests; ends with "N passed, N failed"
	@tests/support/check.sh

check-full: test-deps ## everything under sanitizers and valgrind, and sweeps of failing calls
	@tests/support/check.sh full

fuzz: ## FUZZ=json SECONDS=60: run one fuzz entry under libFuzzer
	@tests/support/fuzz.sh "$(FUZZ)" "$(or $(SECONDS),60)"

bench: all ## measure beside the peers that are installed
	@tests/bench/bench.sh "$(BUILD)/garner"

lint: ## formatting, headers alone, clang-tidy, cppcheck, shellcheck, banned calls
	@tests/support/lint.sh

completions: all ## write completions/ anew
	$(BUILD)/garner completion bash > completions/garner.bash
	$(BUILD)/garner completion zsh > completions/garner.zsh
	$(BUILD)/garner completion fish > completions/garner.fish

install: all ## DESTDIR and PREFIX are honoured
	install -D -m 755 $(BUILD)/garner $(DESTDIR)$(PREFIX)/bin/garner
	install -D -m 644 completions/garner.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/garner
	install -D -m 644 completions/garner.zsh $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_garner
	install -D -m 644 completions/garner.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/garner.fish
	install -d $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/garner/pipelines/prompts
	install -m 644 pipelines/*.yaml $(DESTDIR)$(PREFIX)/share/garner/pipelines
	install -m 644 pipelines/prompts/*.yaml $(DESTDIR)$(PREFIX)/share/garner/pipelines/prompts
	$(BUILD)/garner man > $(DESTDIR)$(PREFIX)/share/man/man1/garner.1
	for tool in $$($(BUILD)/garner help --list | cut -f1); do \
	    $(BUILD)/garner man $$tool > $(DESTDIR)$(PREFIX)/share/man/man1/garner-$$tool.1 || exit 1; done
	$(BUILD)/garner schema > $(DESTDIR)$(PREFIX)/share/garner/pipeline.schema.json

install-links: install ## one link garner-TOOL per tool
	for tool in $$($(BUILD)/garner help --list | cut -f1); do \
	    ln -sf garner $(DESTDIR)$(PREFIX)/bin/garner-$$tool || exit 1; done

uninstall: all ## remove what install and install-links made
	for tool in $$($(BUILD)/garner help --list | cut -f1); do \
	    rm -f $(DESTDIR)$(PREFIX)/bin/garner-$$tool $(DESTDIR)$(PREFIX)/share/man/man1/garner-$$tool.1; done
	rm -f $(DESTDIR)$(PREFIX)/bin/garner $(DESTDIR)$(PREFIX)/share/man/man1/garner.1
	rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/garner
	rm -f $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_garner
	rm -f $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/garner.fish
	rm -rf $(DESTDIR)$(PREFIX)/share/garner

dist: ## the source as a tarball with the same bytes every time
	mkdir -p build
	git archive --format=tar --prefix=garner-$(VERSION)/ HEAD | gzip -n > build/garner-$(VERSION).tar.gz

clean: ## remove what was built
	rm -rf build

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.PHONY: all unit binaries replays deps test-deps quickstart check check-full fuzz bench lint completions install install-links \
        uninstall dist clean help

-include $(wildcard $(LIB_OBJECTS:.o=.d) $(CMD_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d) $(BUILD)/tests/fuzz/*.d)
