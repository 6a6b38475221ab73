/* distill_check.c - one line to the checker, one line back. */
#include "distill_check.h"

#include "json/json.h"
#include "json/write.h"

static bool read_verdict(struct slice line, struct arena *arena, bool *is_right, const char **reason,
                         struct error *error)
{
    struct json_value value, ok;
    struct error fault;
    struct slice text;
    if (!json_scan(line, &value, &fault))
        return error_set(error, E_PROTOCOL, "--check: answered no JSON: %s", fault.message);
    ok = value.type == JSON_OBJECT ? json_member(value, SLICE("ok")) : value;
    if (ok.type != JSON_TRUE && ok.type != JSON_FALSE)
        return error_set(error, E_PROTOCOL, "--check: answered neither true, false nor {\"ok\": ...}");
    *is_right = ok.type == JSON_TRUE;
    struct json_value why = json_member(value, SLICE("reason"));
    if (value.type == JSON_OBJECT && why.type == JSON_STRING && json_decode(why, arena, &text, &fault))
        *reason = arena_copy_string(arena, text);
    return true;
}

bool checker_ask(void *context, struct slice question, struct slice answer, struct arena *arena, bool *is_right,
                 const char **reason, struct error *error)
{
    struct checker *checker = context;
    struct slice line;
    if (!program_start(&checker->program, error))
        return false;
    buffer_append_byte(&checker->program.unsent, '{');
    json_append_key(&checker->program.unsent, SLICE("prompt"));
    json_append_string(&checker->program.unsent, question);
    json_append_key(&checker->program.unsent, SLICE("answer"));
    json_append_string(&checker->program.unsent, answer);
    buffer_append_string(&checker->program.unsent, "}\n");
    return program_wait_line(&checker->program, checker->timeout, &line, error) &&
           read_verdict(line, arena, is_right, reason, error);
}
