/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Writes the seeds of the fuzz targets: each kind of key in each blob that takes it, key files, lists of
 * parameters and properties. The keys are new ones each time.
 *
 *   make_seeds DIRECTORY */
#include "fuzz.h"
#include "secret.h"
#include "seeds.h"

static const char *directory;

void save_seed(const char *target, const char *name, struct bytes seed)
{
    char path[512];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", directory, target);
    mkdir(path, 0777);
    snprintf(path, sizeof(path), "%s/%s/%s", directory, target, name);
    require((file = fopen(path, "w")));
    require(fwrite(seed.data, 1, seed.size, file) == seed.size);
    require(!fclose(file));
}

static void write_u16(struct writer *w, uint16_t value)
{
    write_u8(w, value);
    write_u8(w, value >> 8);
}

static void write_sized(struct writer *w, const void *data, size_t size)
{
    write_u16(w, size);
    write_bytes(w, data, size);
}

static void write_wide(struct writer *w, const char *s)
{
    write_sized(w, wide(s), strlen(s) * sizeof(uint16_t));
}

/* --- blobs --- */

struct sample
{
    const char *name, *alg, *curve;
    uint32_t bits;
};

static const struct sample samples[] =
{
    {"rsa512", "RSA", NULL, 512},
    {"ecdsa256", "ECDSA_P256", NULL, 0},
    {"ecdh256", "ECDH_P256", NULL, 0},
    {"ecdh384", "ECDH_P384", NULL, 0},
    {"ecdsa521", "ECDSA_P521", NULL, 0},
    {"k256", "ECDSA", "secp256k1", 0},
    {"brainpool", "ECDH", "brainpoolP192r1", 0},
    {"nist224", "ECDSA", "nistP224", 0},
    {"x25519", "ECDH", "curve25519", 0},
    {"dsa512", "DSA", NULL, 512},
    {"dsa1088", "DSA", NULL, 1088},             /* of the newer kind, with q of 256 bits */
    {"dh768", "DH", NULL, 768},
    {"aes128", "AES", NULL, 128},
    {"aes256", "AES", NULL, 256},
    {"3des", "3DES", NULL, 0},
    {"3des112", "3DES_112", NULL, 0},
    {"desx", "DESX", NULL, 0},
    {"rc2", "RC2", NULL, 40},
    {"hkdf", "HKDF", NULL, 0},
};

static uint64_t make_key(const struct sample *sample)
{
    struct key_create_params create = {.alg = number(wide(sample->alg))};
    struct key_finalize_params finalize = {0};
    struct bytes curve;

    require(!call(unix_key_create, &create));
    if (sample->bits) require(!set_u32(create.key, "Length", sample->bits));
    if (sample->curve)
    {
        curve = pool_copy(wide(sample->curve), (strlen(sample->curve) + 1) * sizeof(uint16_t));
        require(!set_property(create.key, wide("ECCCurveName"), curve, 0));
    }
    if (!strcmp(sample->alg, "HKDF"))
        require(!set_property(create.key, wide("KDFKeySecret"), pool_copy("secret", 6), 0));
    require(!set_u32(create.key, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT));
    finalize.key = create.key;
    require(!call(unix_key_finalize, &finalize));
    return create.key;
}

static struct writer begin_import(size_t type, int with, const struct sample *sample)
{
    struct writer w = {0};

    write_u8(&w, type);
    write_u8(&w, with);
    write_u8(&w, !!sample->curve);
    if (!sample->curve) return w;
    write_u8(&w, CURVE_NAME);
    write_wide(&w, sample->curve);
    return w;
}

static void save_import(const struct sample *sample, size_t type, int with, struct bytes blob)
{
    struct writer w = begin_import(type, with, sample);
    char name[64];

    write_bytes(&w, blob.data, blob.size);
    snprintf(name, sizeof(name), "%s-%s", sample->name, fuzz_types[type].name);
    save_seed("import", name, pool_written(&w));
    if (!strcmp(fuzz_types[type].name, "PKCS8_PRIVATEKEY")) save_seed("pkcs8", sample->name, blob);
}

static struct unix_buffer buffer_of(uint32_t type, struct bytes value)
{
    struct unix_buffer buffer = {number(value.data), value.size, type};

    return buffer;
}

static void save_envelope(const struct sample *sample, uint64_t key, size_t type)
{
    static const char oid[] = "2.16.840.1.101.3.4.1.2";
    struct unix_buffer list[] =
    {
        buffer_of(CERTIFICATE, fixed_certificate()), buffer_of(ALG_OID, pool_copy(oid, sizeof(oid))),
    };
    struct buffers buffers = {number(list), COUNT(list)};
    struct bytes blob;

    if (!export(key, fuzz_types[type].name, &buffers, 0, 0, &blob)) save_import(sample, type, WITH_RSA, blob);
}

static void save_wrapped(const struct sample *sample, uint64_t key, size_t type)
{
    uint64_t wrapping = fixed_aes();
    struct bytes blob;

    if (!export(key, fuzz_types[type].name, NULL, wrapping, 0, &blob)) save_import(sample, type, WITH_AES, blob);
    object_end(wrapping);
}

/* Encrypted PKCS#8 in each scheme that is written. */
static void save_encrypted(const struct sample *sample, uint64_t key)
{
    static const char *const oids[] =
    {
        "1.2.840.113549.1.12.1.1", "1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.6", "1.2.840.113549.1.5.13",
    };
    static const uint8_t cost[] = {20, 0, 0, 0, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};    /* iterations, salt */
    struct unix_buffer list[] =
    {
        buffer_of(PKCS_SECRET, pool_copy(wide("secret"), 14)),
        buffer_of(PKCS_ALG_PARAM, pool_copy(cost, sizeof(cost))),
        {0, 0, 0},
    };
    struct buffers buffers = {number(list), COUNT(list)};
    struct bytes blob;
    char name[64];
    size_t i;

    for (i = 0; i < COUNT(oids); i++)
    {
        list[2] = buffer_of(ALG_OID, pool_copy(oids[i], strlen(oids[i]) + 1));
        if (export(key, "PKCS8_PRIVATEKEY", &buffers, 0, 0, &blob)) continue;
        snprintf(name, sizeof(name), "%s-encrypted-%u", sample->name, (unsigned int)i);
        save_seed("pkcs8", name, blob);
    }
}

static void save_blobs(const struct sample *sample, uint64_t key)
{
    struct bytes blob;
    size_t i;

    for (i = 0; i < COUNT(fuzz_types); i++)
    {
        if (!export(key, fuzz_types[i].name, NULL, 0, 0, &blob)) save_import(sample, i, WITH_NOTHING, blob);
        if (strcmp(sample->name, "ecdsa256") && strcmp(sample->name, "aes128")) continue;
        save_envelope(sample, key, i);
        save_wrapped(sample, key, i);
    }
    if (!strcmp(sample->name, "ecdsa256")) save_encrypted(sample, key);
}

static const char *joined(const char *a, const char *b)
{
    char *name = (char *)pool(strlen(a) + strlen(b) + 1);

    return strcat(strcpy(name, a), b);
}

/* Alone, and in a store as CertSaveStore writes it. */
static void save_certificates(void)
{
    static const uint32_t head[] = {0, 0x54524543, 32, 1};
    struct bytes certificate = fixed_certificate();
    struct writer one = {0}, store = {0};

    write_u8(&one, CERTIFICATE_TYPE);
    write_bytes(&one, certificate.data, certificate.size);
    save_seed("import", "certificate", pool_written(&one));
    write_u8(&store, CERTIFICATE_TYPE);
    write_bytes(&store, head, sizeof(head));
    write_u32(&store, certificate.size);
    write_bytes(&store, certificate.data, certificate.size);
    write_bytes(&store, "\0\0\0\0\0\0\0\0\0\0\0\0", 12);
    save_seed("import", "certificates", pool_written(&store));
}

/* --- key files, their private part in clear --- */

static void save_stored(const struct sample *sample, const struct stored_key *stored, const struct family *family)
{
    static const struct store_key store_key;
    struct writer w = {0};
    struct bytes image;

    write_u8(&w, 0);
    require(!keyfile_encode(stored, &store_key, &w));
    image = pool_written(&w);
    memcpy((uint8_t *)image.data + image.size - 16 - stored->private_part.size, stored->private_part.data,
           stored->private_part.size);
    save_seed("sealed", sample->name, image);
    if (family == &kdf_family || !strcmp(sample->name, "ecdsa256"))
        save_seed("keyfile", sample->name, (struct bytes){image.data + 1, image.size - 1});
    *(uint8_t *)image.data = 1;
    if (family != &ec_family) save_seed("sealed", joined(sample->name, "-transport"), image);
}

static void save_file(const struct sample *sample, uint64_t key)
{
    const struct key *object = (const struct key *)(uintptr_t)key;
    struct stored_key stored = {0};

    require(!key_describe(object, object->material, &stored));
    require((stored.name = secret_alloc(10)));
    u16_from_ascii(stored.name, "name");
    require(!property_list_set(&stored.properties, wide("p"), "value", 5));
    save_stored(sample, &stored, object->alg->family);
    stored_key_free(&stored);
}

/* A curve without a name: P-256 with another generator, of which the key is once. */
static void save_unnamed_curve(void)
{
    static const struct sample p256 = {"unnamed", "ECDSA_P256", NULL, 0};
    const size_t number_size = 32, generator = 32 + 3 * number_size;
    struct bytes full;
    uint64_t key = make_key(&p256);
    uint8_t *data;

    require(!export(key, "ECCFULLPRIVATEBLOB", NULL, 0, 0, &full));
    object_end(key);
    data = (uint8_t *)full.data;
    memcpy(data + generator, data + full.size - 3 * number_size, 2 * number_size);
    memset(data + full.size - number_size, 0, number_size);
    data[full.size - 1] = 1;
    require(!import("ECCFULLPRIVATEBLOB", full, NULL, 0, 0, &key));
    require(!set_u32(key, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT));
    save_blobs(&p256, key);
    save_file(&p256, key);
    object_end(key);
}

/* One whose private part is under the password "secret" as well, as it lies in the store. */
static void save_locked_file(void)
{
    static const uint8_t policy[] = {1, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    static const struct sample locked = {"locked", NULL, NULL, 0};
    struct key_create_params create = {.alg = number(wide("ECDSA_P256")), .name = number(wide("locked"))};
    struct key_finalize_params finalize = {0};
    struct stored_key stored = {0};
    struct key_delete_params delete;

    create.folded = create.name;
    require(!call(unix_key_create, &create));
    require(!set_property(create.key, wide("UI Policy"), pool_copy(policy, sizeof(policy)), 0));
    require(!set_property(create.key, wide("SmartCardPin"), pool_copy(wide("secret"), 14), 0));
    finalize.key = create.key;
    require(!call(unix_key_finalize, &finalize));
    require(!store_read(key_store(0), ((const struct key *)(uintptr_t)create.key)->unique, &stored));
    save_stored(&locked, &stored, &ec_family);
    stored_key_free(&stored);
    delete.key = create.key;
    require(!call(unix_key_delete, &delete));
}

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
static void save_derivations(void)
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

static void save_properties(void)
{
    static const uint8_t policy[] = {1, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 'a', 0, 0, 0};
    static const struct sample ec = {"", "ECDH", "brainpoolP160r1", 0}, dh = {"", "DH", NULL, 768};
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

static void save_operations(void)
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

/* --- sequences of calls: any bytes will do --- */

static void save_sequences(void)
{
    uint32_t x = 1;
    uint8_t bytes[192];
    char name[16];
    size_t i, j;

    for (i = 0; i < 12; i++)
    {
        for (j = 0; j < sizeof(bytes); j++)
        {
            x = x * 1103515245 + 12345;
            bytes[j] = x >> 16;
        }
        snprintf(name, sizeof(name), "%u", (unsigned int)i);
        save_seed("engine", name, pool_copy(bytes, sizeof(bytes)));
    }
}

int main(int argc, char **argv)
{
    uint64_t key;
    size_t i;

    require(argc == 2);
    directory = argv[1];
    mkdir(directory, 0777);
    attach();
    for (i = 0; i < COUNT(samples); i++)
    {
        key = make_key(&samples[i]);
        save_blobs(&samples[i], key);
        save_file(&samples[i], key);
        object_end(key);
    }
    save_unnamed_curve();
    save_certificates();
    save_locked_file();
    save_derivations();
    save_properties();
    save_operations();
    save_protected();
    save_sequences();
    pool_free();
    return 0;
}
