/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-KEM against the answers of NIST and of Project Wycheproof in mlkem.vectors. */
#include "mlkem/mlkem.h"
#include "vector_check.h"
#include "pq_vectors.h"

static const struct bytes none;

static const struct mlkem_set *set(void)
{
    unsigned int i;

    for (i = 0; i < MLKEM_SET_COUNT; i++)
        if (!strcmp(mlkem_sets[i].name, vector_text("Set"))) return &mlkem_sets[i];
    abort();
}

static struct mlkem_key *seeded_key(void)
{
    struct mlkem_key *key = (struct mlkem_key *)take(sizeof(*key));

    mlkem_generate(set(), field("Seed").data, key);
    return key;
}

static void check_key(void)
{
    uint8_t *ek = take(set()->public_size), *dk = take(set()->private_size);
    struct mlkem_key *key = seeded_key();

    checked++;
    mlkem_write_public(key, ek);
    mlkem_write_private(key, dk);
    expect_bytes("key", short_hash(run(ek, set()->public_size), run(dk, set()->private_size)), field("Key"));
}

/* Encapsulates field M to key, and returns the ciphertext. */
static struct bytes encapsulate(const struct mlkem_key *key, uint8_t secret[MLKEM_SECRET_SIZE])
{
    uint8_t *c = take(set()->ciphertext_size);

    mlkem_encapsulate(key, field("M").data, secret, c);
    return run(c, set()->ciphertext_size);
}

static void decapsulate(const char *what, const struct mlkem_key *key, struct bytes c, const char *name)
{
    uint8_t secret[MLKEM_SECRET_SIZE];

    if (c.size != set()->ciphertext_size) abort();
    mlkem_decapsulate(key, c.data, secret);
    expect_bytes(what, run(secret, sizeof(secret)), field(name));
}

static void check_both_ways(void)
{
    struct mlkem_key *key = seeded_key();
    uint8_t secret[MLKEM_SECRET_SIZE];
    struct bytes c = encapsulate(key, secret);

    checked++;
    expect_bytes("ciphertext", short_hash(c, none), field("Ciphertext"));
    if (!*vector_text("Edits")) expect_bytes("secret", run(secret, sizeof(secret)), field("K"));
    decapsulate("decapsulation", key, edited(c, "Edits"), "K");
}

static void check_rejected(void)
{
    checked++;
    decapsulate("decapsulation", seeded_key(), field("C"), "RejectedK");
}

/* "Given" is the secret, a blank, the hash of the ciphertext. */
static void check_given(void)
{
    struct mlkem_key *key = (struct mlkem_key *)take(sizeof(*key));
    struct bytes given = field("Given"), c;
    uint8_t secret[MLKEM_SECRET_SIZE];

    checked++;
    expect("public key", mlkem_read_public(set(), field("Ek").data, key), 1);
    c = encapsulate(key, secret);
    expect_bytes("secret", run(secret, sizeof(secret)), run(given.data, sizeof(secret)));
    expect_bytes("ciphertext", short_hash(c, none), run(given.data + sizeof(secret), SHORT_HASH));
}

static void check_bad_public(void)
{
    struct bytes ek = edited(field("Ek"), "BadEk");
    struct mlkem_key key;

    checked++;
    expect("public key that is not reduced", mlkem_read_public(set(), ek.data, &key), 0);
}

static void check_opened(void)
{
    struct bytes dk = edited(field("Dk"), "DkEdits");
    int refused = !strcmp(vector_text("Opened"), "refused");
    struct mlkem_key key;

    checked++;
    expect("private key", mlkem_read_private(set(), dk.data, &key), !refused);
    if (!refused) decapsulate("decapsulation", &key, edited(field("C"), "CEdits"), "Opened");
}

int main(void)
{
    const struct kind kinds[] =
    {
        {"Key", check_key, 105},
        {"K", check_both_ways, 150},
        {"RejectedK", check_rejected, 10},
        {"Given", check_given, 9},
        {"BadEk", check_bad_public, 36},
        {"Opened", check_opened, 30},
    };

    return check_kinds(kinds, sizeof(kinds) / sizeof(*kinds));
}
