/* grapheme.c - grapheme clusters: UAX 29 by the properties of utf8proc, and rule GB9c of Unicode 15.1. */
#include "text/segment.h"

#include <utf8proc.h>

#include "base/utf8.h"
#include "text/kinds.h"

/* What one looks at: the class of UAX 29, and the roles of GB9c. */
struct property {
    int class;
    bool is_conjunct_linker;
    bool is_conjunct_consonant;
};

/* Below this nothing joins but CR and LF; U+0300 is the first combining mark. */
enum { FIRST_JOINING = 0x300, FIRST_JOINING_LEAD = 0xcc };

struct range {
    uint16_t first, last;
};

static bool in_ranges(uint32_t code_point, const struct range *ranges, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (code_point >= ranges[i].first && code_point <= ranges[i].last)
            return true;
    return false;
}

/* Indic_Conjunct_Break of Unicode 15.1: the viramas of six scripts and their consonants. */
static bool is_linker(uint32_t code_point)
{
    return code_point == 0x94d || code_point == 0x9cd || code_point == 0xacd || code_point == 0xb4d ||
           code_point == 0xc4d || code_point == 0xd4d;
}

static bool is_consonant(uint32_t code_point)
{
    static const struct range ranges[] = {
        { 0x915, 0x939 }, { 0x958, 0x95f }, { 0x978, 0x97f }, { 0x995, 0x9a8 }, { 0x9aa, 0x9b0 }, { 0x9b2, 0x9b2 },
        { 0x9b6, 0x9b9 }, { 0x9dc, 0x9dd }, { 0x9df, 0x9df }, { 0x9f0, 0x9f1 }, { 0xa95, 0xaa8 }, { 0xaaa, 0xab0 },
        { 0xab2, 0xab3 }, { 0xab5, 0xab9 }, { 0xaf9, 0xaf9 }, { 0xb15, 0xb28 }, { 0xb2a, 0xb30 }, { 0xb32, 0xb33 },
        { 0xb35, 0xb39 }, { 0xb5c, 0xb5d }, { 0xb5f, 0xb5f }, { 0xb71, 0xb71 }, { 0xc15, 0xc28 }, { 0xc2a, 0xc39 },
        { 0xc58, 0xc5a }, { 0xd15, 0xd3a },
    };
    return in_ranges(code_point, ranges, sizeof ranges / sizeof *ranges);
}

static struct property property_of(uint32_t code_point)
{
    struct property property = { UTF8PROC_BOUNDCLASS_OTHER, false, false };
    if (code_point < FIRST_JOINING || (code_point >= 0x4e00 && code_point <= 0x9fff)) {
        if (code_point == '\r')
            property.class = UTF8PROC_BOUNDCLASS_CR;
        else if (code_point == '\n')
            property.class = UTF8PROC_BOUNDCLASS_LF;
        else if (code_point < 0x20 || (code_point >= 0x7f && code_point < 0xa0) || code_point == 0xad)
            property.class = UTF8PROC_BOUNDCLASS_CONTROL;
        else if (code_point == 0xa9 || code_point == 0xae)
            property.class = UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
        return property;
    }
    property.class = (int)utf8proc_get_property((utf8proc_int32_t)code_point)->boundclass;
    if (code_point >= 0x900 && code_point < 0xd80) {
        property.is_conjunct_linker = is_linker(code_point);
        property.is_conjunct_consonant = is_consonant(code_point);
    }
    return property;
}

enum verdict { BREAK, JOIN, DEPENDS };

static bool is_control(int class)
{
    return class == UTF8PROC_BOUNDCLASS_CR || class == UTF8PROC_BOUNDCLASS_LF || class == UTF8PROC_BOUNDCLASS_CONTROL;
}

static bool is_extending(int class)
{
    return class == UTF8PROC_BOUNDCLASS_EXTEND || class == UTF8PROC_BOUNDCLASS_ZWJ;
}

/* What two neighbours alone can tell. DEPENDS: on what stands before them (GB9c, GB11, GB12). */
static enum verdict judge(struct property left, struct property right)
{
    int a = left.class, b = right.class;
    if (a == UTF8PROC_BOUNDCLASS_CR && b == UTF8PROC_BOUNDCLASS_LF)
        return JOIN;
    if (is_control(a) || is_control(b))
        return BREAK;
    if (a == UTF8PROC_BOUNDCLASS_L && (b == UTF8PROC_BOUNDCLASS_L || b == UTF8PROC_BOUNDCLASS_V ||
                                       b == UTF8PROC_BOUNDCLASS_LV || b == UTF8PROC_BOUNDCLASS_LVT))
        return JOIN;
    if ((a == UTF8PROC_BOUNDCLASS_LV || a == UTF8PROC_BOUNDCLASS_V) &&
        (b == UTF8PROC_BOUNDCLASS_V || b == UTF8PROC_BOUNDCLASS_T))
        return JOIN;
    if ((a == UTF8PROC_BOUNDCLASS_LVT || a == UTF8PROC_BOUNDCLASS_T) && b == UTF8PROC_BOUNDCLASS_T)
        return JOIN;
    if (is_extending(b) || b == UTF8PROC_BOUNDCLASS_SPACINGMARK || a == UTF8PROC_BOUNDCLASS_PREPEND)
        return JOIN;
    if (is_extending(a) && right.is_conjunct_consonant)
        return DEPENDS;
    if (a == UTF8PROC_BOUNDCLASS_ZWJ && b == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC)
        return DEPENDS;
    if (a == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR && b == a)
        return DEPENDS;
    return BREAK;
}

/* What is remembered of the cluster so far. */
struct cluster {
    struct property last;
    bool is_pictograph; /* a pictograph, then only extending characters */
    bool is_conjunct;   /* a consonant, then only extending characters */
    bool has_linker;    /* a linker among these */
    bool has_odd_flags; /* an odd number of regional indicators up to here */
};

static void cluster_begin(struct cluster *cluster, struct property first)
{
    cluster->last = first;
    cluster->is_pictograph = first.class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
    cluster->is_conjunct = first.is_conjunct_consonant;
    cluster->has_linker = false;
    cluster->has_odd_flags = first.class == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR;
}

/* Takes the next character in, or says that it begins a new cluster. */
static bool cluster_add(struct cluster *cluster, struct property next)
{
    enum verdict verdict = judge(cluster->last, next);
    if (verdict == BREAK)
        return false;
    if (verdict == DEPENDS) {
        bool joins = (next.is_conjunct_consonant && cluster->is_conjunct && cluster->has_linker) ||
                     (next.class == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC && cluster->is_pictograph) ||
                     (next.class == UTF8PROC_BOUNDCLASS_REGIONAL_INDICATOR && cluster->has_odd_flags);
        if (!joins)
            return false;
    }
    if (is_extending(next.class)) {
        cluster->has_linker |= next.is_conjunct_linker;
        cluster->has_odd_flags = false;
        cluster->last = next;
        return true;
    }
    bool was_odd = cluster->has_odd_flags;
    cluster_begin(cluster, next);
    cluster->has_odd_flags &= !was_odd;
    return true;
}

size_t grapheme_end(struct slice text, size_t start)
{
    uint32_t code_point;
    size_t place = start + utf8_decode(slice_from(text, start), &code_point);
    if (place >= text.length || place == start)
        return text.length;
    if (code_point < FIRST_JOINING && (unsigned char)text.bytes[place] < FIRST_JOINING_LEAD)
        return code_point == '\r' && text.bytes[place] == '\n' ? place + 1 : place;
    struct cluster cluster;
    cluster_begin(&cluster, property_of(code_point));
    size_t length;
    while ((length = utf8_decode(slice_from(text, place), &code_point)) > 0) {
        if (!cluster_add(&cluster, property_of(code_point)))
            break;
        place += length;
    }
    return place;
}

static struct property property_at(struct slice text, size_t offset)
{
    uint32_t code_point = 0;
    utf8_decode(slice_from(text, offset), &code_point);
    return property_of(code_point);
}

size_t grapheme_boundary_before(struct slice text, size_t floor, size_t position)
{
    if (position >= text.length)
        return text.length;
    while (position > floor && ((unsigned char)text.bytes[position] & 0xc0) == 0x80)
        position--;
    if (position <= floor)
        return floor;
    /* Back to a place where two neighbours alone say that it is a boundary, then forward again. */
    size_t known = position;
    struct property right = property_at(text, known);
    while (known > floor) {
        size_t before = character_before(text, floor, known);
        struct property left = property_at(text, before);
        if (judge(left, right) == BREAK)
            break;
        known = before;
        right = left;
    }
    while (known < position) {
        size_t end = grapheme_end(text, known);
        if (end > position)
            break;
        known = end;
    }
    return known;
}

bool grapheme_is_boundary(struct slice text, size_t floor, size_t position)
{
    return grapheme_boundary_before(text, floor, position) == position;
}
