/* profile_list.h - the names of all profiles, family by family, in the order of `validate --list`.
 *
 * A profile is a `const struct profile profile_NAME` in the file of its family. Shapes that several families share are
 * declared here, too. */
#ifndef DATASET_PROFILE_LIST_H
#define DATASET_PROFILE_LIST_H

#include "dataset/profile.h"

/* clang-format off */
#define PROFILES_OPENAI(PROFILE) /* profile_openai.c */ \
    PROFILE(openai_sft) \
    PROFILE(openai_dpo) \
    PROFILE(openai_batch) \
    PROFILE(azure_openai) \
    PROFILE(azure_openai_dpo)

#define PROFILES_TOGETHER(PROFILE) /* profile_together.c */ \
    PROFILE(together_chat) \
    PROFILE(together_preference) \
    PROFILE(fireworks) \
    PROFILE(fireworks_dpo)

#define PROFILES_BEDROCK(PROFILE) /* profile_bedrock.c */ \
    PROFILE(bedrock_text) \
    PROFILE(bedrock_converse) \
    PROFILE(bedrock_claude) \
    PROFILE(bedrock_image) \
    PROFILE(bedrock_distillation) \
    PROFILE(bedrock_invocation_log) \
    PROFILE(bedrock_batch) \
    PROFILE(bedrock_cpt)

#define PROFILES_NOVA(PROFILE) /* profile_nova.c */ \
    PROFILE(nova_sft) \
    PROFILE(nova_2_sft) \
    PROFILE(nova_dpo) \
    PROFILE(nova_cpt)

#define PROFILES_TRL(PROFILE) /* profile_trl.c */ \
    PROFILE(trl_text) \
    PROFILE(trl_messages) \
    PROFILE(trl_prompt_completion) \
    PROFILE(trl_preference) \
    PROFILE(trl_preference_implicit) \
    PROFILE(trl_kto) \
    PROFILE(trl_stepwise)

#define PROFILES_LLAMAFACTORY(PROFILE) /* profile_llamafactory.c */ \
    PROFILE(alpaca) \
    PROFILE(sharegpt) \
    PROFILE(sharegpt_preference) \
    PROFILE(sharegpt_kto)

#define PROFILES_OTHERS(PROFILE) /* profile_others.c */ \
    PROFILE(jumpstart) \
    PROFILE(gemini) \
    PROFILE(gemini_preference) \
    PROFILE(mistral) \
    PROFILE(cohere) \
    PROFILE(torchtune) \
    PROFILE(torchtune_preference) \
    PROFILE(axolotl) \
    PROFILE(anthropic_batch)

#define PROFILES_GARNER(PROFILE) /* profile_trl.c */ \
    PROFILE(garner)

#define PROFILE_LIST(PROFILE) \
    PROFILES_GARNER(PROFILE) \
    PROFILES_OPENAI(PROFILE) \
    PROFILES_TOGETHER(PROFILE) \
    PROFILES_BEDROCK(PROFILE) \
    PROFILES_NOVA(PROFILE) \
    PROFILES_TRL(PROFILE) \
    PROFILES_LLAMAFACTORY(PROFILE) \
    PROFILES_OTHERS(PROFILE)
/* clang-format on */

#define PROFILE_DECLARATION(name) extern const struct profile profile_##name;
PROFILE_LIST(PROFILE_DECLARATION)
#undef PROFILE_DECLARATION

/* Messages, tools and parts as OpenAI writes them, with strings as arguments of calls. NULL-terminated. */
extern const struct profile_shape *const openai_messages[];
extern const struct profile_shape *const openai_tools[];
extern const struct profile_shape *const openai_parts[];
extern const struct profile_shape openai_text_part; /* {"type":"text","text":...}: of others, too */
extern const struct profile_shape *const openai_calls[];
/* system, user, assistant, tool, and the older function. */
extern const struct profile_role openai_roles[];
/* system, user, assistant. */
extern const struct profile_role simple_roles[];
/* The same as trainers want them: arguments of calls are objects, ids may be absent; pictures name their file. */
extern const struct profile_shape *const trl_messages[];
extern const struct profile_shape *const trl_parts[];
extern const struct profile_shape *const trl_calls[];
extern const struct profile_role trl_roles[];
/* Content blocks and system texts of Bedrock's Converse, of text alone. NULL-terminated. */
extern const struct profile_shape converse_text_block;
extern const struct profile_shape *const converse_text_blocks[];
extern const struct profile_role converse_roles[];
/* A text block of Anthropic's Messages. */
extern const struct profile_shape anthropic_text;

#endif
