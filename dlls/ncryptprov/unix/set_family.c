/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys with a parameter set; see set_family.h. */
#include <string.h>

#include "base/property_list.h"
#include "base/random.h"
#include "format/pkcs8_seed.h"
#include "format/set_blob.h"
#include "set_family.h"

const char *const set_parameter_names[] = {"ParameterSetName", NULL};

static const struct set_material *as_set(const struct material *material)
{
    return (const struct set_material *)material;
}

struct parameter_set set_of(const struct material *material)
{
    return sets_of(material->family)->at(as_set(material)->index);
}

uint32_t set_bits(struct parameter_set set)
{
    return set.public_size * 8;
}

int set_of_bits(const struct set_family *sets, uint32_t bits)
{
    struct parameter_set set;
    int i;

    for (i = 0; (set = sets->at(i)).name; i++) if (set_bits(set) == bits) return i;
    return -1;
}

static int find_named(const struct set_family *sets, const uint16_t *name)
{
    struct parameter_set set;
    int i;

    for (i = 0; (set = sets->at(i)).name; i++) if (u16_equal(name, set.name)) return i;
    return -1;
}

/* NTE_BAD_DATA: not of the size that the set says. */
static nte_status make(const struct algorithm *alg, int index, enum set_part part, struct bytes data,
                       struct material **material)
{
    const struct set_family *sets = sets_of(alg->family);
    const struct parameter_set set = sets->at(index);
    const size_t sizes[SET_PARTS] = {set.public_size, set.private_size, sets->seed_size};
    struct set_material *made;
    nte_status status;

    if (data.size != sizes[part]) return NTE_BAD_DATA;
    if ((status = sets->make(index, part, data.data, &made))) return status;
    made->material.alg = alg;
    made->material.family = alg->family;
    made->material.bits = set_bits(set);
    made->index = index;
    *material = &made->material;
    return NTE_SUCCESS;
}

static nte_status open_part(const struct set_family *family, const struct algorithm_list *algorithms, int index,
                            enum set_part part, struct bytes data, struct material **material)
{
    const struct algorithm *alg = family_algorithm(algorithms, &family->family);

    return alg ? make(alg, index, part, data, material) : NTE_NOT_SUPPORTED;
}

/* --- "ParameterSetName" --- */

static nte_status find_set(const struct set_family *sets, struct bytes value, int *index)
{
    uint16_t name[SET_NAME_MAX];
    nte_status status;

    if ((status = set_name_read(value, name))) return status;
    return (*index = find_named(sets, name)) < 0 ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

nte_status set_check_parameter(const struct algorithm *alg, const uint16_t *name, struct bytes value, uint32_t *bits)
{
    const struct set_family *sets = sets_of(alg->family);
    nte_status status;
    int index;

    (void)name;
    if (!(status = find_set(sets, value, &index))) *bits = set_bits(sets->at(index));
    return status;
}

nte_status set_get_parameter(const struct material *material, const uint16_t *name, struct writer *w)
{
    uint16_t wide[SET_NAME_MAX];

    (void)name;
    write_bytes(w, wide, u16_from_ascii(wide, set_of(material).name));
    return NTE_SUCCESS;
}

/* Without "ParameterSetName" there is nothing to generate (row A.22), and a "Length" that was set later must be its. */
nte_status set_generate(const struct algorithm *alg, uint32_t bits, const struct property_list *parameters,
                        struct material **material)
{
    const struct property *name = property_list_find_ascii(parameters, "ParameterSetName");
    const struct set_family *sets = sets_of(alg->family);
    struct random_source random = {.for_key = 1};
    uint8_t seed[SET_MAX_SEED];
    nte_status status;
    int index;

    if (!name || find_set(sets, bytes_of(name->data, name->size), &index) || bits != set_bits(sets->at(index)))
        return NTE_INVALID_PARAMETER;
    random_fill(&random, sets->seed_size, seed);
    status = random.failed ? NTE_INTERNAL_ERROR
                           : make(alg, index, SET_SEED, bytes_of(seed, sets->seed_size), material);
    wipe(seed, sizeof(seed));
    wipe_stack();                   /* nettle's permutation leaves a part of its state there */
    return status;
}

/* --- blobs and key files --- */

nte_status set_import(const struct set_family *family, enum set_part part, struct bytes data,
                      const struct algorithm_list *algorithms, struct material **material)
{
    uint16_t name[SET_NAME_MAX];
    struct bytes key;
    nte_status status;
    int index;

    if ((status = set_blob_read(data, family->magics[part], name, &key))) return status;
    if ((index = find_named(family, name)) < 0) return NTE_INVALID_PARAMETER;
    return open_part(family, algorithms, index, part, key, material);
}

nte_status set_load(const struct set_family *family, struct bytes data, const struct algorithm_list *algorithms,
                    struct material **material)
{
    struct reader r = {data.data, data.size, 0};
    enum set_part part = read_u32(&r) == family->magics[SET_SEED] ? SET_SEED : SET_PRIVATE;

    return set_import(family, part, data, algorithms, material);
}

static uint8_t *open_blob(const struct material *material, enum set_part part, size_t size, struct writer *w)
{
    return set_blob_open(w, sets_of(material->family)->magics[part], set_of(material).name, size);
}

nte_status set_export_public(const struct material *material, const struct blob_options *options, struct writer *w)
{
    uint8_t *room = open_blob(material, SET_PUBLIC, set_of(material).public_size, w);

    (void)options;
    if (room) sets_of(material->family)->write(as_set(material), SET_PUBLIC, room);
    return NTE_SUCCESS;
}

nte_status set_export_private(const struct material *material, const struct blob_options *options, struct writer *w)
{
    uint8_t *room;

    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    if ((room = open_blob(material, SET_PRIVATE, set_of(material).private_size, w)))
        sets_of(material->family)->write(as_set(material), SET_PRIVATE, room);
    return NTE_SUCCESS;
}

nte_status set_export_seed(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const size_t size = sets_of(material->family)->seed_size;
    uint8_t *room;

    (void)options;
    if (!as_set(material)->seed) return NTE_NOT_SUPPORTED;
    if ((room = open_blob(material, SET_SEED, size, w))) memcpy(room, as_set(material)->seed, size);
    return NTE_SUCCESS;
}

nte_status set_save_private(const struct material *material, const struct blob_options *options, struct writer *w)
{
    return (as_set(material)->seed ? set_export_seed : set_export_private)(material, options, w);
}

/* --- PKCS #8 --- */

/* What stands beside the seed or the private key must be what follows from it; data NULL: nothing stands there. */
static int agrees(const struct material *made, struct bytes expanded, struct bytes public_key)
{
    const struct parameter_set set = set_of(made);
    uint8_t bytes[SET_MAX_PRIVATE];
    int same = 1;

    sets_of(made->family)->write(as_set(made), SET_PRIVATE, bytes);
    if (expanded.data) same = equal_secret(bytes, expanded.data, set.private_size);
    wipe(bytes, sizeof(bytes));
    if (!public_key.data) return same;
    sets_of(made->family)->write(as_set(made), SET_PUBLIC, bytes);
    return same && public_key.size == set.public_size && !memcmp(bytes, public_key.data, set.public_size);
}

nte_status set_import_pkcs8(const struct set_family *family, const struct pkcs8_info *info,
                            const struct algorithm_list *algorithms, struct material **material)
{
    struct seed_key parts;
    struct material *made;
    nte_status status;
    int index = 0;

    while (strcmp(info->oid, family->family.pkcs8_oids[index])) index++;
    status = pkcs8_read_seed_key(info, family->seed_size, family->at(index).private_size, &parts);
    if (status) return status;
    if (parts.seed.data) status = open_part(family, algorithms, index, SET_SEED, parts.seed, &made);
    else status = open_part(family, algorithms, index, SET_PRIVATE, parts.expanded, &made);
    if (status) return status;
    if (!agrees(made, parts.expanded, info->public_key))
    {
        family->family.free(made);
        return NTE_BAD_DATA;
    }
    *material = made;
    return NTE_SUCCESS;
}

nte_status set_export_pkcs8(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct set_material *m = as_set(material);
    uint8_t expanded[SET_MAX_PRIVATE];
    struct seed_key parts = {{NULL, 0}, {expanded, set_of(material).private_size}};

    (void)options;
    if (m->seed) parts.seed = bytes_of(m->seed, sets_of(material->family)->seed_size);
    sets_of(material->family)->write(m, SET_PRIVATE, expanded);
    pkcs8_write_seed_key(w, material->family->pkcs8_oids[m->index], &parts);
    wipe(expanded, sizeof(expanded));
    return NTE_SUCCESS;
}
