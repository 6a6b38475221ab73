# Completion of garner for fish; made by: garner completion fish

function __garner_tool_is
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test "$words[2]" = "$argv[1]"
end

function __garner_has_no_tool
    test (count (commandline -opc)) -lt 2
end

complete -c garner -n __garner_has_no_tool -f
complete -c garner -n __garner_has_no_tool -s h -l help -d 'show the tools'
complete -c garner -n __garner_has_no_tool -l version -d 'show versions'

complete -c garner -n __garner_has_no_tool -a filter -d 'Keep the records for which a condition holds'
complete -c garner-filter -w 'garner filter'
complete -c garner -n '__garner_tool_is filter' -l match -x -d 'keep records whose text matches; of several patterns one is enough'
complete -c garner -n '__garner_tool_is filter' -l field -x -d 'the text that --match looks at [text, or the contents of messages]'
complete -c garner -n '__garner_tool_is filter' -l not -d 'keep exactly the records that would be dropped'
complete -c garner -n '__garner_tool_is filter' -s o -l output -rF -d 'write there instead of standard output'
complete -c garner -n '__garner_tool_is filter' -s j -l jobs -x -d 'threads to use; 0: one for each processor'
complete -c garner -n '__garner_tool_is filter' -l seed -x -d 'start of everything random'
complete -c garner -n '__garner_tool_is filter' -l on-error -xa 'fail skip' -d 'at a faulty record'
complete -c garner -n '__garner_tool_is filter' -l rejects -rF -d 'keep rejected records there, with the reason'
complete -c garner -n '__garner_tool_is filter' -l dropped -rF -d 'keep records that were dropped by design there'
complete -c garner -n '__garner_tool_is filter' -l max-errors -x -d 'up to so many rejects the exit code is 0, beyond it stops'
complete -c garner -n '__garner_tool_is filter' -l summary -rF -d 'write counts, codes, seconds and digests there as JSON'
complete -c garner -n '__garner_tool_is filter' -l require -x -d 'exit 1 unless this holds for the summary'
complete -c garner -n '__garner_tool_is filter' -l dry-run -d 'say what would be done; write nothing, ask no server'
complete -c garner -n '__garner_tool_is filter' -l offline -d 'refuse to contact any host'
complete -c garner -n '__garner_tool_is filter' -l seal -d 'end the output with a line that says it is complete'
complete -c garner -n '__garner_tool_is filter' -l sealed -d 'refuse an input that does not end with a seal'
complete -c garner -n '__garner_tool_is filter' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is filter' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is filter' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is filter' -l progress -xa 'auto always never' -d 'progress line on standard error'
complete -c garner -n '__garner_tool_is filter' -F
complete -c garner -n '__garner_tool_is filter' -s h -l help -d 'show the help of the tool'

complete -c garner -n __garner_has_no_tool -a view -d 'Show records for people'
complete -c garner-view -w 'garner view'
complete -c garner -n '__garner_tool_is view' -s f -l fields -x -d 'show only these, in this order'
complete -c garner -n '__garner_tool_is view' -s n -l limit -x -d 'stop after N records; 0: show all'
complete -c garner -n '__garner_tool_is view' -l lines -x -d 'at most N lines of each text; 0: all of it'
complete -c garner -n '__garner_tool_is view' -s w -l width -x -d 'wrap there; 0: the width of the terminal'
complete -c garner -n '__garner_tool_is view' -s o -l output -rF -d 'write there instead of standard output'
complete -c garner -n '__garner_tool_is view' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is view' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is view' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is view' -F
complete -c garner -n '__garner_tool_is view' -s h -l help -d 'show the help of the tool'

complete -c garner -n __garner_has_no_tool -a run -d 'Run a pipeline file'
complete -c garner-run -w 'garner run'
complete -c garner -n '__garner_tool_is run' -F
complete -c garner -n '__garner_tool_is run' -l set -x -d 'give a variable of the file another value'
complete -c garner -n '__garner_tool_is run' -l check -d 'only check the file: every fault at once, no data, no network'
complete -c garner -n '__garner_tool_is run' -l print-shell -d 'print the same work as shell pipes'
complete -c garner -n '__garner_tool_is run' -l lock -rF -d 'hold this lock; exit 75 when another run holds it'
complete -c garner -n '__garner_tool_is run' -l timeout -x -d 'stop after that long, exit 75; what was committed stays'
complete -c garner -n '__garner_tool_is run' -l allow-exec -d 'the file may run programs (provider: command)'
complete -c garner -n '__garner_tool_is run' -s j -l jobs -x -d 'threads to use; 0: one for each processor'
complete -c garner -n '__garner_tool_is run' -l seed -x -d 'start of everything random'
complete -c garner -n '__garner_tool_is run' -l on-error -xa 'fail skip' -d 'at a faulty record'
complete -c garner -n '__garner_tool_is run' -l rejects -rF -d 'keep rejected records there, with the reason'
complete -c garner -n '__garner_tool_is run' -l dropped -rF -d 'keep records that were dropped by design there'
complete -c garner -n '__garner_tool_is run' -l max-errors -x -d 'up to so many rejects the exit code is 0, beyond it stops'
complete -c garner -n '__garner_tool_is run' -l summary -rF -d 'write counts, codes, seconds and digests there as JSON'
complete -c garner -n '__garner_tool_is run' -l require -x -d 'exit 1 unless this holds for the summary'
complete -c garner -n '__garner_tool_is run' -l dry-run -d 'say what would be done; write nothing, ask no server'
complete -c garner -n '__garner_tool_is run' -l offline -d 'refuse to contact any host'
complete -c garner -n '__garner_tool_is run' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is run' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is run' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is run' -l progress -xa 'auto always never' -d 'progress line on standard error'
complete -c garner -n '__garner_tool_is run' -s h -l help -d 'show the help of the tool'

complete -c garner -n __garner_has_no_tool -a doctor -d 'Check libraries, programs, limits and folders'
complete -c garner-doctor -w 'garner doctor'
complete -c garner -n '__garner_tool_is doctor' -fa '(__fish_complete_directories)'
complete -c garner -n '__garner_tool_is doctor' -l format -xa 'table jsonl' -d 'how the result is shown'
complete -c garner -n '__garner_tool_is doctor' -s o -l output -rF -d 'write there instead of standard output'
complete -c garner -n '__garner_tool_is doctor' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is doctor' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is doctor' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is doctor' -s h -l help -d 'show the help of the tool'

complete -c garner -n __garner_has_no_tool -a help -d 'Explain a tool, a topic or an error code'
complete -c garner-help -w 'garner help'
complete -c garner -n '__garner_tool_is help' -fa 'filter view run doctor help man completion schema options formats expressions exit-codes codes environment'
complete -c garner -n '__garner_tool_is help' -l list -d 'one line per tool: name, tab, group'
complete -c garner -n '__garner_tool_is help' -l json -d 'all tools with their options, codes and topics as JSON'
complete -c garner -n '__garner_tool_is help' -l codes -d 'all error codes, one per line'
complete -c garner -n '__garner_tool_is help' -s o -l output -rF -d 'write there instead of standard output'
complete -c garner -n '__garner_tool_is help' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is help' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is help' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is help' -s h -l help -d 'show the help of the tool'
complete -c garner -n '__garner_tool_is help' -f

complete -c garner -n __garner_has_no_tool -a man -d 'Print a manual page'
complete -c garner-man -w 'garner man'
complete -c garner -n '__garner_tool_is man' -fa 'filter view run doctor help man completion schema'
complete -c garner -n '__garner_tool_is man' -s o -l output -rF -d 'write there instead of standard output'
complete -c garner -n '__garner_tool_is man' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is man' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is man' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is man' -s h -l help -d 'show the help of the tool'
complete -c garner -n '__garner_tool_is man' -f

complete -c garner -n __garner_has_no_tool -a completion -d 'Print a completion script for bash, zsh or fish'
complete -c garner-completion -w 'garner completion'
complete -c garner -n '__garner_tool_is completion' -fa 'bash zsh fish'
complete -c garner -n '__garner_tool_is completion' -s o -l output -rF -d 'write there instead of standard output'
complete -c garner -n '__garner_tool_is completion' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is completion' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is completion' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is completion' -s h -l help -d 'show the help of the tool'
complete -c garner -n '__garner_tool_is completion' -f

complete -c garner -n __garner_has_no_tool -a schema -d 'Print the JSON Schema of pipeline files'
complete -c garner-schema -w 'garner schema'
complete -c garner -n '__garner_tool_is schema' -fa 'filter view run doctor help man completion schema'
complete -c garner -n '__garner_tool_is schema' -s o -l output -rF -d 'write there instead of standard output'
complete -c garner -n '__garner_tool_is schema' -s q -l quiet -d 'no remarks and no progress, only warnings and errors'
complete -c garner -n '__garner_tool_is schema' -s v -l verbose -d 'say more; twice for still more'
complete -c garner -n '__garner_tool_is schema' -l log-format -xa 'text json' -d 'how messages look on standard error'
complete -c garner -n '__garner_tool_is schema' -s h -l help -d 'show the help of the tool'
complete -c garner -n '__garner_tool_is schema' -f
