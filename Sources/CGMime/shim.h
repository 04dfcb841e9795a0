#pragma once
#include <gmime/gmime.h>

// What Swift cannot import from GMime and GLib: type checks and casts are macros there.

static inline GMimePart *cgmime_as_part(GMimeObject *object) {
    return GMIME_IS_PART(object) ? (GMimePart *)object : NULL;
}

static inline GMimeMultipart *cgmime_as_multipart(GMimeObject *object) {
    return GMIME_IS_MULTIPART(object) ? (GMimeMultipart *)object : NULL;
}

static inline GMimeMessagePart *cgmime_as_message_part(GMimeObject *object) {
    return GMIME_IS_MESSAGE_PART(object) ? (GMimeMessagePart *)object : NULL;
}

// Parses a message that is given as its header and its body, which are copied; the parts refer to the copy. NULL when the header
// does not begin with a header line.
static inline GMimeMessage *cgmime_parse(const void *header, size_t header_count, const void *body, size_t body_count) {
    GByteArray *bytes = g_byte_array_sized_new((guint)(header_count + body_count));
    g_byte_array_append(bytes, (const guint8 *)header, (guint)header_count);
    if (body_count > 0) g_byte_array_append(bytes, (const guint8 *)body, (guint)body_count);
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_mime_parser_set_persist_stream(parser, TRUE);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    g_object_unref(stream);
    return message;
}

// Where the content of a part stands in the memory of its message, as it was sent, and how it was encoded. NULL when it has none or when it
// does not stand there as one piece.
static inline const guint8 *cgmime_octets(GMimePart *part, size_t *count, GMimeContentEncoding *encoding) {
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GMimeStream *stream = content == NULL ? NULL : g_mime_data_wrapper_get_stream(content);
    if (stream == NULL || !GMIME_IS_STREAM_MEM(stream)) return NULL;
    GByteArray *bytes = g_mime_stream_mem_get_byte_array((GMimeStreamMem *)stream);
    gint64 end = stream->bound_end < 0 ? bytes->len : stream->bound_end;
    if (stream->bound_start < 0 || stream->bound_start > end || end > bytes->len) return NULL;
    *encoding = g_mime_data_wrapper_get_encoding(content);
    *count = (size_t)(end - stream->bound_start);
    return bytes->data + stream->bound_start;
}

// The content of a part after its transfer encoding is undone. Free with g_byte_array_unref.
static inline GByteArray *cgmime_content(GMimePart *part) {
    GByteArray *bytes = g_byte_array_new();
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    if (content != NULL) {
        GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
        g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
        g_mime_data_wrapper_write_to_stream(content, stream);
        g_object_unref(stream);
    }
    return bytes;
}

// The octets of a message inside the message. Free with g_byte_array_unref.
static inline GByteArray *cgmime_message_octets(GMimeMessagePart *part) {
    GByteArray *bytes = g_byte_array_new();
    GMimeMessage *message = g_mime_message_part_get_message(part);
    if (message != NULL) {
        GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(bytes);
        g_mime_stream_mem_set_owner((GMimeStreamMem *)stream, FALSE);
        g_mime_object_write_to_stream((GMimeObject *)message, NULL, stream);
        g_object_unref(stream);
    }
    return bytes;
}
