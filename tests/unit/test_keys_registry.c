/* SPDX-License-Identifier: LGPL-2.1-or-later
 * tools/keys/registry.c: what Wine writes is read, and nothing that it does not write is believed. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "../../tools/keys/registry.h"

#define HEADER "WINE REGISTRY Version 2\n"

static const char sample[] =
    HEADER
    ";; All keys relative to REGISTRY\\\\Machine\n"
    "\n"
    "#arch=win64\n"
    "\n"
    "[Software\\\\A] 1795377757\n"
    "#time=1dd7abc6c373732\n"
    "@=\"nothing\"\n"
    "\"MachineGuid\"=\"not this one\"\n"
    "\n"
    "[Software\\\\Microsoft\\\\Cryptography] 1795377757\n"
    "#time=1dd7abc6c373732\n"
    "@=dword:00000001\n"
    "\"Blob\"=hex:01,02,\\\n"
    "  03,04,\\\n"
    "  05\n"
    "\"Expand\"=str(2):\"%ProgramData%\\\\x\"\n"
    "\"machineGUID\"=\"c682a361-f885\"\n"
    "\"Quoted \\\"name\\\"\"=\"a\\\\b\\\"c\\td\\x20ace\\x0041\"\n"
    "\"Surrogates\"=\"\\xd83d\\xde00\"\n"
    "\"Half\"=\"x\\xd83dx\"\n"
    "\"Empty\"=\"\"\n"
    "\"Ended\"=\"ab\\0cd\"\n"
    "\n"
    "[Software\\\\Z\\[1\\]] 1795377757\n"
    "\"MachineGuid\"=\"nor this one\"\n";

static enum registry_result read_from(const char *file, size_t size, const char *key, const char *value, char text[64])
{
    uint8_t *copy = secret_alloc(size);         /* so that the sanitizer sees a read past the end */
    enum registry_result result;

    memcpy(copy, file, size);
    memset(text, 'x', 64);
    result = registry_read((struct bytes){copy, size}, key, value, text, 64);
    secret_free(copy);
    return result;
}

static enum registry_result read_guid(const char *file, char text[64])
{
    return read_from(file, strlen(file), "Software\\Microsoft\\Cryptography", "MachineGuid", text);
}

static void check_value(const char *value, const char *expected)
{
    char text[64];

    assert_int_equal(read_from(sample, strlen(sample), "software\\microsoft\\cryptography", value, text),
                     REGISTRY_FOUND);
    assert_string_equal(text, expected);
}

static void test_values(void **state)
{
    (void)state;
    check_value("MachineGuid", "c682a361-f885");
    check_value("Quoted \"name\"", "a\\b\"c\td\xe2\x82\xac" "eA");
    check_value("Surrogates", "\xf0\x9f\x98\x80");
    check_value("Ended", "ab");
}

static enum registry_result result_of(const char *key, const char *value)
{
    char text[64];

    return read_from(sample, strlen(sample), key, value, text);
}

static void test_missing(void **state)
{
    (void)state;
    assert_int_equal(result_of("Software\\Microsoft\\Cryptography", "Blob"), REGISTRY_MISSING);
    assert_int_equal(result_of("Software\\Microsoft\\Cryptography", "Expand"), REGISTRY_MISSING);
    assert_int_equal(result_of("Software\\Microsoft\\Cryptography", "Empty"), REGISTRY_MISSING);
    assert_int_equal(result_of("Software\\Microsoft\\Cryptography", "Machine"), REGISTRY_MISSING);
    assert_int_equal(result_of("Software\\Microsoft\\Cryptograph", "MachineGuid"), REGISTRY_MISSING);
    assert_int_equal(result_of("Software\\Z[1]", "MachineGuid"), REGISTRY_FOUND);
}

static void test_no_text(void **state)
{
    (void)state;
    assert_int_equal(result_of("Software\\Microsoft\\Cryptography", "Half"), REGISTRY_MALFORMED);
}

static void test_truncated_at_every_length(void **state)
{
    const char *value = strstr(sample, "\"machineGUID\""), *after = strchr(value, '\n') + 1;
    char text[64];
    size_t size;

    (void)state;
    for (size = 0; size < sizeof(sample) - 1; size++)
    {
        enum registry_result result = read_from(sample, size, "Software\\Microsoft\\Cryptography", "MachineGuid", text);
        int whole_lines = size >= strlen(HEADER) && sample[size - 1] == '\n' &&
                          !(size > 1 && sample[size - 2] == '\\');

        if (!whole_lines) assert_int_equal(result, REGISTRY_MALFORMED);
        else assert_int_equal(result, sample + size >= after ? REGISTRY_FOUND : REGISTRY_MISSING);
        if (result == REGISTRY_FOUND) assert_string_equal(text, "c682a361-f885");
    }
}

/* One byte changed to each other one: whatever the answer, a found value is a string within its buffer. */
static void test_every_changed_byte(void **state)
{
    char changed[sizeof(sample)], text[64];
    size_t i;
    int c;

    (void)state;
    for (i = 0; i < sizeof(sample) - 1; i++)
        for (c = 1; c < 256; c += 1 + (c > 128) * 16)
        {
            memcpy(changed, sample, sizeof(sample));
            changed[i] = c;
            if (read_from(changed, sizeof(changed) - 1, "Software\\Microsoft\\Cryptography", "MachineGuid", text) ==
                REGISTRY_FOUND) assert_non_null(memchr(text, 0, sizeof(text)));
        }
}

#define IN_KEY(line) HEADER "[Software\\\\Microsoft\\\\Cryptography] 1\n" line

static void test_malformed(void **state)
{
    static const char *const files[] =
    {
        "",
        "REGEDIT4\n",
        "WINE REGISTRY Version 3\n",
        IN_KEY("MachineGuid=\"x\"\n"),
        IN_KEY("\"MachineGuid\"\n"),
        IN_KEY("\"MachineGuid=\"x\"\n"),
        IN_KEY("\"MachineGuid\"=\n"),
        IN_KEY("\"MachineGuid\"=\"x\n"),
        IN_KEY("\"MachineGuid\"=\"x\" \n"),
        IN_KEY("\"MachineGuid\"=\"x\\\"\n"),
        IN_KEY("\"MachineGuid\"=\"\\q\"\n"),
        IN_KEY("\"MachineGuid\"=\"\\xg\"\n"),
        IN_KEY("\"MachineGuid\"=\"\xc3\xa9\"\n"),
        IN_KEY("\"MachineGuid\"=\"x\"\n\"MachineGuid\"=\"y\"\n"),
        IN_KEY("\"MachineGuid\"=\"x\"\n\"Blob\"=hex:00,\\\n"),
        IN_KEY("\"MachineGuid\"=\"x\"\n[Software\n"),
        IN_KEY("\"MachineGuid\"=\"x\"\n[Software] x\n"),
        IN_KEY("\"MachineGuid\"=\"x\""),
        IN_KEY("\"MachineGuid\"=\"0123456789012345678901234567890123456789012345678901234567890123\"\n"),
    };
    char text[64];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(files) / sizeof(*files); i++)
        assert_int_equal(read_guid(files[i], text), REGISTRY_MALFORMED);
    assert_int_equal(read_guid(IN_KEY("\"MachineGuid\"=\"x\"\n"), text), REGISTRY_FOUND);
    assert_string_equal(text, "x");
    assert_int_equal(read_guid(IN_KEY("\"MachineGuid\"="
                                      "\"012345678901234567890123456789012345678901234567890123456789012\"\n"),
                               text), REGISTRY_FOUND);
}

int main(void)
{
    static const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_missing),
        cmocka_unit_test(test_no_text),
        cmocka_unit_test(test_truncated_at_every_length),
        cmocka_unit_test(test_every_changed_byte),
        cmocka_unit_test(test_malformed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
