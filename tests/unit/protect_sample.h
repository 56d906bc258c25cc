/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Rules, answers and blobs for the tests of protected data. The stores are two directories made for the test.
 * Include after cmocka.h. */
#ifndef PROTECT_SAMPLE_H
#define PROTECT_SAMPLE_H

#include "key/key.h"
#include "protect/protect.h"
#include "store_scratch.h"

struct place
{
    char parent[64];
};

static inline int place_setup(void **state)
{
    struct place *place = calloc(1, sizeof(*place));
    char user[80], machine[80];

    *state = place;
    strcpy(place->parent, "/tmp/ncrypt-protect-XXXXXX");
    if (!mkdtemp(place->parent)) return -1;
    snprintf(user, sizeof(user), "%s/user", place->parent);
    snprintf(machine, sizeof(machine), "%s/machine", place->parent);
    return engine_attach(user, machine, GUID);
}

static inline int place_teardown(void **state)
{
    struct place *place = *state;

    store_close(key_store(0));
    store_close(key_store(FLAG_MACHINE_KEY));
    remove_tree(place->parent);
    free(place);
    return 0;
}

#define place_test(f) cmocka_unit_test_setup_teardown(f, place_setup, place_teardown)

static inline struct descriptor *make_descriptor(const char *rule)
{
    struct descriptor *descriptor;
    uint16_t buffer[512];

    assert_int_equal(descriptor_parse(u16(buffer, rule), &descriptor), NTE_SUCCESS);
    return descriptor;
}

static const uint8_t session[PROTECT_KEY_SIZE] = "the key of this logon session  ";

/* What the Windows half would say to LOCAL= protectors; anything else is refused. */
static inline void answer_local(const struct descriptor *descriptor, struct answer answers[PROTECTORS_MAX])
{
    uint32_t i;

    memset(answers, 0, PROTECTORS_MAX * sizeof(*answers));
    for (i = 0; i < descriptor->count; i++)
    {
        const char *value = (const char *)descriptor->protectors[i].value;

        answers[i].status = NTE_NOT_SUPPORTED;
        if (descriptor->protectors[i].type != UNIX_PROTECTOR_LOCAL) continue;
        if (!strcmp(value, "user")) answers[i].key = UNIX_KEY_USER;
        else if (!strcmp(value, "machine")) answers[i].key = UNIX_KEY_MACHINE;
        else
        {
            answers[i].key = UNIX_KEY_LOGON;
            answers[i].data.data = session;
            answers[i].data.size = sizeof(session);
        }
    }
}

static inline nte_status protect_text(const char *rule, const char *text, struct writer *blob)
{
    struct descriptor *descriptor = make_descriptor(rule);
    struct bytes data = {(const uint8_t *)text, strlen(text)};
    struct answer answers[PROTECTORS_MAX];
    nte_status status;

    answer_local(descriptor, answers);
    status = secret_protect(descriptor, answers, data, blob);
    descriptor_free(descriptor);
    return status;
}

static inline nte_status unprotect_blob(struct bytes blob, struct writer *data)
{
    struct answer answers[PROTECTORS_MAX];
    struct envelope *envelope;
    nte_status status;

    if ((status = cms_read(blob, &envelope))) return status;
    answer_local(&envelope->descriptor, answers);
    status = secret_unprotect(envelope, answers, data);
    envelope_free(envelope);
    return status;
}

#endif
