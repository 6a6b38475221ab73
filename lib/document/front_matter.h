/* front_matter.h - YAML between two lines of --- at the start of a text: its metadata. Private to document. */
#ifndef DOCUMENT_FRONT_MATTER_H
#define DOCUMENT_FRONT_MATTER_H

#include "document/decoder.h"

/* Where a text begins with front matter that is a YAML map, its members go to document->metadata (in the decoder's
 * arena), "lang" also to its language. Anything else that stands there is text as any: no error. Errors: E_LIMIT, more
 * than yaml.h takes, which an alias of an alias of an alias comes to. */
bool front_matter_read(struct decode *decode, struct slice text, struct document *document,
                       struct error *error) MUST_CHECK;

#endif
