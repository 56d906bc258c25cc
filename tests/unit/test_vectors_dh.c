/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published test vectors against DH keys: NIST (CAVP), RFC 5114 A, the groups of RFC 3526. */
#include "dh/dh.h"
#include "vector_check.h"

/* own: the side whose private key the vector checks. */
static struct dh_numbers side(const char *y, const char *x)
{
    struct dh_numbers numbers = {.p = field("P"), .g = field("G"), .y = field(y), .x = field(x)};

    return numbers;
}

static void check_secret(struct dh_key *own, struct dh_key *peer, int same)
{
    size_t size = dh_secret_size(&own->material);
    struct bytes z = widened(field("Z"), size);
    uint8_t *secret = take(size);

    expect("agree", dh_agree(&own->material, &peer->material, secret), NTE_SUCCESS);
    if (same) expect_bytes("Z", run(secret, size), z);
    else if (!memcmp(secret, z.data, size)) expect("changed Z", 0, 1);
}

/* Results "P (...)", "F (3 - ...)": own public key is wrong, "F (4 - ...)": own private key, "F (5 - ...)": Z.
 * With "F (1 - ...)" the peer's key is in another subgroup, which needs Q to find out. */
static void check_agreement(void)
{
    struct dh_numbers own_numbers = side("YstatIUT", "XstatIUT"), peer_numbers = side("YstatCAVS", "XstatCAVS");
    char reason = strchr(vector_text("Result"), '(') ? strchr(vector_text("Result"), '(')[1] : 0;
    struct dh_key *own, *peer;
    nte_status status;

    if (!passes() && reason == '1') return;
    checked++;
    status = dh_import_private(&own_numbers, &own);
    if (!passes() && reason != '5')
    {
        expect("import of a wrong pair", status, NTE_INVALID_PARAMETER);
        return;
    }
    expect("private import", status, NTE_SUCCESS);
    if (status) return;
    expect("public import", dh_import_public(&peer_numbers, &peer), NTE_SUCCESS);
    check_secret(own, peer, passes());
    dh_free(peer);
    if (passes())
    {
        expect("private import of the peer", dh_import_private(&peer_numbers, &peer), NTE_SUCCESS);
        check_secret(peer, own, 1);
        dh_free(peer);
    }
    dh_free(own);
}

static void check_group(void)
{
    struct dh_numbers numbers = {.p = field("P"), .g = field("G")}, ours;
    uint32_t bits;

    if (number_bits(trim_number(numbers.p)) > DH_MAX_BITS)
    {
        expect("group that is too long", dh_check_group(&numbers, &bits), NTE_INVALID_PARAMETER);
        return;
    }
    expect("group", dh_check_group(&numbers, &bits), NTE_SUCCESS);
    checked++;
    if (bits >= 2048) return;       /* there we have those of RFC 7919 */
    expect("published group", dh_published_group(bits, &ours), NTE_SUCCESS);
    expect_bytes("prime", ours.p, trim_number(numbers.p));
    expect_bytes("generator", ours.g, trim_number(numbers.g));
}

static void check_pair(void)
{
    struct dh_numbers numbers = side("Y", "X");
    struct dh_key *key;

    expect("private import", dh_import_private(&numbers, &key), NTE_SUCCESS);
    if (failures) return;
    dh_free(key);
    checked++;
}

static const struct vector_file files[] =
{
    {"DH/RFC5114.txt", "Result", check_agreement},
    {"DH/KASValidityTest_FFCStatic_NOKC_ZZOnly_init.fax", "Result", check_agreement},
    {"DH/KASValidityTest_FFCStatic_NOKC_ZZOnly_resp.fax", "Result", check_agreement},
    {"DH/rfc3526.txt", "G", check_group},
    {"DH/dhkey.txt", "X", check_pair},
    {"DH/dhkey_rfc5114_2.txt", "X", check_pair},
};

int main(int argc, char **argv)
{
    return check_files(argc, argv, files, sizeof(files) / sizeof(*files));
}
