#include "gumbo_guard.h"

#include <assert.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

// Stands before every block that Gumbo holds; all of them are in one ring, so giving them back needs no tree.
typedef struct block {
    struct block *next, *previous;
    size_t size;
    size_t unused;
} block;

struct gumbo_guard {
    block ring;
    size_t held, most;
    unsigned long allocations;
    struct timespec deadline;
    enum gumbo_guard_result result;
    GumboOutput *output;
    jmp_buf leave;
};

// The parse that runs on this thread, for an assert to leave.
static _Thread_local gumbo_guard *running;

static void leave(gumbo_guard *guard, enum gumbo_guard_result result) {
    guard->result = result;
    longjmp(guard->leave, 1);
}

static void *take(void *context, size_t size) {
    gumbo_guard *guard = context;
    if (size > guard->most || guard->held > guard->most - size) leave(guard, GUMBO_GUARD_MEMORY);
    if ((++guard->allocations & 63) == 0) {
        struct timespec now;
        clock_gettime(CLOCK_MONOTONIC, &now);
        if (now.tv_sec > guard->deadline.tv_sec || (now.tv_sec == guard->deadline.tv_sec && now.tv_nsec > guard->deadline.tv_nsec)) leave(guard, GUMBO_GUARD_TIME);
    }
    block *new = malloc(sizeof(block) + size);
    if (new == NULL) leave(guard, GUMBO_GUARD_MEMORY);
    new->size = size;
    new->previous = &guard->ring;
    new->next = guard->ring.next;
    guard->ring.next->previous = new;
    guard->ring.next = new;
    // Every block costs its frame too: without it, a million small ones would look like nothing.
    guard->held += size + sizeof(block);
    return new + 1;
}

static void give_back(void *context, void *memory) {
    if (memory == NULL) return;
    gumbo_guard *guard = context;
    block *old = (block *)memory - 1;
    old->previous->next = old->next;
    old->next->previous = old->previous;
    guard->held -= old->size + sizeof(block);
    free(old);
}

gumbo_guard *gumbo_guard_parse(const char *html, size_t length, size_t most_bytes, long most_microseconds) {
    gumbo_guard *guard = calloc(1, sizeof *guard);
    if (guard == NULL) return NULL;
    guard->ring.next = guard->ring.previous = &guard->ring;
    guard->most = most_bytes;
    clock_gettime(CLOCK_MONOTONIC, &guard->deadline);
    guard->deadline.tv_sec += most_microseconds / 1000000;
    guard->deadline.tv_nsec += most_microseconds % 1000000 * 1000;
    if (guard->deadline.tv_nsec >= 1000000000) {
        guard->deadline.tv_sec += 1;
        guard->deadline.tv_nsec -= 1000000000;
    }
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = take;
    options.deallocator = give_back;
    options.userdata = guard;
    options.max_errors = 0;
    running = guard;
    // Only frames of Gumbo lie between here and a jump: it owns nothing but the memory of the ring.
    if (setjmp(guard->leave) == 0) guard->output = gumbo_parse_with_options(&options, html, length);
    running = NULL;
    return guard;
}

enum gumbo_guard_result gumbo_guard_result(const gumbo_guard *guard) { return guard->result; }

const GumboNode *gumbo_guard_body(const gumbo_guard *guard) {
    if (guard->result != GUMBO_GUARD_DONE || guard->output == NULL) return NULL;
    const GumboVector *children = &guard->output->root->v.element.children;
    for (unsigned int i = 0; i < children->length; i++) {
        const GumboNode *child = children->data[i];
        if (child->type == GUMBO_NODE_ELEMENT && child->v.element.tag == GUMBO_TAG_BODY) return child;
    }
    return NULL;
}

void gumbo_guard_free(gumbo_guard *guard) {
    if (guard == NULL) return;
    block *at = guard->ring.next;
    while (at != &guard->ring) {
        block *next = at->next;
        free(at);
        at = next;
    }
    free(guard);
}

// Stands before the C library's own when libgumbo looks for it: a failed assert of Gumbo ends its parse, not the server. Every other
// assert ends the program as ever.
void __assert_fail(const char *assertion, const char *file, unsigned int line, const char *function) {
    if (running != NULL) leave(running, GUMBO_GUARD_BROKEN);
    fprintf(stderr, "%s:%u: %s: Assertion `%s' failed.\n", file, line, function == NULL ? "?" : function, assertion);
    fflush(stderr);
    abort();
}
