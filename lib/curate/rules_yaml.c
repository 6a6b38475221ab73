/* rules_yaml.c - rules of one's own. */
#include <inttypes.h>

#include "base/memory.h"
#include "base/nearest.h"
#include "base/number.h"
#include "curate/rules_private.h"
#include "text/pattern.h"
#include "yaml/yaml.h"

enum { NAMES_MAXIMUM = QUALITY_MEASURE_COUNT };

struct loader {
    struct rule_set *set;
    const char *file;
    struct error *error;
};

/* Puts the place to an error that another function set. */
static bool placed(const struct loader *loader, const struct yaml_node *node)
{
    char message[ERROR_MESSAGE_BYTES];
    memcpy(message, loader->error->message, sizeof message);
    return yaml_refuse(node, loader->file, loader->error, "%s", message);
}

static bool check_keys(const struct loader *loader, const struct yaml_node *map, const char *const *keys, size_t count)
{
    for (size_t i = 0; i < map->count; i++) {
        const struct yaml_node *key = map->pairs[i].key;
        bool is_known = false;
        for (size_t j = 0; j < count && !is_known; j++)
            is_known = slice_equal(key->text, slice_of_string(keys[j]));
        if (is_known)
            continue;
        const char *nearest = nearest_name(key->text, keys, count);
        return yaml_refuse(key, loader->file, loader->error, "a rule has no key '%s'%s%s", key->text.bytes,
                           nearest ? ", nearest is " : "", nearest ? nearest : "");
    }
    return true;
}

static bool is_scalar(const struct yaml_node *node)
{
    return node->type != YAML_LIST && node->type != YAML_MAP && node->type != YAML_NULL;
}

static bool read_name(const struct loader *loader, const struct yaml_node *node, const char **name)
{
    bool is_good = is_scalar(node) && node->text.length > 0;
    for (size_t i = 0; is_good && i < node->text.length; i++) {
        char byte = node->text.bytes[i], lower = (char)(byte | 0x20);
        is_good = (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || strchr("-_.", byte) != NULL;
    }
    if (!is_good)
        return yaml_refuse(node, loader->file, loader->error, "a code is letters, digits, - _ and .");
    *name = arena_copy_string(&loader->set->arena, node->text);
    return true;
}

static bool read_number(const struct loader *loader, const struct yaml_node *node, double *number)
{
    if ((node->type == YAML_INTEGER || node->type == YAML_FLOAT) && number_parse_double(node->text, number))
        return true;
    return yaml_refuse(node, loader->file, loader->error, "'%s' is a %s, expected a number",
                       is_scalar(node) ? node->text.bytes : "", yaml_type_name(node->type));
}

static bool read_integer(const struct loader *loader, const struct yaml_node *node, int64_t maximum, int64_t *number)
{
    if (node->type == YAML_INTEGER && number_parse_integer(node->text, number) && *number >= 1 && *number <= maximum)
        return true;
    return yaml_refuse(node, loader->file, loader->error, "expected an integer from 1 to %" PRId64, maximum);
}

static bool read_words(const struct loader *loader, const struct yaml_node *node, struct quality_parameter *parameter)
{
    if (node->type != YAML_LIST || node->count == 0)
        return yaml_refuse(node, loader->file, loader->error, "words is a %s, expected a list of words",
                           yaml_type_name(node->type));
    struct slice *words = arena_allocate_zeroed(&loader->set->arena, node->count, sizeof *words);
    for (size_t i = 0; i < node->count; i++) {
        if (!is_scalar(node->pairs[i].value))
            return yaml_refuse(node->pairs[i].value, loader->file, loader->error, "expected a word");
        words[i] = arena_copy(&loader->set->arena, node->pairs[i].value->text);
    }
    parameter->words = words;
    parameter->word_count = node->count;
    return true;
}

static bool read_pattern(const struct loader *loader, const struct yaml_node *node, struct quality_parameter *parameter)
{
    struct rule_set *set = loader->set;
    if (!is_scalar(node))
        return yaml_refuse(node, loader->file, loader->error, "a pattern is a %s, expected text",
                           yaml_type_name(node->type));
    struct pattern *pattern = pattern_compile(node->text, 0, loader->error);
    if (!pattern)
        return placed(loader, node);
    if (set->pattern_count == set->pattern_capacity)
        set->patterns =
            memory_grow(set->patterns, &set->pattern_capacity, set->pattern_count + 1, sizeof(struct pattern *));
    set->patterns[set->pattern_count++] = pattern;
    parameter->pattern = pattern;
    return true;
}

/* length, n, words, pattern: the one that the measure takes. */
static bool read_parameter(const struct loader *loader, const struct yaml_node *map, struct rule *rule)
{
    static const struct {
        const char *key;
        enum quality_parameter_kind kind;
    } keys[] = {
        { "length", QUALITY_LENGTH }, { "n", QUALITY_WIDTH }, { "words", QUALITY_LIST }, { "pattern", QUALITY_PATTERN }
    };
    const struct quality_measure_row *row = quality_measure_row(rule->measure);
    rule->parameter.number = row->initial;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct yaml_node *node = yaml_member(map, slice_of_string(keys[i].key));
        if (!node && keys[i].kind == QUALITY_PATTERN && row->parameter == QUALITY_PATTERN)
            return yaml_refuse(map, loader->file, loader->error, "measure '%s' needs a pattern", row->name);
        if (!node)
            continue;
        if (keys[i].kind != row->parameter)
            return yaml_refuse(node, loader->file, loader->error, "measure '%s' takes no %s", row->name, keys[i].key);
        if ((keys[i].kind == QUALITY_LENGTH && !read_integer(loader, node, INT32_MAX, &rule->parameter.number)) ||
            (keys[i].kind == QUALITY_WIDTH &&
             !read_integer(loader, node, QUALITY_WIDTH_MAXIMUM, &rule->parameter.number)) ||
            (keys[i].kind == QUALITY_LIST && !read_words(loader, node, &rule->parameter)) ||
            (keys[i].kind == QUALITY_PATTERN && !read_pattern(loader, node, &rule->parameter)))
            return false;
    }
    return true;
}

static bool append(const struct loader *loader, const struct yaml_node *map, const struct rule *rule)
{
    return rules_append(loader->set, rule, loader->error) || placed(loader, map);
}

/* min, max, or both: then the code of each says which. */
static bool add_bounds(const struct loader *loader, const struct yaml_node *map, struct rule *rule)
{
    static const struct {
        const char *key;
        enum rule_check check;
    } bounds[] = { { "min", RULE_MINIMUM }, { "max", RULE_MAXIMUM } };
    const struct yaml_node *code = yaml_member(map, SLICE("code"));
    const char *name = quality_measure_row(rule->measure)->name;
    size_t found = 0;
    bool has_both = yaml_member(map, SLICE("min")) && yaml_member(map, SLICE("max"));
    if (code && !read_name(loader, code, &name))
        return false;
    for (size_t i = 0; i < sizeof bounds / sizeof *bounds; i++) {
        const struct yaml_node *node = yaml_member(map, slice_of_string(bounds[i].key));
        if (!node)
            continue;
        rule->check = bounds[i].check;
        rule->name = code && !has_both ? name : arena_format(&loader->set->arena, "%s-%s", bounds[i].key, name);
        if (!read_number(loader, node, &rule->threshold) || !append(loader, map, rule))
            return false;
        found++;
    }
    return found > 0 || yaml_refuse(map, loader->file, loader->error, "a rule needs min, max or both");
}

static bool add_measure(const struct loader *loader, const struct yaml_node *map, const struct yaml_node *name)
{
    static const char *const keys[] = { "measure", "min", "max", "code", "length", "n", "words", "pattern" };
    struct rule rule = { .name = "", .measure = quality_measure_find(name->text) };
    if (!check_keys(loader, map, keys, sizeof keys / sizeof *keys))
        return false;
    if (!is_scalar(name) || rule.measure == QUALITY_MEASURE_COUNT) {
        const char *names[NAMES_MAXIMUM];
        for (unsigned i = 0; i < QUALITY_MEASURE_COUNT; i++)
            names[i] = quality_measure_row((enum quality_measure)i)->name;
        const char *nearest = is_scalar(name) ? nearest_name(name->text, names, NAMES_MAXIMUM) : NULL;
        return yaml_refuse(name, loader->file, loader->error, "no measure '%s'%s%s",
                           is_scalar(name) ? name->text.bytes : "",
                           nearest ? ", nearest is " : ", see garner help presets", nearest ? nearest : "");
    }
    return read_parameter(loader, map, &rule) && add_bounds(loader, map, &rule);
}

/* match: PATTERN must be found; no-match: must not. */
static bool add_match(const struct loader *loader, const struct yaml_node *map, const struct yaml_node *node,
                      bool is_wanted)
{
    const char *const keys[] = { is_wanted ? "match" : "no-match", "code" };
    const struct yaml_node *code = yaml_member(map, SLICE("code"));
    struct rule rule = { .name = keys[0],
                         .check = is_wanted ? RULE_MINIMUM : RULE_MAXIMUM,
                         .measure = QUALITY_MATCHES,
                         .threshold = is_wanted };
    return check_keys(loader, map, keys, sizeof keys / sizeof *keys) && read_pattern(loader, node, &rule.parameter) &&
           (!code || read_name(loader, code, &rule.name)) && append(loader, map, &rule);
}

static bool add_preset(const struct loader *loader, const struct yaml_node *map, const struct yaml_node *name)
{
    static const char *const keys[] = { "preset", "thresholds" };
    size_t first = loader->set->count;
    const struct yaml_node *thresholds = yaml_member(map, SLICE("thresholds"));
    if (!check_keys(loader, map, keys, sizeof keys / sizeof *keys))
        return false;
    if (!is_scalar(name))
        return yaml_refuse(name, loader->file, loader->error, "a preset is a %s, expected a name",
                           yaml_type_name(name->type));
    if (!rules_add_preset(loader->set, name->text, loader->error))
        return placed(loader, name);
    if (thresholds && thresholds->type != YAML_MAP)
        return yaml_refuse(thresholds, loader->file, loader->error,
                           "thresholds is a %s, expected a map of RULE: NUMBER", yaml_type_name(thresholds->type));
    for (size_t i = 0; thresholds && i < thresholds->count; i++) {
        const struct yaml_node *key = thresholds->pairs[i].key, *value = thresholds->pairs[i].value;
        char *full = arena_format(&loader->set->arena, "%s.%s", name->text.bytes, key->text.bytes);
        struct rule *rule = rules_find(loader->set, first, slice_of_string(full), loader->error);
        if (!rule)
            return placed(loader, key);
        if (!is_scalar(value))
            return yaml_refuse(value, loader->file, loader->error, "expected a number or off");
        if (!rule_set_value(rule, value->type == YAML_BOOLEAN ? SLICE("?") : value->text, loader->error))
            return placed(loader, value);
    }
    return true;
}

static bool add_rule(const struct loader *loader, const struct yaml_node *map)
{
    const struct yaml_node *node;
    if (map->type != YAML_MAP)
        return yaml_refuse(map, loader->file, loader->error,
                           "a rule is a %s, expected a map such as {measure: words, min: 50}",
                           yaml_type_name(map->type));
    if ((node = yaml_member(map, SLICE("preset"))))
        return add_preset(loader, map, node);
    if ((node = yaml_member(map, SLICE("measure"))))
        return add_measure(loader, map, node);
    if ((node = yaml_member(map, SLICE("match"))))
        return add_match(loader, map, node, true);
    if ((node = yaml_member(map, SLICE("no-match"))))
        return add_match(loader, map, node, false);
    static const char *const keys[] = { "preset", "measure", "match",  "no-match", "thresholds", "min",
                                        "max",    "code",    "length", "n",        "words",      "pattern" };
    return check_keys(loader, map, keys, sizeof keys / sizeof *keys) &&
           yaml_refuse(map, loader->file, loader->error, "a rule needs one of preset, measure, match, no-match");
}

bool rules_add_yaml(struct rule_set *set, struct slice text, const char *file, struct error *error)
{
    struct loader loader = { set, file, error };
    struct arena arena = { 0 };
    const struct yaml_node *root = yaml_parse(text, file, &arena, error), *rules = NULL;
    static const char *const keys[] = { "rules" };
    bool is_good = root && (root->type != YAML_MAP || check_keys(&loader, root, keys, 1));
    if (is_good && root->type == YAML_MAP)
        rules = yaml_member(root, SLICE("rules"));
    if (is_good && (!rules || rules->type != YAML_LIST)) {
        const struct yaml_node *found = rules ? rules : root;
        is_good =
            yaml_refuse(found, file, error, "a %s, expected 'rules:' and a list of rules", yaml_type_name(found->type));
    }
    for (size_t i = 0; is_good && rules && i < rules->count; i++)
        is_good = add_rule(&loader, rules->pairs[i].value);
    arena_release(&arena);
    return is_good;
}
