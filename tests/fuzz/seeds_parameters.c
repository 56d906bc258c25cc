/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The seeds of fuzz_kdf, fuzz_property and fuzz_operation: what those files say of their input, written. */
#include "fuzz.h"
#include "key/agreement.h"
#include "seeds.h"

/* --- derivation --- */

struct derivation_seed
{
    uint8_t function, type[5];      /* of the parameters, until the first 0xff */
    const char *value[5];
};

static void write_value(struct writer *w, uint8_t type, const char *value)
{
    uint32_t word = strtoul(value, NULL, 0);

    write_u8(w, type);
    if (type == KDF_HASH_ALGORITHM) write_wide(w, value);
    else if (type == KDF_ITERATION_COUNT || type == KDF_KEYBITLENGTH || type == KDF_TLS_PRF_PROTOCOL)
        write_sized(w, &word, sizeof(word));
    else write_sized(w, value, strlen(value));
}

/* Functions 4 and 12 are HKDF, which wants its properties first: a hash, then a salt. */
void save_derivations(void)
{
    static const char seed[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    static const struct derivation_seed seeds[] =
    {
        {0, {KDF_HASH_ALGORITHM, KDF_LABEL, KDF_CONTEXT, 0xff}, {"SHA256", "label", "context"}},
        {0, {KDF_HASH_ALGORITHM, KDF_GENERIC_PARAMETER, 0xff}, {"SHA512", "label and context"}},
        {1, {KDF_HASH_ALGORITHM, KDF_ALGORITHMID, KDF_PARTYUINFO, KDF_PARTYVINFO, KDF_SUPPPUBINFO},
         {"SHA1", "alg", "u", "v", "public"}},
        {2, {KDF_HASH_ALGORITHM, KDF_SALT, KDF_ITERATION_COUNT, 0xff}, {"SHA256", "salt", "3"}},
        {2, {KDF_HASH_ALGORITHM, KDF_SALT, KDF_ITERATION_COUNT, 0xff}, {"MD5", "salt", "3"}},
        {3, {KDF_HASH_ALGORITHM, 0xff}, {"SHA1"}},
        {4, {KDF_HKDF_INFO, 0xff}, {"info"}},
        {5, {KDF_TLS_PRF_LABEL, KDF_TLS_PRF_SEED, 0xff}, {"label", seed}},
        {6, {KDF_HASH_ALGORITHM, KDF_TLS_PRF_LABEL, KDF_TLS_PRF_SEED, 0xff}, {"SHA384", "label", seed}},
        {7, {KDF_HASH_ALGORITHM, KDF_SECRET_PREPEND, KDF_SECRET_APPEND, KDF_SECRET_APPEND, 0xff},
         {"SHA256", "before", "after", "and more"}},
        {8, {KDF_HASH_ALGORITHM, KDF_HMAC_KEY, 0xff}, {"MD5", "key"}},
        {9, {KDF_TLS_PRF_LABEL, KDF_TLS_PRF_SEED, KDF_TLS_PRF_PROTOCOL, KDF_HASH_ALGORITHM, 0xff},
         {"label", seed, "0x0303", "SHA256"}},
        {9, {KDF_TLS_PRF_LABEL, KDF_TLS_PRF_SEED, 0xff}, {"label", seed}},
        {10, {KDF_ALGORITHMID, KDF_PARTYUINFO, KDF_PARTYVINFO, KDF_KEYBITLENGTH, 0xff}, {"alg", "u", "v", "256"}},
        {11, {0xff}, {NULL}},
        {12, {KDF_HKDF_INFO, 0xff}, {"info"}},
    };
    struct writer w;
    char name[16];
    size_t i, j;

    for (i = 0; i < COUNT(seeds); i++)
    {
        memset(&w, 0, sizeof(w));
        write_u8(&w, seeds[i].function);
        write_u8(&w, 0);
        write_u16(&w, 48);
        write_sized(&w, seed, 32);
        write_u8(&w, 2);
        write_u8(&w, 0);
        write_wide(&w, "SHA256");
        write_u8(&w, 1);
        write_sized(&w, "salt", 4);
        for (j = 0; j < 5 && seeds[i].type[j] != 0xff; j++) write_value(&w, seeds[i].type[j], seeds[i].value[j]);
        snprintf(name, sizeof(name), "%u", (unsigned int)i);
        save_seed("kdf", name, pool_written(&w));
    }
}

/* --- properties: an object and steps of fuzz_property.c --- */

static void write_step(struct writer *w, uint8_t which, uint8_t flags, const void *value, size_t size)
{
    write_u8(w, which);
    write_u8(w, flags);
    write_sized(w, value, size);
}

static uint8_t algorithm_number(const char *id)
{
    return 2 * (algorithm_find_ascii(id) - algorithms);
}

/* which: the number of the property there, as are these. */
enum { LENGTH, EXPORT_POLICY, KEY_USAGE, UI_POLICY, CERTIFICATE_VALUE, SECURITY, CURVE = 9, EC_PARAMETERS,
       DH_PARAMETERS, KDF_SECRET, CHAINING, IV, HKDF_HASH, CUSTOM = 48, FINALIZE = 254 };

static void save_steps(const char *name, const char *alg, uint8_t which, uint8_t flags, const void *value,
                       size_t size)
{
    uint32_t all = 3;
    struct writer w = {0};

    write_u8(&w, alg ? algorithm_number(alg) + 1 : 0);
    write_step(&w, EXPORT_POLICY, 1, &all, sizeof(all));
    write_step(&w, which, flags, value, size);
    write_step(&w, CUSTOM, 2, "value", 5);
    write_u8(&w, FINALIZE);
    write_step(&w, which, flags, value, size);
    write_step(&w, CUSTOM, 2, "other", 5);
    save_seed("property", name, pool_written(&w));
}

static void save_property_of(const char *name, const struct sample *sample, const char *property, uint8_t which)
{
    uint64_t key = make_key(sample);
    struct bytes value;

    require(!get_property(key, wide(property), 0, &value));
    save_steps(name, sample->alg, which, 0, value.data, value.size);
    object_end(key);
}

void save_properties(void)
{
    static const uint8_t policy[] = {1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'a', 0, 0, 0};
    static const struct sample ec = {"", "ECDH", "brainpoolP160r1", 0, NULL}, dh = {"", "DH", NULL, 768, NULL};
    uint32_t number = 256;

    save_steps("provider", NULL, 6, 0, &number, 4);
    save_steps("length", "AES", LENGTH, 1, &number, 4);
    save_steps("usage", "ECDSA_P256", KEY_USAGE, 0, &number, 4);
    save_steps("policy", "ECDSA_P256", UI_POLICY, 0, policy, sizeof(policy));
    save_steps("certificate", "ECDH_P256", CERTIFICATE_VALUE, 1, "certificate", 11);
    save_steps("security", "ECDH_P256", SECURITY, 9, "descriptor", 10);
    save_steps("curve", "ECDSA", CURVE, 0, wide("nistP256"), 18);
    save_steps("secret", "PBKDF2", KDF_SECRET, 0, "secret", 6);
    save_steps("hash", "HKDF", HKDF_HASH, 0, wide("SHA256"), 14);
    save_steps("gcm", "AES", CHAINING, 0, wide("ChainingModeGCM"), 32);
    save_steps("iv", "AES", IV, 0, "0123456789abcdef", 16);
    save_property_of("ec", &ec, "ECCParameters", EC_PARAMETERS);
    save_property_of("dh", &dh, "DHParameters", DH_PARAMETERS);
}

/* --- operations: the input of fuzz_operation.c, whose numbers these are --- */

struct operation_seed
{
    uint8_t key, action, scheme, hash, salt, mode, flags;
    uint8_t iv, nonce, tag;         /* bytes */
    uint16_t room, size;            /* bytes of output and input */
};

void save_operations(void)
{
    static const struct operation_seed seeds[] =
    {
        {0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 128, 40},            /* RSA: encrypt with PKCS#1, OAEP, no padding */
        {0, 0, 2, 1, 0, 0, 0, 0, 0, 0, 128, 40},
        {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 128},
        {0, 2, 1, 2, 0, 0, 0, 0, 0, 0, 0, 32},              /* sign with PKCS#1, PSS */
        {0, 2, 3, 1, 20, 0, 0, 0, 0, 0, 0, 20},
        {0, 3, 1, 1, 0, 0, 0, 0, 0, 0, 0, 128},             /* verify */
        {0, 3, 3, 1, 20, 0, 0, 0, 0, 0, 0, 128},
        {0, 4, 1, 0, 0, 0, 0, 0, 0, 0, 128, 128},           /* decrypt what may be padded */
        {0, 4, 2, 1, 0, 0, 0, 0, 0, 0, 128, 128},
        {1, 0, 4, 0, 0, 0, 1, 16, 0, 0, 64, 40},            /* AES: CBC with padding, ECB, CFB, CCM, GCM */
        {1, 0, 4, 0, 0, 1, 0, 0, 0, 0, 64, 32},
        {1, 0, 4, 0, 0, 2, 0, 16, 0, 0, 64, 33},
        {1, 0, 4, 0, 0, 3, 0, 0, 12, 16, 64, 33},
        {1, 0, 4, 0, 0, 4, 0, 0, 12, 16, 64, 33},
        {1, 1, 4, 0, 0, 0, 1, 16, 0, 0, 64, 32},
        {1, 1, 4, 0, 0, 4, 0, 0, 12, 16, 64, 32},
        {2, 2, 7, 0, 0, 0, 0, 0, 0, 0, 0, 32},              /* ECDSA */
        {2, 3, 7, 0, 0, 0, 0, 0, 0, 0, 0, 64},
        {3, 0, 4, 0, 0, 0, 1, 8, 0, 0, 64, 20},             /* 3DES, RC2 */
        {4, 0, 4, 0, 0, 2, 1, 8, 0, 0, 64, 20},
    };
    static const uint8_t bytes[256] = {0, 2, 0x55, 0xaa, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 'm'};
    struct writer w;
    char name[16];
    size_t i;

    for (i = 0; i < COUNT(seeds); i++)
    {
        const struct operation_seed *seed = &seeds[i];

        memset(&w, 0, sizeof(w));
        write_bytes(&w, seed, offsetof(struct operation_seed, mode));
        write_sized(&w, "label", 5);
        write_u8(&w, seed->mode);
        write_u8(&w, seed->flags);
        write_sized(&w, bytes, seed->iv);
        write_sized(&w, bytes, seed->nonce);
        write_sized(&w, bytes, seed->nonce);                /* additional data */
        write_sized(&w, bytes, seed->tag);
        write_u16(&w, seed->room);
        write_bytes(&w, bytes, seed->size);
        snprintf(name, sizeof(name), "%u", (unsigned int)i);
        save_seed("operation", name, pool_written(&w));
    }
}
