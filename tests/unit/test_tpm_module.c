/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What opening the provider of the TPM answers and says where there is none that can be used (rows T.1, T.55, T.56). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <grp.h>

#include "tpm_sample.h"

#define NOBODY 65534

/* In a process of its own, without root's rights if is_nobody: the status, and what goes to stderr. */
static nte_status try_open(const char *module, const char *way, int is_nobody, char said[512])
{
    const struct provider_class *opened;
    nte_status status = NTE_SUCCESS;
    int out[2], wait_status;
    ssize_t size;
    pid_t child;

    assert_int_equal(pipe(out), 0);
    if (!(child = fork()))
    {
        dup2(out[1], 2);
        if (module) tpm_module_is(module);
        setenv("NCRYPT_TPM_TCTI", "none", 1);
        tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened);     /* loads the module */
        if (is_nobody && (setgroups(0, NULL) || setgid(NOBODY) || setuid(NOBODY))) _exit(1);
        setenv("NCRYPT_TPM_TCTI", way, 1);
        status = tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened);
        status = tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened) ? status : NTE_FAIL;
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

static int count_lines(const char *said)
{
    int lines = 0;

    while (*said) lines += *said++ == '\n';
    return lines;
}

static void no_module(void **state)
{
    char said[512];

    (void)state;
    assert_status(try_open("/nowhere/ncryptprov_tpm.so", "none", 0, said), NTE_DEVICE_NOT_READY);
    assert_non_null(strstr(said, "/nowhere/ncryptprov_tpm.so is not there (package ncrypt-wine-tpm)"));
    assert_int_equal(count_lines(said), 1);
}

static void no_chip(void **state)
{
    char said[512];

    (void)state;
    assert_status(try_open(NULL, "device:/nowhere/tpm", 0, said), NTE_DEVICE_NOT_READY);
    assert_non_null(strstr(said, "no keys in the TPM: /nowhere/tpm: No such file or directory"));
    assert_int_equal(count_lines(said), 1);
    assert_status(try_open(NULL, "swtpm:path=/nowhere/s", 0, said), NTE_DEVICE_NOT_READY);
    assert_int_equal(count_lines(said), 1);
    assert_status(try_open(NULL, "none", 0, said), NTE_DEVICE_NOT_READY);
    assert_string_equal(said, "");                  /* who says so does not want to hear it */
}

static void something_else(void **state)
{
    char said[512];

    (void)state;
    assert_status(try_open(NULL, "device:/dev/null", 0, said), NTE_DEVICE_NOT_READY);
    assert_non_null(strstr(said, "does not answer as a TPM 2.0"));
    assert_int_equal(count_lines(said), 1);
}

/* The most frequent complaint: the line names the group to join. */
static void not_in_the_group(void **state)
{
    char path[] = "/tmp/ncrypt-device-XXXXXX", way[64], said[512];
    struct group *group = getgrnam("daemon");
    int file;

    (void)state;
    if (getuid() || !group) skip();
    assert_true((file = mkstemp(path)) >= 0);
    assert_int_equal(fchown(file, 0, group->gr_gid), 0);
    assert_int_equal(fchmod(file, 0660), 0);
    close(file);
    snprintf(way, sizeof(way), "device:%s", path);
    assert_status(try_open(NULL, way, 1, said), NTE_DEVICE_NOT_READY);
    assert_non_null(strstr(said, "is for members of the group daemon"));
    assert_non_null(strstr(said, "usermod -a -G daemon USER"));
    assert_int_equal(count_lines(said), 1);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(no_module, take_back),
        cmocka_unit_test_teardown(no_chip, take_back),
        cmocka_unit_test_teardown(something_else, take_back),
        cmocka_unit_test_teardown(not_in_the_group, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
