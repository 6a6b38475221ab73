/* confine.c - what a child that decodes files of strangers may still do. */
#define _GNU_SOURCE /* prctl options, RUSAGE */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <locale.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "base/number.h"
#include "stream/child.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define HAS_SANITIZER 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(memory_sanitizer)
#define HAS_SANITIZER 1
#endif
#endif
#ifndef HAS_SANITIZER
#define HAS_SANITIZER 0 /* their shadow memory takes terabytes of address space, and their reports an own process */
#endif

#if defined(__x86_64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define OWN_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

static void limit(int resource, rlim_t most)
{
    struct rlimit value;
    if (getrlimit((__rlimit_resource_t)resource, &value) != 0)
        return;
    if (most < value.rlim_max)
        value.rlim_max = most;
    value.rlim_cur = value.rlim_max;
    (void)setrlimit((__rlimit_resource_t)resource, &value);
}

void child_grant_cpu(unsigned cpu_seconds)
{
    struct rusage usage;
    struct rlimit value;
    if (getrusage(RUSAGE_SELF, &usage) != 0 || getrlimit(RLIMIT_CPU, &value) != 0)
        return;
    /* Only the soft limit: it may rise again with the next grant. */
    rlim_t used = (rlim_t)usage.ru_utime.tv_sec + (rlim_t)usage.ru_stime.tv_sec + 1;
    rlim_t most = used + cpu_seconds;
    value.rlim_cur = value.rlim_max != RLIM_INFINITY && most > value.rlim_max ? value.rlim_max : most;
    (void)setrlimit(RLIMIT_CPU, &value);
}

#ifdef OWN_ARCHITECTURE
/* Calls that a decoder has no use for fail with EPERM. A list of forbidden ones rather than of allowed ones: libc, the
 * loader and sanitizers need more with each version. */
static const unsigned forbidden[] = {
    SYS_socket,
    SYS_socketpair,
    SYS_connect,
    SYS_bind,
    SYS_listen,
    SYS_accept,
    SYS_accept4,
    SYS_sendto,
    SYS_sendmsg,
    SYS_ptrace,
    SYS_process_vm_readv,
    SYS_process_vm_writev,
    SYS_kill,
    SYS_tkill,
    SYS_unlinkat,
    SYS_renameat,
    SYS_renameat2,
    SYS_linkat,
    SYS_symlinkat,
    SYS_mkdirat,
    SYS_mknodat,
    SYS_fchmodat,
    SYS_fchownat,
    SYS_truncate,
    SYS_mount,
    SYS_umount2,
    SYS_unshare,
    SYS_setns,
    SYS_bpf,
    SYS_keyctl,
#if defined(__x86_64__)
    SYS_unlink,
    SYS_rmdir,
    SYS_rename,
    SYS_link,
    SYS_symlink,
    SYS_mkdir,
    SYS_mknod,
    SYS_chmod,
    SYS_chown,
    SYS_lchown,
    SYS_creat,
#endif
    SYS_execve, /* the last two, which a caller may be allowed */
    SYS_execveat,
};

static void forbid_calls(bool allows_programs)
{
    enum { MOST = sizeof forbidden / sizeof forbidden[0], OTHER_NUMBERS = 0x40000000 /* x32 */ };
    struct sock_filter program[MOST + 7];
    size_t length = 0, count = allows_programs ? MOST - 2 : MOST;
    unsigned char past = (unsigned char)(count + 1);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch));
    program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, OWN_ARCHITECTURE, 1, 0);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
    program[length++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JGE | BPF_K, OTHER_NUMBERS, past, 0);
    for (size_t i = 0; i < count; i++) /* to the last instruction */
        program[length++] =
            (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, forbidden[i], (unsigned char)(count - i), 0);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    program[length++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM);
    struct sock_fprog filter = { .len = (unsigned short)length, .filter = program };
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        (void)prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}
#endif

static void confine(int64_t memory_bytes, unsigned cpu_seconds, bool allows_programs)
{
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0); /* a pipe is not affected */
    if (memory_bytes > 0 && !HAS_SANITIZER)
        limit(RLIMIT_AS, (rlim_t)memory_bytes);
    child_grant_cpu(cpu_seconds);
    (void)setlocale(LC_CTYPE, "C.UTF-8");
#ifdef OWN_ARCHITECTURE
    forbid_calls(allows_programs);
#endif
}

void child_confine(int64_t memory_bytes, unsigned cpu_seconds)
{
    confine(memory_bytes, cpu_seconds, false);
}

void child_confine_program(int64_t memory_bytes, unsigned cpu_seconds)
{
    limit(RLIMIT_CPU, (rlim_t)cpu_seconds + 5); /* at the soft limit it dies of SIGXCPU, which says why */
    (void)signal(SIGXFSZ, SIG_IGN);
    (void)signal(SIGPIPE, SIG_DFL);
    confine(memory_bytes, cpu_seconds, true);
}
