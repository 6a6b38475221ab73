/* kinds.c - kinds of characters. */
#include "text/kinds.h"

#include <utf8proc.h>

#include "base/utf8.h"

/* Scripts written without blanks between words, where a dictionary would be needed: UAX 29 leaves each cluster alone.
 */
static bool is_single(uint32_t code_point)
{
    return (code_point >= 0x3041 && code_point <= 0x30ff && code_point != 0x30fc) || /* kana, but the length mark */
           (code_point >= 0x31f0 && code_point <= 0x31ff) || (code_point >= 0x3400 && code_point <= 0x4dbf) ||
           (code_point >= 0x4e00 && code_point <= 0x9fff) || (code_point >= 0xf900 && code_point <= 0xfaff) ||
           (code_point >= 0x20000 && code_point <= 0x3ffff) || code_point == 0x3005 || code_point == 0x3007 ||
           (code_point >= 0x0e00 && code_point <= 0x0eff) || /* Thai, Lao */
           (code_point >= 0x1000 && code_point <= 0x109f) || /* Myanmar */
           (code_point >= 0x1780 && code_point <= 0x17ff);   /* Khmer */
}

static enum letter_kind kind_of_category(uint32_t code_point)
{
    switch ((int)utf8proc_category((utf8proc_int32_t)code_point)) {
    case UTF8PROC_CATEGORY_LL:
        return LETTER_LOWER;
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LT:
        return LETTER_UPPER;
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
        return is_single(code_point) ? LETTER_SINGLE : LETTER_UNCASED;
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
        return code_point == 0x3007 ? LETTER_SINGLE : LETTER_DIGIT;
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
    case UTF8PROC_CATEGORY_ME:
    case UTF8PROC_CATEGORY_CF:
        return LETTER_JOINER;
    case UTF8PROC_CATEGORY_PC:
        return LETTER_CONNECTOR;
    default:
        return LETTER_NONE;
    }
}

enum letter_kind letter_kind(uint32_t code_point)
{
    if (code_point < 0x80) {
        if (code_point >= 'a' && code_point <= 'z')
            return LETTER_LOWER;
        if (code_point >= 'A' && code_point <= 'Z')
            return LETTER_UPPER;
        if (code_point >= '0' && code_point <= '9')
            return LETTER_DIGIT;
        return code_point == '_' ? LETTER_CONNECTOR : LETTER_NONE;
    }
    if (code_point >= 0x4e00 && code_point <= 0x9fff)
        return LETTER_SINGLE;
    if (code_point >= 0xac00 && code_point <= 0xd7a3)
        return LETTER_UNCASED;
    return kind_of_category(code_point);
}

bool is_lower_at(struct slice text, size_t offset)
{
    uint32_t code_point;
    return utf8_decode(slice_from(text, offset), &code_point) && letter_kind(code_point) == LETTER_LOWER;
}
