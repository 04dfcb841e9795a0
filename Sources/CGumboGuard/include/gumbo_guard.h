#pragma once
#include <gumbo.h>
#include <stddef.h>

// A parse with an end: Gumbo takes what memory and time it likes, leaves its asserts in Debian's build, and frees trees by recursion. Here
// its memory is counted and given back in one loop, and it is left by a jump when it has had enough or an assert fails.

typedef struct gumbo_guard gumbo_guard;

enum gumbo_guard_result {
    GUMBO_GUARD_DONE = 0,
    GUMBO_GUARD_MEMORY = 1,
    GUMBO_GUARD_TIME = 2,
    GUMBO_GUARD_BROKEN = 3,
};

// Parses `length` octets of UTF-8 as a document; `html` must live as long as the result. Never NULL except out of memory.
gumbo_guard *gumbo_guard_parse(const char *html, size_t length, size_t most_bytes, long most_microseconds);

enum gumbo_guard_result gumbo_guard_result(const gumbo_guard *guard);

// The <body> element; NULL when there is none or the result is not GUMBO_GUARD_DONE.
const GumboNode *gumbo_guard_body(const gumbo_guard *guard);

void gumbo_guard_free(gumbo_guard *guard);
