/* cpu.h - which instruction sets the kernels may use.
 *
 * Looked up once. GARNER_CPU=scalar|sse4|avx2|avx512 in the environment lowers it: tests run every kernel on one
 * machine. Results never depend on the level. */
#ifndef BASE_CPU_H
#define BASE_CPU_H

enum cpu_level { CPU_SCALAR, CPU_SSE4, CPU_NEON, CPU_AVX2, CPU_AVX512 };

/* CPU_AVX2 means AVX2, FMA, BMI2 and CLMUL; CPU_AVX512 adds F, BW, VL, DQ. Thread safe. */
enum cpu_level cpu_level(void);
const char *cpu_level_name(enum cpu_level level);

/* Processors this process may run on (sched_getaffinity and the cgroup quota), at least 1. */
unsigned cpu_count(void);

#endif
