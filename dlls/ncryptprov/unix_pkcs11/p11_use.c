/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signing, decrypting and agreeing with a key on its token (rows C.39 to C.44). No lock is held meanwhile: a token may
 * be in another building. */
#include <string.h>

#include "p11.h"

static const struct hash_row
{
    const char *id;
    CK_MECHANISM_TYPE mechanism;
    CK_RSA_PKCS_MGF_TYPE mgf;
} hashes[] =
{
    {"SHA1", CKM_SHA_1, CKG_MGF1_SHA1},
    {"SHA224", CKM_SHA224, CKG_MGF1_SHA224},
    {"SHA256", CKM_SHA256, CKG_MGF1_SHA256},
    {"SHA384", CKM_SHA384, CKG_MGF1_SHA384},
    {"SHA512", CKM_SHA512, CKG_MGF1_SHA512},
};

static const struct hash_row *find_hash(const char *id)
{
    size_t i;

    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++) if (!strcmp(hashes[i].id, id)) return &hashes[i];
    return NULL;
}

/* --- the mechanism and its parameters --- */

struct mechanism
{
    CK_MECHANISM m;
    union
    {
        CK_RSA_PKCS_PSS_PARAMS pss;
        CK_RSA_PKCS_OAEP_PARAMS oaep;
    } p;
};

static CK_RV set_pss(struct mechanism *mechanism, const struct token_use *use, const struct hash_row *hash)
{
    if (!hash) return CKR_MECHANISM_PARAM_INVALID;
    mechanism->p.pss = (CK_RSA_PKCS_PSS_PARAMS){hash->mechanism, hash->mgf, use->salt_size};
    mechanism->m = (CK_MECHANISM){CKM_RSA_PKCS_PSS, &mechanism->p.pss, sizeof(mechanism->p.pss)};
    return CKR_OK;
}

static CK_RV set_oaep(struct mechanism *mechanism, const struct token_use *use, const struct hash_row *hash)
{
    CK_RSA_PKCS_OAEP_PARAMS *oaep = &mechanism->p.oaep;

    if (!hash) return CKR_MECHANISM_PARAM_INVALID;
    memset(oaep, 0, sizeof(*oaep));
    oaep->hashAlg = hash->mechanism;
    oaep->mgf = hash->mgf;
    oaep->source = CKZ_DATA_SPECIFIED;
    oaep->pSourceData = use->label.size ? (void *)use->label.data : NULL;
    oaep->ulSourceDataLen = use->label.size;
    mechanism->m = (CK_MECHANISM){CKM_RSA_PKCS_OAEP, oaep, sizeof(*oaep)};
    return CKR_OK;
}

static CK_RV set_mechanism(struct mechanism *mechanism, const struct token_use *use)
{
    const struct hash_row *hash = use->hash ? find_hash(use->hash) : NULL;

    switch (use->mechanism)
    {
    case MECHANISM_RSA_PSS: return set_pss(mechanism, use, hash);
    case MECHANISM_RSA_OAEP: return set_oaep(mechanism, use, hash);
    case MECHANISM_RSA_RAW: mechanism->m = (CK_MECHANISM){CKM_RSA_X_509, NULL, 0}; break;
    case MECHANISM_RSA_PKCS1: mechanism->m = (CK_MECHANISM){CKM_RSA_PKCS, NULL, 0}; break;
    case MECHANISM_ECDSA: mechanism->m = (CK_MECHANISM){CKM_ECDSA, NULL, 0}; break;
    }
    return CKR_OK;
}

/* --- signing and decrypting --- */

struct crypt
{
    struct mechanism mechanism;
    struct bytes input;
    uint8_t *output;
    CK_ULONG size;
    int decrypt;
};

static CK_RV start(struct p11_use *use, struct crypt *crypt)
{
    if (crypt->decrypt) return use->f->C_DecryptInit(use->session->handle, &crypt->mechanism.m, use->object);
    return use->f->C_SignInit(use->session->handle, &crypt->mechanism.m, use->object);
}

static CK_RV finish(struct p11_use *use, struct crypt *crypt, CK_ULONG *size)
{
    CK_BYTE *input = (CK_BYTE *)crypt->input.data;

    if (crypt->decrypt)
        return use->f->C_Decrypt(use->session->handle, input, crypt->input.size, crypt->output, size);
    return use->f->C_Sign(use->session->handle, input, crypt->input.size, crypt->output, size);
}

/* A session in which an operation was begun and not ended is of no use to the next one. Ending it by a last call would
 * be the operation itself, if the token remembers the PIN. */
static CK_RV login_for_key(struct p11_use *use)
{
    CK_RV rv;

    if (!__atomic_load_n(&use->key->always_asks, __ATOMIC_RELAXED)) return CKR_OK;
    if ((rv = p11_login_again(use->key->scope, use))) use->session->is_stuck = 1;
    return rv;
}

/* The operation was begun well, so what fails now is the message: which way must not show in the status. */
static int is_verdict(CK_RV rv)
{
    if (!rv || p11_is_gone(rv) || p11_is_object_gone(rv)) return 0;
    return rv != CKR_BUFFER_TOO_SMALL && rv != CKR_USER_NOT_LOGGED_IN && rv != CKR_OPERATION_NOT_INITIALIZED &&
           rv != CKR_HOST_MEMORY;
}

static CK_RV run_crypt(struct p11_use *use, void *context)
{
    struct crypt *crypt = context;
    CK_ULONG size = crypt->size;
    CK_RV rv;

    if (!p11_has_mechanism(use->token, crypt->mechanism.m.mechanism)) return CKR_MECHANISM_INVALID;
    if ((rv = start(use, crypt))) return p11_is_refused(rv) ? CKR_MECHANISM_INVALID : rv;
    if ((rv = login_for_key(use))) return rv;
    if (!(rv = finish(use, crypt, &size)) && size > crypt->size) rv = CKR_DEVICE_ERROR;
    if (crypt->decrypt && is_verdict(rv)) rv = CKR_ENCRYPTED_DATA_INVALID;
    if (rv == CKR_MECHANISM_INVALID) rv = CKR_MECHANISM_PARAM_INVALID;      /* something was begun */
    if (rv == CKR_OPERATION_NOT_INITIALIZED) rv = CKR_SESSION_HANDLE_INVALID;
    if (!rv) crypt->size = size;
    return rv;
}

static nte_status crypt_with(struct token_key *key, const struct token_use *use, struct crypt *crypt, size_t *result)
{
    nte_status status;
    CK_RV rv;

    if ((rv = set_mechanism(&crypt->mechanism, use))) return p11_status(rv, key->scope->is_card);
    if ((status = p11_with_key(key, 0, run_crypt, crypt))) return status;
    *result = crypt->size;
    return NTE_SUCCESS;
}

nte_status p11_sign(struct token_key *key, const struct token_use *use, struct bytes input, uint8_t *output,
                    size_t size, size_t *result)
{
    struct crypt crypt = {.input = input, .output = output, .size = size, .decrypt = 0};

    return crypt_with(key, use, &crypt, result);
}

nte_status p11_decrypt(struct token_key *key, const struct token_use *use, struct bytes input, uint8_t *output,
                       size_t size, size_t *result)
{
    struct crypt crypt = {.input = input, .output = output, .size = size, .decrypt = 1};

    return crypt_with(key, use, &crypt, result);
}

/* --- agreeing --- */

struct derive
{
    struct bytes point;             /* 04, x, y */
    size_t size;
    struct writer *z;
};

static CK_RV derive_object(struct p11_use *use, struct bytes point, size_t size, CK_OBJECT_HANDLE *secret)
{
    CK_ECDH1_DERIVE_PARAMS params = {CKD_NULL, 0, NULL, point.size, (CK_BYTE *)point.data};
    CK_MECHANISM mechanism = {CKM_ECDH1_DERIVE, &params, sizeof(params)};
    CK_OBJECT_CLASS class = CKO_SECRET_KEY;
    CK_KEY_TYPE type = CKK_GENERIC_SECRET;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ULONG length = size;
    CK_ATTRIBUTE template[] =
    {
        {CKA_CLASS, &class, sizeof(class)},
        {CKA_KEY_TYPE, &type, sizeof(type)},
        {CKA_TOKEN, &no, sizeof(no)},
        {CKA_SENSITIVE, &no, sizeof(no)},
        {CKA_EXTRACTABLE, &yes, sizeof(yes)},
        {CKA_VALUE_LEN, &length, sizeof(length)},
    };

    return use->f->C_DeriveKey(use->session->handle, &mechanism, use->object, template,
                               sizeof(template) / sizeof(*template), secret);
}

/* Some modules want the point in an OCTET STRING (row C.44). 133 bytes on the longest curve: lengths above 127 take two
 * bytes. */
static CK_RV derive_wrapped(struct p11_use *use, struct bytes point, size_t size, CK_OBJECT_HANDLE *secret)
{
    uint8_t der[3 + 255], *p = der;

    if (point.size > 255) return CKR_MECHANISM_PARAM_INVALID;
    *p++ = 4;
    if (point.size > 127) *p++ = 0x81;
    *p++ = point.size;
    memcpy(p, point.data, point.size);
    return derive_object(use, bytes_of(der, p + point.size - der), size, secret);
}

static CK_RV give_secret(struct p11_use *use, CK_OBJECT_HANDLE secret, struct derive *derive)
{
    CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};
    CK_RV rv;

    if ((rv = p11_read(use->token, use->session, secret, &value, 1))) return rv;
    if (!value.pValue || value.ulValueLen != derive->size) rv = CKR_ATTRIBUTE_SENSITIVE;
    else engine.write(derive->z, value.pValue, value.ulValueLen);
    p11_free_attributes(&value, 1);
    return rv;
}

static CK_RV run_derive(struct p11_use *use, void *context)
{
    struct derive *derive = context;
    CK_OBJECT_HANDLE secret;
    CK_RV rv;

    if (!p11_has_mechanism(use->token, CKM_ECDH1_DERIVE)) return CKR_MECHANISM_INVALID;
    rv = derive_object(use, derive->point, derive->size, &secret);
    if (rv == CKR_MECHANISM_PARAM_INVALID) rv = derive_wrapped(use, derive->point, derive->size, &secret);
    if (rv) return rv;
    rv = give_secret(use, secret, derive);
    use->f->C_DestroyObject(use->session->handle, secret);
    return rv;
}

nte_status p11_derive(struct token_key *key, struct bytes point, size_t size, struct writer *z)
{
    struct derive derive = {point, size, z};

    return p11_with_key(key, 0, run_derive, &derive);
}
