/* mapping_presets.c - mappings that ship, in the language of mapping files; and the usual names of roles. */
#include "dataset/mapping.h"

/* clang-format off */
const struct mapping_preset mapping_presets[] = {
    { "chat", "messages of role and content, and a completion where there is one",
      "turns: {path: messages, role: role, content: content, weight: weight}\n"
      "assistant: '{{completion|}}'\n" },
    { "completion", "prompt and completion",
      "user: '{{prompt}}'\n"
      "assistant: '{{completion}}'\n" },
    { "alpaca", "instruction, input, output; system and history where they are",
      "system: '{{system|}}'\n"
      "turns: {path: history, shape: pairs}\n"
      "user: \"{{instruction}}\\n{{input|}}\"\n"
      "assistant: '{{output}}'\n" },
    { "toolformer", "instruction, input, response",
      "user: \"{{instruction}}\\n{{input|}}\"\n"
      "assistant: '{{response}}'\n" },
    { "self-instruct", "an instruction with instances of input and output",
      "rows: instances\n"
      "user: \"{{record.instruction}}\\n{{input|}}\"\n"
      "assistant: '{{output}}'\n" },
    { "sharegpt", "conversations of from and value",
      "system: '{{system|}}'\n"
      "turns: {path: conversations, role: from, content: value, weight: weight}\n" },
    { "oasst", "Open-Assistant trees: a conversation for each leaf",
      "tree: {path: prompt, role: role, content: text, children: replies, rank: rank, choose: all}\n" },
    { "oasst-best", "Open-Assistant trees: the path of the best replies",
      "tree: {path: prompt, role: role, content: text, children: replies, rank: rank, choose: best}\n" },
    { "taskmaster", "utterances of speaker and text, by index",
      "turns: {path: utterances, role: speaker, content: text, order: index}\n" },
    { "hh", "the chosen transcript of a pair: \"\\n\\nHuman: ...\\n\\nAssistant: ...\"",
      "lines: {path: chosen, pattern: '(?:^|\\n\\n)(?<speaker>Human|Assistant):'}\n" },
    { "transcript", "a text with lines \"NAME: ...\", as call centres write them",
      "lines:\n"
      "  pattern: '(?m)^[ \\t]*(?:[\\[(]?\\d{1,2}:\\d\\d(?::\\d\\d)?[\\])]?[ \\t]*)?(?<speaker>\\p{L}[\\p{L}\\d ._-]{0,40}?)[ \\t]*:(?=\\s)'\n"
      "roles: {others: opener}\n" },
    { "irc", "a chat log of lines \"[04:04] <name> ...\": chains of addressed answers",
      "lines:\n"
      "  pattern: '(?m)^\\[\\d\\d:\\d\\d(?::\\d\\d)?\\] <(?<speaker>[^>\\n]+)> (?<text>.*)$'\n"
      "  addressed: '^(?<to>[^\\s:,]+)[:,]\\s+'\n"
      "  within: 50\n"
      "roles: {others: opener}\n" },
    { "faq", "question and answer: columns, or generated",
      "user: '{{question}}'\n"
      "assistant: '{{answer}}'\n" },
    { "faq-yaml", "a YAML document with conversations: a question and one or more answers to it",
      "parse: yaml\n"
      "rows: conversations\n"
      "turns: {shape: alternatives}\n" },
    { "labels", "text and category: what a classifier learns",
      "user: '{{text}}'\n"
      "assistant: '{{category}}'\n" },
    { "label-pairs", "a JSON document that is an array of [text, label]",
      "parse: json\n"
      "rows: $\n"
      "user: '{{0}}'\n"
      "assistant: '{{1}}'\n" },
    { "first-turn", "turns that are the user's alone: the first of them is a prompt for a teacher",
      "user: '{{turns[0]}}'\n" },
    { "threads", "a record a turn: conversation_id, index, role, text",
      "thread: {key: conversation_id, order: index, role: role, content: text}\n" },
    { "mail", "mail threads by in_reply_to: who opens is the user",
      "thread: {id: metadata.message_id, reply-to: metadata.in_reply_to, order: metadata.date, role: metadata.from, content: text}\n"
      "roles: {others: opener}\n" },
    { "qa", "a passage with an answer {question, answer} of generate --schema",
      "passage: '{{text}}'\n"
      "user: '{{answer.question}}'\n"
      "assistant: '{{answer.answer}}'\n" },
    { "qa-list", "a passage with an answer {pairs: [{question, answer}]}",
      "passage: '{{record.text}}'\n"
      "rows: answer.pairs\n"
      "user: '{{question}}'\n"
      "assistant: '{{answer}}'\n" },
    { "caption", "an image by reference and its caption: records of ingest --images",
      "image: '{{metadata.source}}'\n"
      "assistant: '{{text}}'\n" },
    { "invocation-log", "logs of a model's invocations: the question and what was answered",
      "turns: {path: input.inputBodyJson.messages, role: role, content: content}\n"
      "assistant: '{{output.outputBodyJson.output.message.content[0].text|}}'\n" },
    { "pairs", "prompt, chosen, rejected",
      "system: '{{system|}}'\n"
      "user: '{{prompt}}'\n"
      "answers: [{text: '{{chosen}}', score: '1'}, {text: '{{rejected}}', score: '0'}]\n" },
    { "edits", "prompt, before, after: what an editor made of an answer is the better one",
      "system: '{{system|}}'\n"
      "user: '{{prompt}}'\n"
      "answers: [{text: '{{after}}', score: '1'}, {text: '{{before}}', score: '0'}]\n" },
    { "feedback", "a log of prompt, response, accepted: what was accepted against what was not",
      "user: '{{prompt}}'\n"
      "answers: [{text: '{{response}}', score: '{{accepted}}'}]\n"
      "group: '{{prompt}}'\n" },
    { "ratings", "a log of prompt, response, rating",
      "user: '{{prompt}}'\n"
      "answers: [{text: '{{response}}', score: '{{rating}}'}]\n"
      "group: '{{prompt}}'\n" },
    { "samples", "prompt or messages, completions and their scores: what generate and judge write",
      "turns: {path: messages, role: role, content: content}\n"
      "user: '{{prompt|}}'\n"
      "answers: {path: completions, scores: scores}\n" },
    { "answered", "prompt or messages, a completion and perhaps its score: what generate and judge write",
      "turns: {path: messages, role: role, content: content}\n"
      "user: '{{prompt|}}'\n"
      "answers: [{text: '{{completion}}', score: '{{score|}}'}]\n" },
    { "prompts", "prompt or messages: what a teacher is to answer",
      "turns: {path: messages, role: role, content: content}\n"
      "user: '{{prompt|}}'\n" },
    { "verdicts", "prompt, chosen, rejected and preferred: what judge --mode pair writes",
      "user: '{{prompt}}'\n"
      "answers: [{text: '{{chosen}}'}, {text: '{{rejected}}'}]\n"
      "preferred: {path: preferred, first: [first], second: [second], tie: [tie]}\n" },
    { "hh-pairs", "chosen and rejected transcripts that begin alike",
      "lines: {pattern: '(?:^|\\n\\n)(?<speaker>Human|Assistant):'}\n"
      "answers: [{text: '{{chosen}}', score: '1'}, {text: '{{rejected}}', score: '0'}]\n" },
    { "alpaca-eval", "output_1, output_2 and a preference from 1 to 2",
      "user: '{{instruction}}'\n"
      "answers: [{text: '{{output_1}}'}, {text: '{{output_2}}'}]\n"
      "preferred: {path: preference, middle: 1.5}\n" },
    { "gsm8k-solutions", "a question and four models' solutions, each right or wrong",
      "user: '{{question}}'\n"
      "answers:\n"
      "- {text: \"{{['6b_finetuning'].solution}}\", score: \"{{['6b_finetuning'].is_correct}}\"}\n"
      "- {text: \"{{['6b_verification'].solution}}\", score: \"{{['6b_verification'].is_correct}}\"}\n"
      "- {text: \"{{['175b_finetuning'].solution}}\", score: \"{{['175b_finetuning'].is_correct}}\"}\n"
      "- {text: \"{{['175b_verification'].solution}}\", score: \"{{['175b_verification'].is_correct}}\"}\n" },
    { "teacher-student", "the teacher's answer against the student's",
      "user: '{{prompt}}'\n"
      "answers: [{text: '{{teacher_output}}', score: '1'}, {text: '{{student_output}}', score: '0'}]\n" },
    { .name = NULL },
};
/* clang-format on */

struct usual_name {
    enum dataset_role role;
    const char *name;
};

static const struct usual_name usual_names[] = {
    { DATASET_SYSTEM, "system" },       { DATASET_SYSTEM, "developer" },   { DATASET_SYSTEM, "context" },
    { DATASET_USER, "user" },           { DATASET_USER, "human" },         { DATASET_USER, "prompter" },
    { DATASET_USER, "customer" },       { DATASET_USER, "client" },        { DATASET_USER, "caller" },
    { DATASET_USER, "visitor" },        { DATASET_USER, "student" },       { DATASET_USER, "question" },
    { DATASET_ASSISTANT, "assistant" }, { DATASET_ASSISTANT, "gpt" },      { DATASET_ASSISTANT, "model" },
    { DATASET_ASSISTANT, "bot" },       { DATASET_ASSISTANT, "chatbot" },  { DATASET_ASSISTANT, "agent" },
    { DATASET_ASSISTANT, "ai" },        { DATASET_ASSISTANT, "operator" }, { DATASET_ASSISTANT, "representative" },
    { DATASET_ASSISTANT, "support" },   { DATASET_ASSISTANT, "answer" },   { DATASET_ASSISTANT, "teacher" },
    { DATASET_TOOL, "tool" },           { DATASET_TOOL, "function" },      { DATASET_TOOL, "observation" },
    { DATASET_TOOL, "ipython" },
};

bool mapping_has_name(const struct mapping_names *names, struct slice name)
{
    for (size_t i = 0; i < names->count; i++)
        if (slice_equal_ignore_case(names->names[i], name))
            return true;
    return false;
}

enum dataset_role mapping_role(const struct mapping *mapping, struct slice name, bool *skips)
{
    *skips = mapping_has_name(&mapping->skip, name);
    for (int role = 0; role < DATASET_ROLE_UNKNOWN; role++)
        if (mapping_has_name(&mapping->roles[role], name))
            return (enum dataset_role)role;
    for (size_t i = 0; i < sizeof usual_names / sizeof *usual_names && !*skips; i++)
        if (slice_equal_ignore_case(slice_of_string(usual_names[i].name), name))
            return usual_names[i].role;
    return DATASET_ROLE_UNKNOWN;
}
