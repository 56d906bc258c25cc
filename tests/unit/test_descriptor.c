/* SPDX-License-Identifier: LGPL-2.1-or-later
 * descriptor.c, protector.c, utf8.c: rules of protection descriptors (doc/facts/windows-api.md 6.2). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protect_sample.h"

static nte_status parse(const char *rule)
{
    struct descriptor *descriptor;
    uint16_t buffer[512];
    nte_status status = descriptor_parse(u16(buffer, rule), &descriptor);

    if (!status) descriptor_free(descriptor);
    return status;
}

/* The canonical text, which must parse to itself. */
static void check_text(const char *rule, const char *canonical)
{
    struct descriptor *descriptor = make_descriptor(rule), *again;
    struct writer text = {0}, text_again = {0};
    uint16_t buffer[512];

    descriptor_text(descriptor, &text);
    assert_same_name((uint16_t *)text.data, u16(buffer, canonical));
    assert_int_equal(descriptor_parse((uint16_t *)text.data, &again), NTE_SUCCESS);
    descriptor_text(again, &text_again);
    assert_int_equal(text.used, text_again.used);
    assert_memory_equal(text.data, text_again.data, text.used);
    assert_int_equal(descriptor->count, again->count);
    assert_int_equal(descriptor->clauses, again->clauses);
    descriptor_free(descriptor);
    descriptor_free(again);
    writer_free(&text);
    writer_free(&text_again);
}

static void test_text(void **state)
{
    (void)state;
    check_text("LOCAL=user", "LOCAL=user");
    check_text("  local \t= USER  ", "LOCAL=user");
    check_text("LOCAL=user OR LOCAL=machine", "LOCAL=user OR LOCAL=machine");
    check_text("LOCAL=user AND LOCAL=machine  OR  Sid=s-1-1-0", "LOCAL=user AND LOCAL=machine OR SID=S-1-1-0");
    check_text("SID=S-1-0xffffffffffff-4294967295", "SID=S-1-0xffffffffffff-4294967295");
    check_text("SDDL=O:S-1-5-5-0-290724G:SYD:(A;;CCDC;;;S-1-5-5-0-290724)(A;;DC;;;WD)",
               "SDDL=O:S-1-5-5-0-290724G:SYD:(A;;CCDC;;;S-1-5-5-0-290724)(A;;DC;;;WD)");
    check_text("CERTIFICATE=hashid:00112233445566778899aabbccddeeff00112233",
               "CERTIFICATE=HashId:00112233445566778899aabbccddeeff00112233");
    check_text("CERTIFICATE=CertBlob:AQI=", "CERTIFICATE=CertBlob:AQI=");
    check_text("WEBCREDENTIALS=MyPasswordName,myweb.com", "WEBCREDENTIALS=MyPasswordName,myweb.com");
    check_text("WEBCREDENTIALS=a b", "WEBCREDENTIALS=a\\ b");
    check_text("WEBCREDENTIALS=a\\ OR\\ b", "WEBCREDENTIALS=a\\ OR\\ b");
    check_text("WEBCREDENTIALS=a and b", "WEBCREDENTIALS=a\\ and\\ b");
    check_text("WEBCREDENTIALS=\\#1\\,\\+\\\"\\\\\\<\\>\\;\\=", "WEBCREDENTIALS=\\#1,+\"\\\\<>;=");
    check_text("WEBCREDENTIALS=#6162", "WEBCREDENTIALS=ab");
    check_text("WEBCREDENTIALS=\\61\\09", "WEBCREDENTIALS=a\\09");
    check_text("WEBCREDENTIALS=\\20a\\20", "WEBCREDENTIALS=\\ a\\ ");
    check_text("WEBCREDENTIALS=ORANGE ANDROID", "WEBCREDENTIALS=ORANGE\\ ANDROID");
}

static void test_structure(void **state)
{
    struct descriptor *descriptor = make_descriptor("LOCAL=user AND SID=S-1-1-0 OR LOCAL=logon");

    (void)state;
    assert_int_equal(descriptor->count, 3);
    assert_int_equal(descriptor->clauses, 2);
    assert_int_equal(descriptor->protectors[0].clause, 0);
    assert_int_equal(descriptor->protectors[1].clause, 0);
    assert_int_equal(descriptor->protectors[2].clause, 1);
    assert_int_equal(descriptor->protectors[1].type, UNIX_PROTECTOR_SID);
    assert_string_equal(descriptor->protectors[1].value, "S-1-1-0");
    descriptor_free(descriptor);
}

static void test_refused(void **state)
{
    static const char *const rules[] =
    {
        "", " ", "LOCAL", "LOCAL=", "LOCAL= ", "=user", "LOCAL=everybody", "LOCAL=user x", "LOCAL=users",
        "LOCAL=user OR", "LOCAL=user OR ", "OR LOCAL=user", "LOCAL=user AND", "LOCAL=user OR OR LOCAL=user",
        "LOCAL=user or LOCAL=machine", "LOCAL=user LOCAL=machine", "LOCAL=user AND OR LOCAL=user",
        "LOCAL=userOR LOCAL=machine", "LOCAL=user\\", "UNKNOWN=user", "LO CAL=user", "LOCAL==user",
        "(LOCAL=user)", "SID=", "SID=S-1", "SID=S-1-1", "SID=S-1-1-", "SID=S-1-1-0x", "SID=S-2-1-0",
        "SID=S-1-1-0 ,", "SID=WD", "SID=S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16",
        "SID=S-1-5-4294967296", "SID=S-1-0x1000000000000-1", "SID=S-1-5--1", "SID=S-1-5-+1",
        "CERTIFICATE=", "CERTIFICATE=HashId:", "CERTIFICATE=HashId:0011",
        "CERTIFICATE=HashId:0011223344556677889900112233445566778899aa", "CERTIFICATE=CertBlob:",
        "CERTIFICATE=HashId:001122334455667788990011223344556677889g", "CERTIFICATE=CertBlob:AQ",
        "CERTIFICATE=CertBlob:A===", "CERTIFICATE=CertBlob:A*I=", "CERTIFICATE=Other:00", "SDDL=",
        "WEBCREDENTIALS=#", "WEBCREDENTIALS=#6", "WEBCREDENTIALS=#6g", "WEBCREDENTIALS=#ff", "WEBCREDENTIALS=#00",
        "WEBCREDENTIALS=\\g1", "WEBCREDENTIALS=\\1", "WEBCREDENTIALS=\\c3", "WEBCREDENTIALS=\\00",
        "WEBCREDENTIALS=\\c0\\80", "WEBCREDENTIALS=\\ed\\a0\\80", "WEBCREDENTIALS=\\f4\\90\\80\\80",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        if (parse(rules[i]) != NTE_INVALID_PARAMETER) fail_msg("\"%s\": %#x", rules[i], parse(rules[i]));
}

static void test_unicode(void **state)
{
    static const uint16_t pair[] = {'S', 'D', 'D', 'L', '=', 0xe9, 0x20ac, 0xd83d, 0xde00, 0};
    static const uint16_t half[] = {'S', 'D', 'D', 'L', '=', 0xd83d, 0}, low[] = {'S', 'D', 'D', 'L', '=', 0xde00, 0};
    struct descriptor *descriptor;
    struct writer text = {0};

    (void)state;
    assert_int_equal(descriptor_parse(pair, &descriptor), NTE_SUCCESS);
    assert_string_equal(descriptor->protectors[0].value, "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80");
    descriptor_text(descriptor, &text);
    assert_memory_equal(text.data, pair, sizeof(pair));
    writer_free(&text);
    descriptor_free(descriptor);
    assert_int_equal(descriptor_parse(half, &descriptor), NTE_INVALID_PARAMETER);
    assert_int_equal(descriptor_parse(low, &descriptor), NTE_INVALID_PARAMETER);
}

static void test_limits(void **state)
{
    uint16_t *rule = calloc(RULE_MAX + 2, sizeof(*rule));
    char many[1024] = "LOCAL=user";
    struct descriptor *descriptor;
    size_t i;

    (void)state;
    for (i = 1; i < PROTECTORS_MAX; i++) strcat(many, " OR LOCAL=user");
    assert_int_equal(strlen(many) < 512, 1);
    assert_int_equal(parse(many), NTE_SUCCESS);
    strcat(many, " OR LOCAL=user");
    assert_int_equal(parse(many), NTE_INVALID_PARAMETER);

    u16(rule, "WEBCREDENTIALS=");
    for (i = u16_length(rule); i < RULE_MAX; i++) rule[i] = 'x';
    assert_int_equal(descriptor_parse(rule, &descriptor), NTE_SUCCESS);
    descriptor_free(descriptor);
    rule[i] = 'x';
    assert_int_equal(descriptor_parse(rule, &descriptor), NTE_INVALID_PARAMETER);
    free(rule);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_text),
        cmocka_unit_test(test_structure),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_unicode),
        cmocka_unit_test(test_limits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
