/*
 * large_pages - memory of the host in pages of 2 MB instead of 4 KB, so that its TLBs cover what a simulation touches.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef BASE_LARGE_PAGES_H
#define BASE_LARGE_PAGES_H

/* From now on what this process allocates, up to some hundred megabytes, lies in large pages if the host has them to give;
 * it changes nothing else.  For a process that simulates: what it has freed it keeps. */
void large_pages_use(void);

#endif
