// SPDX-License-Identifier: Apache-2.0
// Tells the thread sanitizer of a contended `Mutex`. What is not contended is done by the program's own, sanitized
// code; for the rest the standard library, which is not sanitized, waits in the kernel, so that the sanitizer sees two
// threads at one place and no lock between them. Linked into sanitized programs by Tests/sanitize.sh only.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

void __tsan_acquire(void *);
void __tsan_release(void *);

#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *mutex
#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"

typedef SWIFT void (*lock_function)(uint32_t, SELF);
typedef SWIFT void (*unlock_function)(SELF);

static lock_function library_lock;
static unlock_function library_unlock;

__attribute__((constructor)) static void find(void) {
  library_lock = (lock_function)dlsym(RTLD_NEXT, LOCK);
  library_unlock = (unlock_function)dlsym(RTLD_NEXT, UNLOCK);
}

SWIFT void lock_slow(uint32_t thread, SELF) __asm__(LOCK);
SWIFT void lock_slow(uint32_t thread, SELF) {
  library_lock(thread, mutex);
  __tsan_acquire(mutex);
}

SWIFT void unlock_slow(SELF) __asm__(UNLOCK);
SWIFT void unlock_slow(SELF) {
  __tsan_release(mutex);
  library_unlock(mutex);
}
