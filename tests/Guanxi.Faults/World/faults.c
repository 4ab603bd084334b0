/* Stands between a process and its disk and clock (LD_PRELOAD). GUANXI_FAULTS names a file that the test writes to and this maps, so that faults begin and end while the process runs. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

enum { NONE, LIE, LIE_LOG, FAIL_FROM, FAIL_ONCE, SWALLOW };

/* The same order and sizes as in Shim.cs. */
struct control { int64_t clock_seconds; int32_t mode; int32_t countdown; int32_t hits; int32_t calls; };

static struct control none;
static struct control *control = &none;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("GUANXI_FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0) return;
    void *map = mmap(0, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map != MAP_FAILED) control = map;
    close(fd);
}

static int hit(void) { __atomic_add_fetch(&control->hits, 1, __ATOMIC_SEQ_CST); return 1; }

static int is_log(int fd)
{
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    return length > 4 && memcmp(path + length - 4, "-wal", 4) == 0;
}

/* 1: leave it undone and say it is done; -1: say that it failed; 0: do it. */
static int fault(int fd)
{
    __atomic_add_fetch(&control->calls, 1, __ATOMIC_SEQ_CST);
    switch (control->mode)
    {
        case LIE: hit(); return 1;
        case LIE_LOG: return is_log(fd) ? hit() : 0;
        case FAIL_FROM: return __atomic_sub_fetch(&control->countdown, 1, __ATOMIC_SEQ_CST) < 0 ? -hit() : 0;
        case FAIL_ONCE: return __atomic_sub_fetch(&control->countdown, 1, __ATOMIC_SEQ_CST) == -1 ? -hit() : 0;
        default: return 0;
    }
}

#define REAL(name) ({ static __typeof__(&name) real; if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name); real; })

#define SYNC(name) int name(int fd) { int wrong = fault(fd); if (wrong > 0) return 0; if (wrong < 0) { errno = EIO; return -1; } return REAL(name)(fd); }
SYNC(fsync)
SYNC(fdatasync)

static ssize_t said(ssize_t done, size_t count)
{
    return done < 0 && control->mode == SWALLOW && (errno == ENOSPC || errno == EIO) ? (hit(), (ssize_t)count) : done;
}

ssize_t write(int fd, const void *data, size_t count) { return said(REAL(write)(fd, data, count), count); }
ssize_t pwrite(int fd, const void *data, size_t count, off_t at) { return said(REAL(pwrite)(fd, data, count, at), count); }
ssize_t pwrite64(int fd, const void *data, size_t count, off64_t at) { return said(REAL(pwrite64)(fd, data, count, at), count); }

int clock_gettime(clockid_t id, struct timespec *at)
{
    int done = REAL(clock_gettime)(id, at);
    if (done == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) at->tv_sec += control->clock_seconds;
    return done;
}

int gettimeofday(struct timeval *restrict at, void *restrict zone)
{
    int done = REAL(gettimeofday)(at, zone);
    if (done == 0) at->tv_sec += control->clock_seconds;
    return done;
}

time_t time(time_t *at)
{
    time_t now = REAL(time)(0) + control->clock_seconds;
    if (at) *at = now;
    return now;
}
