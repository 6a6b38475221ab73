/* parallel_test.c - order, bounds and ends of the pool. */
#include "parallel/parallel.h"

#include <stdatomic.h>

#include "base/buffer.h"
#include "base/hash.h"
#include "base/memory.h"
#include "test.h"

/* A job yields `results` numbers that start with its own; `toil` rounds of work come before each. */
struct job {
    unsigned number, results, toil;
    size_t bytes; /* as told to parallel_emit */
};

struct run {
    struct parallel *pool;
    struct buffer delivered; /* "3.0 3.1 " */
    unsigned delivered_count, refuse_at;
    unsigned cancel_at_job; /* the job that cancels from work, 0 none */
    atomic_int jobs_alive, results_alive;
    atomic_size_t held, held_most;
    unsigned first_outside; /* workers seen at or beyond this */
    atomic_uint strange_workers;
};

struct result {
    unsigned job, index;
    size_t bytes;
};

static struct job *new_job(struct run *run, unsigned number, unsigned results, unsigned toil, size_t bytes)
{
    struct job *job = memory_allocate(sizeof *job);
    *job = (struct job){ number, results, toil, bytes };
    atomic_fetch_add(&run->jobs_alive, 1);
    return job;
}

static void drop_job(void *context, void *job)
{
    struct run *run = context;
    atomic_fetch_sub(&run->jobs_alive, 1);
    memory_free(job);
}

static void drop_result(void *context, void *value)
{
    struct run *run = context;
    struct result *result = value;
    atomic_fetch_sub(&run->results_alive, 1);
    atomic_fetch_sub(&run->held, result->bytes);
    memory_free(result);
}

static void toil(unsigned rounds)
{
    volatile uint64_t value = 1;
    for (unsigned i = 0; i < rounds; i++)
        value = hash_64(SLICE("some text to hash"), value);
}

static void work(void *context, unsigned worker, void *payload, struct parallel_job *running)
{
    struct run *run = context;
    struct job *job = payload;
    if (worker >= run->first_outside)
        atomic_fetch_add(&run->strange_workers, 1);
    if (job->number == run->cancel_at_job)
        parallel_cancel(run->pool);
    for (unsigned i = 0; i < job->results; i++) {
        toil(job->toil);
        struct result *result = memory_allocate(sizeof *result);
        *result = (struct result){ job->number, i, job->bytes };
        atomic_fetch_add(&run->results_alive, 1);
        size_t held = atomic_fetch_add(&run->held, job->bytes) + job->bytes;
        size_t most = atomic_load(&run->held_most);
        while (held > most && !atomic_compare_exchange_weak(&run->held_most, &most, held)) {
        }
        if (!parallel_emit(running, result, job->bytes))
            break;
    }
    drop_job(run, job);
}

static bool deliver(void *context, void *value)
{
    struct run *run = context;
    struct result *result = value;
    buffer_append_format(&run->delivered, "%u.%u ", result->job, result->index);
    drop_result(run, result);
    return ++run->delivered_count != run->refuse_at;
}

static void start(struct run *run, unsigned workers)
{
    run->first_outside = workers;
    run->pool = parallel_create(&(struct parallel_settings){ .workers = workers,
                                                             .context = run,
                                                             .work = work,
                                                             .deliver = deliver,
                                                             .discard_job = drop_job,
                                                             .discard_result = drop_result });
}

static void finish(struct run *run)
{
    parallel_free(run->pool);
    EXPECT_INTEGER(run->jobs_alive, 0);
    EXPECT_INTEGER(run->results_alive, 0);
    EXPECT_INTEGER(run->strange_workers, 0);
}

/* What 1..count jobs with number % 4 results each must give. */
static void expected_order(unsigned count, struct buffer *text)
{
    for (unsigned job = 1; job <= count; job++)
        for (unsigned i = 0; i < job % 4; i++)
            buffer_append_format(text, "%u.%u ", job, i);
}

TEST(parallel_order, "parallel: results come in the order of jobs for 1 to 9 workers, however long each takes")
{
    struct buffer expected = { 0 };
    expected_order(500, &expected);
    for (unsigned workers = 1; workers <= 9; workers += 2) {
        struct run run = { 0 };
        start(&run, workers);
        uint64_t random = workers;
        for (unsigned i = 1; i <= 500; i++) {
            random = hash_64(SLICE("length"), random);
            EXPECT(parallel_submit(run.pool, new_job(&run, i, i % 4, (unsigned)(random % 3000), 100)));
        }
        EXPECT(parallel_drain(run.pool));
        EXPECT_INTEGER(run.jobs_alive, 0);
        EXPECT_SLICE(buffer_slice(&run.delivered), buffer_slice(&expected));
        EXPECT(parallel_drain(run.pool));
        finish(&run);
        buffer_release(&run.delivered);
    }
    buffer_release(&expected);
}

TEST(parallel_one_worker, "parallel: one worker delivers inside submit")
{
    struct run run = { 0 };
    start(&run, 1);
    EXPECT(parallel_submit(run.pool, new_job(&run, 1, 2, 0, 0)));
    EXPECT_TEXT(buffer_slice(&run.delivered), "1.0 1.1 ");
    finish(&run);
    buffer_release(&run.delivered);
}

/* Job 1 is slow and the others yield 400 MB: they must wait for it. Then the first yields as much alone. */
TEST(parallel_bounded, "parallel: a huge job behind or at the head never holds more than its bound")
{
    enum { WORKERS = 4, PIECE = 1 << 20 };
    for (unsigned huge = 1; huge <= 2; huge++) {
        struct run run = { 0 };
        start(&run, WORKERS);
        for (unsigned i = 1; i <= 12; i++) {
            bool is_huge = huge == 1 ? i == 1 : i > 1;
            unsigned labour = huge == 2 && i == 1 ? 200000 : 0;
            EXPECT(parallel_submit(run.pool, new_job(&run, i, is_huge ? 400 : 1, labour, PIECE)));
        }
        EXPECT(parallel_drain(run.pool));
        EXPECT_INTEGER(run.delivered_count, huge == 1 ? 400 + 11 : 1 + 11 * 400);
        /* What is held, plus one piece in the hand of each worker and of deliver. */
        size_t bound = (size_t)(WORKERS + 1) * PARALLEL_RESULT_BYTES + (size_t)(WORKERS + 1) * PIECE;
        EXPECT(run.held_most <= bound);
        EXPECT_INTEGER(run.held, 0);
        finish(&run);
        buffer_release(&run.delivered);
    }
}

TEST(parallel_large_result, "parallel: results larger than the bound pass one by one")
{
    struct run run = { 0 };
    start(&run, 3);
    for (unsigned i = 1; i <= 20; i++)
        EXPECT(parallel_submit(run.pool, new_job(&run, i, 3, 0, (size_t)PARALLEL_RESULT_BYTES + 1)));
    EXPECT(parallel_drain(run.pool));
    EXPECT_INTEGER(run.delivered_count, 60);
    finish(&run);
    buffer_release(&run.delivered);
}

TEST(parallel_refuse, "parallel: after deliver refuses nothing more is delivered and nothing leaks")
{
    for (unsigned workers = 1; workers <= 4; workers++) {
        struct run run = { .refuse_at = 7 };
        start(&run, workers);
        unsigned submitted = 0;
        bool is_wanted = true;
        while (is_wanted && submitted < 1000) {
            submitted++;
            is_wanted = parallel_submit(run.pool, new_job(&run, submitted, submitted % 4, 100, (size_t)4 << 20));
        }
        EXPECT(!is_wanted);
        EXPECT(!parallel_drain(run.pool));
        EXPECT(!parallel_submit(run.pool, new_job(&run, 1000, 1, 0, 1)));
        EXPECT_TEXT(buffer_slice(&run.delivered), "1.0 2.0 2.1 3.0 3.1 3.2 5.0 ");
        finish(&run);
        buffer_release(&run.delivered);
    }
}

TEST(parallel_cancel_from_work, "parallel: work may cancel; emit, submit and drain then say so")
{
    for (unsigned workers = 1; workers <= 4; workers++) {
        struct run run = { .cancel_at_job = 5 };
        start(&run, workers);
        unsigned submitted = 0;
        while (submitted < 100000 && parallel_submit(run.pool, new_job(&run, submitted + 1, 1, 50, 1)))
            submitted++;
        EXPECT(submitted < 100000);
        EXPECT(run.delivered_count <= 4 + 2 * workers);
        EXPECT(!parallel_drain(run.pool));
        finish(&run);
        buffer_release(&run.delivered);
    }
}

TEST(parallel_free_early, "parallel: freeing a pool with work under way discards it all")
{
    struct run run = { 0 };
    start(&run, 3);
    for (unsigned i = 1; i <= 5; i++)
        EXPECT(parallel_submit(run.pool, new_job(&run, i, 40, 100, (size_t)8 << 20)));
    finish(&run);
    buffer_release(&run.delivered);
    parallel_free(NULL);
}

struct sums {
    atomic_uint seen[1000];
};

static void mark(void *context, size_t i)
{
    struct sums *sums = context;
    atomic_fetch_add(&sums->seen[i], 1);
}

TEST(parallel_for_each, "parallel: parallel_for visits each index once, whatever the workers")
{
    static const unsigned workers[] = { 1, 2, 7, 300 };
    static const size_t counts[] = { 0, 1, 2, 1000 };
    struct sums *sums = memory_allocate(sizeof *sums);
    for (size_t w = 0; w < 4; w++) {
        for (size_t c = 0; c < 4; c++) {
            memset(sums, 0, sizeof *sums);
            parallel_for(workers[w], counts[c], sums, mark);
            for (size_t i = 0; i < 1000; i++)
                EXPECT_INTEGER(sums->seen[i], i < counts[c]);
        }
    }
    memory_free(sums);
}
