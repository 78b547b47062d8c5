/*
 * Loaded into a process (LD_PRELOAD), it writes down what the process has asked of the disk below one folder, so that
 * `ledger.ts` can take away what a power cut takes away: everything that was not fsync'ed.
 *
 * One line an event, in the order in which they happened:
 *   P                 a process began; counts begin anew
 *   C inode path      a file was created      M path    a folder was made
 *   R old new         renamed                 U path    a file went       X path   a folder went
 *   T inode length    a file was cut to that length
 *   S inode length n  a file was synced at that length, after the nth of the events C M R U X
 *   D path n          a folder was synced, after the nth
 * Every file is linked into a second folder by its inode, so that what was unlinked can come back.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *root, *inodes;
static size_t root_length;
static int journal = -1;
static unsigned long names;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) ((typeof(&name))real(#name))
static void *real(const char *name) {
  void *found = dlsym(RTLD_NEXT, name);
  if (!found) abort();
  return found;
}

/* 1 where the path is below the folder that is watched; `whole` is then absolute */
static int below(const char *path, char *whole) {
  if (journal < 0 || !path) return 0;
  if (path[0] == '/') {
    if (strlen(path) >= PATH_MAX) return 0;
    strcpy(whole, path);
  } else {
    char here[PATH_MAX];
    if (!getcwd(here, sizeof here) || strlen(here) + strlen(path) + 2 >= PATH_MAX) return 0;
    strcpy(whole, here);
    strcat(whole, "/");
    strcat(whole, path);
  }
  size_t length = strlen(whole);
  while (length > root_length && whole[length - 1] == '/') whole[--length] = 0;
  return strncmp(whole, root, root_length) == 0 && (whole[root_length] == '/' || !whole[root_length]);
}

static void tell(int is_name, const char *form, ...) {
  char line[2 * PATH_MAX + 64];
  int kept = errno;
  va_list given;
  va_start(given, form);
  int length = vsnprintf(line, sizeof line, form, given);
  va_end(given);
  pthread_mutex_lock(&lock);
  if (is_name) names++;
  if (write(journal, line, (size_t)length) != length) abort();
  pthread_mutex_unlock(&lock);
  errno = kept;
}

static unsigned long names_so_far(void) {
  pthread_mutex_lock(&lock);
  unsigned long now = names;
  pthread_mutex_unlock(&lock);
  return now;
}

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("POWER_CUT_JOURNAL");
  root = getenv("POWER_CUT_ROOT");
  inodes = getenv("POWER_CUT_INODES");
  if (!path || !root || !inodes) return;
  root_length = strlen(root);
  journal = REAL(open)(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  if (journal < 0) abort();
  tell(0, "P\n");
}

static int size_before(const char *path, off_t *size) {
  struct stat st;
  if (stat(path, &st) != 0) return 0;
  *size = st.st_size;
  return 1;
}

static void opened(const char *whole, int existed, int emptied) {
  struct stat st;
  int kept = errno;
  if (stat(whole, &st) == 0 && S_ISREG(st.st_mode)) {
    if (!existed) {
      char copy[PATH_MAX + 32];
      snprintf(copy, sizeof copy, "%s/%lu", inodes, (unsigned long)st.st_ino);
      if (link(whole, copy) != 0 && errno != EEXIST) abort();
      tell(1, "C %lu %s\n", (unsigned long)st.st_ino, whole);
    } else if (emptied) {
      tell(0, "T %lu 0\n", (unsigned long)st.st_ino);
    }
  }
  errno = kept;
}

#define OPEN(name)                                                      \
  int name(const char *path, int flags, ...) {                          \
    mode_t mode = 0;                                                    \
    if (flags & (O_CREAT | O_TMPFILE)) {                                \
      va_list given;                                                    \
      va_start(given, flags);                                           \
      mode = va_arg(given, mode_t);                                     \
      va_end(given);                                                    \
    }                                                                   \
    char whole[PATH_MAX];                                               \
    off_t size = 0;                                                     \
    int ours = (flags & (O_CREAT | O_TRUNC)) && below(path, whole);     \
    int existed = ours && size_before(whole, &size);                    \
    int fd = REAL(name)(path, flags, mode);                             \
    if (ours && fd >= 0) opened(whole, existed, (flags & O_TRUNC) && size > 0); \
    return fd;                                                          \
  }
OPEN(open)
OPEN(open64)

#define FOPEN(name)                                                     \
  FILE *name(const char *path, const char *how) {                       \
    char whole[PATH_MAX];                                               \
    off_t size = 0;                                                     \
    int ours = how && how[0] != 'r' && below(path, whole);              \
    int existed = ours && size_before(whole, &size);                    \
    FILE *file = REAL(name)(path, how);                                 \
    if (ours && file) opened(whole, existed, how[0] == 'w' && size > 0); \
    return file;                                                        \
  }
FOPEN(fopen)
FOPEN(fopen64)

#define TRUNCATE(name, type)                                            \
  int name(int fd, type length) {                                       \
    int result = REAL(name)(fd, length);                                \
    struct stat st;                                                     \
    if (result == 0 && journal >= 0 && fstat(fd, &st) == 0)             \
      tell(0, "T %lu %lld\n", (unsigned long)st.st_ino, (long long)length); \
    return result;                                                      \
  }
TRUNCATE(ftruncate, off_t)
TRUNCATE(ftruncate64, off64_t)

int mkdir(const char *path, mode_t mode) {
  char whole[PATH_MAX];
  int result = REAL(mkdir)(path, mode);
  if (result == 0 && below(path, whole)) tell(1, "M %s\n", whole);
  return result;
}
int rename(const char *old, const char *new) {
  char from[PATH_MAX], to[PATH_MAX];
  int result = REAL(rename)(old, new);
  if (result == 0 && below(old, from) && below(new, to)) tell(1, "R %s\t%s\n", from, to);
  return result;
}
static int gone(int result, const char *path, char kind) {
  char whole[PATH_MAX];
  if (result == 0 && below(path, whole)) tell(1, "%c %s\n", kind, whole);
  return result;
}
int unlink(const char *path) { return gone(REAL(unlink)(path), path, 'U'); }
int rmdir(const char *path) { return gone(REAL(rmdir)(path), path, 'X'); }
int remove(const char *path) {
  struct stat st;
  int folder = lstat(path, &st) == 0 && S_ISDIR(st.st_mode);
  return gone(REAL(remove)(path), path, folder ? 'X' : 'U');
}

static int synced(int fd, int (*sync)(int)) {
  struct stat st;
  if (journal < 0 || fstat(fd, &st) != 0) return sync(fd);
  /* Before the call: what happens beside it may or may not be taken along. */
  unsigned long at = names_so_far();
  int result = sync(fd);
  if (result != 0) return result;
  if (S_ISREG(st.st_mode)) {
    tell(0, "S %lu %lld %lu\n", (unsigned long)st.st_ino, (long long)st.st_size, at);
  } else if (S_ISDIR(st.st_mode)) {
    char link_name[64], path[PATH_MAX], whole[PATH_MAX];
    snprintf(link_name, sizeof link_name, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link_name, path, sizeof path - 1);
    if (length > 0) {
      path[length] = 0;
      if (below(path, whole)) tell(0, "D %s %lu\n", whole, at);
    }
  }
  return result;
}
int fsync(int fd) { return synced(fd, REAL(fsync)); }
int fdatasync(int fd) { return synced(fd, REAL(fdatasync)); }
