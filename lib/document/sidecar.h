/* sidecar.h - attributes that stand beside a file in FILE.metadata.json, as knowledge bases of Amazon Bedrock take
 * them. Private to document.
 *
 * `{"metadataAttributes":{"year":2024}}`, or with types: `{"year":{"value":{"type":"NUMBER","numberValue":2024},
 * "includeForEmbedding":true}}`; both may be mixed. Attributes become metadata; the names of those that are to be
 * embedded with the text are listed in embed_fields. Attributes decide who sees a document, so a faulty sidecar is a
 * fault of its document. */
#ifndef DOCUMENT_SIDECAR_H
#define DOCUMENT_SIDECAR_H

#include "document/file.h"

enum { SIDECAR_BYTES_MAXIMUM = 1024 * 1024, SIDECAR_ATTRIBUTES_MAXIMUM = 1000 };

#define SIDECAR_ENDING ".metadata.json"

/* Puts the sidecar of the file at path into what is known of the file: one that changes, comes or goes changes it. */
void sidecar_add_state(const char *path, struct file_state *state);

/* Whether path is the sidecar of another file that exists. */
bool sidecar_belongs(const char *path);

/* Appends the attributes of the file at path as JSON members without braces; nothing when it has no sidecar. Errors:
 * E_DATA, E_LIMIT, E_IO, E_JSON_...; they name the sidecar. */
bool sidecar_read(const char *path, struct buffer *members, struct error *error) MUST_CHECK;

/* Parses the text of one. Errors: as above. */
bool sidecar_parse(struct slice text, struct buffer *members, struct error *error) MUST_CHECK;

#endif
