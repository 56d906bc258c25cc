/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The list of archive_list.h, and the keys on it; see pkcs12.h. */
#include "format/pkcs8.h"
#include "pkcs12/pkcs12.h"

void pkcs12_list_add(struct writer *list, const struct pkcs12_item *item)
{
    struct unix_archive_item header =
    {
        .kind = item->kind, .data_size = item->data.size, .name_size = item->name.size, .id_size = item->id.size,
        .provider_size = item->provider.size, .is_machine_key = item->is_machine_key,
    };

    write_bytes(list, &header, sizeof(header));
    write_bytes(list, item->data.data, item->data.size);
    write_bytes(list, item->name.data, item->name.size);
    write_bytes(list, item->id.data, item->id.size);
    write_bytes(list, item->provider.data, item->provider.size);
}

int pkcs12_list_next(struct reader *r, struct pkcs12_item *item)
{
    uint32_t data, name, id, provider;

    if (r->failed || !r->left) return 0;
    item->kind = read_u32(r);
    data = read_u32(r);
    name = read_u32(r);
    id = read_u32(r);
    provider = read_u32(r);
    item->is_machine_key = read_u32(r);
    item->data = read_bytes(r, data);
    item->name = read_bytes(r, name);
    item->id = read_bytes(r, id);
    item->provider = read_bytes(r, provider);
    return !r->failed;
}

/* The password is random and short-lived: one iteration is enough, and the salt need not be random. */
nte_status pkcs12_seal_key(struct bytes pkcs8, const uint16_t *transfer, struct writer *w)
{
    static const uint8_t cost[] = {1, 0, 0, 0, 8, 0, 0, 0, 't', 'r', 'a', 'n', 's', 'f', 'e', 'r'};
    const struct pbe_choice choice = {.param = {cost, sizeof(cost)}};

    if (!transfer || !*transfer) return NTE_INVALID_PARAMETER;
    return pkcs8_encrypt(pkcs8, &choice, transfer, w);
}
