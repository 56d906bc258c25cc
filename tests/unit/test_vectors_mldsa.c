/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA against the answers of NIST and of Project Wycheproof in mldsa.vectors. */
#include "mldsa/mldsa.h"
#include "vector_check.h"
#include "pq_vectors.h"

static const struct bytes none;

static const struct mldsa_set *set(void)
{
    unsigned int i;

    for (i = 0; i < MLDSA_SET_COUNT; i++)
        if (!strcmp(mldsa_sets[i].name, vector_text("Set"))) return &mldsa_sets[i];
    abort();
}

static struct mldsa_key *seeded_key(void)
{
    struct mldsa_key *key;

    if (mldsa_generate(set(), field("Seed").data, &key)) abort();
    return key;
}

static void find_mu(const struct mldsa_key *key, uint8_t mu[MLDSA_MU_SIZE])
{
    const struct mldsa_message message = {field("Context"), NULL, field("Message")};
    struct bytes given = field("Mu");

    if (given.size) memcpy(mu, given.data, MLDSA_MU_SIZE);
    else mldsa_mu(key, &message, mu);
}

static void check_key(void)
{
    struct mldsa_key *key = seeded_key(), *read;

    checked++;
    expect_bytes("key", short_hash(run(key->pk, set()->public_size), run(key->sk, set()->private_size)), field("Key"));
    expect("reading it", mldsa_read_private(set(), key->sk, &read), NTE_SUCCESS);
    mldsa_free(read);
    mldsa_free(key);
}

static struct bytes sign(const struct mldsa_key *key, const uint8_t mu[MLDSA_MU_SIZE], const uint8_t *rnd)
{
    uint8_t *signature = take(set()->signature_size);

    expect("signing", mldsa_sign(key, mu, rnd, signature), NTE_SUCCESS);
    return run(signature, set()->signature_size);
}

static void check_signature(void)
{
    struct mldsa_key *key = seeded_key();
    uint8_t mu[MLDSA_MU_SIZE];
    struct bytes signature;

    checked++;
    find_mu(key, mu);
    signature = sign(key, mu, field("Random").data);
    expect_bytes("signature", short_hash(signature, none), field("Signature"));
    expect("verification", mldsa_verify(key, mu, signature), NTE_SUCCESS);
    mldsa_free(key);
}

static void check_bad_signature(void)
{
    static const uint8_t zeros[32];
    struct mldsa_key *key = seeded_key();
    uint8_t mu[MLDSA_MU_SIZE];
    struct bytes signature;

    checked++;
    find_mu(key, mu);
    signature = edited(sign(key, mu, zeros), "BadSignature");
    expect("a bad signature", mldsa_verify(key, mu, signature), NTE_BAD_SIGNATURE);
    mldsa_free(key);
}

static void check_verified(void)
{
    const int good = *vector_text("Verified") == '1';
    uint8_t mu[MLDSA_MU_SIZE];
    struct mldsa_key *key;

    checked++;
    if (mldsa_read_public(set(), field("Pk").data, &key)) abort();
    find_mu(key, mu);
    expect("verification", mldsa_verify(key, mu, field("Sig")), good ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    mldsa_free(key);
}

static void check_bad_private(void)
{
    struct mldsa_key *key;

    checked++;
    expect("a bad private key", mldsa_read_private(set(), field("BadSk").data, &key), NTE_INVALID_PARAMETER);
}

/* HashML-DSA. The same digest as the message of pure ML-DSA is another message. */
static void check_hash_verified(void)
{
    struct mldsa_message message = {field("Context"), mldsa_hash_find(wide(vector_text("Hash"))), field("Digest")};
    const int good = *vector_text("HashVerified") == '1';
    uint8_t mu[MLDSA_MU_SIZE];
    struct mldsa_key *key;

    checked++;
    if (!message.hash || message.message.size != message.hash->size) abort();
    if (mldsa_read_public(set(), field("Pk").data, &key)) abort();
    mldsa_mu(key, &message, mu);
    expect("verification of a digest", mldsa_verify(key, mu, field("Sig")), good ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    message.hash = NULL;
    mldsa_mu(key, &message, mu);
    expect("the digest as a message", mldsa_verify(key, mu, field("Sig")), NTE_BAD_SIGNATURE);
    mldsa_free(key);
}

int main(void)
{
    const struct kind kinds[] =
    {
        {"Key", check_key, 75},
        {"Signature", check_signature, 270},
        {"BadSignature", check_bad_signature, 50},
        {"Verified", check_verified, 25},
        {"BadSk", check_bad_private, 2},
        {"HashVerified", check_hash_verified, 4},
    };

    return check_kinds(kinds, sizeof(kinds) / sizeof(*kinds));
}
