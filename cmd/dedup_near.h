/* dedup_near.h - how a text becomes what near duplicates are found by: signatures, cut into bands or tables. */
#ifndef CMD_DEDUP_NEAR_H
#define CMD_DEDUP_NEAR_H

#include "curate/minhash.h"
#include "curate/simhash.h"
#include "dedup.h"

/* Makes keys, for all workers alike. Under a key: head, signs, shingles (32 bits of each, where candidates are
 * verified), label. */
struct near_signer {
    struct arena arena;
    struct text_fields fields;
    struct minhash minhash;
    bool is_simhash; /* one sign, the signature; else one a band, its hash */
    bool verifies;
};

struct near_head {
    uint32_t signs, shingles;
};

struct near_scratch {
    struct buffer text, form, hashes;
};
void near_scratch_release(struct near_scratch *scratch);

/* What rows must share to be duplicates: 0: to be candidates is enough. */
double near_threshold(const struct dedup_options *options);
const struct simhash_scheme *near_simhash_scheme(const struct dedup_options *options);

/* Errors: E_USAGE, E_UNAVAILABLE. */
bool near_signer_open(struct near_signer *signer, const struct dedup_options *options, struct error *error) MUST_CHECK;
void near_signer_close(struct near_signer *signer);
bool near_sign(const struct near_signer *signer, struct batch *batch, struct record *record,
               struct near_scratch *scratch, struct buffer *key, struct error *error) MUST_CHECK;

#endif
