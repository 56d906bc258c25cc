/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates of endorsement keys, from the NV memory of a TPM (row T.17). tpm2-tools put them there. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_raw.h"

#define RSA_INDEX "0x01c00002"
#define EC_INDEX  "0x01c0000a"
#define EVERYBODY "ownerread|ownerwrite|authread|authwrite"
#define ROOM 4096

static struct provider *provider;

static int set_up(void **state)
{
    return set_up_provider(state) || provider_open(&tpm_provider, &provider) ? -1 : 0;
}

static int clear_up(void **state)
{
    object_free(&provider->object);
    return remove_provider(state);
}

static nte_status get(const char *name, uint8_t value[ROOM], uint32_t *size)
{
    return property_get(&provider->object, wide(name), 0, value, ROOM, size);
}

static nte_status try(const char *name)
{
    uint8_t value[ROOM];
    uint32_t size;

    return get(name, value, &size);
}

/* A SEQUENCE of size bytes, its header of four included, which is all that anybody here looks at. */
static struct bytes certificate(size_t size)
{
    uint8_t *der = take(size);
    size_t i;

    for (i = 0; i < size; i++) der[i] = i * 5;
    der[0] = 0x30;
    der[1] = 0x82;
    der[2] = (size - 4) >> 8;
    der[3] = (size - 4) & 0xff;
    return bytes_of(der, size);
}

static void define(const char *index, size_t size, const char *attributes)
{
    char command[160];

    snprintf(command, sizeof(command), "nvdefine %s -C o -s %zu -a '%s' 2> /dev/null", index, size, attributes);
    assert_true(tool_does(command));
}

static void fill(const char *index, struct bytes data)
{
    char command[160];

    write_beside("certificate", data);
    snprintf(command, sizeof(command), "nvwrite %s -C o -i %s/certificate 2> /dev/null", index, tpm.root);
    assert_true(tool_does(command));
}

static int undefine(void **state)
{
    tool_does("nvundefine " RSA_INDEX " -C o 2> /dev/null");
    tool_does("nvundefine " EC_INDEX " -C o 2> /dev/null");
    return take_back(state);
}

static void check_certificate(const char *name, struct bytes expected)
{
    uint8_t value[ROOM];
    uint32_t size = 0;

    assert_status(get(name, value, &size), NTE_SUCCESS);
    assert_int_equal(size, expected.size);
    assert_memory_equal(value, expected.data, size);
}

static void none(void **state)
{
    (void)state;
    assert_status(try("PCP_EKCERT"), NTE_NOT_FOUND);
    assert_status(try("PCP_RSA_EKNVCERT"), NTE_NOT_FOUND);
    assert_status(try("PCP_ECC_EKCERT"), NTE_NOT_FOUND);
    assert_status(try("PCP_INTERMEDIATE_CA_EKCERT"), NTE_NOT_SUPPORTED);
}

/* One that takes several commands to read, and one that fills its index. */
static void of_both_keys(void **state)
{
    struct bytes rsa = certificate(1200), ec = certificate(512);

    (void)state;
    define(RSA_INDEX, 1200, EVERYBODY);
    assert_status(try("PCP_EKCERT"), NTE_NOT_FOUND);        /* nothing has been written there */
    fill(RSA_INDEX, rsa);
    define(EC_INDEX, 512, EVERYBODY);
    fill(EC_INDEX, ec);
    check_certificate("PCP_EKCERT", rsa);
    check_certificate("PCP_EKNVCERT", rsa);
    check_certificate("PCP_RSA_EKCERT", rsa);
    check_certificate("PCP_RSA_EKNVCERT", rsa);
    check_certificate("PCP_ECC_EKCERT", ec);
    check_certificate("PCP_ECC_EKNVCERT", ec);
}

/* The index may be larger than what is in it, and be the owner's to read. */
static void with_room(void **state)
{
    struct bytes rsa = certificate(700);
    uint8_t all[1024];

    (void)state;
    memset(all, 0xff, sizeof(all));
    memcpy(all, rsa.data, rsa.size);
    define(RSA_INDEX, sizeof(all), "ownerread|ownerwrite");
    fill(RSA_INDEX, run(all, sizeof(all)));
    check_certificate("PCP_EKCERT", rsa);
}

static void something_else(void **state)
{
    struct bytes whole = certificate(300);

    (void)state;
    define(RSA_INDEX, 200, EVERYBODY);
    fill(RSA_INDEX, run(whole.data, 200));          /* its end is missing */
    assert_status(try("PCP_EKCERT"), NTE_BAD_DATA);
    fill(RSA_INDEX, run(whole.data + 4, 200));
    assert_status(try("PCP_EKCERT"), NTE_NOT_FOUND);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(none, take_back),
        cmocka_unit_test_teardown(of_both_keys, undefine),
        cmocka_unit_test_teardown(with_room, undefine),
        cmocka_unit_test_teardown(something_else, undefine),
    };

    need_tpm();
    if (access("/usr/bin/tpm2_nvdefine", X_OK))
    {
        puts("SKIP: tpm2-tools are not installed");
        return 77;
    }
    return cmocka_run_group_tests(tests, set_up, clear_up);
}
