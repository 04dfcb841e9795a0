/// What Glibc's module map leaves out: epoll, eventfd, signalfd, accept4 and the socket ioctls.
#ifndef CENTRALINO_CLINUX_H
#define CENTRALINO_CLINUX_H
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/ioctl.h>
#include <sys/inotify.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <malloc.h>

// Without _GNU_SOURCE on purpose: with it the shared system headers differ from what Swift's Glibc module has, and the importer refuses both.
/// accept4 is behind _GNU_SOURCE.
extern int accept4(int descriptor, struct sockaddr *address, socklen_t *length, int flags);

/// syncfs(2) is behind _GNU_SOURCE.
extern int syncfs(int descriptor);

/// Bytes that the kernel has taken and the peer has not acknowledged (SIOCOUTQ); -1 when it cannot say. `ioctl` is variadic, so not callable from Swift.
static inline int c_unsent_bytes(int descriptor) {
    int count = 0;
    return ioctl(descriptor, SIOCOUTQ, &count) == 0 ? count : -1;
}

/// Raises the soft limit of open descriptors to the hard one: the usual soft limit of 1024 is there for select(2) only.
static inline void c_raise_descriptor_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/// Names the calling thread, for `ps -L` and core dumps; at most 15 bytes.
static inline void c_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
#endif
