/* parallel.c - an ordered, bounded pool of threads. */
#include "parallel/parallel.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>

#include "base/codes.h"
#include "base/error.h"
#include "base/memory.h"

struct result {
    struct result *next;
    void *value;
    size_t bytes;
};

/* Lives from submit until its last result was delivered. Everything but pool and payload is under the pool's lock. */
struct parallel_job {
    struct parallel *pool;
    void *payload;
    struct parallel_job *next; /* submitted after this one */
    struct result *first, *last;
    size_t held_bytes; /* of results not yet delivered */
    bool is_done;
};

struct pool_worker {
    struct parallel *pool;
    pthread_t thread;
    unsigned number;
};

struct parallel {
    struct parallel_settings settings;
    pthread_mutex_t lock;
    pthread_cond_t has_jobs;    /* idle workers wait here */
    pthread_cond_t has_results; /* the owner waits here for the oldest job */
    pthread_cond_t has_room;    /* workers that hold too much wait here */
    struct parallel_job *oldest, *newest;
    struct parallel_job *unstarted; /* the oldest one that no worker has taken; NULL: none */
    size_t unstarted_count;
    size_t job_count;
    size_t result_count;
    size_t held_bytes;
    struct pool_worker *workers;
    unsigned thread_count, thread_maximum;
    unsigned idle_count;    /* workers at has_jobs */
    unsigned waiting_count; /* workers at has_room */
    bool is_direct;         /* one worker: everything happens in the owner's thread */
    bool is_cancelled;
    bool is_ending;
};

/* Only the owner's thread takes signals: its blocked read must see EINTR. */
static bool start_thread(pthread_t *thread, void *(*body)(void *), void *argument)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    bool is_started = pthread_create(thread, NULL, body, argument) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return is_started;
}

struct parallel *parallel_create(const struct parallel_settings *settings)
{
    ENSURE(settings->workers >= 1 && settings->workers <= PARALLEL_WORKERS_MAXIMUM);
    struct parallel *pool = memory_allocate_zeroed(1, sizeof *pool);
    pool->settings = *settings;
    pool->is_direct = settings->workers == 1;
    pool->thread_maximum = settings->workers;
    pool->workers = memory_allocate_zeroed(settings->workers, sizeof *pool->workers);
    if (pthread_mutex_init(&pool->lock, NULL) != 0 || pthread_cond_init(&pool->has_jobs, NULL) != 0 ||
        pthread_cond_init(&pool->has_results, NULL) != 0 || pthread_cond_init(&pool->has_room, NULL) != 0)
        memory_exit(EXIT_OSERR, "cannot make a lock");
    return pool;
}

static void append_result(struct parallel_job *job, void *value, size_t bytes)
{
    struct result *result = memory_allocate(sizeof *result);
    *result = (struct result){ NULL, value, bytes };
    if (job->last)
        job->last->next = result;
    else
        job->first = result;
    job->last = result;
    job->held_bytes += bytes;
    job->pool->held_bytes += bytes;
    job->pool->result_count++;
}

/* Jobs are started in order, so the oldest one always runs, and it is exempt from the shared bound: somebody always
 * gets on. */
static bool must_wait(const struct parallel_job *job, size_t bytes)
{
    const struct parallel *pool = job->pool;
    if (pool->is_cancelled || job->held_bytes == 0)
        return false;
    if (job->held_bytes + bytes > PARALLEL_RESULT_BYTES)
        return true;
    size_t shared = (size_t)pool->settings.workers * PARALLEL_RESULT_BYTES;
    return job != pool->oldest && pool->held_bytes + bytes > shared;
}

static bool emit_directly(struct parallel *pool, void *result)
{
    pthread_mutex_lock(&pool->lock);
    bool is_cancelled = pool->is_cancelled;
    pthread_mutex_unlock(&pool->lock);
    if (is_cancelled) {
        pool->settings.discard_result(pool->settings.context, result);
        return false;
    }
    if (pool->settings.deliver(pool->settings.context, result))
        return true;
    parallel_cancel(pool);
    return false;
}

bool parallel_emit(struct parallel_job *running, void *result, size_t bytes)
{
    struct parallel *pool = running->pool;
    if (pool->is_direct)
        return emit_directly(pool, result);
    pthread_mutex_lock(&pool->lock);
    while (must_wait(running, bytes)) {
        pool->waiting_count++;
        pthread_cond_wait(&pool->has_room, &pool->lock);
        pool->waiting_count--;
    }
    bool is_wanted = !pool->is_cancelled;
    append_result(running, result, bytes); /* after a cancel the owner throws it away */
    if (running == pool->oldest)
        pthread_cond_signal(&pool->has_results);
    pthread_mutex_unlock(&pool->lock);
    return is_wanted;
}

static void *worker_body(void *argument)
{
    const struct pool_worker *worker = argument;
    struct parallel *pool = worker->pool;
    pthread_mutex_lock(&pool->lock);
    while (!pool->is_ending) {
        struct parallel_job *job = pool->is_cancelled ? NULL : pool->unstarted;
        if (!job) {
            pool->idle_count++;
            pthread_cond_wait(&pool->has_jobs, &pool->lock);
            pool->idle_count--;
            continue;
        }
        pool->unstarted = job->next;
        pool->unstarted_count--;
        void *payload = job->payload;
        pthread_mutex_unlock(&pool->lock);
        pool->settings.work(pool->settings.context, worker->number, payload, job);
        pthread_mutex_lock(&pool->lock);
        job->is_done = true;
        if (job == pool->oldest)
            pthread_cond_signal(&pool->has_results);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

/* Threads are made when there is work for them: a short input never pays for all. Called under the lock. */
static void wake_worker(struct parallel *pool)
{
    if (pool->idle_count > 0)
        pthread_cond_signal(&pool->has_jobs);
    if (pool->unstarted_count <= pool->idle_count || pool->thread_count == pool->thread_maximum)
        return;
    struct pool_worker *worker = &pool->workers[pool->thread_count];
    *worker = (struct pool_worker){ .pool = pool, .number = pool->thread_count };
    if (start_thread(&worker->thread, worker_body, worker))
        pool->thread_count++;
    else if (pool->thread_count > 0)
        pool->thread_maximum = pool->thread_count;
    else
        memory_exit(EXIT_OSERR, "cannot start a thread");
}

/* Called and returns under the lock; gives it up meanwhile. */
static void deliver_result(struct parallel *pool, struct parallel_job *job)
{
    const struct parallel_settings *settings = &pool->settings;
    struct result *result = job->first;
    job->first = result->next;
    if (!job->first)
        job->last = NULL;
    bool is_wanted = !pool->is_cancelled;
    pthread_mutex_unlock(&pool->lock);
    bool wants_more = true;
    if (is_wanted)
        wants_more = settings->deliver(settings->context, result->value);
    else
        settings->discard_result(settings->context, result->value);
    if (!wants_more)
        parallel_cancel(pool);
    pthread_mutex_lock(&pool->lock);
    job->held_bytes -= result->bytes;
    pool->held_bytes -= result->bytes;
    pool->result_count--;
    memory_free(result);
    if (pool->waiting_count > 0)
        pthread_cond_broadcast(&pool->has_room);
}

static void forget_oldest(struct parallel *pool)
{
    struct parallel_job *job = pool->oldest;
    pool->oldest = job->next;
    if (!pool->oldest)
        pool->newest = NULL;
    pool->job_count--;
    memory_free(job);
    pthread_cond_broadcast(&pool->has_room); /* the new oldest one may pass the shared bound */
}

/* One step forward with the oldest job. false: it has nothing ready. Under the lock. */
static bool deliver_some(struct parallel *pool)
{
    struct parallel_job *job = pool->oldest;
    if (!job)
        return false;
    if (job->first)
        deliver_result(pool, job);
    else if (job->is_done)
        forget_oldest(pool);
    else
        return false;
    return true;
}

/* After a cancel: throws away what was never started. Under the lock, which it gives up meanwhile. */
static void discard_unstarted(struct parallel *pool)
{
    while (pool->unstarted) {
        struct parallel_job *job = pool->unstarted;
        pool->unstarted = job->next;
        pool->unstarted_count--;
        job->is_done = true;
        pthread_mutex_unlock(&pool->lock);
        pool->settings.discard_job(pool->settings.context, job->payload);
        pthread_mutex_lock(&pool->lock);
    }
}

/* Delivers, or waits for the oldest job, until at most `count` jobs are left or nobody wants more. Under the lock. */
static bool deliver_until(struct parallel *pool, size_t count)
{
    while (pool->job_count > count && !pool->is_cancelled)
        if (!deliver_some(pool))
            pthread_cond_wait(&pool->has_results, &pool->lock);
    if (!pool->is_cancelled)
        return true;
    discard_unstarted(pool);
    while (deliver_some(pool)) {
    }
    return false;
}

static bool submit_directly(struct parallel *pool, void *job)
{
    const struct parallel_settings *settings = &pool->settings;
    pthread_mutex_lock(&pool->lock);
    bool is_cancelled = pool->is_cancelled;
    pthread_mutex_unlock(&pool->lock);
    if (is_cancelled) {
        settings->discard_job(settings->context, job);
        return false;
    }
    struct parallel_job running = { .pool = pool, .payload = job };
    settings->work(settings->context, 0, job, &running);
    return parallel_drain(pool);
}

bool parallel_submit(struct parallel *pool, void *payload)
{
    if (pool->is_direct)
        return submit_directly(pool, payload);
    pthread_mutex_lock(&pool->lock);
    if (!deliver_until(pool, 2 * (size_t)pool->settings.workers - 1)) {
        pthread_mutex_unlock(&pool->lock);
        pool->settings.discard_job(pool->settings.context, payload);
        return false;
    }
    struct parallel_job *job = memory_allocate_zeroed(1, sizeof *job);
    job->pool = pool;
    job->payload = payload;
    if (pool->newest)
        pool->newest->next = job;
    else
        pool->oldest = job;
    pool->newest = job;
    pool->job_count++;
    pool->unstarted_count++;
    if (!pool->unstarted)
        pool->unstarted = job;
    wake_worker(pool);
    /* Only what is ready by now: a job that yields without end must not keep the owner from feeding the others. */
    size_t ready = pool->result_count;
    while (ready-- > 0 && !pool->is_cancelled && deliver_some(pool)) {
    }
    bool is_wanted = deliver_until(pool, SIZE_MAX);
    pthread_mutex_unlock(&pool->lock);
    return is_wanted;
}

bool parallel_drain(struct parallel *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool is_wanted = deliver_until(pool, 0);
    pthread_mutex_unlock(&pool->lock);
    return is_wanted;
}

void parallel_cancel(struct parallel *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->is_cancelled = true;
    pthread_cond_broadcast(&pool->has_results);
    pthread_cond_broadcast(&pool->has_room);
    pthread_mutex_unlock(&pool->lock);
}

void parallel_free(struct parallel *pool)
{
    if (!pool)
        return;
    parallel_cancel(pool);
    pthread_mutex_lock(&pool->lock);
    pool->is_ending = true;
    pthread_cond_broadcast(&pool->has_jobs);
    pthread_mutex_unlock(&pool->lock);
    for (unsigned i = 0; i < pool->thread_count; i++)
        pthread_join(pool->workers[i].thread, NULL);
    (void)parallel_drain(pool); /* cancelled: discards */
    ENSURE(pool->job_count == 0);
    pthread_cond_destroy(&pool->has_room);
    pthread_cond_destroy(&pool->has_results);
    pthread_cond_destroy(&pool->has_jobs);
    pthread_mutex_destroy(&pool->lock);
    memory_free(pool->workers);
    memory_free(pool);
}

struct loop {
    atomic_size_t next;
    size_t count;
    void *context;
    void (*work)(void *context, size_t i);
};

static void *loop_body(void *argument)
{
    struct loop *loop = argument;
    for (;;) {
        size_t i = atomic_fetch_add(&loop->next, 1);
        if (i >= loop->count)
            return NULL;
        loop->work(loop->context, i);
    }
}

void parallel_for(unsigned workers, size_t count, void *context, void (*work)(void *context, size_t i))
{
    struct loop loop = { .count = count, .context = context, .work = work };
    pthread_t threads[PARALLEL_WORKERS_MAXIMUM];
    unsigned started = 0;
    while (started + 1 < workers && started + 1 < count && started < PARALLEL_WORKERS_MAXIMUM &&
           start_thread(&threads[started], loop_body, &loop))
        started++;
    loop_body(&loop); /* the caller works too; threads that could not be had are not missed */
    for (unsigned i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}
