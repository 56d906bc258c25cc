/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Tokens of SoftHSM in a directory of the test's own, and the engine's provider for them. Include after cmocka.h. */
#ifndef TESTS_TOKEN_SAMPLE_H
#define TESTS_TOKEN_SAMPLE_H

#include <sys/stat.h>

#include "key_sample.h"
#include "provider/pkcs11/token_provider.h"

#define TOKEN_PIN "1234"

static char token_root[64];
static char softhsm[128];

/* For the address sanitizer: SoftHSM loses some of its own memory now and then. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libsofthsm2";
}

static inline int find_softhsm(void)
{
    static const char *const places[] = {"/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm",
                                         "/usr/lib/x86_64-linux-gnu/pkcs11", "/usr/lib64/pkcs11"};
    size_t i;

    for (i = 0; i < sizeof(places) / sizeof(*places); i++)
    {
        snprintf(softhsm, sizeof(softhsm), "%s/libsofthsm2.so", places[i]);
        if (!access(softhsm, R_OK)) return 1;
    }
    return 0;
}

/* The module is built where the test runs. */
static inline int find_pkcs11_module(void)
{
    char cwd[512], path[600];

    if (!getcwd(cwd, sizeof(cwd))) return 0;
    snprintf(path, sizeof(path), "%s/x86_64-unix/ncryptprov_pkcs11.so", cwd);
    token_module_is(path);
    return !access(path, R_OK);
}

/* Tests of tokens are skipped where there are none. */
static inline void need_tokens(void)
{
    if (find_pkcs11_module() && find_softhsm() && !access("/usr/bin/softhsm2-util", X_OK)) return;
    puts("SKIP: no ncryptprov_pkcs11.so here, or no SoftHSM");
    exit(77);
}

static inline int make_token(const char *label)
{
    char command[256];

    snprintf(command, sizeof(command), "softhsm2-util --init-token --free --label '%s' --pin " TOKEN_PIN
             " --so-pin 5678 > /dev/null", label);
    return system(command);
}

static inline int make_tokens(const char *const *labels, int removable)
{
    char path[96];
    FILE *file;

    strcpy(token_root, "/tmp/ncrypt-tokens-XXXXXX");
    if (!mkdtemp(token_root)) return -1;
    snprintf(path, sizeof(path), "%s/softhsm2.conf", token_root);
    if (!(file = fopen(path, "w"))) return -1;
    fprintf(file, "directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n"
            "slots.removable = %s\n", token_root, removable ? "true" : "false");
    fclose(file);
    setenv("SOFTHSM2_CONF", path, 1);
    setenv("P11_KIT_NO_USER_CONFIG", "1", 1);
    while (*labels) if (make_token(*labels++)) return -1;
    return 0;
}

static inline int remove_tokens(void **state)
{
    (void)state;
    return nftw(token_root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Between the engine and SoftHSM, from the next open_tokens on: a module that follows rules (tests/providers/mock). */
static inline void use_mock(void)
{
    char path[96], cwd[512];

    setenv("MOCK_PKCS11_MODULE", softhsm, 1);
    snprintf(path, sizeof(path), "%s/rules", token_root);
    setenv("MOCK_PKCS11_RULES", path, 1);
    snprintf(path, sizeof(path), "%s/calls", token_root);
    setenv("MOCK_PKCS11_LOG", path, 1);
    if (getcwd(cwd, sizeof(cwd)) && strlen(cwd) < 80)
        snprintf(softhsm, sizeof(softhsm), "%.80s/tests/providers/mock/mock.so", cwd);
}

/* The rules from now on; the log of calls starts anew. */
static inline void set_rules(const char *rules)
{
    char path[96], new[104];
    FILE *file;

    snprintf(path, sizeof(path), "%s/rules", token_root);
    snprintf(new, sizeof(new), "%s.new", path);
    if (!(file = fopen(new, "w"))) abort();
    fprintf(file, "%s\n", rules);
    fclose(file);
    if (rename(new, path)) abort();
    snprintf(path, sizeof(path), "%s/calls", token_root);
    unlink(path);
}

/* How many lines of the log begin so. */
static inline int count_calls(const char *start)
{
    char path[96], line[256];
    int count = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/calls", token_root);
    if (!(file = fopen(path, "r"))) return 0;
    while (fgets(line, sizeof(line), file)) count += !strncmp(line, start, strlen(start));
    fclose(file);
    return count;
}

/* How many calls in the log had this answer. */
static inline int count_answers(unsigned long answer)
{
    unsigned long said;
    char path[96], line[256];
    int count = 0;
    FILE *file;

    snprintf(path, sizeof(path), "%s/calls", token_root);
    if (!(file = fopen(path, "r"))) return 0;
    while (fgets(line, sizeof(line), file)) count += sscanf(line, "%*s %lx", &said) == 1 && said == answer;
    fclose(file);
    return count;
}

/* attributes: of the token, "token=..." or ""; query: more of the query, "&pin-value=1234" or "". */
static inline const struct provider_class *open_tokens(const struct provider_class *base, const char *attributes,
                                                       const char *query)
{
    const struct provider_class *class;
    char uri[512];

    snprintf(uri, sizeof(uri), "pkcs11:%s?module-path=%s%s", attributes, softhsm, query);
    assert_status(base->open(base, base->name, uri, &class), NTE_SUCCESS);
    return class;
}

static inline nte_status try_token_key(const struct provider_class *class, const char *alg, const char *name,
                                       struct key **key)
{
    nte_status status;

    if ((status = key_create(class, wide(alg), named(name), 0, 0, key))) return status;
    if (!(status = key_finalize(*key, 0))) return NTE_SUCCESS;
    key_free(*key);
    return status;
}

static inline struct key *token_key(const struct provider_class *class, const char *alg, const char *name)
{
    struct key *key = NULL;

    assert_status(try_token_key(class, alg, name, &key), NTE_SUCCESS);
    return key;
}

static inline nte_status open_token_key(const struct provider_class *class, const char *name, struct key **key)
{
    return key_open(class, named(name), 0, 0, key);
}

/* The token signs, the engine verifies with the numbers that it knows. */
static inline nte_status sign_with(struct key *key)
{
    static const uint8_t digest[32];
    struct padding padding = {.scheme = PAD_PKCS1, .present = 1, .alg = wide("SHA256")};
    uint32_t size, flags = !strcmp(key->alg->id, "RSA") ? PAD_PKCS1 : 0;
    uint8_t signature[512];
    nte_status status;

    if (!flags) memset(&padding, 0, sizeof(padding));
    status = key_sign(key, &padding, flags, bytes_of(digest, 32), signature, sizeof(signature), &size);
    return status ? status : key_verify(key, &padding, flags, bytes_of(digest, 32), bytes_of(signature, size));
}

static inline nte_status set_pin(struct object *object, const char *pin)
{
    uint16_t text[64];
    size_t size = u16_from_ascii(text, pin);

    return property_set(object, wide("SmartCardPin"), run(text, size), 0);
}

#endif
