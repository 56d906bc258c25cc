/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "Microsoft Software Key Storage Provider": every algorithm of the engine, and keys in files. */
#include "algorithm.h"
#include "key/provider.h"

const struct provider_class software_provider =
{
    .name = "Microsoft Software Key Storage Provider",
    .impl_type = IMPL_SOFTWARE,
    .version = 0x00010000u,
    .algorithms = &all_algorithms,
    .vault = &key_files,
};
