/* Calls of the system that write, below one folder: written to a log, and one of them made to fail or to meet a signal.
 *
 * For LD_PRELOAD. PROOF_CONTROL names a file of `struct control`, which all processes of a run map; PROOF_ROOT the folder.
 * A line of the log is a call that was done, its fields separated by tabs, paths as /proc has them.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

struct control {
    uint64_t count;    /* calls so far */
    uint64_t at;       /* the number of the call that is met, from 0 */
    uint64_t until;    /* and of the first that is not any more */
    uint32_t error;    /* it fails with this */
    uint32_t number;   /* or this signal is sent to its process first */
    uint32_t kinds;    /* the kinds of calls that count, as bits */
    uint32_t is_on;    /* whether anything is done at all */
    uint64_t met;      /* so many calls were met */
    char log[512];     /* the log, or nothing */
};

enum { OPEN = 1, WRITE = 2, FLUSH = 4, NAME = 8, SIZE = 16, READ = 32, REMOVE = 64 };

static struct control *control;
static char root[PATH_MAX];
static size_t root_length;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("PROOF_CONTROL"), *folder = getenv("PROOF_ROOT");
    if (!path || !folder || !realpath(folder, root)) return;
    root_length = strlen(root);
    int fd = syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd < 0) return;
    void *mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (mapped != MAP_FAILED) control = mapped;
}

static int is_below(const char *path) {
    return !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

/* Where a path leads: its folder resolved, its last part as it is. Whether that is below the folder. */
static int placed(int folder, const char *path, char *found) {
    char whole[PATH_MAX];
    if (!path) return 0;
    if (path[0] == '/') snprintf(whole, sizeof whole, "%s", path);
    else {
        char link[64], base[PATH_MAX];
        ssize_t length;
        if (folder == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
        else snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        length = readlink(link, base, sizeof base - 1);
        if (length < 0) return 0;
        base[length] = 0;
        if (snprintf(whole, sizeof whole, "%s/%s", base, path) >= (int)sizeof whole) return 0;
    }
    size_t end = strlen(whole);
    while (end > 1 && whole[end - 1] == '/') whole[--end] = 0;
    char *last = strrchr(whole, '/');
    if (!last) return 0;
    char folder_path[PATH_MAX], resolved[PATH_MAX];
    snprintf(folder_path, sizeof folder_path, "%.*s", last == whole ? 1 : (int)(last - whole), whole);
    if (!realpath(folder_path, resolved)) return 0;
    if (snprintf(found, PATH_MAX, "%s/%s", resolved, last + 1) >= PATH_MAX) return 0;
    return is_below(found);
}

/* The path of an open file. Whether that is below the folder. */
static int opened(int fd, char *found) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, found, PATH_MAX - 1);
    if (length < 0) return 0;
    found[length] = 0;
    return is_below(found);
}

/* Count a call of a kind: 0, or the error that it is to fail with. */
static int met(int kind) {
    if (!(control->kinds & kind)) return 0;
    uint64_t number = __atomic_fetch_add(&control->count, 1, __ATOMIC_SEQ_CST);
    if (number < control->at || number >= control->until) return 0;
    __atomic_fetch_add(&control->met, 1, __ATOMIC_SEQ_CST);
    if (control->number) {
        if (control->number == SIGKILL) syscall(SYS_kill, getpid(), SIGKILL);
        else syscall(SYS_kill, getpid(), control->number);
        return 0;
    }
    return control->error;
}

static uint64_t inode_of(const char *path, int fd) {
    struct stat found;
    if (path ? syscall(SYS_newfstatat, AT_FDCWD, path, &found, AT_SYMLINK_NOFOLLOW) : fstat(fd, &found)) return 0;
    return found.st_ino;
}

static void note(const char *format, ...) {
    if (!control->log[0]) return;
    int before = errno;
    char line[3 * PATH_MAX];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof line - 2) length = sizeof line - 2;
    line[length++] = '\n';
    int fd = syscall(SYS_openat, AT_FDCWD, control->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd >= 0) {
        syscall(SYS_write, fd, line, (size_t)length);
        syscall(SYS_close, fd);
    }
    errno = before;
}

#define REAL(type, name, ...)                                   \
    static type (*real)(__VA_ARGS__);                           \
    if (!real) real = (type(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name);
#define IS_ON (control && control->is_on)
#define FAIL(kind)                                              \
    do { int error = met(kind); if (error) { errno = error; return -1; } } while (0)

/* Opening. A file that is made is a name too. */

static int open_any(int (*real)(int, const char *, int, ...), int folder, const char *path, int flags, mode_t mode) {
    char place[PATH_MAX];
    if (!IS_ON || (flags & O_PATH) || !placed(folder, path, place)) return real(folder, path, flags, mode);
    int writes = (flags & O_ACCMODE) != O_RDONLY;
    FAIL(writes ? OPEN : READ);
    uint64_t before = inode_of(place, -1);
    int fd = real(folder, path, flags, mode);
    if (fd >= 0 && writes) {
        uint64_t now = inode_of(NULL, fd);
        if (!before) note("create\t%lu\t%s", (unsigned long)now, place);
        else if (flags & O_TRUNC) note("truncate\t%lu\t0", (unsigned long)now);
    }
    return fd;
}

static int real_openat(int folder, const char *path, int flags, ...) {
    REAL(int, "openat", int, const char *, int, ...)
    va_list rest;
    va_start(rest, flags);
    mode_t mode = va_arg(rest, mode_t);
    va_end(rest);
    return real(folder, path, flags, mode);
}

#define MODE(flags)                                             \
    mode_t mode = 0;                                            \
    if ((flags) & (O_CREAT | (O_TMPFILE & ~O_DIRECTORY))) {    \
        va_list rest;                                           \
        va_start(rest, flags);                                  \
        mode = va_arg(rest, mode_t);                            \
        va_end(rest);                                           \
    }

int open(const char *path, int flags, ...) { MODE(flags) return open_any(real_openat, AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_any(real_openat, AT_FDCWD, path, flags, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return open_any(real_openat, folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return open_any(real_openat, folder, path, flags, mode); }
int creat(const char *path, mode_t mode) { return open_any(real_openat, AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }

FILE *fopen(const char *path, const char *how) {
    REAL(FILE *, "fopen", const char *, const char *)
    char place[PATH_MAX];
    if (!IS_ON || how[0] == 'r' || !placed(AT_FDCWD, path, place)) return real(path, how);
    int error = met(OPEN);
    if (error) { errno = error; return NULL; }
    uint64_t before = inode_of(place, -1);
    FILE *file = real(path, how);
    if (file && !before) note("create\t%lu\t%s", (unsigned long)inode_of(place, -1), place);
    return file;
}
FILE *fopen64(const char *path, const char *how) { return fopen(path, how); }

/* Writing. */

static void wrote(int fd, ssize_t length) {
    if (length > 0) note("write\t%lu\t%ld", (unsigned long)inode_of(NULL, fd), (long)length);
}

#define WRITES(name, parameters, types, fd, ...)                \
    ssize_t name parameters {                                   \
        REAL(ssize_t, #name, types)                             \
        char place[PATH_MAX];                                   \
        if (!IS_ON || !opened(fd, place)) return real(__VA_ARGS__); \
        FAIL(WRITE);                                            \
        ssize_t done = real(__VA_ARGS__);                       \
        wrote(fd, done);                                        \
        return done;                                            \
    }
#define TYPES(...) __VA_ARGS__
WRITES(write, (int fd, const void *data, size_t size), TYPES(int, const void *, size_t), fd, fd, data, size)
WRITES(pwrite, (int fd, const void *data, size_t size, off_t at), TYPES(int, const void *, size_t, off_t), fd, fd, data, size, at)
WRITES(pwrite64, (int fd, const void *data, size_t size, off64_t at), TYPES(int, const void *, size_t, off64_t), fd, fd, data, size, at)
WRITES(writev, (int fd, const struct iovec *parts, int count), TYPES(int, const struct iovec *, int), fd, fd, parts, count)
WRITES(sendfile, (int fd, int from, off_t *at, size_t size), TYPES(int, int, off_t *, size_t), fd, fd, from, at, size)
WRITES(sendfile64, (int fd, int from, off64_t *at, size_t size), TYPES(int, int, off64_t *, size_t), fd, fd, from, at, size)
WRITES(copy_file_range, (int from, off64_t *at, int fd, off64_t *to, size_t size, unsigned flags),
       TYPES(int, off64_t *, int, off64_t *, size_t, unsigned), fd, from, at, fd, to, size, flags)

/* Flushing. */

#define FLUSHES(name)                                           \
    int name(int fd) {                                          \
        REAL(int, #name, int)                                   \
        char place[PATH_MAX];                                   \
        if (!IS_ON || !opened(fd, place)) return real(fd);      \
        FAIL(FLUSH);                                            \
        int done = real(fd);                                    \
        if (!done) note(#name "\t%lu\t%s", (unsigned long)inode_of(NULL, fd), place); \
        return done;                                            \
    }
FLUSHES(fsync)
FLUSHES(fdatasync)
FLUSHES(syncfs)

/* Sizes and modes. */

#define CHANGES(name, type)                                     \
    int name(int fd, type value) {                              \
        REAL(int, #name, int, type)                             \
        char place[PATH_MAX];                                   \
        if (!IS_ON || !opened(fd, place)) return real(fd, value); \
        FAIL(SIZE);                                             \
        int done = real(fd, value);                             \
        if (!done && #name[1] == 't') note("truncate\t%lu\t%ld", (unsigned long)inode_of(NULL, fd), (long)value); \
        return done;                                            \
    }
CHANGES(ftruncate, off_t)
CHANGES(ftruncate64, off64_t)
CHANGES(fchmod, mode_t)

int posix_fallocate(int fd, off_t at, off_t size) {
    REAL(int, "posix_fallocate", int, off_t, off_t)
    char place[PATH_MAX];
    if (IS_ON && opened(fd, place)) { int error = met(SIZE); if (error) return error; }
    return real(fd, at, size);
}
int fallocate(int fd, int mode, off_t at, off_t size) {
    REAL(int, "fallocate", int, int, off_t, off_t)
    char place[PATH_MAX];
    if (IS_ON && opened(fd, place)) FAIL(SIZE);
    return real(fd, mode, at, size);
}
int fallocate64(int fd, int mode, off64_t at, off64_t size) { return fallocate(fd, mode, at, size); }

/* Names. */

static int rename_any(int (*real)(int, const char *, int, const char *, unsigned), int from, const char *old, int to,
                      const char *new, unsigned flags) {
    char one[PATH_MAX], other[PATH_MAX];
    if (!IS_ON || !(placed(from, old, one) | placed(to, new, other))) return real(from, old, to, new, flags);
    FAIL(NAME);
    int done = real(from, old, to, new, flags);
    if (!done) note("%s\t%s\t%s", flags & 2 ? "exchange" : "rename", one, other);
    return done;
}
static int real_renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return syscall(SYS_renameat2, from, old, to, new, flags);
}
int rename(const char *old, const char *new) { return rename_any(real_renameat2, AT_FDCWD, old, AT_FDCWD, new, 0); }
int renameat(int from, const char *old, int to, const char *new) { return rename_any(real_renameat2, from, old, to, new, 0); }
int renameat2(int from, const char *old, int to, const char *new, unsigned flags) {
    return rename_any(real_renameat2, from, old, to, new, flags);
}

int linkat(int from, const char *old, int to, const char *new, int flags) {
    char one[PATH_MAX], other[PATH_MAX];
    if (!IS_ON || !(placed(from, old, one) | placed(to, new, other))) return syscall(SYS_linkat, from, old, to, new, flags);
    FAIL(NAME);
    int done = syscall(SYS_linkat, from, old, to, new, flags);
    if (!done) note("create\t%lu\t%s", (unsigned long)inode_of(other, -1), other);
    return done;
}
int link(const char *old, const char *new) { return linkat(AT_FDCWD, old, AT_FDCWD, new, 0); }

int symlinkat(const char *target, int to, const char *new) {
    char place[PATH_MAX];
    if (!IS_ON || !placed(to, new, place)) return syscall(SYS_symlinkat, target, to, new);
    FAIL(NAME);
    int done = syscall(SYS_symlinkat, target, to, new);
    if (!done) note("create\t%lu\t%s", (unsigned long)inode_of(place, -1), place);
    return done;
}
int symlink(const char *target, const char *new) { return symlinkat(target, AT_FDCWD, new); }

int mkdirat(int folder, const char *path, mode_t mode) {
    char place[PATH_MAX];
    if (!IS_ON || !placed(folder, path, place)) return syscall(SYS_mkdirat, folder, path, mode);
    FAIL(NAME);
    int done = syscall(SYS_mkdirat, folder, path, mode);
    if (!done) note("mkdir\t%lu\t%s", (unsigned long)inode_of(place, -1), place);
    return done;
}
int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

int unlinkat(int folder, const char *path, int flags) {
    char place[PATH_MAX];
    if (!IS_ON || !placed(folder, path, place)) return syscall(SYS_unlinkat, folder, path, flags);
    FAIL(REMOVE);
    int done = syscall(SYS_unlinkat, folder, path, flags);
    if (!done) note("remove\t%s", place);
    return done;
}
int unlink(const char *path) { return unlinkat(AT_FDCWD, path, 0); }
int rmdir(const char *path) { return unlinkat(AT_FDCWD, path, AT_REMOVEDIR); }
