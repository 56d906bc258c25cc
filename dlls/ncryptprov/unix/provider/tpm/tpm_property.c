/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties that the TPM answers otherwise than key files (rows T.6, T.8, T.21). */
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

static nte_status refuse(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)object, (void)name, (void)value;
    return NTE_NOT_SUPPORTED;
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
    {"SmartCardPin", OBJECT_KEY, NULL, refuse, 0},
    {"UI Policy", OBJECT_KEY, get_policy_of_user, set_policy_of_user, 0},
};
