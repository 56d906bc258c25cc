/* SPDX-License-Identifier: LGPL-2.1-or-later
 * tools/keys/source*.c: each form of a private key is read, and whatever is changed in a file or cut off from it,
 * reading ends in an exit status, under the sanitizers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include "../../tools/keys/keys.h"      /* before cmocka.h, which has another meaning of fail */
#include "format/pkcs8.h"

#include <cmocka.h>

/* A P-256 key: SEC 1, the same encrypted, its certificate for key agreement, and others in OpenSSH's form and for RSA.
 * All were made for this test. */
static const char sec1[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIH1saH/FkJD2na7XSGNqqezC/wgMXkcikzsmFcW1t4jvoAoGCCqGSM49\n"
    "AwEHoUQDQgAEK0u6cP7mPs6wqyRryBPYGHt6RoZwFbr0EUGx6unMhOkKW039o6gL\n"
    "wLcEPPRoYWnvkyqgSd4X6FJoU567LBNV3A==\n"
    "-----END EC PRIVATE KEY-----\n";

static const char sealed[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "Proc-Type: 4,ENCRYPTED\n"
    "DEK-Info: AES-128-CBC,41E1B63EC1CFC3AA481DD6EB2369FB0F\n"
    "\n"
    "exIQdV5o5o/oLKDm2y/+ldXhAuOVKAEr3meRR40dUJd3o9Bus6jHmje/LYfyCdaL\n"
    "eTPnZXWgzOeKf56nRIUvywMuToxVrY6sII8BmhCVzgz7YdTWlurHeiBtjvdGQl1s\n"
    "1ysc0W14GKrTahXPJ305jYGEN4WiGjrYAs1+QTuYxhM=\n"
    "-----END EC PRIVATE KEY-----\n";

static const char certificate[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBSTCB8aADAgECAhR8ctAOjY8OKixOASkPmArQ/0VQAjAKBggqhkjOPQQDAjAM\n"
    "MQowCAYDVQQDDAF0MB4XDTI2MTEyODIwMzUyOFoXDTM2MTEyNTIwMzUyOFowDDEK\n"
    "MAgGA1UEAwwBdDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCtLunD+5j7OsKsk\n"
    "a8gT2Bh7ekaGcBW69BFBserpzITpCltN/aOoC8C3BDz0aGFp75MqoEneF+hSaFOe\n"
    "uywTVdyjMTAvMA4GA1UdDwEB/wQEAwIDCDAdBgNVHQ4EFgQUN21ka1/JErLCaBJ8\n"
    "9iLEzwgJcIswCgYIKoZIzj0EAwIDRwAwRAIgAXhn5qiEpZkrIm5vBv9ESXSyANmd\n"
    "Zqpm8DvvBURJux8CIA7LdbyrjH/QMRiP4uMnrCixjNAUFRoBjWvX2laaesRN\n"
    "-----END CERTIFICATE-----\n";

static const char openssh[] =
    "-----BEGIN OPENSSH PRIVATE KEY-----\n"
    "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAaAAAABNlY2RzYS\n"
    "1zaGEyLW5pc3RwMjU2AAAACG5pc3RwMjU2AAAAQQRnNYSjxCUtz2qXr3D53eeuWyop0eBU\n"
    "NpzSbvwSRrktBt75S4EYd87dPrqL6RXbjIZPVBY1TE00ayw1APj8bKGFAAAAoE024oRNNu\n"
    "KEAAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBGc1hKPEJS3Papev\n"
    "cPnd565bKinR4FQ2nNJu/BJGuS0G3vlLgRh3zt0+uovpFduMhk9UFjVMTTRrLDUA+PxsoY\n"
    "UAAAAhAL8ZtjYfLaevu07bQdEWwyjjklxukGymoKUGm3Zaqoe2AAAAAXQBAgMEBQY=\n"
    "-----END OPENSSH PRIVATE KEY-----\n";

static const char rsa[] =
    "-----BEGIN PRIVATE KEY-----\n"
    "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAw/acW7cAQGdCoPui\n"
    "VoPZVUEI3JaDqtoirpYRwHR/cPMeHfOd+xvLGEqrvepE5T2VPIQ64ay1TYAl7c9n\n"
    "VYkFQQIDAQABAkAzBTcqbdgD7J6dWUan7cYc+0S6Yfm/9vFGsU3H5Mz1c/GGULrH\n"
    "qAe/DeJmELkOQrlEsRDEU0Zj6tOlKuSqFq7NAiEA+ujCrJ1wdCUeIn86MXAb22Iz\n"
    "SuOQpYj2Wd1RffZf5LMCIQDH8HUlZCslZJqXzHs/cn6Wh2sYoWdxKm/ZHggb25tw\n"
    "OwIhAN29Yn4mTUF3pCAcjBMw3o2NRYNDhYuldQGKJADMAYcdAiBL3341EEwnRoQ7\n"
    "8scajrJnIUCM+kMs+LO1KuZc2/uinQIgfYBt0FyHHLVkGeLZAF/cQVPjkNZIWiSH\n"
    "MV3zGc2L2pc=\n"
    "-----END PRIVATE KEY-----\n";

/* --- what the rest of the program would do --- */

static struct bytes content;            /* of the file, whatever its name */

int file_read(const char *path, struct bytes *data)
{
    uint8_t *copy = secret_alloc(content.size);

    (void)path;
    assert_non_null(copy);
    if (content.size) memcpy(copy, content.data, content.size);
    *data = (struct bytes){copy, content.size};
    return EXIT_DONE;
}

int read_password(const char *file, const char *prompt, enum password_kind kind, struct bytes *password)
{
    struct writer w = {0};

    (void)file, (void)prompt;
    assert_int_equal(kind, PASSWORD_MAY_BE_EMPTY);
    assert_true(to_utf16("secret", &w));
    *password = (struct bytes){w.data, w.used - 2};
    return EXIT_DONE;
}

/* --- */

/* The exit status; what was read is proved to be a PrivateKeyInfo. */
static int read_one(struct bytes file, size_t number, uint32_t *usage)
{
    struct settings settings = {.argument = "file", .key_number = number};
    struct pkcs8_info info;
    struct bytes pkcs8 = {NULL, 0};
    int result;

    content = file;
    result = source_read(&settings, &pkcs8);
    if (!result)
    {
        assert_int_equal(pkcs8_read_info(pkcs8, &info), NTE_SUCCESS);
        *usage = info.usage;
    }
    secret_free((void *)pkcs8.data);
    return result;
}

static struct bytes joined(const char *a, const char *b)
{
    size_t size = strlen(a) + strlen(b);
    char *text = test_malloc(size + 1);

    strcpy(text, a);
    strcat(text, b);
    return (struct bytes){(const uint8_t *)text, size};
}

#define LABEL_16 "SIXTEEN LETTERS "
#define LABEL_64 LABEL_16 LABEL_16 LABEL_16 LABEL_16

static void test_forms(void **state)
{
    static const struct
    {
        const char *first, *second;
        size_t number;
        int result;
        uint32_t usage;
    } cases[] =
    {
        {sec1, "", 0, EXIT_DONE, PKCS8_DIGITAL_SIGNATURE},
        {sealed, "", 0, EXIT_DONE, PKCS8_DIGITAL_SIGNATURE},
        {openssh, "", 0, EXIT_DONE, PKCS8_DIGITAL_SIGNATURE},
        {rsa, "", 0, EXIT_DONE, 0},
        {certificate, sec1, 0, EXIT_DONE, PKCS8_KEY_AGREEMENT},
        {certificate, openssh, 0, EXIT_DONE, PKCS8_DIGITAL_SIGNATURE},         /* of another key */
        {rsa, sec1, 0, EXIT_REFUSED, 0},
        {rsa, sec1, 2, EXIT_DONE, PKCS8_DIGITAL_SIGNATURE},
        {rsa, sec1, 3, EXIT_NOT_FOUND, 0},
        {certificate, "", 0, EXIT_FAILED, 0},
        {"-----BEGIN " LABEL_64 "PRIVATE KEY-----\n", "-----END " LABEL_64 "PRIVATE KEY-----\n", 0, EXIT_FAILED, 0},
        {"", "", 0, EXIT_FAILED, 0},
    };
    struct bytes file;
    uint32_t usage;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
    {
        usage = 0;
        file = joined(cases[i].first, cases[i].second);
        assert_int_equal(read_one(file, cases[i].number, &usage), cases[i].result);
        assert_int_equal(usage, cases[i].usage);
        test_free((void *)file.data);
    }
}

static void read_damaged(struct bytes file)
{
    uint8_t *copy = test_malloc(file.size + !file.size);
    uint32_t usage;

    if (file.size) memcpy(copy, file.data, file.size);      /* its own block: reading past the end is seen */
    assert_in_range(read_one((struct bytes){copy, file.size}, 0, &usage), EXIT_DONE, EXIT_PASSWORD);
    test_free(copy);
}

/* Each byte changed in three ways, and each length. */
static void damage(struct bytes file)
{
    static const uint8_t changes[] = {0x01, 0x20, 0x84};
    uint8_t *copy = test_malloc(file.size);
    size_t i, j;

    for (i = 0; i < file.size; i++)
    {
        for (j = 0; j < sizeof(changes); j++)
        {
            memcpy(copy, file.data, file.size);
            copy[i] ^= changes[j];
            read_damaged((struct bytes){copy, file.size});
        }
        read_damaged((struct bytes){file.data, i});
    }
    test_free(copy);
}

static void test_damage(void **state)
{
    static const char *const files[][2] = {{sec1, ""}, {sealed, ""}, {openssh, ""}, {certificate, sec1}, {rsa, sec1}};
    struct bytes file;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(files) / sizeof(*files); i++)
    {
        file = joined(files[i][0], files[i][1]);
        damage(file);
        test_free((void *)file.data);
    }
}

/* There are thousands of reasons why not. The file descriptor stays, for the sanitizers. */
static FILE *spoken;

static int hush(void **state)
{
    (void)state;
    spoken = stderr;
    return !(stderr = fopen("/dev/null", "w"));
}

static int speak(void **state)
{
    (void)state;
    fclose(stderr);
    stderr = spoken;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup_teardown(test_forms, hush, speak),
        cmocka_unit_test_setup_teardown(test_damage, hush, speak),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
