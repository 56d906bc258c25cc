/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What PKCS #11 answers, as Windows says it: one row for each code (doc/facts/pkcs11.md, "Status map"). */
#include "p11.h"

#define ROW_GONE     1              /* p11_is_gone */
#define ROW_REFUSED  2              /* p11_is_refused */
#define ROW_WRONG    4              /* p11_is_wrong_pin */
#define ROW_OBJECT   8              /* p11_is_object_gone */

static const struct status_row
{
    CK_RV rv;
    nte_status status, card;        /* card: of the smart card provider; 0: the same */
    unsigned int flags;
} rows[] =
{
    {CKR_OK, NTE_SUCCESS, 0, 0},
    {CKR_PIN_INCORRECT, SCARD_W_WRONG_CHV, 0, ROW_WRONG},
    {CKR_PIN_INVALID, SCARD_W_WRONG_CHV, 0, ROW_WRONG},
    {CKR_PIN_LEN_RANGE, SCARD_W_WRONG_CHV, 0, ROW_WRONG},
    {CKR_PIN_LOCKED, SCARD_W_CHV_BLOCKED, 0, 0},
    {CKR_PIN_EXPIRED, NTE_PERM, 0, 0},
    {CKR_USER_PIN_NOT_INITIALIZED, NTE_PERM, 0, 0},
    {CKR_FUNCTION_CANCELED, NTE_USER_CANCELLED, SCARD_W_CANCELLED_BY_USER, 0},
    {CKR_USER_NOT_LOGGED_IN, NTE_SILENT_CONTEXT, 0, 0},
    {CKR_TOKEN_NOT_PRESENT, NTE_DEVICE_NOT_READY, SCARD_W_REMOVED_CARD, ROW_GONE},
    {CKR_TOKEN_NOT_RECOGNIZED, NTE_DEVICE_NOT_READY, SCARD_W_REMOVED_CARD, ROW_GONE},
    {CKR_DEVICE_REMOVED, NTE_DEVICE_NOT_READY, SCARD_W_REMOVED_CARD, ROW_GONE},
    {CKR_SESSION_HANDLE_INVALID, NTE_DEVICE_NOT_READY, SCARD_W_REMOVED_CARD, ROW_GONE},
    {CKR_SESSION_CLOSED, NTE_DEVICE_NOT_READY, SCARD_W_REMOVED_CARD, ROW_GONE},
    {CKR_OBJECT_HANDLE_INVALID, NTE_BAD_KEYSET, 0, ROW_OBJECT},
    {CKR_KEY_HANDLE_INVALID, NTE_BAD_KEYSET, 0, ROW_OBJECT},
    {CKR_SLOT_ID_INVALID, NTE_DEVICE_NOT_FOUND, SCARD_W_REMOVED_CARD, ROW_GONE},
    {CKR_CRYPTOKI_NOT_INITIALIZED, NTE_DEVICE_NOT_READY, 0, 0},
    {CKR_DEVICE_ERROR, NTE_DEVICE_NOT_READY, 0, 0},
    {CKR_SESSION_COUNT, NTE_DEVICE_NOT_READY, 0, 0},
    {CKR_KEY_FUNCTION_NOT_PERMITTED, NTE_PERM, 0, 0},
    {CKR_MECHANISM_INVALID, NTE_NOT_SUPPORTED, 0, ROW_REFUSED},
    {CKR_MECHANISM_PARAM_INVALID, NTE_NOT_SUPPORTED, 0, ROW_REFUSED},
    {CKR_ARGUMENTS_BAD, NTE_INVALID_PARAMETER, 0, ROW_REFUSED},
    {CKR_FUNCTION_NOT_SUPPORTED, NTE_NOT_SUPPORTED, 0, ROW_REFUSED},
    {CKR_KEY_TYPE_INCONSISTENT, NTE_NOT_SUPPORTED, 0, ROW_REFUSED},
    {CKR_ATTRIBUTE_TYPE_INVALID, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_ATTRIBUTE_VALUE_INVALID, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_ATTRIBUTE_READ_ONLY, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_ATTRIBUTE_SENSITIVE, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_KEY_UNEXTRACTABLE, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_TEMPLATE_INCOMPLETE, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_TEMPLATE_INCONSISTENT, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_DOMAIN_PARAMS_INVALID, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_CURVE_NOT_SUPPORTED, NTE_NOT_SUPPORTED, 0, 0},
    {CKR_ACTION_PROHIBITED, NTE_PERM, 0, 0},
    {CKR_KEY_SIZE_RANGE, NTE_INVALID_PARAMETER, 0, 0},
    {CKR_DATA_INVALID, NTE_INVALID_PARAMETER, 0, 0},
    {CKR_DATA_LEN_RANGE, NTE_INVALID_PARAMETER, 0, 0},
    {CKR_ENCRYPTED_DATA_INVALID, NTE_INVALID_PARAMETER, 0, 0},
    {CKR_ENCRYPTED_DATA_LEN_RANGE, NTE_INVALID_PARAMETER, 0, 0},
    {CKR_BUFFER_TOO_SMALL, NTE_BUFFER_TOO_SMALL, 0, 0},
    {CKR_HOST_MEMORY, NTE_NO_MEMORY, 0, 0},
    {CKR_DEVICE_MEMORY, NTE_TOKEN_KEYSET_STORAGE_FULL, 0, 0},
    {CKR_TOKEN_WRITE_PROTECTED, NTE_PERM, 0, 0},
    {CKR_SESSION_READ_ONLY, NTE_PERM, 0, 0},
    {CKR_SIGNATURE_INVALID, NTE_BAD_SIGNATURE, 0, 0},
    {CKR_SIGNATURE_LEN_RANGE, NTE_BAD_SIGNATURE, 0, 0},
};

static const struct status_row *find(CK_RV rv)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) if (rows[i].rv == rv) return &rows[i];
    return NULL;
}

/* Once in a row: a program may try for ever. */
static void tell_unknown(CK_RV rv)
{
    static CK_RV told;

    if (__atomic_exchange_n(&told, rv, __ATOMIC_RELAXED) == rv) return;
    p11_tell("PKCS #11 answered %#lx (%s)", rv, p11_kit_strerror(rv));
}

nte_status p11_status(CK_RV rv, int is_card)
{
    const struct status_row *row = find(rv);

    if (row) return is_card && row->card ? row->card : row->status;
    tell_unknown(rv);
    return NTE_FAIL;
}

static int has(CK_RV rv, unsigned int flag)
{
    const struct status_row *row = find(rv);

    return row && (row->flags & flag);
}

int p11_is_gone(CK_RV rv)
{
    return has(rv, ROW_GONE);
}

int p11_is_object_gone(CK_RV rv)
{
    return has(rv, ROW_OBJECT);
}

int p11_is_refused(CK_RV rv)
{
    return has(rv, ROW_REFUSED);
}

int p11_is_wrong_pin(CK_RV rv)
{
    return has(rv, ROW_WRONG);
}
