/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Private numbers out of a token that lets them go: read, or wrapped where they are not to be read (row C.33). */
#include "p11.h"

static const CK_ATTRIBUTE_TYPE rsa_numbers[] =
{
    CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_PRIME_2, CKA_EXPONENT_1, CKA_EXPONENT_2,
    CKA_COEFFICIENT,
};

static const CK_ATTRIBUTE_TYPE ec_numbers[] = {CKA_VALUE};

#define MOST_NUMBERS (sizeof(rsa_numbers) / sizeof(*rsa_numbers))

struct extract
{
    struct writer *numbers;
    int is_pkcs8;
};

static int all_there(const CK_ATTRIBUTE *attributes, size_t count)
{
    while (count--) if (!attributes[count].ulValueLen) return 0;
    return 1;
}

static CK_RV read_numbers(struct p11_use *use, struct writer *w)
{
    int is_rsa = use->key->type == TOKEN_RSA;
    size_t i, count = is_rsa ? MOST_NUMBERS : 1;
    CK_ATTRIBUTE numbers[MOST_NUMBERS];
    CK_RV rv;

    for (i = 0; i < count; i++)
        numbers[i] = (CK_ATTRIBUTE){is_rsa ? rsa_numbers[i] : ec_numbers[i], NULL, 0};
    if ((rv = p11_read(use->token, use->session, use->object, numbers, count))) return rv;
    if (!all_there(numbers, count)) rv = CKR_ATTRIBUTE_SENSITIVE;
    for (i = 0; !rv && i < count; i++)
    {
        p11_write_u32(w, numbers[i].ulValueLen);
        engine.write(w, numbers[i].pValue, numbers[i].ulValueLen);
    }
    p11_free_attributes(numbers, count);
    return rv;
}

static CK_RV run_extract(struct p11_use *use, void *context)
{
    struct extract *extract = context;
    CK_RV rv = read_numbers(use, extract->numbers);

    extract->is_pkcs8 = rv == CKR_ATTRIBUTE_SENSITIVE;
    return extract->is_pkcs8 ? p11_wrap(use, extract->numbers) : rv;
}

nte_status p11_extract(struct token_key *key, struct writer *numbers, int *is_pkcs8)
{
    struct extract extract = {numbers, 0};
    nte_status status = p11_with_key(key, 0, run_extract, &extract);

    *is_pkcs8 = extract.is_pkcs8;
    return status;
}
