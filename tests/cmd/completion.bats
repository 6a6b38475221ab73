load ../support/setup

# complete WORD...: what bash would offer for the last word.
complete_words() {
    bash --norc -c '
        source <(garner completion bash)
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
        _garner 2> /dev/null
        printf "%s\n" "${COMPREPLY[@]}"
    ' bash "$@"
}

@test "completion: bash offers tools, options, choices and files" {
    [ "$(complete_words garner hel)" = "help" ]
    [ "$(complete_words garner completion fi)" = "fish" ]
    [ "$(complete_words garner view --wi)" = "--width" ]
    [ "$(complete_words garner doctor --format = js)" = "jsonl" ]
    [ "$(complete_words garner doctor --format = )" = "$(printf 'table\njsonl')" ]
    [ "$(complete_words garner-completion z)" = "zsh" ]
    touch records.jsonl
    [ "$(complete_words garner view rec)" = "records.jsonl" ]
    [ "$(complete_words garner view --output rec)" = "records.jsonl" ]
    [ "$(complete_words garner view --limit 1)" = "" ]
}

@test "completion: help completes tools and topics" {
    complete_words garner help ex | grep -qx exit-codes
    complete_words garner help com | grep -qx completion
}

@test "completion: a shell that is not known is refused" {
    run -64 --separate-stderr garner completion tcsh
    [ -z "$output" ]
    [ "${stderr_lines[0]}" = "garner completion: SHELL: 'tcsh' is not one of bash, zsh, fish" ]
    run -64 --separate-stderr garner completion
    [ "${stderr_lines[0]}" = "garner completion: SHELL is missing" ]
    run -64 --separate-stderr garner completion bash zsh
    [ "${stderr_lines[0]}" = "garner completion: unexpected operand 'zsh'" ]
}
