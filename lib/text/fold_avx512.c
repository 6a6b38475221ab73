/* fold_avx512.c - bytes through a table in two registers, and blanks squeezed out (VBMI2). */
#include "base/cpu.h"
#include "text/fold_kernel.h"

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("avx512f,avx512bw,avx512vbmi,avx512vbmi2"))) static size_t
fold_avx512(const char table[128], struct slice text, char *output, size_t *written, bool *is_open)
{
    const __m512i low = _mm512_loadu_si512(table), high = _mm512_loadu_si512(table + 64);
    const __m512i blank = _mm512_set1_epi8(' ');
    uint64_t open = *is_open;
    size_t place = 0, count = 0;
    for (; place + 64 <= text.length; place += 64) {
        __m512i bytes = _mm512_loadu_si512(text.bytes + place);
        if (_mm512_movepi8_mask(bytes))
            break;
        bytes = _mm512_permutex2var_epi8(low, bytes, high);
        uint64_t blanks = _mm512_cmpeq_epi8_mask(bytes, blank);
        uint64_t kept = ~(blanks & (blanks << 1 | open));
        _mm512_storeu_si512(output + count, _mm512_maskz_compress_epi8(kept, bytes));
        count += (size_t)__builtin_popcountll(kept);
        open = blanks >> 63;
    }
    *written = count;
    *is_open = open;
    return place;
}
#endif

fold_kernel *fold_kernel_find(void)
{
#if defined(__x86_64__)
    if (cpu_level() == CPU_AVX512 && __builtin_cpu_supports("avx512vbmi") && __builtin_cpu_supports("avx512vbmi2"))
        return fold_avx512;
#endif
    return NULL;
}
