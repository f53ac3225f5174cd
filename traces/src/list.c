/*
 * list - insertion sort of 800 numbers into a linked list: each load of a walk needs the one before.
 * A node is a cache line of 64 bytes; neighbours in the list lie anywhere in 50 kB.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stddef.h>
#include <stdint.h>

enum { COUNT = 800 };

typedef struct Node {
    struct Node *next;
    uint32_t key;
    uint32_t payload[13];
} Node;

static Node node[COUNT];

int main(void)
{
    Node *first = NULL;
    uint32_t seed = 1;

    for (uint32_t i = 0; i < COUNT; i++) {
        Node **at = &first;
        node[i].key = seed = seed * 1664525U + 1013904223U;
        while (*at && (*at)->key < node[i].key)
            at = &(*at)->next;
        node[i].next = *at;
        *at = &node[i];
    }
    for (const Node *at = first; at->next; at = at->next)
        if (at->key > at->next->key)
            return 1;
    return 0;
}
