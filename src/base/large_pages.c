/*
 * large_pages - memory of the host in large pages.  See the header.
 *
 * glibc's heap is made long enough, and the host is told that large pages are wanted there; it gives memory only for what is
 * touched.  A vector add on an A100 walks through 20 MB at random: 15 % of its time was spent in walks of page tables.
 *
 * SPDX-License-Identifier: MIT
 */
#include "base/large_pages.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)

enum {
    PAGE_BYTES = 2 << 20,
    HEAP_BYTES = 256 << 20,
    ARRAY_MAX = 32 << 20 /* what is larger has a mapping of its own: glibc takes no more */
};

void large_pages_use(void)
{
    if (!mallopt(M_MMAP_THRESHOLD, ARRAY_MAX) || !mallopt(M_TRIM_THRESHOLD, INT32_MAX) ||
        !mallopt(M_TOP_PAD, HEAP_BYTES))
        return;
    char *heap = malloc(ARRAY_MAX - PAGE_BYTES); /* more than there is: the heap grows */
    const uintptr_t first = ((uintptr_t)heap + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
    const uintptr_t end = (uintptr_t)sbrk(0) / PAGE_BYTES * PAGE_BYTES;

    if (heap && first < end) /* a wish: no matter if it is not granted */
        madvise((void *)first, end - first, MADV_HUGEPAGE);
    free(heap);
    mallopt(M_TOP_PAD, PAGE_BYTES);
}

#else

void large_pages_use(void) {}

#endif
