/*
 * Loaded before a program (LD_PRELOAD) that opens /dev/hidrawN: puts the simulator's Unix sockets in its place. The
 * program's own library (hidapi) is untouched; it sees a file descriptor that behaves as the kernel's hidraw does.
 *
 * $FAKE_HIDRAW_DIR/hidrawN.sock is dialled twice. Each connection begins with one byte ('D' or 'C') and is answered
 * with one byte: 0, or the errno that open() is to fail with.
 *   D  input reports, each framed: u16le length, bytes
 *   C  control. Request: u16le length, op, bytes; answer: u16le length, bytes. Ops: R report descriptor, I raw info,
 *      W output report (answer one byte: 0 or errno), S set feature (as W), G get feature (the report; empty = EPIPE)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/hidraw.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/un.h>
#include <unistd.h>

#define MOST_FDS 4096
#define MOST_BYTES 8192
#define HIDRAW_MAJOR 241

/* control 0 = not one of ours */
static struct {
  int control, minor;
} devices[MOST_FDS];
static pthread_mutex_t talking = PTHREAD_MUTEX_INITIALIZER;

static ssize_t (*real_read)(int, void *, size_t);
static ssize_t (*real_write)(int, const void *, size_t);
static int (*real_close)(int);
static int (*real_ioctl)(int, unsigned long, ...);
static int (*real_fstat64)(int, struct stat64 *);
static int (*real_fxstat64)(int, int, struct stat64 *);

__attribute__((constructor)) static void find_real(void) {
  real_read = dlsym(RTLD_NEXT, "read");
  real_write = dlsym(RTLD_NEXT, "write");
  real_close = dlsym(RTLD_NEXT, "close");
  real_ioctl = dlsym(RTLD_NEXT, "ioctl");
  real_fstat64 = dlsym(RTLD_NEXT, "fstat64");
  real_fxstat64 = dlsym(RTLD_NEXT, "__fxstat64");
}

static int is_ours(int fd) { return fd >= 0 && fd < MOST_FDS && devices[fd].control; }

static int receive_all(int fd, void *into, size_t count) {
  for (size_t at = 0; at < count;) {
    ssize_t got = recv(fd, (char *)into + at, count - at, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return -1;
    at += got;
  }
  return 0;
}

static int send_frame(int fd, char op, const void *bytes, size_t count) {
  char frame[3 + MOST_BYTES];
  if (count > MOST_BYTES) return errno = EINVAL, -1;
  uint16_t length = count + 1;
  memcpy(frame, &length, 2);
  frame[2] = op;
  memcpy(frame + 3, bytes, count);
  return send(fd, frame, 3 + count, MSG_NOSIGNAL) == (ssize_t)(3 + count) ? 0 : -1;
}

/* As a read() of hidraw: one report, cut to `most`. */
static ssize_t receive_frame(int fd, void *into, size_t most) {
  uint16_t length;
  char frame[65536];
  if (receive_all(fd, &length, 2) || receive_all(fd, frame, length)) return errno = EIO, -1;
  if (length < most) most = length;
  memcpy(into, frame, most);
  return most;
}

static ssize_t ask(int fd, char op, const void *bytes, size_t count, void *into, size_t most) {
  pthread_mutex_lock(&talking);
  ssize_t got = -1;
  if (send_frame(devices[fd].control, op, bytes, count)) errno = EIO;
  else got = receive_frame(devices[fd].control, into, most);
  pthread_mutex_unlock(&talking);
  return got;
}

/* An answer of one byte: 0, or why not. */
static ssize_t tell(int fd, char op, const void *bytes, size_t count) {
  unsigned char answer = 0;
  ssize_t got = ask(fd, op, bytes, count, &answer, 1);
  if (got < 1 || answer) return errno = got < 1 ? EIO : answer, -1;
  return count;
}

static int dial(const char *path, char kind) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  unsigned char refused = EIO;
  snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  if (connect(fd, (void *)&address, sizeof address)) refused = ENOENT;
  else if (send(fd, &kind, 1, MSG_NOSIGNAL) == 1 && !receive_all(fd, &refused, 1) && !refused) return fd;
  real_close(fd);
  return errno = refused, -1;
}

/* @returns whether the path is one of ours; *out is then what open() returns */
static int open_ours(const char *path, int *out) {
  const char *folder = getenv("FAKE_HIDRAW_DIR");
  int minor, end = 0;
  char socket_path[108];
  if (!folder || !path || sscanf(path, "/dev/hidraw%d%n", &minor, &end) != 1 || path[end]) return 0;
  snprintf(socket_path, sizeof socket_path, "%s/hidraw%d.sock", folder, minor);
  *out = -1;
  int data = dial(socket_path, 'D');
  if (data < 0) return 1;
  int control = dial(socket_path, 'C');
  if (control < 0 || data >= MOST_FDS) {
    real_close(data);
    return 1;
  }
  devices[data].minor = minor;
  devices[data].control = control;
  *out = data;
  return 1;
}

#define OPEN(name)                                                          \
  int name(const char *path, int flags, ...) {                              \
    static int (*real)(const char *, int, ...);                             \
    int ours;                                                               \
    va_list rest;                                                           \
    va_start(rest, flags);                                                  \
    mode_t mode = va_arg(rest, mode_t);                                     \
    va_end(rest);                                                           \
    if (open_ours(path, &ours)) return ours;                                \
    if (!real) real = dlsym(RTLD_NEXT, #name);                              \
    return real(path, flags, mode);                                         \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  if (is_ours(fd)) {
    int control = devices[fd].control;
    devices[fd].control = 0;
    real_close(control);
  }
  return real_close(fd);
}

ssize_t read(int fd, void *into, size_t most) {
  return is_ours(fd) ? receive_frame(fd, into, most) : real_read(fd, into, most);
}

ssize_t write(int fd, const void *bytes, size_t count) {
  return is_ours(fd) ? tell(fd, 'W', bytes, count) : real_write(fd, bytes, count);
}

int ioctl(int fd, unsigned long request, ...) {
  va_list rest;
  va_start(rest, request);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  if (!is_ours(fd) || _IOC_TYPE(request) != 'H') return real_ioctl(fd, request, argument);

  size_t size = _IOC_SIZE(request);
  char answer[HID_MAX_DESCRIPTOR_SIZE];
  ssize_t got;
  switch (_IOC_NR(request)) {
    case 1: /* HIDIOCGRDESCSIZE */
      got = ask(fd, 'R', "", 0, answer, sizeof answer);
      if (got < 0) return -1;
      *(int *)argument = got;
      return 0;
    case 2: { /* HIDIOCGRDESC */
      struct hidraw_report_descriptor *descriptor = argument;
      got = ask(fd, 'R', "", 0, answer, sizeof answer);
      if (got < 0) return -1;
      if ((size_t)got > descriptor->size) got = descriptor->size;
      memcpy(descriptor->value, answer, got);
      return 0;
    }
    case 3: /* HIDIOCGRAWINFO */
      got = ask(fd, 'I', "", 0, argument, sizeof(struct hidraw_devinfo));
      return got < 0 ? -1 : 0;
    case 6: /* HIDIOCSFEATURE */
      return tell(fd, 'S', argument, size);
    case 7: /* HIDIOCGFEATURE */
      got = ask(fd, 'G', argument, 1, argument, size);
      if (got == 0) errno = EPIPE;
      return got > 0 ? got : -1;
  }
  return errno = EINVAL, -1;
}

/* hidapi asks the descriptor which device node it is. */
static int as_device(int result, int fd, struct stat64 *about) {
  if (!result && is_ours(fd)) {
    about->st_rdev = makedev(HIDRAW_MAJOR, devices[fd].minor);
    about->st_mode = S_IFCHR | 0600;
  }
  return result;
}
int fstat64(int fd, struct stat64 *about) { return as_device(real_fstat64(fd, about), fd, about); }
int __fxstat64(int version, int fd, struct stat64 *about) {
  return as_device(real_fxstat64(version, fd, about), fd, about);
}
