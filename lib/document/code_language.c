/* code_language.c - which language a source file is in, by its name. */
#include "document/decoder.h"

/* Names between spaces; extensions begin with a dot. What has two meanings (.h, .m, .v) is taken for the commoner. */
static const struct {
    const char *language, *names;
} languages[] = {
    { "ada", " .adb .ads " },
    { "assembly", " .s .asm .nasm " },
    { "awk", " .awk " },
    { "c", " .c .h " },
    { "c++", " .cc .cpp .cxx .hh .hpp .hxx .ipp .inl .tpp " },
    { "c#", " .cs .csx " },
    { "clojure", " .clj .cljs .cljc .edn " },
    { "cmake", " .cmake cmakelists.txt " },
    { "css", " .css .scss .sass .less " },
    { "cuda", " .cu .cuh " },
    { "d", " .d " },
    { "dart", " .dart " },
    { "dockerfile", " dockerfile containerfile .dockerfile " },
    { "elixir", " .ex .exs " },
    { "elm", " .elm " },
    { "erlang", " .erl .hrl " },
    { "f#", " .fs .fsi .fsx " },
    { "fortran", " .f .f77 .f90 .f95 .f03 .f08 .for " },
    { "glsl", " .glsl .vert .frag " },
    { "go", " .go go.mod " },
    { "graphql", " .graphql .gql " },
    { "groovy", " .groovy .gradle jenkinsfile " },
    { "haskell", " .hs .lhs " },
    { "hcl", " .hcl .tf .tfvars " },
    { "java", " .java " },
    { "javascript", " .js .mjs .cjs .jsx " },
    { "julia", " .jl " },
    { "kotlin", " .kt .kts " },
    { "lisp", " .lisp .lsp .cl .el " },
    { "lua", " .lua " },
    { "makefile", " makefile gnumakefile .mk .mak " },
    { "matlab", " .matlab " },
    { "nim", " .nim " },
    { "nix", " .nix " },
    { "objective-c", " .m .mm " },
    { "ocaml", " .ml .mli " },
    { "pascal", " .pas .pp .dpr " },
    { "perl", " .pl .pm .pod " },
    { "php", " .php .phtml " },
    { "powershell", " .ps1 .psm1 .psd1 " },
    { "prolog", " .pro .prolog " },
    { "protobuf", " .proto " },
    { "python", " .py .pyi .pyx .pyw sconstruct " },
    { "r", " .r " },
    { "ruby", " .rb .rake .gemspec rakefile gemfile " },
    { "rust", " .rs " },
    { "scala", " .scala .sc .sbt " },
    { "scheme", " .scm .ss .rkt " },
    { "shell", " .sh .bash .zsh .ksh .fish .bats " },
    { "solidity", " .sol " },
    { "sql", " .sql .ddl .psql " },
    { "starlark", " .bzl .star build.bazel workspace.bazel " },
    { "svelte", " .svelte " },
    { "swift", " .swift " },
    { "tcl", " .tcl " },
    { "tex", " .tex .sty .cls .bib " },
    { "toml", " .toml " },
    { "typescript", " .ts .tsx .mts .cts " },
    { "vb", " .vb .vbs .bas " },
    { "verilog", " .v .sv .svh " },
    { "vhdl", " .vhd .vhdl " },
    { "vim", " .vim .vimrc " },
    { "vue", " .vue " },
    { "wat", " .wat .wast " },
    { "yaml", " .yaml .yml " },
    { "zig", " .zig " },
};

/* A name without what compression has put behind it. */
static struct slice plain_name(struct slice name)
{
    static const struct slice ends[] = { SLICE_INIT(".gz"), SLICE_INIT(".zst"), SLICE_INIT(".xz"), SLICE_INIT(".bz2"),
                                         SLICE_INIT(".lz4") };
    for (size_t i = name.length; i > 0; i--)
        if (name.bytes[i - 1] == '/') {
            bool is_host = slice_ends_with(slice_between(name, 0, i), SLICE("://"));
            name = is_host ? SLICE("") : slice_from(name, i);
            break;
        }
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends_with(name, ends[i]))
            return slice_between(name, 0, name.length - ends[i].length);
    return name;
}

static bool is_among(const char *names, struct slice name)
{
    char word[32];
    if (name.length == 0 || name.length > sizeof word - 2)
        return false;
    word[0] = word[name.length + 1] = ' ';
    for (size_t i = 0; i < name.length; i++) {
        char c = name.bytes[i];
        if (c == ' ')
            return false;
        word[i + 1] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    struct slice all = slice_of_string(names);
    return slice_find(all, slice_of(word, name.length + 2)) < all.length;
}

const char *code_language_of_name(struct slice name)
{
    name = plain_name(name);
    size_t dot = name.length;
    while (dot > 0 && name.bytes[dot - 1] != '.')
        dot--;
    struct slice extension = dot > 0 ? slice_from(name, dot - 1) : SLICE("");
    for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
        if (is_among(languages[i].names, name) || is_among(languages[i].names, extension))
            return languages[i].language;
    return NULL;
}

/* "#!/usr/bin/env python3 -u" to "python". */
const char *code_language_of_text(struct slice text)
{
    static const struct {
        struct slice program;
        const char *language;
    } programs[] = {
        { SLICE_INIT("sh"), "shell" },      { SLICE_INIT("bash"), "shell" },      { SLICE_INIT("zsh"), "shell" },
        { SLICE_INIT("dash"), "shell" },    { SLICE_INIT("ksh"), "shell" },       { SLICE_INIT("fish"), "shell" },
        { SLICE_INIT("bats"), "shell" },    { SLICE_INIT("python"), "python" },   { SLICE_INIT("perl"), "perl" },
        { SLICE_INIT("ruby"), "ruby" },     { SLICE_INIT("node"), "javascript" }, { SLICE_INIT("php"), "php" },
        { SLICE_INIT("awk"), "awk" },       { SLICE_INIT("lua"), "lua" },         { SLICE_INIT("Rscript"), "r" },
        { SLICE_INIT("make"), "makefile" }, { SLICE_INIT("tclsh"), "tcl" },
    };
    if (!slice_starts_with(text, SLICE("#!")))
        return NULL;
    struct slice line = slice_trim(slice_between(text, 2, slice_find_byte(slice_between(text, 0, 256), '\n')));
    struct slice program = slice_between(line, 0, slice_find_byte(line, ' '));
    if (slice_ends_with(program, SLICE("/env"))) {
        line = slice_trim(slice_from(line, program.length));
        program = slice_between(line, 0, slice_find_byte(line, ' '));
    }
    for (size_t i = program.length; i > 0; i--)
        if (program.bytes[i - 1] == '/') {
            program = slice_from(program, i);
            break;
        }
    while (program.length && (program.bytes[program.length - 1] == '.' ||
                              (program.bytes[program.length - 1] >= '0' && program.bytes[program.length - 1] <= '9')))
        program.length--;
    for (size_t i = 0; i < sizeof programs / sizeof *programs; i++)
        if (slice_equal(program, programs[i].program))
            return programs[i].language;
    return NULL;
}
