/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages and PKCS #12 files with every byte changed, cut off everywhere, and damaged at random: each gives what it
 * held or a failure that says so, and no byte behind the input is touched: the next page cannot be read. */
#define CRYPT_SIGN_MESSAGE_PARA_HAS_CMS_FIELDS
#include "pfx.h"

#define AES128 "2.16.840.1.101.3.4.1.2"
#define PSS "1.2.840.113549.1.1.10"
#define RANDOM_ROUNDS 400
#define ROOM 16384                      /* bytes before the page that cannot be read */

static BYTE *room;
static DWORD random_state = 14;         /* the seed is fixed: what fails once fails again */

static DWORD next_random(void)
{
    random_state = random_state * 1664525 + 1013904223;
    return random_state >> 8;
}

/* The input at the end of the room. */
static BYTE *place(const BYTE *input, DWORD size)
{
    return memcpy(room + ROOM - size, input, size);
}

struct target
{
    const char *name;
    const struct identity *identity;
    BOOL (*use)(const struct identity *identity, BYTE *input, DWORD size);
};

/* --- what is done with the input --- */

static const BYTE text[] = "what is signed and encrypted";

static BOOL verify(const struct identity *identity, BYTE *input, DWORD size)
{
    CRYPT_VERIFY_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING };
    BYTE content[256];
    DWORD content_size = sizeof(content);
    BOOL verified = CryptVerifyMessageSignature(&para, 0, input, size, content, &content_size, NULL);
    DWORD error = GetLastError();

    (void)identity;
    if (verified) ok(content_size == sizeof(text) && !memcmp(content, text, sizeof(text)), "another text\n");
    SetLastError(error);
    return verified;
}

static BOOL decrypt(const struct identity *identity, BYTE *input, DWORD size)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    CRYPT_DECRYPT_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING,
                                        .cCertStore = 1, .rghCertStore = &store };
    BYTE content[4096];
    DWORD content_size = sizeof(content), error;
    BOOL decrypted;

    CertAddCertificateContextToStore(store, identity->cert, CERT_STORE_ADD_ALWAYS, NULL);
    SetLastError(ERROR_SUCCESS);
    decrypted = CryptDecryptMessage(&para, input, size, content, &content_size, NULL);
    error = GetLastError();
    CertCloseStore(store, 0);
    SetLastError(error);
    return decrypted;
}

static BOOL import(const struct identity *identity, BYTE *input, DWORD size)
{
    CRYPT_DATA_BLOB pfx = { size, input };
    HCERTSTORE store = PFXImportCertStore(&pfx, L"password", PKCS12_ALWAYS_CNG_KSP | PKCS12_NO_PERSIST_KEY);

    (void)identity;
    if (store) CertCloseStore(store, 0);
    return store != NULL;
}

/* --- mutations --- */

static void try_one(const struct target *target, const BYTE *input, DWORD size)
{
    SetLastError(ERROR_SUCCESS);
    ok(target->use(target->identity, place(input, size), size) || GetLastError(), "no error\n");
}

static void mutate(const struct target *target, const BYTE *input, DWORD size)
{
    BYTE changed[ROOM];
    DWORD i, k, count;

    winetest_push_context("%s", target->name);
    ok(target->use(target->identity, place(input, size), size), "error %#lx\n", GetLastError());
    for (i = 0; i < size; i++)
    {
        winetest_push_context("%lu of %lu bytes", i, size);
        try_one(target, input, i);
        memcpy(changed, input, size);
        changed[i] ^= 1 << next_random() % 8;
        try_one(target, changed, size);
        winetest_pop_context();
    }
    for (i = 0; i < RANDOM_ROUNDS; i++)
    {
        memcpy(changed, input, size);
        for (count = 1 + next_random() % 8, k = 0; k < count; k++) changed[next_random() % size] = next_random();
        winetest_push_context("round %lu", i);
        try_one(target, changed, size);
        winetest_pop_context();
    }
    winetest_pop_context();
}

/* --- the inputs --- */

static void mutate_signed(const struct identity *identity, const char *name, const char *algorithm)
{
    CRYPT_SIGN_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING };
    struct target target = { name, identity, verify };
    const BYTE *parts[] = { text };
    DWORD sizes[] = { sizeof(text) }, size = 0;
    PCCERT_CONTEXT cert = identity->cert;
    BYTE message[ROOM];

    para.HashAlgorithm.pszObjId = (char *)SHA256_OID;
    para.pSigningCert = cert;
    para.cMsgCert = 1;
    para.rgpMsgCert = &cert;
    para.HashEncryptionAlgorithm.pszObjId = (char *)algorithm;
    size = sizeof(message);
    check_capi(CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size));
    mutate(&target, message, size);
}

static void mutate_encrypted(const struct identity *identity, const char *name)
{
    CRYPT_ENCRYPT_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING,
                                        .ContentEncryptionAlgorithm.pszObjId = (char *)AES128 };
    struct target target = { name, identity, decrypt };
    PCCERT_CONTEXT cert = identity->cert;
    BYTE message[ROOM];
    DWORD size = sizeof(message);

    check_capi(CryptEncryptMessage(&para, 1, &cert, text, sizeof(text), message, &size));
    mutate(&target, message, size);
}

static void mutate_pfx(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, NCRYPT_ALLOW_EXPORT_FLAG, 0);
    PCCERT_CONTEXT cert = self_sign(key, L"CN=mutated", SHA256_ECDSA);
    struct target target = { "PFX", NULL, import };
    CRYPT_DATA_BLOB pfx;

    check_capi(CertSetCertificateContextProperty(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID, 0, (void *)key));
    check_capi(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, NULL));
    pfx = export_store(store, L"password", EXPORT_PRIVATE_KEYS);
    mutate(&target, pfx.pbData, pfx.cbData);
    free(pfx.pbData);
    CertFreeCertificateContext(cert);
    CertCloseStore(store, 0);
    NCryptFreeObject(provider);
}

START_TEST(mutated)
{
    struct identity rsa, ec;
    DWORD protection;

    room = VirtualAlloc(NULL, ROOM + 4096, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    VirtualProtect(room + ROOM, 4096, PAGE_NOACCESS, &protection);
    make_identity(&rsa, L"RSA", L"mutated rsa", 0);
    make_identity(&ec, L"ECDSA_P256", L"mutated ec", 0);
    mutate_signed(&rsa, "PSS", PSS);
    mutate_signed(&ec, "ECDSA", SHA256_ECDSA);
    mutate_encrypted(&rsa, "to RSA");
    mutate_pfx();
    remove_identity(&rsa);
    remove_identity(&ec);
    VirtualFree(room, 0, MEM_RELEASE);
}
