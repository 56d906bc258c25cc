/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Private keys that a token takes in or lets out wrapped alone: under an AES key which it makes for that moment and
 * which decrypts, too. */
#include <string.h>
#include <sys/random.h>

#include "p11.h"

#ifndef CKM_AES_KEY_WRAP_KWP
#define CKM_AES_KEY_WRAP_KWP 0x210bUL   /* newer than the header of p11-kit 0.24 (row C.20b) */
#endif

#define IV_SIZE 16

static const CK_MECHANISM_TYPE ways[] = {CKM_AES_CBC_PAD, CKM_AES_KEY_WRAP_KWP, CKM_AES_KEY_WRAP_PAD};

static CK_MECHANISM mechanism_of(CK_MECHANISM_TYPE type, CK_BYTE iv[IV_SIZE])
{
    CK_MECHANISM with_iv = {type, iv, IV_SIZE}, without = {type, NULL, 0};

    return type == CKM_AES_CBC_PAD ? with_iv : without;
}

static CK_RV make_wrapping_key(struct p11_use *use, CK_OBJECT_HANDLE *key)
{
    CK_MECHANISM mechanism = {CKM_AES_KEY_GEN, NULL, 0};
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG size = 32;
    CK_ATTRIBUTE template[] =
    {
        {CKA_TOKEN, &no, sizeof(no)},
        {CKA_VALUE_LEN, &size, sizeof(size)},
        {CKA_WRAP, &yes, sizeof(yes)},
        {CKA_UNWRAP, &yes, sizeof(yes)},
        {CKA_ENCRYPT, &yes, sizeof(yes)},
        {CKA_DECRYPT, &yes, sizeof(yes)},
    };

    return use->f->C_GenerateKey(use->session->handle, &mechanism, template, sizeof(template) / sizeof(*template), key);
}

/* Room for what a mechanism adds. */
#define ROOM(size) ((size) + 64)

#define MOST_WRAPPED 65536          /* no private key is so long */

/* Another way may succeed, in a session where this one was begun. */
static CK_RV encrypt(struct p11_use *use, CK_OBJECT_HANDLE key, CK_MECHANISM *mechanism, struct bytes data,
                     CK_BYTE *output, CK_ULONG *size)
{
    CK_SESSION_HANDLE session = use->session->handle;
    CK_ULONG room = *size;
    CK_RV rv;

    rv = use->f->C_EncryptInit(session, mechanism, key);
    if (!rv) rv = use->f->C_Encrypt(session, (CK_BYTE *)data.data, data.size, output, size);
    p11_session_doubt(use->session, rv);
    return !rv && *size > room ? CKR_DEVICE_ERROR : rv;
}

static CK_RV unwrap_one_way(struct p11_use *use, CK_OBJECT_HANDLE key, CK_MECHANISM *mechanism, struct bytes pkcs8,
                            struct p11_template *private, CK_OBJECT_HANDLE *handle)
{
    CK_ULONG size = ROOM(pkcs8.size);
    CK_BYTE *wrapped = engine.alloc(size);
    CK_SESSION_HANDLE session = use->session->handle;
    CK_RV rv;

    if (!wrapped) return CKR_HOST_MEMORY;
    if (!(rv = encrypt(use, key, mechanism, pkcs8, wrapped, &size)))
        rv = use->f->C_UnwrapKey(session, mechanism, key, wrapped, size, private->list, private->count, handle);
    engine.free(wrapped);
    return rv;
}

CK_RV p11_unwrap(struct p11_use *use, struct bytes pkcs8, struct p11_template *private, CK_OBJECT_HANDLE *handle)
{
    CK_RV rv = CKR_FUNCTION_FAILED;
    CK_MECHANISM mechanism;
    CK_OBJECT_HANDLE key;
    CK_BYTE iv[IV_SIZE];
    size_t i;

    if (getrandom(iv, sizeof(iv), 0) != sizeof(iv)) return CKR_HOST_MEMORY;
    if (make_wrapping_key(use, &key)) return CKR_FUNCTION_NOT_SUPPORTED;
    for (i = 0; rv && i < sizeof(ways) / sizeof(*ways); i++)
    {
        mechanism = mechanism_of(ways[i], iv);
        if (p11_has_mechanism(use->token, ways[i]))
            rv = unwrap_one_way(use, key, &mechanism, pkcs8, private, handle);
    }
    use->f->C_DestroyObject(use->session->handle, key);
    return rv;
}

/* The token unwraps it again, this time as a secret that may be read. */
static CK_RV read_wrapped(struct p11_use *use, CK_OBJECT_HANDLE key, CK_MECHANISM *mechanism, CK_BYTE *wrapped,
                          CK_ULONG size, struct writer *w)
{
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0}, template[] =
    {
        {CKA_CLASS, &class, sizeof(class)},
        {CKA_KEY_TYPE, &type, sizeof(type)},
        {CKA_TOKEN, &no, sizeof(no)},
        {CKA_SENSITIVE, &no, sizeof(no)},
        {CKA_EXTRACTABLE, &yes, sizeof(yes)},
    };
    CK_SESSION_HANDLE session = use->session->handle;
    CK_OBJECT_HANDLE secret;
    CK_RV rv;

    rv = use->f->C_UnwrapKey(session, mechanism, key, wrapped, size, template, sizeof(template) / sizeof(*template),
                             &secret);
    if (rv) return rv;
    if (!(rv = p11_read(use->token, use->session, secret, &value, 1)))
    {
        if (value.pValue) engine.write(w, value.pValue, value.ulValueLen);
        else rv = CKR_ATTRIBUTE_SENSITIVE;
        p11_free_attributes(&value, 1);
    }
    use->f->C_DestroyObject(session, secret);
    return rv;
}

static CK_RV wrap_one_way(struct p11_use *use, CK_OBJECT_HANDLE key, CK_MECHANISM *mechanism, struct writer *w)
{
    CK_SESSION_HANDLE session = use->session->handle;
    CK_ULONG size = 0, room;
    CK_BYTE *wrapped;
    CK_RV rv;

    if ((rv = use->f->C_WrapKey(session, mechanism, key, use->object, NULL, &size))) return rv;
    if (size > MOST_WRAPPED) return CKR_DEVICE_ERROR;
    if (!(wrapped = engine.alloc(size))) return CKR_HOST_MEMORY;
    room = size;
    rv = use->f->C_WrapKey(session, mechanism, key, use->object, wrapped, &size);
    if (!rv && size > room) rv = CKR_DEVICE_ERROR;
    if (!rv) rv = read_wrapped(use, key, mechanism, wrapped, size, w);
    engine.free(wrapped);
    return rv;
}

CK_RV p11_wrap(struct p11_use *use, struct writer *w)
{
    CK_BYTE iv[IV_SIZE] = {0};      /* the key serves once */
    CK_RV rv = CKR_KEY_UNEXTRACTABLE;
    CK_MECHANISM mechanism;
    CK_OBJECT_HANDLE key;
    size_t i;

    if (make_wrapping_key(use, &key)) return CKR_KEY_UNEXTRACTABLE;
    for (i = 0; rv && i < sizeof(ways) / sizeof(*ways); i++)
    {
        mechanism = mechanism_of(ways[i], iv);
        if (p11_has_mechanism(use->token, ways[i])) rv = wrap_one_way(use, key, &mechanism, w);
    }
    use->f->C_DestroyObject(use->session->handle, key);
    return rv ? CKR_KEY_UNEXTRACTABLE : CKR_OK;
}
