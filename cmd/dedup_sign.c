/* dedup_sign.c - keys of near duplicates: signatures and shingles of a record's texts. */
#include "dedup_near.h"

double near_threshold(const struct dedup_options *options)
{
    return options->threshold > 0 || options->preset ? options->threshold : DEDUP_THRESHOLD;
}

static const char *scheme_name(const struct dedup_options *options)
{
    return options->preset ? dedup_presets[options->preset] : "garner";
}

const struct simhash_scheme *near_simhash_scheme(const struct dedup_options *options)
{
    return options->method == DEDUP_SIMHASH ? simhash_scheme_find(scheme_name(options)) : NULL;
}

bool dedup_near_check(const struct dedup_options *options, struct arena *arena, struct error *error)
{
    struct text_fields fields;
    if (options->by.count)
        return error_set(error, E_USAGE, "--by: compares keys, minhash and simhash texts: --field names them");
    if (options->method == DEDUP_SIMHASH && !near_simhash_scheme(options))
        return error_set(error, E_USAGE, "--preset: '%s' has no simhash: data-juicer, text-dedup do",
                         scheme_name(options));
    return dedup_compile_fields(options, arena, &fields, error);
}

bool near_signer_open(struct near_signer *signer, const struct dedup_options *options, struct error *error)
{
    const struct simhash_scheme *simhash = near_simhash_scheme(options);
    signer->verifies = near_threshold(options) > 0;
    signer->is_simhash = simhash != NULL;
    return dedup_compile_fields(options, &signer->arena, &signer->fields, error) &&
           minhash_open(&signer->minhash, simhash ? &simhash->shingles : minhash_scheme_find(scheme_name(options)),
                        error);
}

void near_signer_close(struct near_signer *signer)
{
    arena_release(&signer->arena);
}

void near_scratch_release(struct near_scratch *scratch)
{
    buffer_release(&scratch->text);
    buffer_release(&scratch->form);
    buffer_release(&scratch->hashes);
}

/* The texts of a record, a line each. */
static bool find_text(const struct near_signer *signer, struct batch *batch, struct record *record,
                      struct near_scratch *scratch, struct slice *text, struct error *error)
{
    struct dedup_texts found;
    if (!dedup_find_texts(&signer->fields, batch, record, &found, error))
        return false;
    if (found.count == 1) {
        *text = found.texts[0].decoded;
        return true;
    }
    buffer_reset(&scratch->text);
    for (size_t i = 0; i < found.count; i++) {
        if (i > 0)
            buffer_append_byte(&scratch->text, '\n');
        buffer_append_slice(&scratch->text, found.texts[i].decoded);
    }
    *text = buffer_slice(&scratch->text);
    return true;
}

static uint32_t append_signs(const struct near_signer *signer, const uint64_t *hashes, size_t count, struct buffer *key)
{
    uint64_t signature[MINHASH_PERMUTATIONS_MAXIMUM];
    if (count == 0)
        return 0;
    if (signer->is_simhash) {
        signature[0] = simhash_sign(hashes, count);
        buffer_append(key, signature, sizeof *signature);
        return 1;
    }
    minhash_sign(&signer->minhash, hashes, count, signature);
    for (unsigned band = 0; band < signer->minhash.scheme->bands; band++) {
        uint64_t hash = minhash_band(&signer->minhash, signature, band);
        buffer_append(key, &hash, sizeof hash);
    }
    return signer->minhash.scheme->bands;
}

bool near_sign(const struct near_signer *signer, struct batch *batch, struct record *record,
               struct near_scratch *scratch, struct buffer *key, struct error *error)
{
    struct slice text;
    struct near_head head = { 0 };
    if (!find_text(signer, batch, record, scratch, &text, error))
        return false;
    buffer_reset(&scratch->hashes);
    minhash_shingles(&signer->minhash, text, &scratch->form, &scratch->hashes);
    const uint64_t *hashes = (const uint64_t *)(const void *)scratch->hashes.bytes;
    size_t count = scratch->hashes.length / sizeof *hashes;
    buffer_append(key, &head, sizeof head);
    head.signs = append_signs(signer, hashes, count, key);
    head.shingles = signer->verifies ? (uint32_t)count : 0;
    memcpy(key->bytes, &head, sizeof head);
    uint32_t *halves = (uint32_t *)(void *)buffer_reserve(key, head.shingles * sizeof *halves);
    for (size_t i = 0; i < head.shingles; i++)
        halves[i] = (uint32_t)hashes[i];
    key->length += head.shingles * sizeof *halves;
    dedup_append_label(batch, record, key);
    return true;
}
