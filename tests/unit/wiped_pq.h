/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA and ML-KEM for wiped.c: the seed, what is expanded from it, and the secret that two agree upon. */
#ifndef WIPED_PQ_H
#define WIPED_PQ_H

#include "mldsa/mldsa_material.h"
#include "mlkem/mlkem_key.h"
#include "wiped_keys.h"

static struct key *generate_pq(const char *alg, const char *name)
{
    const uint32_t both = 3;
    struct key *key;

    must(key_create(&software_provider, wide(alg), (struct key_name){wide("pq"), wide("pq"), NULL}, 0,
                    FLAG_OVERWRITE_KEY, &key), alg);
    set(key, "ParameterSetName", wide(name), 2 * (strlen(name) + 1));
    set(key, "Export Policy", &both, sizeof(both));
    must(key_finalize(key, 0), alg);
    return key;
}

static void use_mldsa(void)
{
    struct key *key = generate_pq("ML-DSA", "65");
    const struct mldsa_key *numbers = mldsa_key_of(key->material);

    remember("xi", numbers->seed, 0);
    remember("K", numbers->sk + 32, 0);
    remember("s1, packed", numbers->sk + 128, 0);
    remember("s1", (const uint8_t *)numbers->s1, 0);
    remember("s2", (const uint8_t *)numbers->s2, 0);
    sign(key, (struct padding){0});
    done_with(key);
    key = open_key("pq");
    sign(key, (struct padding){.scheme = PAD_PQDSA, .present = 1});
    export(key, "PQDSAPRIVATESEEDBLOB", NULL);
    export(key, "PQDSAPRIVATEBLOB", NULL);
    export(key, "PKCS8_PRIVATEKEY", NULL);
    done_with(key);
}

/* Both sides, and what they agree upon. */
static void agree(struct key *key, const char *side)
{
    static uint8_t ciphertext[MLKEM_MAX_CIPHERTEXT];
    struct encapsulation e = {data, ciphertext, 32, sizeof(ciphertext)};
    nte_status status;
    uint32_t size;

    if (*side == 's') status = key_encapsulate(key, 0, &e);
    else status = key_decapsulate(key, 0, (struct bytes){ciphertext, 1088}, data, 32, &size);
    copy_traces();
    must(status, side);
    remember(side, data, 0);
    search_traces();
    wipe(data, 32);
}

static void use_mlkem(void)
{
    struct key *key = generate_pq("ML-KEM", "768");
    const struct mlkem_key *numbers = mlkem_key_of(key->material);

    remember("d", numbers->seed, 0);
    remember("z", numbers->z, 0);
    remember("s", (const uint8_t *)numbers->s, 0);
    agree(key, "secret of the sender");
    agree(key, "what the receiver has of it");
    done_with(key);
    key = open_key("pq");
    agree(key, "secret of another sender");
    export(key, "MLKEMPRIVATESEEDBLOB", NULL);
    export(key, "MLKEMPRIVATEBLOB", NULL);
    export(key, "PKCS8_PRIVATEKEY", NULL);
    done_with(key);
}

#endif
