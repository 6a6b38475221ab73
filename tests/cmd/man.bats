load ../support/setup

@test "man: the page of garner lints clean and lists every tool" {
    garner man > garner.1
    mandoc -Tlint -W warning garner.1
    garner help --list | while IFS=$'\t' read -r tool _; do
        grep -qx ".It Xr garner-$tool 1" garner.1
    done
}

@test "man: a tool's page has its options, defaults and choices" {
    garner man completion | mandoc -T ascii | col -b > page
    grep -q 'garner-completion - print a completion script for bash, zsh or fish' page
    grep -q 'Whose script to print: bash, zsh, fish\.' page
    garner man view | mandoc -T ascii | col -b > page
    grep -q -- '-n, --limit=N' page
    grep -q 'At least 0\.' page
}

@test "man: the same program prints the same page" {
    garner man view > first
    LC_ALL=en_US.UTF-8 TZ=Asia/Tokyo garner man view | cmp - first
}

@test "man: an unknown tool is a usage error" {
    run -64 --separate-stderr garner man veiw
    [ -z "$output" ]
    [ "${stderr_lines[0]}" = "garner man: no tool 'veiw', nearest is 'view'" ]
}
