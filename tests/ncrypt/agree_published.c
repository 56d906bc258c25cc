/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptSecretAgreement and NCryptDeriveKey against answers that others published: those of .NET's tests, which
 * pass on Windows too, and NIST's (rows 13.1, 13.2, 13.4, 13.5, 13.7). The figures of .NET are those of
 * github.com/dotnet/runtime, src/libraries/Common/tests/System/Security/Cryptography/AlgorithmImplementations/
 * ECDiffieHellman: ECDiffieHellmanTests.cs (the key), .Hash.cs, .Hmac.cs, .Tls.cs. And RFC 7748's (row 13.22). */
#include "ncrypt_test.h"
#include "vectors.h"
#include "agree_sample.h"

#ifndef BCRYPT_NO_KEY_VALIDATION
#define BCRYPT_NO_KEY_VALIDATION 8
#endif
#ifndef BCRYPT_ECCFULLPRIVATE_BLOB
#define BCRYPT_ECCFULLPRIVATE_BLOB L"ECCFULLPRIVATEBLOB"
#endif

/* --- .NET: one key on P-521, which agrees with itself --- */

static const struct ec_numbers dotnet_key =
{
    "014aacfcda18f77ebf11dc0a2d394d3032e86c3ac0b5f558916361163ea6ad3db27f6476d6c6e5d9c4a77bccc5c0069d"
    "481718daca3b1b13035af5d246c4dc0ce0ea",
    "00ca500f75537c782e027de568f148334bf56f7e24c3830792236b5d20f7a33e99862b1744d2413e4c4ac29dba42fc48"
    "d23ae5b916bed73997ec69b3911c686c5164",
    "00202f9f5480723d1acf15372ce0b99b6cc3e8772ffddcf828eeeb314b3eaa35b19886aab1e6871e548c261c7708bf56"
    "1a4c373d3eed13f0749851f57b86dc049d71",
};

struct answer
{
    const WCHAR *hash;
    const char *key, *prepend, *append;         /* NULL: none; HMAC without a key takes the secret for one */
    const char *bytes;
};

static const struct answer hash_answers[] =
{
    { L"SHA256", NULL, NULL, NULL, "595b71c33d9d40acd9ca847c47267daee7498eef0b553482faa45791418ac679" },
    { L"SHA1", NULL, NULL, NULL, "25e464fac33f4a5f8786627fb3685f4c31b26327" },
    { L"SHA256", NULL, "02040608", NULL, "d0f4c42d61e794e508a079822f3069c9f89d9e3385c8e090425ff38927798017" },
    { L"SHA256", NULL, NULL, "010305", "20dcb58e2ac4e70b1bf47362b0d1c8b728e27d6575ea9b85106cbe05e1f7d6db" },
    { L"SHA256", NULL, "02040608", "010305", "efc758d39896e9de96c120b0a74fb751f140bd7f3f4fc3777dc2a530145e01ec" },
    { L"SHA256", NULL, "010305", "02040608", "7db5520a5d6351595fc286cd53509d964fbb152c289f072581cb5e16ebf319e8" },
    { L"SHA3-256", NULL, "010305", "02040608",
      "2af6da738dadf26607513ecb56451b5a476c7d42cfec89872791b7a6c136a4f9" },
    { L"SHA3-384", NULL, "010305", "02040608",
      "ee9c10a3e60ea06296699195b3e338575da529ba167a7520ca8bf50c86c4a08ab153dd7b97adee58ce5a9caac2f52ed1" },
    { L"SHA3-512", NULL, "010305", "02040608",
      "3614398afc4a09b0490e095a7901fea3c9c217e742064a371f2e04d6363ef864fe52eeeea976fec3ff98de55d1e78e86"
      "4f009fd834e1d301fa069bd44f6ecd52" },
};

static const struct answer hmac_answers[] =
{
    { L"SHA256", NULL, NULL, NULL, "6d7d15c9a08fd47dfdabd3541be3bbaf93b15fc65d30e6012ccc0b23ed5c43ff" },
    { L"SHA1", NULL, NULL, NULL, "39d4b035bc1a1e4108b965689e27ba98aced8449" },
    { L"SHA256", "030609", NULL, NULL, "7a4f81bf065cc521afb162db4a45cefc78227178a58632ea53d3e367ab7d1979" },
    { L"SHA256", NULL, "02040608", "010305", "db39a6ac9334701d2dcd508c401c65bc69348f684c85edde506950f049668842" },
    { L"SHA256", NULL, "010305", "02040608", "66471de2655df9404636f9076f845f0b71a04dda2ba6f1469eb0f2e9ef57dc33" },
    { L"SHA256", "030609", "02040608", "010305",
      "2f7a31ff9118a6bbf92e268568c634a9f1e244ca8c1a74c864decc50727b7dee" },
    { L"SHA256", "030609", "010305", "02040608",
      "ae3cd974f262b199b0859d9f933207d2f6e3e04434d60089fe0be801ed38d370" },
    { L"SHA3-256", "030609", "010305", "02040608",
      "23e7e5648ef46d537f4159f7f40e686279d89adfd7ef6cfa110034f42ec8cef7" },
    { L"SHA3-384", "030609", "010305", "02040608",
      "fd0f7b11489f641de0964f81d83ef90e33c46d1628c51fa79a85ad1034a9cad36f8a38c3925704ac0e404bc6fe50eca4" },
    { L"SHA3-512", "030609", "010305", "02040608",
      "2c32bbfbf8a41118aad3baa94c8995b5b027246ea3d972937c1bfd9f460c649244eec68ef570b4bb74b0d3bbd463f185"
      "26400a77211b5cb39311cde21104e209" },
};

static void add_hex(struct list *list, DWORD type, const char *hex, BYTE bytes[16])
{
    if (hex) add(list, type, bytes, from_hex(bytes, hex));
}

static void check_answer(NCRYPT_SECRET_HANDLE secret, const WCHAR *kdf, const struct answer *answer)
{
    DWORD flags = lstrcmpW(kdf, BCRYPT_KDF_HMAC) || answer->key ? 0 : KDF_USE_SECRET_AS_HMAC_KEY_FLAG;
    BYTE key[16], prepend[16], append[16];
    struct list list = NO_BUFFERS;

    add_hash(&list, answer->hash);
    add_hex(&list, KDF_HMAC_KEY, answer->key, key);
    add_hex(&list, KDF_SECRET_PREPEND, answer->prepend, prepend);
    add_hex(&list, KDF_SECRET_APPEND, answer->append, append);
    if (broken(derive_status(secret, kdf, &list, flags) == NTE_NOT_SUPPORTED)) return;      /* SHA-3 came late */
    check_secret(secret, kdf, &list, 200, flags, answer->bytes);
}

static void check_tls(NCRYPT_SECRET_HANDLE secret, const char *label, const char *expected)
{
    static const BYTE seed[64];
    struct list list = NO_BUFFERS;

    add_text(&list, KDF_TLS_PRF_LABEL, label);
    add(&list, KDF_TLS_PRF_SEED, seed, sizeof(seed));
    check_secret(secret, BCRYPT_KDF_TLS_PRF, &list, 48, 0, expected);
}

static void test_dotnet(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE own = import_ecdh(provider, BCRYPT_ECDH_PUBLIC_P521_MAGIC, &dotnet_key, TRUE);
    NCRYPT_KEY_HANDLE peer = import_ecdh(provider, BCRYPT_ECDH_PUBLIC_P521_MAGIC, &dotnet_key, FALSE);
    NCRYPT_SECRET_HANDLE secret = 0;
    DWORD i;

    check_success(NCryptSecretAgreement(own, peer, &secret, 0));                            /* 13.2 */
    for (i = 0; i < ARRAY_SIZE(hash_answers); i++)
    {
        winetest_push_context("hash %lu", i);
        check_answer(secret, BCRYPT_KDF_HASH, &hash_answers[i]);                            /* 13.4 */
        winetest_pop_context();
    }
    for (i = 0; i < ARRAY_SIZE(hmac_answers); i++)
    {
        winetest_push_context("hmac %lu", i);
        check_answer(secret, BCRYPT_KDF_HMAC, &hmac_answers[i]);                            /* 13.5 */
        winetest_pop_context();
    }
    check_tls(secret, "slithy toves",                                                       /* 13.7 */
              "3d5dcef2b35e73523c34802175875cc241a966d2deb89041540650478d300a70f822af7f9d70a31ba4b67d100f4a1620");
    check_tls(secret, "Hello, World!",
              "ed83a7cf14c6f1577fe7ad90f1d78d36aff5d2612b78a70e5fd000660e4a3b00dff9b7c118c29a3d32536a89a5481c00");
    check_success(NCryptFreeObject(secret));
    check_success(NCryptFreeObject(peer));
    check_success(NCryptFreeObject(own));
}

/* --- NIST, SP 800-56A ECCCDH primitive, KAS_ECC_CDH_PrimitiveTest.txt: the first two of three curves --- */

static const struct nist_vector
{
    DWORD magic;
    struct ec_numbers peer, own;
    const char *z;
}
nist_vectors[] =
{
    {
        BCRYPT_ECDH_PUBLIC_P256_MAGIC,
        {
            "700c48f77f56584c5cc632ca65640db91b6bacce3a4df6b42ce7cc838833d287",
            "db71e509e3fd9b060ddb20ba5c51dcc5948d46fbf640dfe0441782cab85fa4ac",
            NULL
        },
        {
            "ead218590119e8876b29146ff89ca61770c4edbbf97d38ce385ed281d8a6b230",
            "28af61281fd35e2fa7002523acc85a429cb06ee6648325389f59edfce1405141",
            "7d7dc5f71eb29ddaf80d6214632eeae03d9058af1fb6d22ed80badb62bc1a534"
        },
        "46fc62106420ff012e54a434fbdd2d25ccc5852060561e68040dd7778997bd7b"
    },
    {
        BCRYPT_ECDH_PUBLIC_P256_MAGIC,
        {
            "809f04289c64348c01515eb03d5ce7ac1a8cb9498f5caa50197e58d43a86a7ae",
            "b29d84e811197f25eba8f5194092cb6ff440e26d4421011372461f579271cda3",
            NULL
        },
        {
            "119f2f047902782ab0c9e27a54aff5eb9b964829ca99c06b02ddba95b0a3f6d0",
            "8f52b726664cac366fc98ac7a012b2682cbd962e5acb544671d41b9445704d1d",
            "38f65d6dce47676044d58ce5139582d568f64bb16098d179dbab07741dd5caf5"
        },
        "057d636096cb80b67a8c038c890e887d1adfa4195e9b3ce241c8a778c59cda67"
    },
    {
        BCRYPT_ECDH_PUBLIC_P384_MAGIC,
        {
            "a7c76b970c3b5fe8b05d2838ae04ab47697b9eaf52e764592efda27fe7513272734466b400091adbf2d68c58e0c50066",
            "ac68f19f2e1cb879aed43a9969b91a0839c4c38a49749b661efedf243451915ed0905a32b060992b468c64766fc8437a",
            NULL
        },
        {
            "9803807f2f6d2fd966cdd0290bd410c0190352fbec7ff6247de1302df86f25d34fe4a97bef60cff548355c015dbb3e5f",
            "ba26ca69ec2f5b5d9dad20cc9da711383a9dbe34ea3fa5a2af75b46502629ad54dd8b7d73a8abb06a3a3be47d650cc99",
            "3cc3122a68f0d95027ad38c067916ba0eb8c38894d22e1b15618b6818a661774ad463b205da88cf699ab4d43c9cf98a1"
        },
        "5f9d29dc5e31a163060356213669c8ce132e22f57c9a04f40ba7fcead493b457e5621e766c40a2e3d4d6a04b25e533f1"
    },
    {
        BCRYPT_ECDH_PUBLIC_P384_MAGIC,
        {
            "30f43fcf2b6b00de53f624f1543090681839717d53c7c955d1d69efaf0349b7363acb447240101cbb3af6641ce4b88e0",
            "25e46c0c54f0162a77efcc27b6ea792002ae2ba82714299c860857a68153ab62e525ec0530d81b5aa15897981e858757",
            NULL
        },
        {
            "ea4018f5a307c379180bf6a62fd2ceceebeeb7d4df063a66fb838aa35243419791f7e2c9d4803c9319aa0eb03c416b66",
            "68835a91484f05ef028284df6436fb88ffebabcdd69ab0133e6735a1bcfb37203d10d340a8328a7b68770ca75878a1a6",
            "92860c21bde06165f8e900c687f8ef0a05d14f290b3f07d8b3a8cc6404366e5d5119cd6d03fb12dc58e89f13df9cd783"
        },
        "a23742a2c267d7425fda94b93f93bbcc24791ac51cd8fd501a238d40812f4cbfc59aac9520d758cf789c76300c69d2ff"
    },
    {
        BCRYPT_ECDH_PUBLIC_P521_MAGIC,
        {
            "00685a48e86c79f0f0875f7bc18d25eb5fc8c0b07e5da4f4370f3a9490340854334b1e1b87fa395464c60626124a4e70"
            "d0f785601d37c09870ebf176666877a2046d",
            "01ba52c56fc8776d9e8f5db4f0cc27636d0b741bbe05400697942e80b739884a83bde99e0f6716939e632bc8986fa18d"
            "ccd443a348b6c3e522497955a4f3c302f676",
            NULL
        },
        {
            "00602f9d0cf9e526b29e22381c203c48a886c2b0673033366314f1ffbcba240ba42f4ef38a76174635f91e6b4ed34275"
            "eb01c8467d05ca80315bf1a7bbd945f550a5",
            "01b7c85f26f5d4b2d7355cf6b02117659943762b6d1db5ab4f1dbc44ce7b2946eb6c7de342962893fd387d1b73d7a867"
            "2d1f236961170b7eb3579953ee5cdc88cd2d",
            "017eecc07ab4b329068fba65e56a1f8890aa935e57134ae0ffcce802735151f4eac6564f6ee9974c5e6887a1fefee574"
            "3ae2241bfeb95d5ce31ddcb6f9edb4d6fc47"
        },
        "005fc70477c3e63bc3954bd0df3ea0d1f41ee21746ed95fc5e1fdf90930d5e136672d72cc770742d1711c3c3a4c334a0"
        "ad9759436a4d3c5bf6e74b9578fac148c831"
    },
    {
        BCRYPT_ECDH_PUBLIC_P521_MAGIC,
        {
            "01df277c152108349bc34d539ee0cf06b24f5d3500677b4445453ccc21409453aafb8a72a0be9ebe54d12270aa51b3ab"
            "7f316aa5e74a951c5e53f74cd95fc29aee7a",
            "013d52f33a9f3c14384d1587fa8abe7aed74bc33749ad9c570b471776422c7d4505d9b0a96b3bfac041e4c6a6990ae7f"
            "700e5b4a6640229112deafa0cd8bb0d089b0",
            NULL
        },
        {
            "00d45615ed5d37fde699610a62cd43ba76bedd8f85ed31005fe00d6450fbbd101291abd96d4945a8b57bc73b3fe9f467"
            "1105309ec9b6879d0551d930dac8ba45d255",
            "01425332844e592b440c0027972ad1526431c06732df19cd46a242172d4dd67c2c8c99dfc22e49949a56cf90c6473635"
            "ce82f25b33682fb19bc33bd910ed8ce3a7fa",
            "00816f19c1fb10ef94d4a1d81c156ec3d1de08b66761f03f06ee4bb9dcebbbfe1eaa1ed49a6a990838d8ed318c14d74c"
            "c872f95d05d07ad50f621ceb620cd905cfb8"
        },
        "000b3920ac830ade812c8f96805da2236e002acbbf13596a9ab254d44d0e91b6255ebf1229f366fb5a05c5884ef46032"
        "c26d42189273ca4efa4c3db6bd12a6853759"
    },
};

static void check_z(NCRYPT_KEY_HANDLE own, NCRYPT_KEY_HANDLE peer, const char *z)
{
    NCRYPT_SECRET_HANDLE secret = 0;
    BYTE output[512];
    DWORD size, i;

    check_success(NCryptSecretAgreement(own, peer, &secret, 0));                            /* 13.1 */
    check_success(NCryptDeriveKey(secret, BCRYPT_KDF_RAW_SECRET, NULL, output, sizeof(output), &size, 0));
    check_success(NCryptFreeObject(secret));
    for (i = 0; i < size / 2; i++)
    {
        BYTE swap = output[i];
        output[i] = output[size - 1 - i];
        output[size - 1 - i] = swap;
    }
    ok(size == strlen(z) / 2 && equals_hex(output, z), "another secret\n");
}

/* The same key with its curve spelled out. */
static NCRYPT_KEY_HANDLE spelled_out(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key)
{
    NCRYPT_KEY_HANDLE result;
    BYTE blob[1024];
    DWORD size;

    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(key, BCRYPT_ECCFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(import_blob(provider, BCRYPT_ECCFULLPRIVATE_BLOB, blob, size, &result));
    return result;
}

/* The same with zeros in place of its public part. Open question: of curve25519 .NET says that CNG takes it. */
static NCRYPT_KEY_HANDLE without_public(NCRYPT_PROV_HANDLE provider, const struct nist_vector *vector)
{
    struct ec_numbers numbers = vector->own;
    char zeros[2 * 66 + 1];

    memset(zeros, '0', sizeof(zeros));
    zeros[strlen(numbers.d)] = 0;
    numbers.x = numbers.y = zeros;
    return import_ecdh(provider, vector->magic, &numbers, TRUE);
}

/* On Windows, .NET's .NistValidation.cs wants named and explicit parameters to agree as well. */
static void test_nist(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE own, peer, explicit, computed;
    DWORD i;

    for (i = 0; i < ARRAY_SIZE(nist_vectors); i++)
    {
        winetest_push_context("%lu", i);
        own = import_ecdh(provider, nist_vectors[i].magic, &nist_vectors[i].own, TRUE);
        peer = import_ecdh(provider, nist_vectors[i].magic, &nist_vectors[i].peer, FALSE);
        check_z(own, peer, nist_vectors[i].z);
        explicit = spelled_out(provider, own);
        check_z(explicit, peer, nist_vectors[i].z);
        check_success(NCryptFreeObject(explicit));
        computed = without_public(provider, &nist_vectors[i]);
        check_z(computed, peer, nist_vectors[i].z);
        check_success(NCryptFreeObject(computed));
        check_success(NCryptFreeObject(peer));
        check_success(NCryptFreeObject(own));
        winetest_pop_context();
    }
}

/* --- RFC 7748 6.1, as .NET has it (X25519DiffieHellmanCng, X25519WindowsHelpers): imported without validation,
 * the private key without its public one, which CNG computes. .NET reverses what TRUNCATE gives. --- */

static NCRYPT_KEY_HANDLE import_x25519(NCRYPT_PROV_HANDLE provider, const char *x, const char *d)
{
    static const char zero[] = "0000000000000000000000000000000000000000000000000000000000000000";
    DWORD magic = d ? BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC : BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC;
    struct list list = NO_BUFFERS;
    NCRYPT_KEY_HANDLE key = 0;
    BYTE blob[256];
    DWORD size;

    add(&list, NCRYPTBUFFER_ECC_CURVE_NAME, L"curve25519", sizeof(L"curve25519"));
    size = ec_blob(blob, magic, x ? x : zero, zero, d);
    check_success(NCryptImportKey(provider, 0, d ? BCRYPT_ECCPRIVATE_BLOB : BCRYPT_ECCPUBLIC_BLOB, &list.desc,
                                  &key, blob, size, BCRYPT_NO_KEY_VALIDATION));
    return key;
}

static void test_x25519(NCRYPT_PROV_HANDLE provider)
{
    static const char alice_public[] = "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a";
    static const char bob_public[] = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f";
    NCRYPT_KEY_HANDLE alice = import_x25519(provider, alice_public, NULL), bob;
    BYTE blob[256];
    DWORD size;

    bob = import_x25519(provider, NULL, "58ab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e06b");
    check_z(bob, alice, "4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742");
    check_success(export_blob(bob, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
    ok(size == 72 && equals_hex(blob + 8, bob_public), "another public key\n");
    check_success(NCryptFreeObject(bob));
    check_success(NCryptFreeObject(alice));
}

START_TEST(agree_published)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_dotnet(provider);
    test_nist(provider);
    test_x25519(provider);
    NCryptFreeObject(provider);
}
