/* cpu.c - which instruction sets the kernels may use. */
#define _GNU_SOURCE /* sched_getaffinity */
#include "base/cpu.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const level_names[] = { "scalar", "sse4", "neon", "avx2", "avx512" };

const char *cpu_level_name(enum cpu_level level)
{
    return level_names[level];
}

static enum cpu_level highest_level(void)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi2") &&
                    __builtin_cpu_supports("pclmul");
    if (has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512dq"))
        return CPU_AVX512;
    if (has_avx2)
        return CPU_AVX2;
    return __builtin_cpu_supports("sse4.2") ? CPU_SSE4 : CPU_SCALAR;
#elif defined(__aarch64__)
    return CPU_NEON;
#else
    return CPU_SCALAR;
#endif
}

static enum cpu_level allowed_level(void)
{
    enum cpu_level highest = highest_level();
    const char *wanted = getenv("GARNER_CPU");
    for (unsigned i = 0; wanted && i < sizeof level_names / sizeof *level_names; i++)
        if (strcmp(wanted, level_names[i]) == 0 && (enum cpu_level)i < highest)
            return highest == CPU_NEON ? CPU_SCALAR : (enum cpu_level)i == CPU_NEON ? CPU_SSE4 : (enum cpu_level)i;
    return highest;
}

enum cpu_level cpu_level(void)
{
    static int known = -1;
    int level = __atomic_load_n(&known, __ATOMIC_RELAXED);
    if (level < 0) {
        level = (int)allowed_level();
        __atomic_store_n(&known, level, __ATOMIC_RELAXED);
    }
    return (enum cpu_level)level;
}

/* cgroup v2: "max 100000" or "150000 100000". */
static unsigned quota_count(void)
{
    FILE *file = fopen("/sys/fs/cgroup/cpu.max", "re");
    if (!file)
        return 0;
    long long quota = 0, period = 0;
    int found = fscanf(file, "%lld %lld", &quota, &period); /* NOLINT(cert-err34-c): written by the kernel */
    fclose(file);
    return found == 2 && quota > 0 && period > 0 ? (unsigned)((quota + period - 1) / period) : 0;
}

unsigned cpu_count(void)
{
    cpu_set_t set;
    unsigned count = 1;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        count = (unsigned)CPU_COUNT(&set);
    unsigned quota = quota_count();
    if (quota && quota < count)
        count = quota;
    return count ? count : 1;
}
