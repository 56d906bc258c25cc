/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which curve a key of a generic algorithm is on; see ec.h. */
#include <string.h>

#include "ec/ec_backend.h"

static nte_status choose_named(const uint16_t *name, struct ec_group *group)
{
    const struct curve_name *found = curve_find(name);

    if (!found) return NTE_INVALID_PARAMETER;               /* rows 3.11, 8.22 */
    if (!curve_allowed(group->alg, found->curve)) return NTE_NOT_SUPPORTED;                 /* row 3.13 */
    group->curve = found->curve;
    group->name = found->name;
    return NTE_SUCCESS;
}

nte_status ec_group_choose(const struct algorithm *alg, const uint16_t *name, struct bytes parameters,
                           struct ec_group *group)
{
    memset(group, 0, sizeof(*group));
    group->alg = alg;
    if (alg->curve)
    {
        group->curve = alg->curve;
        group->name = alg->curve->name;
        return NTE_SUCCESS;
    }
    if (name) return parameters.data ? NTE_INVALID_PARAMETER : choose_named(name, group);
    return parameters.data ? ec_explicit_open(alg, parameters, 0, group) : NTE_INVALID_PARAMETER;
}

void ec_group_free(struct ec_group *group)
{
    secret_free(group->owned);
    group->owned = NULL;
}
