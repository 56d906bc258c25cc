/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Writes the seeds of the fuzz targets: each kind of key in each blob that takes it, key files, lists of
 * parameters and properties. The keys are new ones each time.
 *
 *   make_seeds DIRECTORY */
#include "fuzz.h"
#include "seeds.h"
#include "../unit/old_files.h"

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

/* --- blobs --- */

static const struct sample samples[] =
{
    {"rsa512", "RSA", NULL, 512, NULL},
    {"ecdsa256", "ECDSA_P256", NULL, 0, NULL},
    {"ecdh256", "ECDH_P256", NULL, 0, NULL},
    {"ecdh384", "ECDH_P384", NULL, 0, NULL},
    {"ecdsa521", "ECDSA_P521", NULL, 0, NULL},
    {"k256", "ECDSA", "secp256k1", 0, NULL},
    {"brainpool", "ECDH", "brainpoolP192r1", 0, NULL},
    {"nist224", "ECDSA", "nistP224", 0, NULL},
    {"x25519", "ECDH", "curve25519", 0, NULL},
    {"dsa512", "DSA", NULL, 512, NULL},
    {"dsa1088", "DSA", NULL, 1088, NULL},             /* of the newer kind, with q of 256 bits */
    {"dh768", "DH", NULL, 768, NULL},
    {"aes128", "AES", NULL, 128, NULL},
    {"aes256", "AES", NULL, 256, NULL},
    {"3des", "3DES", NULL, 0, NULL},
    {"3des112", "3DES_112", NULL, 0, NULL},
    {"desx", "DESX", NULL, 0, NULL},
    {"rc2", "RC2", NULL, 40, NULL},
    {"hkdf", "HKDF", NULL, 0, NULL},
    {"mldsa44", "ML-DSA", NULL, 0, "44"},
    {"mldsa65", "ML-DSA", NULL, 0, "65"},
    {"mldsa87", "ML-DSA", NULL, 0, "87"},
    {"mlkem512", "ML-KEM", NULL, 0, "512"},
    {"mlkem768", "ML-KEM", NULL, 0, "768"},
    {"mlkem1024", "ML-KEM", NULL, 0, "1024"},
};

static void set_name(uint64_t key, const char *property, const char *name)
{
    struct bytes value = pool_copy(wide(name), (strlen(name) + 1) * sizeof(uint16_t));

    require(!set_property(key, wide(property), value, 0));
}

uint64_t make_key(const struct sample *sample)
{
    struct key_create_params create = {.alg = number(wide(sample->alg))};
    struct key_finalize_params finalize = {0};

    require(!call(unix_key_create, &create));
    if (sample->bits) require(!set_u32(create.key, "Length", sample->bits));
    if (sample->curve) set_name(create.key, "ECCCurveName", sample->curve);
    if (sample->set) set_name(create.key, "ParameterSetName", sample->set);
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

static void save_stored(const struct sample *sample, struct stored_key *stored, const struct family *family)
{
    static const struct store_key store_key;
    struct writer w = {0};
    struct bytes image;

    stored->kind = IMAGE_KEY_FILE;
    memset(stored->digits, '0', NAME_DIGITS);
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
    static const struct sample p256 = {"unnamed", "ECDSA_P256", NULL, 0, NULL};
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
    static const struct sample locked = {"locked", NULL, NULL, 0, NULL};
    struct key_create_params create = {.alg = number(wide("ECDSA_P256")), .name = number(wide("locked"))};
    struct key_finalize_params finalize = {0};
    struct stored_key stored = {0};
    struct key_delete_params delete = {0};

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

/* Of versions 1 and 2, which are written no more. */
static void save_old_file(const char *name, const char *digits)
{
    struct bytes image = pool_copy(digits, strlen(digits) / 2);
    unsigned int byte;
    size_t i;

    for (i = 0; i < image.size; i++)
    {
        require(sscanf(digits + 2 * i, "%2x", &byte) == 1);
        ((uint8_t *)image.data)[i] = byte;
    }
    save_seed("keyfile", name, image);
}

static void save_old_files(void)
{
    save_old_file("version-1", old_alpha);
    save_old_file("version-2", old_locked);
    save_old_file("version-1-transport", old_carried);
    save_old_file("version-1-ephemeral", old_ephemeral);
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
    save_old_files();
    save_derivations();
    save_properties();
    save_operations();
    save_tpm();
    save_protected();
    save_sequences();
    pool_free();
    return 0;
}
