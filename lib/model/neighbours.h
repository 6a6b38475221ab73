/* neighbours.h - how unlike texts that follow each other are, by the vectors of an embedder. */
#ifndef MODEL_NEIGHBOURS_H
#define MODEL_NEIGHBOURS_H

#include "model/embedder.h"

struct neighbour {
    double distance; /* to the text that follows: 1 - cosine, 0 to 2; 0 when one of the two failed, or none follows */
    enum code code;  /* why this text failed */
    const char *reason; /* arena; NULL: it did not */
};

/* Fills neighbours[count]. Vectors are held for a window of texts at a time, so any number may come. Errors: those of
 * embedder_embed(). */
bool neighbours_measure(struct embedder *embedder, const struct slice *texts, size_t count, struct arena *arena,
                        struct neighbour *neighbours, struct error *error) MUST_CHECK;

#endif
