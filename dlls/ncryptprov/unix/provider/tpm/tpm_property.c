/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties that the TPM answers otherwise than key files (rows T.6, T.8, T.21). */
#include "crypto/hash.h"
#include "key/property_value.h"
#include "provider/tpm/tpm_provider.h"

/* What leaves a chip is never a whole key. */
static nte_status set_policy(struct object *object, const uint16_t *name, struct bytes value)
{
    uint32_t policy;

    if (bytes_are_u32(value, &policy) && policy) return NTE_NOT_SUPPORTED;
    return set_export_policy(object, name, value);
}

/* Windows does not say the curve there. */
static nte_status get_algorithm_of_tpm(struct object *object, const uint16_t *name, struct writer *w)
{
    return get_group(object, name, w);
}

/* --- passwords: an authValue, or a text that becomes one (row T.21) --- */

/* Until the key is finalized it is a parameter of the key; then it belongs to the handle. */
static nte_status set_auth(struct object *object, const uint16_t *name, struct bytes value)
{
    struct key *key = as_key(object);
    nte_status status = NTE_SUCCESS;
    uint16_t wide[sizeof(TPM_USAGE_AUTH)];

    (void)name;
    if (value.size > TPM_MOST_AUTH) return NTE_INVALID_PARAMETER;
    u16_from_ascii(wide, TPM_USAGE_AUTH);
    pthread_mutex_lock(&object->mutex);
    if (key->state == KEY_FINALIZING) status = NTE_BAD_KEY_STATE;
    else if (key->state == KEY_NEW) status = property_list_set(&key->parameters, wide, value.data, value.size);
    else if (!is_tpm_material(key->material)) status = NTE_NOT_SUPPORTED;
    else status = tpm_auth_set(key->material, value);
    pthread_mutex_unlock(&object->mutex);
    return status;
}

static nte_status get_auth(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct key *key = as_key(object);
    uint8_t value[TPM_MOST_AUTH];
    struct bytes auth;

    if (key->state != KEY_FINAL) return copy_value(&key->parameters, name, w);
    if (!is_tpm_material(key->material)) return NTE_NOT_SUPPORTED;
    auth = tpm_auth_get(key->material, value);
    write_bytes(w, auth.data, auth.size);
    wipe(value, sizeof(value));
    return auth.size ? NTE_SUCCESS : NTE_NOT_FOUND;
}

/* Bytes before the first NUL. */
static size_t text_size(struct bytes text)
{
    size_t size = 0;

    while (size + 1 < text.size && (text.data[size] || text.data[size + 1])) size += 2;
    return size;
}

static nte_status set_pin(struct object *object, const uint16_t *name, struct bytes value)
{
    uint8_t digest[32];
    nte_status status;

    if (!(value.size = text_size(value))) return set_auth(object, name, bytes_of(NULL, 0));
    if ((status = hash_once(hash_find_ascii("SHA256"), value, digest))) return status;
    status = set_auth(object, name, bytes_of(digest, sizeof(digest)));
    wipe(digest, sizeof(digest));
    return status;
}

static nte_status get_password_required(struct object *object, const uint16_t *name, struct writer *w)
{
    const struct key *key = as_key(object);

    (void)name;
    if (!is_tpm_material(key->material)) return NTE_NOT_SUPPORTED;
    write_u8(w, tpm_material_of(key->material)->has_auth);
    return NTE_SUCCESS;
}

static nte_status get_export_allowed(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    write_u8(w, 0);
    return NTE_SUCCESS;
}

/* As long as the hash: what chips do themselves. Here every length works (row T.11). */
#define SALT_OF_HASH 2u

static nte_status get_salt_size(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_u32(w, SALT_OF_HASH);
}

static nte_status get_policy_of_user(struct object *object, const uint16_t *name, struct writer *w)
{
    return copy_value(&as_key(object)->stored, name, w);
}

/* Consent is asked for as for any key. A password would have to be one of the chip's. */
static nte_status set_policy_of_user(struct object *object, const uint16_t *name, struct bytes value)
{
    struct reader r = {value.data, value.size, 0};

    read_u32(&r);
    if (read_u32(&r) & UI_FORCE_HIGH_PROTECTION) return NTE_NOT_SUPPORTED;
    return set_ui_policy(object, name, value);
}

const struct property_row tpm_rows[TPM_ROW_COUNT] =
{
    {"Algorithm Name", OBJECT_KEY, get_algorithm_of_tpm, NULL, 0},
    {"Export Policy", OBJECT_KEY, get_export_policy, set_policy, 0},
    {"SmartCardPin", OBJECT_KEY, NULL, set_pin, ROW_MAY_BE_MISSING},
    {TPM_USAGE_AUTH, OBJECT_KEY, get_auth, set_auth, ROW_MAY_BE_MISSING},
    {"PCP_PASSWORD_REQUIRED", OBJECT_KEY, get_password_required, NULL, 0},
    {"PCP_EXPORT_ALLOWED", OBJECT_KEY, get_export_allowed, NULL, 0},
    {TPM_USAGE_POLICY, OBJECT_KEY, tpm_get_usage_policy, tpm_set_usage_policy, 0},
    {TPM_BINDING, OBJECT_KEY, tpm_get_binding, tpm_set_binding_nonce, 0},
    {"PCP_TPM12_IDACTIVATION", OBJECT_KEY, tpm_get_activation, tpm_set_activation, ROW_OWN_LOCK},
    {"PSS Salt Size", OBJECT_KEY, get_salt_size, NULL, 0},
    {"PCP_PLATFORM_TYPE", OBJECT_PROVIDER, tpm_get_platform_type, NULL, ROW_OWN_LOCK},
    {"PCP_PROVIDER_VERSION", OBJECT_PROVIDER, tpm_get_provider_version, NULL, 0},
    {"PCP_EKPUB", OBJECT_PROVIDER, tpm_get_rsa_endorsement, NULL, ROW_OWN_LOCK},
    {"PCP_RSA_EKPUB", OBJECT_PROVIDER, tpm_get_rsa_endorsement, NULL, ROW_OWN_LOCK},
    {"PCP_ECC_EKPUB", OBJECT_PROVIDER, tpm_get_ec_endorsement, NULL, ROW_OWN_LOCK},
    {"PCP_SRKPUB", OBJECT_PROVIDER, tpm_get_root, NULL, ROW_OWN_LOCK},
    {"PCP_EKCERT", OBJECT_PROVIDER, tpm_get_rsa_certificate, NULL, ROW_OWN_LOCK},
    {"PCP_EKNVCERT", OBJECT_PROVIDER, tpm_get_rsa_certificate, NULL, ROW_OWN_LOCK},
    {"PCP_RSA_EKCERT", OBJECT_PROVIDER, tpm_get_rsa_certificate, NULL, ROW_OWN_LOCK},
    {"PCP_RSA_EKNVCERT", OBJECT_PROVIDER, tpm_get_rsa_certificate, NULL, ROW_OWN_LOCK},
    {"PCP_ECC_EKCERT", OBJECT_PROVIDER, tpm_get_ec_certificate, NULL, ROW_OWN_LOCK},
    {"PCP_ECC_EKNVCERT", OBJECT_PROVIDER, tpm_get_ec_certificate, NULL, ROW_OWN_LOCK},
    {"PCP_PCRTABLE", OBJECT_PROVIDER, tpm_get_pcrs, NULL, ROW_OWN_LOCK},
    {"PSS Salt Size", OBJECT_PROVIDER, get_salt_size, NULL, 0},
    {"UI Policy", OBJECT_KEY, get_policy_of_user, set_policy_of_user, 0},
};
