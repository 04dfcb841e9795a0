/// What Glibc's module map leaves out: epoll, eventfd, signalfd, accept4 and the socket ioctls.
#ifndef CENTRALINO_CLINUX_H
#define CENTRALINO_CLINUX_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
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
#include <malloc.h>
#endif
