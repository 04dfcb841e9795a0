/// libcurl's variadic setters with fixed types, so that Swift can call them.
#pragma once
#include <curl/curl.h>

static inline CURLcode c_easy_setopt_long(CURL *handle, CURLoption option, long value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode c_easy_setopt_string(CURL *handle, CURLoption option, const char *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode c_easy_setopt_pointer(CURL *handle, CURLoption option, void *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode c_easy_getinfo_long(CURL *handle, CURLINFO info, long *value) { return curl_easy_getinfo(handle, info, value); }
static inline CURLcode c_easy_getinfo_pointer(CURL *handle, CURLINFO info, void **value) { return curl_easy_getinfo(handle, info, value); }
static inline CURLMcode c_multi_setopt_long(CURLM *handle, CURLMoption option, long value) { return curl_multi_setopt(handle, option, value); }

/// What libcurl calls while a transfer runs. `context` is what was given beside it.
typedef size_t (*c_curl_receive)(char *bytes, size_t size, size_t count, void *context);
typedef curl_socket_t (*c_curl_open_socket)(void *context, curlsocktype purpose, struct curl_sockaddr *address);

static inline CURLcode c_easy_set_body_sink(CURL *handle, c_curl_receive sink, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, sink);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_WRITEDATA, context) : code;
}
static inline CURLcode c_easy_set_header_sink(CURL *handle, c_curl_receive sink, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, sink);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_HEADERDATA, context) : code;
}
static inline CURLcode c_easy_set_open_socket(CURL *handle, c_curl_open_socket opener, void *context) {
    CURLcode code = curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, opener);
    return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, context) : code;
}
static inline CURLcode c_easy_setopt_list(CURL *handle, CURLoption option, struct curl_slist *value) { return curl_easy_setopt(handle, option, value); }
static inline CURLcode c_easy_setopt_size(CURL *handle, CURLoption option, long long value) { return curl_easy_setopt(handle, option, (curl_off_t)value); }
/// The address that libcurl is about to dial, and its length.
static inline const void *c_curl_address(const struct curl_sockaddr *address) { return &address->addr; }
/// The result of a finished transfer: a member of a union in C.
static inline CURLcode c_multi_result(const CURLMsg *message) { return message->data.result; }
static inline curl_socket_t c_bad_socket(void) { return CURL_SOCKET_BAD; }
