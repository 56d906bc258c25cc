/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The content key of a message, opened with the key of a recipient: RSA with PKCS #1 or OAEP, and ECDH. Who can have
 * messages opened learns the same of each that is not right, wherever it is wrong. */
#include "recipient.h"

BOOL read_marked_recipient(const BYTE *encrypted, DWORD size, struct marked_recipient *marked)
{
    struct der_reader all = {encrypted + RECIPIENT_MARK_SIZE + 1, size - RECIPIENT_MARK_SIZE - 1, FALSE};

    if (size <= RECIPIENT_MARK_SIZE || memcmp(encrypted, RECIPIENT_MARK, RECIPIENT_MARK_SIZE)) return FALSE;
    marked->index = encrypted[RECIPIENT_MARK_SIZE];
    marked->cipher = read_content_cipher(der_enter(&all, DER_SEQUENCE), &marked->iv);
    marked->recipient = all;
    return !all.failed;
}

/* --- RSA --- */

static SECURITY_STATUS decrypt(NCRYPT_KEY_HANDLE key, const BYTE *encrypted, DWORD size, void *padding, DWORD flags,
                               BYTE *plain, DWORD *plain_size)
{
    SECURITY_STATUS status;
    BYTE *opened;

    if (!(opened = allocate(size))) return NTE_NO_MEMORY;
    status = ncrypt()->NCryptDecrypt(key, (BYTE *)encrypted, size, padding, opened, size, plain_size, flags);
    if (!status && *plain_size > LONGEST_CONTENT_KEY) status = NTE_BAD_DATA;
    if (!status) CopyMemory(plain, opened, *plain_size);
    SecureZeroMemory(opened, size);
    release(opened);
    return status;
}

struct transport
{
    char oid[64];
    struct der_reader parameters, encrypted;
};

/* KeyTransRecipientInfo (RFC 5652 6.2.1). */
static BOOL read_transport(struct der_reader info, struct transport *transport)
{
    struct der_reader algorithm, oid;

    der_enter(&info, DER_INTEGER);
    der_enter(&info, der_next(&info));
    algorithm = der_enter(&info, DER_SEQUENCE);
    transport->encrypted = der_enter(&info, DER_OCTET_STRING);
    oid = der_enter(&algorithm, DER_OID);
    transport->parameters = algorithm;
    return !info.failed && !oid.failed && der_oid_text(&oid, transport->oid, sizeof(transport->oid));
}

BOOL read_plain_transport(const struct marked_recipient *marked, struct der_reader *encrypted)
{
    struct der_reader all = marked->recipient;
    struct transport transport;

    if (der_next(&all) != DER_SEQUENCE || !read_transport(der_enter(&all, DER_SEQUENCE), &transport)) return FALSE;
    *encrypted = transport.encrypted;
    return !lstrcmpA(transport.oid, szOID_RSA_RSA);
}

static SECURITY_STATUS open_transport(NCRYPT_KEY_HANDLE key, struct der_reader info, BYTE *plain, DWORD *plain_size)
{
    BCRYPT_OAEP_PADDING_INFO padding;
    struct transport transport;
    SECURITY_STATUS status;

    if (!read_transport(info, &transport)) return NTE_BAD_DATA;
    if (!lstrcmpA(transport.oid, szOID_RSA_RSA))
        return decrypt(key, transport.encrypted.data, transport.encrypted.left, NULL, NCRYPT_PAD_PKCS1_FLAG, plain,
                       plain_size);
    if (lstrcmpA(transport.oid, szOID_RSAES_OAEP)) return NTE_NOT_SUPPORTED;
    if ((status = read_oaep(&transport.parameters, &padding))) return status;
    return decrypt(key, transport.encrypted.data, transport.encrypted.left, &padding, NCRYPT_PAD_OAEP_FLAG, plain,
                   plain_size);
}

/* --- ECDH --- */

/* The key of the message, which lies on the curve of ours whatever it says. */
static SECURITY_STATUS import_originator(NCRYPT_KEY_HANDLE own, struct der_reader bits, NCRYPT_KEY_HANDLE *originator)
{
    CERT_PUBLIC_KEY_INFO info = {.Algorithm.pszObjId = (char *)szOID_ECC_PUBLIC_KEY};
    struct public_key public;
    SECURITY_STATUS status = get_public_key(own, &public);

    info.Algorithm.Parameters.pbData = public.parameters.data;
    info.Algorithm.Parameters.cbData = public.parameters.used;
    info.PublicKey.pbData = (BYTE *)bits.data;
    info.PublicKey.cbData = bits.left;
    if (!status) status = import_public_key(&info, TRUE, originator);
    public_key_free(&public);
    return status;
}

/* The sender's key is known to who asks, when the message only names it. */
static SECURITY_STATUS use_known_originator(struct der_reader *bits)
{
    const struct scope *scope = scope_current();

    if (!scope || !scope->originator || !scope->originator->cbData) return NTE_NOT_SUPPORTED;
    bits->data = scope->originator->pbData;
    bits->left = scope->originator->cbData;
    bits->failed = FALSE;
    return ERROR_SUCCESS;
}

/* OriginatorIdentifierOrKey. bits: the point. */
static SECURITY_STATUS read_originator(struct der_reader *info, struct der_reader *bits)
{
    struct der_reader field = der_enter(info, DER_CONTEXT(0)), key;

    if (field.failed) return NTE_BAD_DATA;
    if (der_next(&field) != DER_CONTEXT(1)) return use_known_originator(bits);
    key = der_enter(&field, DER_CONTEXT(1));
    der_enter(&key, DER_SEQUENCE);
    *bits = der_enter(&key, DER_BIT_STRING);
    if (key.failed || bits->left < 2) return NTE_BAD_DATA;
    bits->data++;                   /* behind the count of unused bits */
    bits->left--;
    return ERROR_SUCCESS;
}

/* The encrypted key of that number. */
static struct der_reader find_encrypted_key(struct der_reader keys, BYTE index)
{
    struct der_reader one = {NULL, 0, TRUE};

    do one = der_enter(&keys, DER_SEQUENCE); while (!keys.failed && index--);
    der_enter(&one, der_next(&one));
    return der_enter(&one, DER_OCTET_STRING);
}

static SECURITY_STATUS unwrap_with(NCRYPT_KEY_HANDLE key, struct der_reader bits, const struct agreement *agreement,
                                   const struct der_reader *wrapped, BYTE *plain, DWORD *plain_size)
{
    NCRYPT_KEY_HANDLE originator;
    BYTE kek[LONGEST_KEK];
    SECURITY_STATUS status;

    if ((status = import_originator(key, bits, &originator))) return status;
    if (!(status = derive_kek(key, originator, agreement, kek)))
        status = unwrap_key(kek, agreement->kek_size, wrapped->data, wrapped->left, plain);
    *plain_size = wrapped->left - 8;
    SecureZeroMemory(kek, sizeof(kek));
    ncrypt()->NCryptFreeObject(originator);
    return status;
}

/* KeyAgreeRecipientInfo (RFC 5652 6.2.2). */
static SECURITY_STATUS open_agreement(NCRYPT_KEY_HANDLE key, struct der_reader info, BYTE index, BYTE *plain,
                                      DWORD *plain_size)
{
    struct der_reader bits, field, ukm = {NULL, 0, FALSE}, wrapped;
    struct agreement agreement;
    SECURITY_STATUS status;

    der_enter(&info, DER_INTEGER);
    if ((status = read_originator(&info, &bits))) return status;
    if (der_next(&info) == DER_CONTEXT(1))
    {
        field = der_enter(&info, DER_CONTEXT(1));
        ukm = der_enter(&field, DER_OCTET_STRING);
    }
    if ((status = read_agreement(der_enter(&info, DER_SEQUENCE), &agreement))) return status;
    agreement.ukm = ukm;
    wrapped = find_encrypted_key(der_enter(&info, DER_SEQUENCE), index);
    if (info.failed || ukm.failed || wrapped.failed || wrapped.left > LONGEST_CONTENT_KEY + 8) return NTE_BAD_DATA;
    return unwrap_with(key, bits, &agreement, &wrapped, plain, plain_size);
}

/* --- both --- */

/* What has nothing to do with the bytes of the message. */
static BOOL may_be_told(SECURITY_STATUS status)
{
    static const SECURITY_STATUS told[] =
    {
        ERROR_SUCCESS, NTE_NOT_SUPPORTED, NTE_NO_MEMORY, NTE_PERM, NTE_SILENT_CONTEXT, NTE_USER_CANCELLED,
        SCARD_W_CANCELLED_BY_USER, NTE_INVALID_HANDLE,
    };
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(told); i++) if (told[i] == status) return TRUE;
    return FALSE;
}

static SECURITY_STATUS one_code(SECURITY_STATUS status)
{
    return may_be_told(status) ? status : NTE_BAD_DATA;
}

SECURITY_STATUS open_content_key(NCRYPT_KEY_HANDLE key, const struct marked_recipient *marked, BYTE *plain,
                                 DWORD *plain_size)
{
    struct der_reader all = marked->recipient, info;
    BYTE tag = der_next(&all);

    info = der_enter(&all, tag);
    if (tag == DER_CONTEXT(1)) return one_code(open_agreement(key, info, marked->index, plain, plain_size));
    return one_code(open_transport(key, info, plain, plain_size));
}

SECURITY_STATUS open_plain_content_key(NCRYPT_KEY_HANDLE key, const BYTE *encrypted, DWORD size, BYTE *plain,
                                       DWORD *plain_size)
{
    return one_code(decrypt(key, encrypted, size, NULL, NCRYPT_PAD_PKCS1_FLAG, plain, plain_size));
}
