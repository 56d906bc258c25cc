/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The part of the engine that knows tokens is loaded for programs that ask for it, and for no others; without it
 * opening such a provider fails with a status of its own. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "token_sample.h"

static int is_in_memory(const char *library)
{
    char line[512];
    int found = 0;
    FILE *maps = fopen("/proc/self/maps", "r");

    if (!maps) abort();
    while (fgets(line, sizeof(line), maps)) found |= strstr(line, library) != NULL;
    fclose(maps);
    return found;
}

/* In a process of its own: what opening the provider with that module answers, and what it says. */
static nte_status try_open(const char *module, char said[512])
{
    const struct provider_class *class;
    nte_status status = NTE_SUCCESS;
    int out[2], wait_status;
    ssize_t size;
    pid_t child;

    assert_int_equal(pipe(out), 0);
    if (!(child = fork()))
    {
        dup2(out[1], 2);
        token_module_is(module);
        status = token_provider.open(&token_provider, token_provider.name, NULL, &class);
        if (write(out[1], &status, sizeof(status)) < 0) _exit(1);
        _exit(0);
    }
    close(out[1]);
    assert_int_equal(waitpid(child, &wait_status, 0), child);
    size = read(out[0], said, 511);
    close(out[0]);
    assert_true(size >= (ssize_t)sizeof(status));
    memcpy(&status, said + size - sizeof(status), sizeof(status));
    said[size - sizeof(status)] = 0;
    return status;
}

static void missing(void **state)
{
    char said[512];

    (void)state;
    assert_status(try_open("/nowhere/ncryptprov_pkcs11.so", said), NTE_PROV_DLL_NOT_FOUND);
    assert_non_null(strstr(said, "/nowhere/ncryptprov_pkcs11.so is not there"));
}

static void unusable(void **state)
{
    char path[] = "/tmp/ncrypt-module-XXXXXX", said[512];
    int file = mkstemp(path);

    (void)state;
    assert_int_equal(write(file, "not a library", 13), 13);
    close(file);
    assert_status(try_open(path, said), NTE_DEVICE_NOT_READY);
    assert_non_null(strstr(said, "no keys on tokens"));
    unlink(path);
}

static void loaded_when_asked_for(void **state)
{
    const struct provider_class *class;

    (void)state;
    key_free(final_key("ECDSA_P256", NULL));
    assert_non_null(provider_find(wide("PKCS#11 Key Storage Provider")));
    assert_false(is_in_memory("ncryptprov_pkcs11"));
    if (!find_pkcs11_module()) skip();
    assert_status(token_provider.open(&token_provider, token_provider.name, "pkcs11:", &class), NTE_SUCCESS);
    assert_true(is_in_memory("ncryptprov_pkcs11"));
    assert_false(is_in_memory("libsofthsm2"));          /* that waits until somebody looks for a key */
}

static void configurations(void **state)
{
    const struct provider_class *one, *same, *other, *card;

    (void)state;
    if (!find_pkcs11_module()) skip();
    assert_status(token_provider.open(&token_provider, "SafeNet", "pkcs11:token=a", &one), NTE_SUCCESS);
    assert_status(token_provider.open(&token_provider, "SafeNet", "pkcs11:token=a", &same), NTE_SUCCESS);
    assert_status(token_provider.open(&token_provider, "SafeNet", "pkcs11:token=b", &other), NTE_SUCCESS);
    assert_status(card_provider.open(&card_provider, "SafeNet", "pkcs11:token=a", &card), NTE_SUCCESS);
    assert_ptr_equal(one, same);
    assert_ptr_not_equal(one, other);
    assert_ptr_not_equal(one, card);
    assert_string_equal(one->name, "SafeNet");
    assert_int_equal(card->impl_type, 9);
    assert_status(token_provider.open(&token_provider, "x", "token=a", &other), NTE_INVALID_PARAMETER);
    assert_status(token_provider.open(&token_provider, "x", "pkcs11:?module-path=/nowhere.so", &other),
                  NTE_PROV_DLL_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(missing, take_back),
        cmocka_unit_test_teardown(unusable, take_back),
        cmocka_unit_test_teardown(loaded_when_asked_for, take_back),
        cmocka_unit_test_teardown(configurations, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
