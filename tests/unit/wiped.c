/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What is left in memory and on disk: keys and passwords that are known go through the engine in every way, all is
 * freed, and then all writable memory of the process and every file of its store are searched for them; what a
 * signature leaves on the stack and in registers is searched right after it. Not under a sanitizer, whose allocator
 * would hide what was freed.
 *
 * Usage: wiped          as above
 *        wiped leak     a key is freed without wiping, so that the search can be seen to find it
 *        wiped open     the keys stay open, and what a core dump would have is searched for them */
#define _GNU_SOURCE
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/key_blob.h"
#include "key/agreement.h"
#include "wiped_keys.h"
#include "wiped_pq.h"

#define GUID "01234567-89ab-cdef-0123-456789abcdef"

/* One mapping of /proc/self/smaps: its first line, and the line of its flags ends it. */
static int search(size_t which)
{
    FILE *maps = fopen("/proc/self/smaps", "r");
    unsigned long start = 0, end = 0, next, next_end;
    char line[512], access[8] = "", next_access[8], path[256] = "";
    int found = 0;

    while (fgets(line, sizeof(line), maps))
    {
        if (sscanf(line, "%lx-%lx %7s", &next, &next_end, next_access) == 3)
        {
            start = next;
            end = next_end;
            strcpy(access, next_access);
            strcpy(path, "memory without name");
            sscanf(line, "%*s %*s %*s %*s %*s %255s", path);
        }
        if (strncmp(line, "VmFlags:", 8) || access[0] != 'r' || access[1] != 'w') continue;
        if (keeps_keys && strstr(line, " dd")) continue;
        found += count_in((const uint8_t *)start, (const uint8_t *)end, path, which);
    }
    fclose(maps);
    return found;
}

/* --- what is done with them --- */

static struct key *generate_rsa(uint32_t bits)
{
    const uint32_t both = 3;
    struct key *key;

    must(key_create(&software_provider, wide("RSA"), (struct key_name){wide("rsa"), wide("rsa"), NULL}, 0,
                    FLAG_OVERWRITE_KEY, &key), "create");
    must(property_set(&key->object, wide("Length"), (struct bytes){(const uint8_t *)&bits, 4}, 0), "length");
    must(property_set(&key->object, wide("Export Policy"), (struct bytes){(const uint8_t *)&both, 4}, 0), "policy");
    must(key_finalize(key, 0), "generate");
    return key;
}

#define RSA_PRIMES (24 + 3)         /* where the blob of a key has them, behind n */

static void export_rsa(struct key *key)
{
    uint32_t size;

    must(key_export(key, wide("RSAFULLPRIVATEBLOB"), &(const struct blob_options){0}, 0, data, sizeof(data), &size),
         "key");
}

/* Sizes that the kernel for AVX-512 has functions of their own for. */
static void use_big_rsa(uint32_t bits, const char *p, const char *q)
{
    static const uint16_t sha256[] = {'S', 'H', 'A', '2', '5', '6', 0};
    const size_t half = bits / 16;
    struct key *key = generate_rsa(bits);

    export_rsa(key);
    remember(p, data + RSA_PRIMES + 2 * half, 0);
    remember_digits(p, data + RSA_PRIMES + 2 * half, half);
    remember(q, data + RSA_PRIMES + 3 * half, 0);
    remember_digits(q, data + RSA_PRIMES + 3 * half, half);
    wipe(data, sizeof(data));
    sign(key, (struct padding){.scheme = PAD_PKCS1, .present = 1, .alg = sha256});
    done_with(key);
}

static void use_rsa(void)
{
    static const uint16_t sha256[] = {'S', 'H', 'A', '2', '5', '6', 0};
    struct padding pkcs1 = {.scheme = PAD_PKCS1, .present = 1, .alg = sha256};
    struct padding oaep = {.scheme = PAD_OAEP, .present = 1, .alg = sha256};
    struct blob_options encrypted = {.algorithms = &all_algorithms, .has_secret = 1,
        .alg_oid = "1.2.840.113549.1.12.1.3"};
    uint8_t sealed[512], parameters[16] = {232, 3, 0, 0, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8};
    uint32_t size;
    uint16_t password[32];
    struct key *key;
    size_t i, half = 128;

    key = generate_rsa(2048);
    export_rsa(key);
    i = RSA_PRIMES + 2 * half;      /* the numbers of the blob, in its order */
    remember("p", data + i, 0);
    remember("q", data + i + half, 0);
    remember("d mod p - 1", data + i + 2 * half, 0);
    remember("d mod q - 1", data + i + 3 * half, 0);
    remember("1/q mod p", data + i + 4 * half, 0);
    remember("d", data + i + 5 * half, 0);
    wipe(data, sizeof(data));
    sign(key, pkcs1);
    done_with(key);

    key = open_key("rsa");
    sign(key, pkcs1);
    put_random(0, "message", 32);
    must(key_encrypt(key, &oaep, PAD_OAEP, (struct bytes){data, 32}, sealed, sizeof(sealed), &size), "encrypt");
    wipe(data, sizeof(data));
    must(key_decrypt(key, &oaep, PAD_OAEP, (struct bytes){sealed, size}, data, sizeof(data), &size), "decrypt");
    wipe(data, sizeof(data));
    export(key, "RSAFULLPRIVATEBLOB", NULL);
    export(key, "PKCS8_PRIVATEKEY", NULL);
    for (i = 0; i < 20; i++) password[i] = 'A' + (i * 7 + 3) % 26;
    password[20] = 0;
    remember("password", (const uint8_t *)password, 0);
    encrypted.secret = password;
    encrypted.alg_param = (struct bytes){parameters, sizeof(parameters)};
    must(key_export(key, wide("PKCS8_PRIVATEKEY"), &encrypted, 0, data, sizeof(data), &size), "PKCS#8");
    done_with(key);
    key = import("PKCS8_PRIVATEKEY", size, NULL, &encrypted);
    wipe(password, sizeof(password));
    must(key_finalize(key, 0), "PKCS#8");
    done_with(key);
}

/* size: bytes of a number */
static void use_ec(const char *curve, uint32_t size)
{
    struct agreement *agreement;
    struct padding none = {0};
    const uint32_t both = 3;
    uint32_t written;
    struct key *key;

    must(key_create(&software_provider, wide(curve), (struct key_name){wide("ec"), wide("ec"), NULL}, 0,
                    FLAG_OVERWRITE_KEY, &key), curve);
    if (!strcmp(curve, "ECDSA"))
        must(property_set(&key->object, wide("ECCCurveName"), (struct bytes){(uint8_t *)wide("brainpoolP256r1"), 32},
                          0), "curve");
    must(property_set(&key->object, wide("Export Policy"), (struct bytes){(const uint8_t *)&both, 4}, 0), "policy");
    must(key_finalize(key, 0), curve);
    must(key_export(key, wide("ECCPRIVATEBLOB"), &(const struct blob_options){0}, 0, data, sizeof(data), &written),
         curve);
    remember(curve, data + 8 + 2 * size, 0);
    wipe(data, sizeof(data));
    done_with(key);
    key = open_key("ec");
    if (!strncmp(curve, "ECDH", 4))
    {
        must(agreement_make(key, key, 0, &agreement), "agree");
        copy_traces();
        search_traces();
        remember("agreed secret", agreement->z.data, 0);
        agreement_free(agreement);
    }
    else sign(key, none);
    export(key, "PKCS8_PRIVATEKEY", NULL);
    done_with(key);
}

/* last: the end of the private blob, and so of the private number: how many bytes of it count */
static void use_group(const char *alg, const char *type, uint32_t last)
{
    const uint32_t both = 3, bits = 2048;
    struct agreement *agreement;
    struct padding none = {0};
    uint32_t written;
    struct key *key;

    must(key_create(&software_provider, wide(alg), (struct key_name){wide("group"), wide("group"), NULL}, 0,
                    FLAG_OVERWRITE_KEY,
                    &key), alg);
    must(property_set(&key->object, wide("Length"), (struct bytes){(const uint8_t *)&bits, 4}, 0), "length");
    must(property_set(&key->object, wide("Export Policy"), (struct bytes){(const uint8_t *)&both, 4}, 0), "policy");
    must(key_finalize(key, 0), alg);
    must(key_export(key, wide(type), &(const struct blob_options){0}, 0, data, sizeof(data), &written), type);
    remember(alg, data + written - last, 0);
    wipe(data, sizeof(data));
    done_with(key);
    key = open_key("group");
    if (!strcmp(alg, "DH"))
    {
        must(agreement_make(key, key, 0, &agreement), "agree");
        copy_traces();
        search_traces();
        remember("agreed secret", agreement->z.data, 0);
        agreement_free(agreement);
    }
    else sign(key, none);
    export(key, type, NULL);
    done_with(key);
}

/* KDFKeyBlob and CipherKeyBlob: four numbers and the name; the latter has three numbers more before the key. */
static void use_blob(const char *type, const char *alg, size_t size)
{
    const int is_cipher = !strcmp(type, "CipherKeyBlob");
    const uint32_t words[] = {16, is_cipher ? MAGIC_CIPHER_KEY : MAGIC_KDF_KEY, 2 * (strlen(alg) + 1),
                              size + 12 * is_cipher};
    const uint32_t key_words[] = {0x4d42444b, 1, size};
    size_t used = put_words(0, words, 4);
    struct padding none = {0};
    static uint8_t text[64], out[64];
    struct key *key;
    uint32_t result;

    used += u16_from_ascii((uint16_t *)(data + used), alg);
    if (is_cipher) used = put_words(used, key_words, 3);
    used = put_random(used, alg, size);
    key = import(type, used, "blob", NULL);
    must(key_finalize(key, 0), alg);
    done_with(key);
    key = open_key("blob");
    if (key->alg->family->cipher)
        must(key_encrypt(key, &none, 0, (struct bytes){text, 64}, out, sizeof(out), &result), "encrypt");
    export(key, type, NULL);
    done_with(key);
}

static const uint16_t sha512[] = {'S', 'H', 'A', '5', '1', '2', 0};

/* With the key that use_blob left in the store. */
static void use_derivation(void)
{
    uint64_t iterations = 1000;
    struct kdf_parameter list[] =
    {
        {KDF_HASH_ALGORITHM, {(const uint8_t *)sha512, sizeof(sha512)}},
        {KDF_ITERATION_COUNT, {(const uint8_t *)&iterations, sizeof(iterations)}},
    };
    struct kdf_parameters parameters = {list, 2};
    struct key *key = open_key("blob");
    uint32_t size;

    must(key_derive(key, &parameters, 0, data, 48, &size), "derive");
    remember("derived key", data, 0);
    wipe(data, sizeof(data));
    done_with(key);
}

static struct key *create_lock(const char *name, uint32_t ui_flags, uint32_t flags, struct bytes password)
{
    const uint32_t policy[5] = {1, ui_flags};
    struct key *key;

    must(key_create(&software_provider, wide("ECDSA_P256"), (struct key_name){wide(name), wide(name), NULL}, 0, flags,
                    &key), "create");
    must(property_set(&key->object, wide("UI Policy"), (struct bytes){(const uint8_t *)policy, 20}, 0), "UI policy");
    must(property_set(&key->object, wide("SmartCardPin"), password, 0), "PIN");
    must(key_finalize(key, 0), "finalize");
    return key;
}

/* What the process knows of the password of a key (known_password.h) until the key is deleted or overwritten. */
static void remember_lock_key(const char *name, const struct key *key, struct bytes password)
{
    must(lock_key(key->locked, password, data), "key of a password");
    remember(name, data, 0);
    wipe(data, sizeof(data));
}

static void use_password(void)
{
    struct padding none = {0};
    uint16_t password[32];
    struct bytes value = {(const uint8_t *)password, 40};
    struct key *key;
    int i;

    for (i = 0; i < 20; i++) password[i] = 'a' + (i * 11 + 5) % 26;
    remember("password of a key", (const uint8_t *)password, 0);
    done_with(create_lock("lock", UI_FORCE_HIGH_PROTECTION, 0, value));
    key = open_key("lock");
    must(property_set(&key->object, wide("SmartCardPin"), value, 0), "PIN");
    sign(key, none);
    done_with(key);
    key = open_key("lock");
    must(object_unlock(&key->object, value), "unlock");
    must(property_set(&key->object, wide("SmartCardPin"), value, 0), "PIN");
    remember_lock_key("key of the password of a deleted key", key, value);
    if (!keeps_keys) must(key_delete(key), "delete");

    key = create_lock("lock again", UI_FORCE_HIGH_PROTECTION, 0, value);
    remember_lock_key("key of the password of an overwritten key", key, value);
    done_with(key);
    if (!keeps_keys) done_with(create_lock("lock again", 0, FLAG_OVERWRITE_KEY, value));
    wipe(password, sizeof(password));
}

/* The one copy that the store keeps to work with is allowed. */
static void remember_store_key(const char *directory)
{
    char path[128];
    int file;

    snprintf(path, sizeof(path), "%s/.store-key", directory);
    file = open(path, O_RDONLY);
    if (file < 0 || pread(file, data, 32, 12) != 32) exit(2);
    close(file);
    remember("store key", data, 1);
    wipe(data, sizeof(data));
}

static int left_in_files;

/* The file of the store key is there to have one; nothing is in any other. */
static int search_file(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    const char *name = path + ftw->base;
    int file = type == FTW_F ? open(path, O_RDONLY) : -1;
    ssize_t size;
    size_t i;

    (void)st;
    if (file < 0) return 0;
    size = read(file, data, sizeof(data));
    close(file);
    for (i = 0; i < secret_count; i++)
        if (strcmp(name, ".store-key"))
            left_in_files += count_in(data, data + size, name, i) > 0;
    wipe(data, sizeof(data));
    return 0;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static void leak(void)
{
    uint8_t *copy;

    put_random(0, "leaked key", 64);
    copy = malloc(64);
    memcpy(copy, data, 64);
    wipe(data, sizeof(data));
    __asm__ volatile("" : : "r" (copy) : "memory");     /* else the compiler sees that nobody reads it */
    free(copy);
}

int main(int argc, char **argv)
{
    char root[] = "/tmp/ncrypt-wiped-XXXXXX", user[64], machine[64];
    int left = 0;
    size_t i;

    if (!mkdtemp(root)) return 2;
    keeps_keys = argc > 1 && !strcmp(argv[1], "open");
    snprintf(user, sizeof(user), "%s/user", root);
    snprintf(machine, sizeof(machine), "%s/machine", root);
    must(engine_attach(user, machine, GUID), "attach");
    use_rsa();
    use_big_rsa(2048, "p of RSA-2048", "q of RSA-2048");
    use_big_rsa(3072, "p of RSA-3072", "q of RSA-3072");
    use_big_rsa(4096, "p of RSA-4096", "q of RSA-4096");
    use_ec("ECDSA_P256", 32);
    use_ec("ECDSA", 32);
    use_ec("ECDH_P384", 48);
    use_group("DSA", "DSAPRIVATEBLOB", 32);
    use_group("DH", "DHPRIVATEBLOB", 48);
    use_blob("CipherKeyBlob", "AES", 32);
    use_blob("KDFKeyBlob", "HKDF", 40);
    use_blob("KDFKeyBlob", "PBKDF2", 40);
    use_derivation();
    use_mldsa();
    use_mlkem();
    use_password();
    remember_store_key(user);
    nftw(root, search_file, 8, FTW_PHYS);
    if (argc > 1 && !strcmp(argv[1], "leak")) leak();
    for (i = 0; i < secret_count; i++) left += search(i) > secrets[i].allowed;
    printf("%zu secrets, %d left in memory, %d after signatures, %d in files\n", secret_count, left, left_behind,
           left_in_files);
    nftw(root, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    return left || left_behind || left_in_files;
}
