/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The seeds of fuzz_engine: any bytes are a sequence of calls, but some say more than others. */
#include "fuzz.h"
#include "seeds.h"

/* The first of the numbers that fuzz_engine.c has for each call, and its bits of a choice of name. */
enum
{
    CREATE = 0, COMPLETE = 2, OPEN = 4, IMPORT_RSA, FREE, DELETE, SET_POLICY, SET_USAGE, SET_CUSTOM, LOOK,
    COPY_KEY, COPY_PUBLIC, TRANSPORT, SIGN, CRYPT, AGREE, ENUMERATE,
    NO_NAME = 3, MACHINE = 0x10, OVERWRITE = 0x20,
    ECDSA = 0, ECDH, AES,           /* algorithms */
    END = 255,
};

#define SIXTEEN_BYTES '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'

static const struct story
{
    const char *name;
    uint8_t calls[64];              /* numbers of calls with what each takes; handles count from 0 */
}
stories[] =
{
    {"archived-once",
     {CREATE, ECDSA, 0, SET_POLICY, 0, 8, COMPLETE, 0, COPY_KEY, 0, NO_NAME, COPY_KEY, 0, NO_NAME, END}},
    {"archived-by-maker",
     {CREATE, ECDSA, 0, SET_POLICY, 0, 8, COMPLETE, 0, OPEN, 0, COPY_KEY, 1, NO_NAME, COPY_KEY, 0, NO_NAME,
      END}},
    {"transported",
     {CREATE, ECDSA, 1, SET_POLICY, 0, 3, SET_CUSTOM, 0, 0, 2, 1, 2, COMPLETE, 0, TRANSPORT, 0, 0, TRANSPORT, 0,
      1, LOOK, 1, SIGN, 1, ENUMERATE, 0, END}},
    {"transported-policy",
     {CREATE, AES, NO_NAME, SET_POLICY, 0, 9, COMPLETE, 0, TRANSPORT, 0, 0, SET_POLICY, 1, 3, COPY_KEY, 1, NO_NAME,
      SET_POLICY, 1, 1, COPY_KEY, 0, NO_NAME, COPY_KEY, 0, NO_NAME, END}},
    {"public",
     {CREATE, ECDSA, NO_NAME, COMPLETE, 0, COPY_PUBLIC, 0, SET_POLICY, 1, 3, COPY_KEY, 1, NO_NAME, SIGN, 0, SIGN,
      1, END}},
    {"deleted",
     {CREATE, AES, MACHINE, COMPLETE, 0, OPEN, MACHINE, DELETE, 0, SET_CUSTOM, 1, 0, 1, 1, DELETE, 1, FREE, 1,
      ENUMERATE, 1, END}},
    {"replaced",
     {CREATE, ECDSA, 0, COMPLETE, 0, CREATE, ECDH, OVERWRITE, COMPLETE, 1, DELETE, 0, SET_CUSTOM, 0, 0, 1, 1,
      OPEN, 0, ENUMERATE, 0, LOOK, 0, END}},
    {"raced",
     {CREATE, ECDSA, 0, CREATE, ECDSA, 0, COMPLETE, 0, COMPLETE, 1, COMPLETE, 0, END}},
    {"agreed",
     {CREATE, ECDH, NO_NAME, CREATE, ECDH, NO_NAME, SET_USAGE, 1, 4, COMPLETE, 0, COMPLETE, 1, AGREE, 0, 1,
      AGREE, 1, 0, SIGN, 1, END}},
    {"rsa",
     {IMPORT_RSA, 0, SIGN, 0, CRYPT, 0, 0, SIXTEEN_BYTES, COPY_PUBLIC, 0, SIGN, 0, CRYPT, 1, 0, SIXTEEN_BYTES,
      END}},
    {"usage",
     {CREATE, AES, 0, SET_USAGE, 0, 2, COMPLETE, 0, CRYPT, 0, 0, SIXTEEN_BYTES, SET_USAGE, 0, 1, END}},
    {"cipher",
     {CREATE, AES, 2, COMPLETE, 0, CRYPT, 0, 0, SIXTEEN_BYTES, OPEN, 2, CRYPT, 1, 0, SIXTEEN_BYTES, END}},
};

static void save_random(unsigned int seed)
{
    uint32_t x = seed;
    uint8_t bytes[192];
    char name[16];
    size_t i;

    for (i = 0; i < sizeof(bytes); i++)
    {
        x = x * 1103515245 + 12345;
        bytes[i] = x >> 16;
    }
    snprintf(name, sizeof(name), "random-%u", seed);
    save_seed("engine", name, pool_copy(bytes, sizeof(bytes)));
}

void save_sequences(void)
{
    size_t i, size;

    for (i = 0; i < COUNT(stories); i++)
    {
        for (size = 0; stories[i].calls[size] != END; size++) { }
        save_seed("engine", stories[i].name, pool_copy(stories[i].calls, size));
    }
    for (i = 1; i <= 6; i++) save_random(i);
}
