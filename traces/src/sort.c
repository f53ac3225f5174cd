/*
 * sort - heap sort of 5000 numbers, in place: strides that double on the way down, in 20 kB.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>

enum { COUNT = 5000 };

static uint32_t number[COUNT];

static void sift_down(uint32_t root, uint32_t count)
{
    const uint32_t moving = number[root];

    for (uint32_t child = 2 * root + 1; child < count; child = 2 * root + 1) {
        if (child + 1 < count && number[child + 1] > number[child])
            child++;
        if (number[child] <= moving)
            break;
        number[root] = number[child];
        root = child;
    }
    number[root] = moving;
}

int main(void)
{
    uint32_t seed = 1;

    for (uint32_t i = 0; i < COUNT; i++)
        number[i] = seed = seed * 1664525U + 1013904223U;
    for (uint32_t root = COUNT / 2; root-- > 0;)
        sift_down(root, COUNT);
    for (uint32_t last = COUNT; last-- > 1;) {
        const uint32_t greatest = number[0];
        number[0] = number[last];
        number[last] = greatest;
        sift_down(0, last);
    }
    return number[0] > number[COUNT - 1]; /* 0: sorted */
}
