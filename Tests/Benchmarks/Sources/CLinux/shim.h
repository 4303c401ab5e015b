// SPDX-License-Identifier: Apache-2.0
// What Swift's own module of the C library leaves out.
#include <stddef.h>
#include <sys/epoll.h>

extern void *memmem(const void *text, size_t count, const void *wanted, size_t wantedCount);
