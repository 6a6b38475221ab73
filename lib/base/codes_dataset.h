/* codes_dataset.h - the rows of the code registry that speak of training files; part of base/codes.h, include that.
 *
 * E_ refuses a row or a file, W_ remarks on it. All end a run with 1: the answer is no. What is wrong with any record
 * keeps the code that it has everywhere: E_JSON_SYNTAX, E_JSON_UTF8, E_JSON_SURROGATE, E_JSON_DUPKEY, E_JSON_DEPTH,
 * E_RECORD_TYPE. */
#ifndef BASE_CODES_DATASET_H
#define BASE_CODES_DATASET_H

/* clang-format off */
#define DATASET_CODE_LIST(CODE) \
    CODE(E_JSON_TRAILING, EXIT_NO, "something stands behind the object on its line", \
         "Each line holds one object. Two objects on a line are two rows: put a newline between them.") \
    CODE(E_JSON_PRETTY, EXIT_NO, "an object is spread over several lines", \
         "Services read a file line by line. 'garner validate --fix' writes each object on a line of its own.") \
    CODE(E_JSON_ARRAY_FILE, EXIT_NO, "the file is one JSON array", \
         "Services want JSON Lines: an object on each line, no brackets and commas around them. 'garner validate --fix' writes that.") \
    CODE(E_DOUBLE_ENCODED, EXIT_NO, "a row is a string that holds JSON", \
         "It was encoded twice. 'garner validate --fix' decodes it once.") \
    CODE(E_BOM, EXIT_NO, "the file begins with a byte order mark", \
         "Most services take the mark for a part of the first row. 'garner validate --fix' leaves it out; Azure OpenAI wants it.") \
    CODE(E_FILE_EMPTY, EXIT_NO, "a file has no rows", \
         "It is empty, or holds blank lines only.") \
    CODE(E_FILE_SIZE, EXIT_NO, "a file is larger than the service takes", \
         "The profile names the limit. 'garner sample' or 'garner split' make smaller files.") \
    CODE(E_KEY_MISSING, EXIT_NO, "a key that the profile needs is missing", \
         "The pointer names the place. Often the row is of another form: 'garner validate --profile all' says whose.") \
    CODE(E_KEY_UNKNOWN, EXIT_NO, "a key that the profile does not allow", \
         "Some services refuse rows with other keys than their own.") \
    CODE(E_TYPE, EXIT_NO, "a value has another type than the profile wants", \
         "The message names both types.") \
    CODE(E_EMPTY, EXIT_NO, "a value is empty", \
         "An empty or blank text, or an empty list, stands where there must be something.") \
    CODE(E_ENUM, EXIT_NO, "a value is none of those that the profile knows", \
         "The message lists them.") \
    CODE(E_CONST, EXIT_NO, "a value is not the one that the profile wants", \
         "The message names it. A misspelt schema version is the usual case.") \
    CODE(E_COUNT, EXIT_NO, "too few or too many of something", \
         "The message names what, how many there are and how many are allowed.") \
    CODE(E_LENGTH_MISMATCH, EXIT_NO, "two lists that belong together differ in length", \
         "Each step needs its label.") \
    CODE(E_FORMAT_MIXED, EXIT_NO, "a file holds rows of different forms", \
         "The service wants one form in a file; the first row says which. 'garner convert' makes them alike.") \
    CODE(E_FORMAT_AMBIGUOUS, EXIT_NO, "a row has the keys of two forms", \
         "It could be read in two ways. Remove the keys of one form, or make prompt and answer both strings or both lists.") \
    CODE(E_ROLE_UNKNOWN, EXIT_NO, "a role that the profile does not know", \
         "Roles are compared letter by letter; the message lists those that are known.") \
    CODE(E_ROLE_ORDER, EXIT_NO, "the turns are in an order that the profile does not allow", \
         "Most services want user and assistant in turns. The message names the turn.") \
    CODE(E_SYSTEM_NOT_FIRST, EXIT_NO, "a system message stands behind others", \
         "It must be the first message, or stand in a field of its own.") \
    CODE(E_FIRST_NOT_USER, EXIT_NO, "a conversation does not begin with the user", \
         "Behind the system message the user speaks first.") \
    CODE(E_LAST_NOT_ASSISTANT, EXIT_NO, "a conversation does not end with the assistant", \
         "The last turn is what the model learns to say.") \
    CODE(E_NO_ASSISTANT, EXIT_NO, "a conversation has no turn of the assistant", \
         "There is nothing to learn from. For prompts without answers see the profile bedrock-distillation.") \
    CODE(E_TURNS_MIN, EXIT_NO, "a conversation has too few turns", \
         "The message names the smallest number.") \
    CODE(E_MULTI_TURN, EXIT_NO, "a conversation has more than one exchange", \
         "The model that is trained takes one question and one answer.") \
    CODE(E_WEIGHT, EXIT_NO, "a weight that the profile does not allow", \
         "Weights are the numbers 0 and 1, on turns of the assistant.") \
    CODE(E_MODEL_FEATURE, EXIT_NO, "something that the model does not take", \
         "The row is well formed but uses a feature of another model: reasoning, tools.") \
    CODE(E_MODALITY, EXIT_NO, "an image, video or document where only text is taken", \
         "The message names the place.") \
    CODE(E_TOOL_ARGS_NOT_STRING, EXIT_NO, "the arguments of a tool call are not a string", \
         "They are JSON inside a string: \"{\\\"city\\\":\\\"Oslo\\\"}\". 'garner convert' writes them so.") \
    CODE(E_TOOL_ARGS_NOT_JSON, EXIT_NO, "the arguments of a tool call are not JSON", \
         "The string must hold one JSON object.") \
    CODE(E_TOOL_UNDECLARED, EXIT_NO, "a call of a tool that the row does not declare", \
         "Every tool that is called stands in the row's list of tools.") \
    CODE(E_TOOL_RESULT_ORPHAN, EXIT_NO, "a tool's result that answers no call", \
         "Its id must be that of a call in a message before it.") \
    CODE(E_TOOL_ID_DUP, EXIT_NO, "two tool calls have the same id", \
         "Ids are what joins a result to its call.") \
    CODE(E_TOOL_DUP_NAME, EXIT_NO, "two tools have the same name", \
         "Which one a call means cannot be known.") \
    CODE(E_TOOL_ROLE, EXIT_NO, "a tool call or result in a message of the wrong role", \
         "The assistant calls; a tool message, or the user's, answers.") \
    CODE(E_IMAGE_ROLE, EXIT_NO, "an image in a turn that may have none", \
         "Only the user shows images.") \
    CODE(E_IMAGE_FORMAT, EXIT_NO, "an image or video of a format that is not taken", \
         "The message lists the formats.") \
    CODE(E_IMAGE_COUNT, EXIT_NO, "too many images in a row", \
         "The message names the limit.") \
    CODE(E_IMAGE_SIZE, EXIT_NO, "an image is too large", \
         "The message names the limit, in bytes after decoding.") \
    CODE(E_IMAGE_TOKEN_COUNT, EXIT_NO, "the <image> marks and the images differ in number", \
         "Each <image> in the texts stands for one image of the list, in order.") \
    CODE(E_MEDIA_MIX, EXIT_NO, "images and video in one row", \
         "The model takes one or the other.") \
    CODE(E_MEDIA_COUNT, EXIT_NO, "too many videos or documents in a row", \
         "The message names the limit.") \
    CODE(E_S3_URI, EXIT_NO, "not the address of an object in S3", \
         "s3://bucket/key. Some services allow only letters, digits and _ - / . in it.") \
    CODE(E_RESERVED_TOKEN, EXIT_NO, "text that the service keeps for itself", \
         "It marks turns inside of the service, so the job fails. 'garner validate --fix' rewrites it.") \
    CODE(E_PREF_IDENTICAL, EXIT_NO, "the chosen and the rejected answer are the same", \
         "There is nothing to prefer.") \
    CODE(E_PREF_COUNT, EXIT_NO, "too few or too many answers to choose from", \
         "The message names how many the profile wants.") \
    CODE(E_PREF_ROLE, EXIT_NO, "an answer is not the assistant's", \
         "Preferred and other answers are messages of the assistant, or of its tools.") \
    CODE(E_PREF_LABEL, EXIT_NO, "all answers have the same label", \
         "One at least must be preferred, and one not.") \
    CODE(E_PREF_NO_PROMPT, EXIT_NO, "the two answers share no prompt", \
         "Chosen and rejected must begin with the same messages.") \
    CODE(E_PREF_PREFIX, EXIT_NO, "one answer is the beginning of the other", \
         "It was most likely cut; such pairs teach length, not quality.") \
    CODE(E_PREF_PROMPT_DIVERGES, EXIT_NO, "the prompts in chosen and rejected differ", \
         "Both must answer the same question.") \
    CODE(E_PREF_PROMPT_REPEATED, EXIT_NO, "an answer repeats the prompt", \
         "With a prompt of its own, chosen and rejected hold the answers alone.") \
    CODE(E_PREF_INPUT_ENDS_ASSISTANT, EXIT_NO, "the prompt of a pair ends with the assistant", \
         "The answers are the assistant's; in front of them the user speaks.") \
    CODE(E_CANDIDATES_NOT_LAST, EXIT_NO, "candidates in a turn that is not the last", \
         "Only the last turn has answers to choose from.") \
    CODE(E_ID_DUP, EXIT_NO, "two rows of a batch file have the same id", \
         "Answers come back in any order and are joined by id.") \
    CODE(E_ID_FORMAT, EXIT_NO, "an id has characters or a length that are not allowed", \
         "The message says what is.") \
    CODE(E_METHOD, EXIT_NO, "a batch row's method is not POST", \
         "Every request of a batch file is a POST.") \
    CODE(E_URL, EXIT_NO, "a batch row's url is not one that batches take", \
         "The message lists them.") \
    CODE(E_URL_MIXED, EXIT_NO, "a batch file has rows for different urls", \
         "All rows of a file go to the same one.") \
    CODE(E_MODEL_MIXED, EXIT_NO, "a batch file has rows for different models", \
         "All rows of a file go to the same one.") \
    CODE(E_TOO_FEW, EXIT_NO, "a file has too few rows", \
         "The service refuses smaller training files.") \
    CODE(E_TOO_MANY_ROWS, EXIT_NO, "a file has too many rows", \
         "'garner sample' takes some of them.") \
    CODE(E_TOO_LONG, EXIT_NO, "a row has more tokens than the model takes", \
         "Tokens are estimated, unless --tokenizer names the model's own.") \
    CODE(E_NO_VALIDATION_SET, EXIT_NO, "the service takes no validation file", \
         "Give the training file alone.") \
    CODE(E_LEAK_EXACT, EXIT_NO, "a row is in the other file, too", \
         "What a model was trained on cannot tell how good it is. 'garner split' keeps such rows together.") \
    CODE(E_LEAK_PROMPT, EXIT_NO, "a row's prompt is in the other file, with another answer", \
         "What a model was trained on cannot tell how good it is.") \
    CODE(E_LEAK_NORMALISED, EXIT_NO, "a row's prompt is in the other file but for case, spaces and punctuation", \
         "What a model was trained on cannot tell how good it is.") \
    CODE(E_LEAK_NGRAM, EXIT_NO, "a row shares long pieces of text with the other file", \
         "'garner decontaminate' finds and cuts them.") \
    CODE(E_CONVERT_FORM, EXIT_NO, "a row cannot be written in that form", \
         "The message names what it lacks: a text has no turns, a prompt no answer.") \
    CODE(E_CONVERT_LOSS, EXIT_NO, "a row would lose something in that form", \
         "The target has no place for it. --on-loss says what becomes of such rows, --accept-loss which losses are meant.") \
    CODE(E_FORMAT_UNKNOWN, EXIT_NO, "a row has the keys of no profile", \
         "'garner validate --list' shows all; --from names the one that is meant.") \
    CODE(W_DUP_ROW, EXIT_NO, "a row stands twice in a file", \
         "The order of keys, escapes and white space do not count. 'garner dedup' removes it.") \
    CODE(W_PREF_CONTRADICTION, EXIT_NO, "two rows prefer opposite answers to one prompt", \
         "They teach nothing together. Keep one, or none.") \
    CODE(W_PREF_CYCLE, EXIT_NO, "preferences for one prompt go round in a circle", \
         "a is better than b, b than c, and c than a.") \
    CODE(W_PREF_NEAR_IDENTICAL, EXIT_NO, "the two answers differ in case, spaces or punctuation only", \
         "There is little to prefer.") \
    CODE(W_LABEL_ONE_SIDED, EXIT_NO, "all rows of a file have the same label", \
         "Learning from labels needs good and bad ones.") \
    CODE(W_NO_TRAINABLE_TURN, EXIT_NO, "no turn of a row is trained on", \
         "All turns of the assistant have weight 0, or are empty.") \
    CODE(W_LAST_NOT_ASSISTANT, EXIT_NO, "a conversation does not end with the assistant", \
         "What follows its last turn is never trained on.") \
    CODE(W_TEMPLATE_TOKEN, EXIT_NO, "a text holds a mark of a chat template", \
         "<|im_start|>, [INST], <start_of_turn>, ... : the trainer puts them in; in the text they end a turn early.") \
    CODE(W_CONTROL_CHAR, EXIT_NO, "a text holds control characters", \
         "Escapes such as \\u0000 or \\u001b are rarely meant, and some tokenizers drop them.") \
    CODE(W_BLANK_LINE, EXIT_NO, "a file has blank lines", \
         "Some readers take them for broken rows. 'garner validate --fix' removes them.") \
    CODE(W_BOM_ABSENT, EXIT_NO, "the file does not begin with a byte order mark", \
         "The service asks for one in its documents; most such files pass without. 'garner validate --fix' puts it in.") \
    CODE(W_KEY_EXTRA, EXIT_NO, "a key that the profile does not know", \
         "It is passed over. Some loaders want the same columns in every row.") \
    CODE(W_KEY_ABSENT, EXIT_NO, "a key that is usual is missing", \
         "It is optional, but without it the service assumes something.") \
    CODE(W_STREAM, EXIT_NO, "a request of a batch asks for a streamed answer", \
         "Batches do not stream; the service passes it over or refuses it.")
/* clang-format on */

#endif
