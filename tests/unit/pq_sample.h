/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sets of ML-DSA and ML-KEM and what their keys look like, and short ways to make such keys. Include after
 * key_sample.h. */
#ifndef TESTS_PQ_SAMPLE_H
#define TESTS_PQ_SAMPLE_H

struct pq_set
{
    const char *alg, *set, *public_type, *private_type, *seed_type, *public_magic, *private_magic, *seed_magic, *oid;
    size_t public_size, private_size, seed_size;
};

#define MLDSA_TYPES "PQDSAPUBLICBLOB", "PQDSAPRIVATEBLOB", "PQDSAPRIVATESEEDBLOB", "DSPK", "DSSK", "DSSS"
#define MLKEM_TYPES "MLKEMPUBLICBLOB", "MLKEMPRIVATEBLOB", "MLKEMPRIVATESEEDBLOB", "MLKP", "MLKR", "MLKS"

static const struct pq_set pq_sets[] =
{
    {"ML-DSA", "44", MLDSA_TYPES, "060960864801650304 0311", 1312, 2560, 32},
    {"ML-DSA", "65", MLDSA_TYPES, "060960864801650304 0312", 1952, 4032, 32},
    {"ML-DSA", "87", MLDSA_TYPES, "060960864801650304 0313", 2592, 4896, 32},
    {"ML-KEM", "512", MLKEM_TYPES, "060960864801650304 0401", 800, 1632, 64},
    {"ML-KEM", "768", MLKEM_TYPES, "060960864801650304 0402", 1184, 2400, 64},
    {"ML-KEM", "1024", MLKEM_TYPES, "060960864801650304 0403", 1568, 3168, 64},
};

#define PQ_SETS (sizeof(pq_sets) / sizeof(*pq_sets))
#define BLOB_ROOM 8192

static inline struct key *pq_new_key(const struct pq_set *s, const char *name)
{
    struct key *key = new_key(s->alg, name);
    const uint16_t *set_name = wide(s->set);

    assert_status(set(key, "ParameterSetName", set_name, (strlen(s->set) + 1) * 2), NTE_SUCCESS);
    assert_status(set_u32(key, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    return key;
}

static inline struct key *pq_key(const struct pq_set *s, const char *name)
{
    struct key *key = pq_new_key(s, name);

    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static inline nte_status pq_export(struct key *key, const char *type, struct bytes *blob)
{
    const struct blob_options none = {.algorithms = &all_algorithms};
    uint8_t *room = take(BLOB_ROOM);
    uint32_t size = 0;
    nte_status status = key_export(key, wide(type), &none, 0, room, BLOB_ROOM, &size);

    *blob = run(room, size);
    return status;
}

static inline nte_status pq_import(const char *type, struct bytes blob, struct key **key)
{
    const struct blob_options none = {.algorithms = &all_algorithms};
    nte_status status;

    blob = exact(blob);
    status = key_import(&software_provider, wide(type), blob, &none, named(NULL), 0, key);
    free((void *)blob.data);
    return status;
}

static inline struct bytes pq_blob(struct key *key, const char *type)
{
    struct bytes blob;

    assert_status(pq_export(key, type, &blob), NTE_SUCCESS);
    return blob;
}

/* Of a blob of s: what follows the header and the name of the set. */
static inline struct bytes pq_number(const struct pq_set *s, struct bytes blob)
{
    const size_t start = 12 + 2 * (strlen(s->set) + 1);

    return run(blob.data + start, blob.size - start);
}

#endif
