/* archive_library.h - libarchive, loaded on first use. Private to stream. */
#ifndef STREAM_ARCHIVE_LIBRARY_H
#define STREAM_ARCHIVE_LIBRARY_H

#include <archive.h>
#include <archive_entry.h>

#include "base/error.h"

/* The functions that we call; no other one of the library can be reached. */
#define ARCHIVE_FUNCTIONS(FUNCTION)                                                                                    \
    FUNCTION(archive_entry_filetype)                                                                                   \
    FUNCTION(archive_entry_hardlink)                                                                                   \
    FUNCTION(archive_entry_is_encrypted)                                                                               \
    FUNCTION(archive_entry_mtime)                                                                                      \
    FUNCTION(archive_entry_mtime_is_set)                                                                               \
    FUNCTION(archive_entry_pathname)                                                                                   \
    FUNCTION(archive_entry_pathname_utf8)                                                                              \
    FUNCTION(archive_entry_size)                                                                                       \
    FUNCTION(archive_entry_size_is_set)                                                                                \
    FUNCTION(archive_error_string)                                                                                     \
    FUNCTION(archive_filter_bytes)                                                                                     \
    FUNCTION(archive_filter_count)                                                                                     \
    FUNCTION(archive_format)                                                                                           \
    FUNCTION(archive_read_data_block)                                                                                  \
    FUNCTION(archive_read_free)                                                                                        \
    FUNCTION(archive_read_has_encrypted_entries)                                                                       \
    FUNCTION(archive_read_new)                                                                                         \
    FUNCTION(archive_read_next_header)                                                                                 \
    FUNCTION(archive_read_open1)                                                                                       \
    FUNCTION(archive_read_set_callback_data)                                                                           \
    FUNCTION(archive_read_set_read_callback)                                                                           \
    FUNCTION(archive_read_set_seek_callback)                                                                           \
    FUNCTION(archive_read_set_skip_callback)                                                                           \
    FUNCTION(archive_read_support_filter_bzip2)                                                                        \
    FUNCTION(archive_read_support_filter_gzip)                                                                         \
    FUNCTION(archive_read_support_filter_lz4)                                                                          \
    FUNCTION(archive_read_support_filter_xz)                                                                           \
    FUNCTION(archive_read_support_filter_zstd)                                                                         \
    FUNCTION(archive_read_support_format_7zip)                                                                         \
    FUNCTION(archive_read_support_format_ar)                                                                           \
    FUNCTION(archive_read_support_format_cpio)                                                                         \
    FUNCTION(archive_read_support_format_empty)                                                                        \
    FUNCTION(archive_read_support_format_raw)                                                                          \
    FUNCTION(archive_read_support_format_tar)                                                                          \
    FUNCTION(archive_read_support_format_zip)                                                                          \
    FUNCTION(archive_set_error)

struct archive_library {
#define ARCHIVE_POINTER(name) __typeof__(name) *name;
    ARCHIVE_FUNCTIONS(ARCHIVE_POINTER)
#undef ARCHIVE_POINTER
};

/* NULL: E_UNAVAILABLE naming the package. Not thread safe. */
const struct archive_library *archive_library(struct error *error);

#endif
