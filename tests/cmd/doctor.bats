load ../support/setup

@test "doctor: every line has a state; the exit code is 69 when a library is missing, else 0" {
    code=0
    garner doctor > report 2> errors || code=$?
    grep -vqE '^(ok|warn|missing) ' report && false
    if grep -q '^missing ' report; then [ "$code" = 69 ]; else [ "$code" = 0 ] && [ ! -s errors ]; fi
    grep -q '^ok  *machine  *cpu ' report
    grep -q '^ok  *machine  *processors ' report
}

@test "doctor: folders are looked at, one that is not there is a warning" {
    mkdir here
    garner doctor here not-here > report || [ $? = 69 ]
    grep -q '^[a-z]*  *folder  *here  *outputs: ' report
    grep -q '^warn  *folder  *not-here  *outputs: does not exist$' report
}

@test "doctor: jsonl has one object a line" {
    garner doctor --format jsonl > report || [ $? = 69 ]
    [ "$(jq -s 'all(has("kind") and has("name") and has("state") and has("note"))' report)" = true ]
    [ "$(jq -r 'select(.name == "cpu").note' report)" = "$(garner --version | sed -n 's/^cpu: //p')" ]
}
