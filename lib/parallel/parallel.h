/* parallel.h - jobs on several threads, results in the order of the jobs. The only user of pthreads.
 *
 * One owner thread submits jobs; workers run `work` on them; results reach `deliver` in the owner's thread, in the
 * order in which jobs were submitted and, inside a job, in the order in which they were emitted. Both queues are
 * bounded: a worker whose job is not yet at the head waits once its undelivered results exceed PARALLEL_RESULT_BYTES,
 * so memory stays flat whatever one job yields. With one worker no thread is made: work runs inside parallel_submit()
 * and delivers at once. (Design: the ordered, bounded pool of htslib.) */
#ifndef PARALLEL_PARALLEL_H
#define PARALLEL_PARALLEL_H

#include <stdbool.h>
#include <stddef.h>

enum { PARALLEL_WORKERS_MAXIMUM = 256, PARALLEL_RESULT_BYTES = 16 * 1024 * 1024 };

struct parallel;
struct parallel_job; /* the running job, as `work` sees it */

struct parallel_settings {
    unsigned workers; /* 1 to PARALLEL_WORKERS_MAXIMUM */
    void *context;
    /* On a worker's thread. Touches its job, what belongs to `worker` (0-based) and constant data only. Takes over the
     * job. */
    void (*work)(void *context, unsigned worker, void *job, struct parallel_job *running);
    /* In the owner's thread. Takes over the result. false: wants no more; jobs not yet started are discarded. */
    bool (*deliver)(void *context, void *result);
    /* In the owner's thread: a job or result that nobody wants any more. */
    void (*discard_job)(void *context, void *job);
    void (*discard_result)(void *context, void *result);
};

/* Owned: parallel_free(). Ends the process with 71 when not even one thread can be had. */
struct parallel *parallel_create(const struct parallel_settings *settings);

/* Hands over a job; first delivers what is ready, and waits while 2 x workers jobs are under way. false: deliver has
 * refused, or parallel_cancel() was called; the job was discarded. */
bool parallel_submit(struct parallel *parallel, void *job);

/* From work: hands over a result of about that many bytes. false: nobody wants more; the result is discarded and work
 * should return. */
bool parallel_emit(struct parallel_job *running, void *result, size_t bytes);

/* Delivers everything that was submitted so far. false as for submit. */
bool parallel_drain(struct parallel *parallel);

/* Makes submit, emit and drain return false from now on. Any thread. */
void parallel_cancel(struct parallel *parallel);

/* Cancels what is under way, joins the threads. */
void parallel_free(struct parallel *parallel);

/* Runs work(context, i) for i in [0, count) on up to `workers` threads and returns when all are done; no order. */
void parallel_for(unsigned workers, size_t count, void *context, void (*work)(void *context, size_t i));

#endif
