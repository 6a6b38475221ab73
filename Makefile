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
PACKAGES := libzstd zlib libpcre2-8 yaml-0.1 libxxhash libutf8proc gumbo
# -ffp-contract=off: results are equal bit for bit on every machine.
ALL_CFLAGS := -std=c11 -D_POSIX_C_SOURCE=200809L -DGARNER_VERSION='"$(VERSION)"' -Ilib -Icmd -Itests/support -ffp-contract=off \
              $(WARNINGS) $(HARDENING) $(CPPFLAGS) $(CFLAGS)
LIBRARIES := -lzstd -lz -lpcre2-8 -lyaml -lcsv -lxxhash -lutf8proc -lgumbo -lmd4c -lstemmer -lpthread -ldl -lm
ALL_LDFLAGS := $(if $(SANITIZE),-fsanitize=$(SANITIZE)) -Wl,--as-needed -Wl,-z,relro -Wl,-z,now $(LDFLAGS)

LIB_SOURCES := $(sort $(wildcard lib/*/*.c))
CMD_SOURCES := $(sort $(wildcard cmd/*.c))
TEST_SOURCES := $(sort $(wildcard tests/lib/*.c) tests/support/test.c)
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

unit: $(BUILD)/unit-tests ## run the C tests; TESTS=PREFIX chooses some
	$(BUILD)/unit-tests $(TESTS)

clean: ## remove what was built
	rm -rf build

help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

.PHONY: all unit clean help

-include $(wildcard $(LIB_OBJECTS:.o=.d) $(CMD_OBJECTS:.o=.d) $(TEST_OBJECTS:.o=.d))
