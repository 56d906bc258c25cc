/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The seeds of fuzz_protect: rules, blobs and a stream under the session key that it has. */
#include "fuzz.h"
#include "protect/protect.h"
#include "seeds.h"

static struct answer answers[PROTECTORS_MAX];

static struct descriptor *parse(const char *rule)
{
    static const char session[PROTECT_KEY_SIZE] = "the key of this logon session  ";
    struct descriptor *descriptor;
    uint32_t i;

    require(!descriptor_parse(wide(rule), &descriptor));
    for (i = 0; i < descriptor->count; i++)
        answers[i] = (struct answer){UNIX_KEY_LOGON, 0, pool_copy(session, sizeof(session))};
    return descriptor;
}

static void save_blob(const char *name, const char *rule, const char *text)
{
    struct descriptor *descriptor = parse(rule);
    struct writer blob = {0};

    require(!secret_protect(descriptor, answers, (struct bytes){(const uint8_t *)text, strlen(text)}, &blob));
    save_seed("protect", name, pool_written(&blob));
    descriptor_free(descriptor);
}

static void save_stream(const char *text)
{
    struct descriptor *descriptor = parse("LOCAL=user");
    struct bytes piece = {(const uint8_t *)text, strlen(text)};
    uint8_t *output = pool(UNIX_STREAM_OUTPUT);
    struct protect_stream *stream;
    struct writer all = {0};
    size_t consumed, produced;
    uint32_t state;

    require(!stream_open_protect(descriptor, answers, &stream));
    do
    {
        require(!stream_update(stream, piece, 1, &consumed, output, &produced, &state));
        piece.data += consumed;
        piece.size -= consumed;
        write_bytes(&all, output, produced);
    }
    while (state != UNIX_STREAM_DONE);
    save_seed("protect", "stream", pool_written(&all));
    stream_free(stream);
    descriptor_free(descriptor);
}

void save_protected(void)
{
    static const char *const rules[] =
    {
        "LOCAL=user", "LOCAL=machine AND LOCAL=logon", "SID=S-1-5-21-1-2-3-1001 OR LOCAL=user",
        "SDDL=O:S-1-5-5-0-290724G:SYD:(A;;CCDC;;;S-1-5-5-0-290724)(A;;DC;;;WD)",
        "WEBCREDENTIALS=name,site.example.com", "CERTIFICATE=HashId:00112233445566778899aabbccddeeff00112233",
    };
    char name[16];
    size_t i;

    for (i = 0; i < COUNT(rules); i++)
    {
        snprintf(name, sizeof(name), "rule-%u", (unsigned int)i);
        save_seed("protect", name, pool_copy(wide(rules[i]), 2 * strlen(rules[i])));
    }
    save_blob("blob-one", "LOCAL=user", "secret");
    save_blob("blob-and", "LOCAL=user AND LOCAL=logon", "secret");
    save_blob("blob-or", "LOCAL=user OR LOCAL=machine OR LOCAL=logon", "secret");
    save_stream("a short stream");
}
