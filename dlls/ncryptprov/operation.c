/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sign, verify, encrypt, decrypt: the caller's structures become those of the border. */
#include "ksp.h"

#define CIPHER_BLOCK 16             /* bytes: IV, tag and block padding take one at most */

#define MOST_CONTEXT 256            /* bytes: one more than ML-DSA takes is still too much */

static void read_context(const BCRYPT_PQDSA_PADDING_INFO *pqdsa, struct unix_padding *padding)
{
    padding->alg = address(pqdsa->pszPrehashAlgId);
    padding->label = address(pqdsa->pbCtx);
    padding->label_size = min(pqdsa->cbCtx, MOST_CONTEXT);
    probe_input(pqdsa->pbCtx, padding->label_size);
}

static struct unix_padding read_padding(const void *info, DWORD flags)
{
    const BCRYPT_OAEP_PADDING_INFO *oaep = info;
    const BCRYPT_PKCS1_PADDING_INFO *pkcs1 = info;
    const BCRYPT_PSS_PADDING_INFO *pss = info;
    struct unix_padding padding = {0};

    if (!info) return padding;
    padding.present = 1;
    if (flags & BCRYPT_PAD_PSS) flags &= ~NCRYPT_TPM_PAD_PSS_IGNORE_SALT;   /* the bit of BCRYPT_PAD_PQDSA */
    switch (flags & (BCRYPT_PAD_PKCS1 | BCRYPT_PAD_PSS | BCRYPT_PAD_OAEP | BCRYPT_PAD_PQDSA))
    {
    case BCRYPT_PAD_PQDSA:
        read_context(info, &padding);
        break;
    case BCRYPT_PAD_PKCS1:
        padding.alg = address(pkcs1->pszAlgId);
        break;
    case BCRYPT_PAD_PSS:
        padding.alg = address(pss->pszAlgId);
        padding.salt_size = pss->cbSalt;
        break;
    case BCRYPT_PAD_OAEP:
        padding.alg = address(oaep->pszAlgId);
        padding.label = address(oaep->pbLabel);
        padding.label_size = oaep->pbLabel ? oaep->cbLabel : 0;
        probe_input(oaep->pbLabel, oaep->cbLabel);
        break;
    }
    probe_string((LPCWSTR)(ULONG_PTR)padding.alg);
    return padding;
}

/* How long a signature is, only the engine knows: it is asked when the caller says that it has more room than RSA
 * needs. A call that cannot succeed writes nothing. */
static void probe_signature(const struct key_sign_params *params, BYTE *signature)
{
    struct key_sign_params length = *params;
    DWORD most = MOST_RSA;

    if (params->signature_size > MOST_RSA)
    {
        length.signature = length.hash = 0;
        most = engine_call(unix_key_sign, &length) ? 0 : length.result;
    }
    probe_output(signature, min(params->signature_size, most), most);
}

/* What is longer than any digest must be the message itself, and a structure of ML-DSA is longer than the others of
 * signatures. The engine says whether the key takes such; until then they are not looked at. */
static BOOL is_to_be_asked(const void *padding, DWORD flags, DWORD message_size)
{
    return message_size > LONGEST_HASH || (padding && flags & BCRYPT_PAD_PQDSA);
}

/* By asking for the length of a signature. */
static SECURITY_STATUS ask_signer(NCRYPT_KEY_HANDLE key, DWORD flags, DWORD message_size)
{
    struct key_sign_params length = {.key = engine_object(key), .hash_size = message_size, .flags = flags};

    return engine_call(unix_key_sign, &length);
}

/* Without a signature, which is what the engine misses last. */
static SECURITY_STATUS ask_verifier(NCRYPT_KEY_HANDLE key, DWORD flags, DWORD message_size)
{
    struct key_verify_params nothing = {.key = engine_object(key), .hash_size = message_size, .flags = flags};
    SECURITY_STATUS status = engine_call(unix_key_verify, &nothing);

    return status == (SECURITY_STATUS)HRESULT_FROM_WIN32(RPC_X_NULL_REF_POINTER) ? ERROR_SUCCESS : status;
}

SECURITY_STATUS WINAPI ksp_SignHash(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, VOID *padding, PBYTE hash,
        DWORD hash_size, PBYTE signature, DWORD size, DWORD *result, DWORD flags)
{
    struct key_sign_params params =
    {
        .key = engine_object(key),
        .hash = address(hash),
        .signature = address(signature),
        .hash_size = hash_size,
        .signature_size = size,
        .flags = flags,
    };
    SECURITY_STATUS status;

    (void)provider;
    if (is_to_be_asked(padding, flags, hash_size) && (status = ask_signer(key, flags, hash_size))) return status;
    probe_input(hash, hash_size);
    params.padding = read_padding(padding, flags);
    probe_signature(&params, signature);
    status = engine_call_asking(params.key, unix_key_sign, &params, flags);
    *result = params.result;
    return status;
}

SECURITY_STATUS WINAPI ksp_VerifySignature(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, VOID *padding,
        PBYTE hash, DWORD hash_size, PBYTE signature, DWORD size, DWORD flags)
{
    struct key_verify_params params =
    {
        .key = engine_object(key),
        .hash = address(hash),
        .signature = address(signature),
        .hash_size = hash_size,
        .signature_size = min(size, MOST_SIGNATURE),    /* longer than any, and so still wrong (row 10.13) */
        .flags = flags,
    };
    SECURITY_STATUS status;

    (void)provider;
    if (is_to_be_asked(padding, flags, hash_size) && (status = ask_verifier(key, flags, hash_size))) return status;
    probe_input(hash, hash_size);
    params.padding = read_padding(padding, flags);
    probe_input(signature, params.signature_size);
    return engine_call(unix_key_verify, &params);
}

/* Pointers of the second structure must be within pbOtherInfo, where a provider behind RPC could reach them
 * (doc/facts/windows-api.md 1.4); callers in the same process get away with others on Windows, and here as well. */
static SECURITY_STATUS read_authenticated(const NCRYPT_CIPHER_PADDING_INFO *info, struct unix_cipher_padding *cipher)
{
    const BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO *mode = (const void *)info->pbOtherInfo;

    if (!mode || !info->cbOtherInfo) return ERROR_SUCCESS;
    if (info->cbOtherInfo < sizeof(*mode) || mode->cbSize != sizeof(*mode)) return NTE_INVALID_PARAMETER;
    if (mode->dwInfoVersion != BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO_VERSION) return NTE_INVALID_PARAMETER;
    if (mode->dwFlags) return NTE_NOT_SUPPORTED;            /* calls that are chained to one message */
    cipher->authenticated = 1;
    cipher->nonce = address(mode->pbNonce);
    cipher->nonce_size = mode->cbNonce;
    cipher->aad = address(mode->pbAuthData);
    cipher->aad_size = mode->pbAuthData ? mode->cbAuthData : 0;
    cipher->tag = address(mode->pbTag);
    cipher->tag_size = mode->cbTag;
    probe_input(mode->pbNonce, mode->cbNonce);
    probe_input(mode->pbAuthData, cipher->aad_size);
    probe_output(mode->pbTag, mode->cbTag, CIPHER_BLOCK);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS read_cipher_padding(const NCRYPT_CIPHER_PADDING_INFO *info, struct unix_cipher_padding *cipher)
{
    ZeroMemory(cipher, sizeof(*cipher));
    if (info->cbSize != sizeof(*info)) return NTE_INVALID_PARAMETER;
    cipher->flags = info->dwFlags;
    cipher->iv = address(info->pbIV);
    cipher->iv_size = info->pbIV ? info->cbIV : 0;
    probe_output(info->pbIV, info->cbIV, CIPHER_BLOCK);
    return read_authenticated(info, cipher);
}

/* Policies and tickets are refused: what is in them is not known (row T.40). */
static SECURITY_STATUS read_seal(const struct parameters *params, struct unix_padding *padding)
{
    const struct unix_buffer *buffer;
    DWORD i;

    for (i = 0; i < params->count; i++)
    {
        buffer = &params->buffers[i];
        switch (buffer->type)
        {
        case NCRYPTBUFFER_TPM_SEAL_PASSWORD:
            padding->label = buffer->data;
            padding->label_size = buffer->size;
            break;
        case NCRYPTBUFFER_TPM_SEAL_NO_DA_PROTECTION:
            padding->no_lockout = 1;
            break;
        case NCRYPTBUFFER_TPM_SEAL_POLICYINFO:
        case NCRYPTBUFFER_TPM_SEAL_TICKET:
            return NTE_NOT_SUPPORTED;
        }
    }
    return ERROR_SUCCESS;
}

static SECURITY_STATUS crypt_sealed(enum unix_call code, struct key_crypt_params *crypt, const NCryptBufferDesc *desc)
{
    struct parameters params;
    SECURITY_STATUS status;

    if ((status = read_parameters(desc, &params))) return status;
    if (!(status = read_seal(&params, &crypt->padding))) status = engine_call(code, crypt);
    free_parameters(&params);
    return status;
}

static SECURITY_STATUS crypt(enum unix_call code, NCRYPT_KEY_HANDLE key, PBYTE input, DWORD input_size,
        VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    /* PKCS#1 encryption takes no structure, and what callers pass there is not looked at (row 11.23) */
    struct key_crypt_params params =
    {
        .key = engine_object(key),
        .input = address(input),
        .output = address(output),
        .input_size = input_size,
        .output_size = size,
        .flags = flags,
    };
    const DWORD scheme = flags & NCRYPT_SEALING_FLAG ? 0 : flags;
    struct unix_cipher_padding cipher;
    SECURITY_STATUS status;

    if (scheme & BCRYPT_PAD_OAEP) params.padding = read_padding(padding, flags);
    if ((scheme & NCRYPT_PAD_CIPHER_FLAG) && padding)
    {
        if ((status = read_cipher_padding(padding, &cipher))) return status;
        params.padding.cipher = address(&cipher);
        params.padding.present = 1;
    }
    probe_input(input, input_size);
    probe_output(output, size, max(input_size, MOST_RSA) + CIPHER_BLOCK);
    if (flags & NCRYPT_SEALING_FLAG) status = crypt_sealed(code, &params, padding);
    else status = engine_call_asking(params.key, code, &params, flags);
    *result = params.result;
    return status;
}

SECURITY_STATUS WINAPI ksp_Encrypt(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE input,
        DWORD input_size, VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    (void)provider;
    return crypt(unix_key_encrypt, key, input, input_size, padding, output, size, result, flags);
}

SECURITY_STATUS WINAPI ksp_Decrypt(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, PBYTE input,
        DWORD input_size, VOID *padding, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    (void)provider;
    return crypt(unix_key_decrypt, key, input, input_size, padding, output, size, result, flags);
}
