// Preloaded into a command: counts the calls with which it changes files below one folder, across all
// of its threads and of its children, and acts at one of them, or copies the folder before some.
//
// SWEEP_FOLDER: the folder. SWEEP_STATE: a file with a `struct plan`, shared by all processes.
// SWEEP_TRACE: a file that gets a line for each call: number, kind, path below the folder.
// SWEEP_ALONE: set where children are left alone, as Deno starts none that something is preloaded into
// with permissions that are named; what takes the process's place is still watched.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#define CALLS 8192

enum action { COUNT, KILL, FAIL, FILL, COPY };

// What is to happen, written by who started the command; it and the count are read by all.
struct plan {
  _Atomic int64_t count;  // calls so far
  int64_t at;             // the call to act at, from 1
  int32_t action;
  int32_t error;     // errno of FAIL and FILL
  int32_t no_swaps;  // whether two names cannot be exchanged in one step
  uint8_t copied[CALLS];  // by call: whether COPY copies the folder before it
};

static struct plan *plan;
static char folder[PATH_MAX];
static size_t folder_length;
static int trace = -1;
static char preloaded[PATH_MAX];
static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((__typeof__(&name))real(#name))

static void *find(void *handle, const char *name) {
  static void *(*own)(void *, const char *);
  if (!own) own = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5");
  if (!own) own = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.34");
  if (!own) own = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.17");
  return own(handle, name);
}

static void *real(const char *name) { return find(RTLD_NEXT, name); }

__attribute__((constructor)) static void start(void) {
  const char *state = getenv("SWEEP_STATE"), *root = getenv("SWEEP_FOLDER");
  const char *path = getenv("SWEEP_TRACE");
  if (!state || !root || !path) return;
  int file = REAL(open)(state, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void *mapped = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (mapped == MAP_FAILED || !realpath(root, folder)) return;
  folder_length = strlen(folder);
  trace = REAL(open)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  plan = mapped;
  if (!getenv("SWEEP_ALONE")) return;
  snprintf(preloaded, sizeof preloaded, "%s", getenv("LD_PRELOAD"));
  unsetenv("LD_PRELOAD");
}

// Path of what a call is about, from the folder on; NULL where it is elsewhere.
static const char *below(int directory, const char *name, char *path) {
  if (!plan) return NULL;
  if (name && name[0] == '/') {
    snprintf(path, PATH_MAX, "%s", name);
  } else {
    char link[64];
    if (directory == AT_FDCWD) snprintf(link, sizeof link, "/proc/self/cwd");
    else snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    if (name) snprintf(path + length, PATH_MAX - length, "/%s", name);
  }
  if (strncmp(path, folder, folder_length)) return NULL;
  if (path[folder_length] == 0) return ".";
  return path[folder_length] == '/' ? path + folder_length + 1 : NULL;
}

static void copy(int64_t number) {
  char target[PATH_MAX + 32], source[PATH_MAX + 8];
  snprintf(target, sizeof target, "%s.copies/%lld", folder, (long long)number);
  snprintf(source, sizeof source, "%s", folder);
  char *arguments[] = {"cp", "-a", source, target, NULL};
  char *environment[] = {"PATH=/usr/bin:/bin", NULL};
  pid_t child;
  if (posix_spawnp(&child, "cp", NULL, NULL, arguments, environment)) abort();
  int status;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
}

// Counts a call and acts; what it should fail with, 0 where it should not.
static int arrive(const char *kind, const char *path) {
  if (!path) return 0;
  int saved = errno;
  pthread_mutex_lock(&one_at_a_time);
  int64_t number = atomic_fetch_add(&plan->count, 1) + 1;
  char line[PATH_MAX + 64];
  int length = snprintf(line, sizeof line, "%lld %s %s\n", (long long)number, kind, path);
  if (REAL(write)(trace, line, length) < 0) abort();
  int error = 0;
  if (plan->action == KILL && number == plan->at) kill(getpid(), SIGKILL);
  if (plan->action == FAIL && number == plan->at) error = plan->error;
  if (plan->action == FILL && number >= plan->at) error = plan->error;
  if (plan->action == COPY && number < CALLS && plan->copied[number]) copy(number);
  pthread_mutex_unlock(&one_at_a_time);
  errno = saved;
  return error;
}

// A full disk still lets names go and files be flushed.
static int fills(const char *kind) {
  return plan->action != FILL || !strcmp(kind, "open") || !strcmp(kind, "write") ||
         !strcmp(kind, "link") || !strcmp(kind, "mkdir");
}

#define ARRIVE(kind, path)                              \
  do {                                                  \
    int error = arrive(kind, path);                     \
    if (error && fills(kind)) return errno = error, -1; \
  } while (0)

#define PATH_OF(directory, name) below(directory, name, (char[PATH_MAX]){0})

static int opening(int directory, const char *name, int flags, mode_t mode) {
  int writes = (flags & O_ACCMODE) != O_RDONLY;
  if (writes) ARRIVE("open", PATH_OF(directory, name));
  return REAL(openat64)(directory, name, flags, mode);
}

#define OPENS(declaration, directory)                           \
  declaration {                                                 \
    mode_t mode = 0;                                            \
    if (flags & (O_CREAT | O_TMPFILE)) {                        \
      va_list rest;                                             \
      va_start(rest, flags);                                    \
      mode = va_arg(rest, mode_t);                              \
      va_end(rest);                                             \
    }                                                           \
    return opening(directory, name, flags, mode);               \
  }
OPENS(int open(const char *name, int flags, ...), AT_FDCWD)
OPENS(int open64(const char *name, int flags, ...), AT_FDCWD)
OPENS(int openat(int directory, const char *name, int flags, ...), directory)
OPENS(int openat64(int directory, const char *name, int flags, ...), directory)

// On a disk that fills, half of the bytes still find room.
static int is_half(size_t count) {
  return count > 1 && plan && plan->action == FILL && atomic_load(&plan->count) + 1 == plan->at;
}

ssize_t write(int file, const void *bytes, size_t count) {
  const char *path = PATH_OF(file, NULL);
  if (path && is_half(count)) {
    arrive("write", path);
    return REAL(write)(file, bytes, count / 2);
  }
  ARRIVE("write", path);
  return REAL(write)(file, bytes, count);
}

ssize_t pwrite64(int file, const void *bytes, size_t count, off64_t at) {
  ARRIVE("write", PATH_OF(file, NULL));
  return REAL(pwrite64)(file, bytes, count, at);
}

ssize_t pwrite(int file, const void *bytes, size_t count, off_t at) {
  return pwrite64(file, bytes, count, at);
}

ssize_t writev(int file, const struct iovec *parts, int count) {
  ARRIVE("write", PATH_OF(file, NULL));
  return REAL(writev)(file, parts, count);
}

ssize_t copy_file_range(int in, off64_t *at_in, int out, off64_t *at_out, size_t count,
                        unsigned flags) {
  ARRIVE("write", PATH_OF(out, NULL));
  return REAL(copy_file_range)(in, at_in, out, at_out, count, flags);
}

int ftruncate64(int file, off64_t length) {
  ARRIVE("truncate", PATH_OF(file, NULL));
  return REAL(ftruncate64)(file, length);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fsync(int file) {
  ARRIVE("fsync", PATH_OF(file, NULL));
  return REAL(fsync)(file);
}

int fdatasync(int file) {
  ARRIVE("fsync", PATH_OF(file, NULL));
  return REAL(fdatasync)(file);
}

int rename(const char *from, const char *to) {
  ARRIVE("rename", PATH_OF(AT_FDCWD, to));
  return REAL(rename)(from, to);
}

int renameat2(int from_directory, const char *from, int to_directory, const char *to,
              unsigned flags) {
  if (plan && plan->no_swaps) return errno = EINVAL, -1;
  ARRIVE("rename", PATH_OF(to_directory, to));
  return REAL(renameat2)(from_directory, from, to_directory, to, flags);
}

int linkat(int from_directory, const char *from, int to_directory, const char *to, int flags) {
  ARRIVE("link", PATH_OF(to_directory, to));
  return REAL(linkat)(from_directory, from, to_directory, to, flags);
}

int unlink(const char *name) {
  ARRIVE("unlink", PATH_OF(AT_FDCWD, name));
  return REAL(unlink)(name);
}

int unlinkat(int directory, const char *name, int flags) {
  ARRIVE("unlink", PATH_OF(directory, name));
  return REAL(unlinkat)(directory, name, flags);
}

int rmdir(const char *name) {
  ARRIVE("unlink", PATH_OF(AT_FDCWD, name));
  return REAL(rmdir)(name);
}

int mkdir(const char *name, mode_t mode) {
  ARRIVE("mkdir", PATH_OF(AT_FDCWD, name));
  return REAL(mkdir)(name, mode);
}

// Streams of the C library, which write behind its own walls.
static FILE *opening_stream(const char *name, const char *mode) {
  int error = strpbrk(mode, "wa+") ? arrive("open", PATH_OF(AT_FDCWD, name)) : 0;
  if (error) return errno = error, NULL;
  return REAL(fopen64)(name, mode);
}

FILE *fopen(const char *name, const char *mode) { return opening_stream(name, mode); }
FILE *fopen64(const char *name, const char *mode) { return opening_stream(name, mode); }

// What is in a stream's buffer goes to the file a page at a time.
static int spills(FILE *stream, size_t bytes) {
  static _Thread_local size_t pending;
  pending += bytes;
  if (bytes && pending < 4096) return 0;
  pending = 0;
  int error = plan ? arrive("write", PATH_OF(fileno(stream), NULL)) : 0;
  if (error) __fpurge(stream);
  return errno = error;
}

size_t fwrite(const void *bytes, size_t size, size_t count, FILE *stream) {
  return spills(stream, size * count) ? 0 : REAL(fwrite)(bytes, size, count, stream);
}

int fclose(FILE *stream) {
  int error = __fwriting(stream) ? spills(stream, 0) : 0;
  int closed = REAL(fclose)(stream);
  return error ? (errno = error, EOF) : closed;
}

int execv(const char *program, char *const *arguments) {
  if (preloaded[0]) setenv("LD_PRELOAD", preloaded, 1);
  return REAL(execv)(program, arguments);
}

// A program that asks a library for a function by name gets the one above.
void *dlsym(void *handle, const char *name) {
  if (plan && !strcmp(name, "renameat2")) return renameat2;
  if (plan && !strcmp(name, "execv")) return execv;
  return find(handle, name);
}
