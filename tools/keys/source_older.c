/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The forms from before PKCS #8, in DER: RSAPrivateKey (RFC 8017), ECPrivateKey (RFC 5915, SEC 1) on whatever curve or
 * parameters, and OpenSSL's DSA key. Each holds what its PrivateKeyInfo has to say. */
#include "base/oid.h"
#include "base/der.h"
#include "source.h"

/* The inside of der when that is a SEQUENCE of this version. */
static int open_older(struct bytes der, uint32_t version, struct reader *inside)
{
    struct reader r = {der.data, der.size, 0};

    *inside = der_enter(&r, DER_SEQUENCE);
    return der_read_small(inside) == version && !inside->failed && der_done(&r);
}

static size_t count_integers(struct reader r)
{
    size_t count = 0;

    for (; der_next_is(&r, DER_INTEGER); count++) der_read(&r, DER_INTEGER);
    return r.left || r.failed ? 0 : count;
}

static void write_rsa(struct bytes der, struct writer *w)
{
    size_t algorithm = der_open(w, DER_SEQUENCE);

    der_write_oid(w, OID_RSA);
    der_write_null(w);
    der_close(w, algorithm);
    der_write(w, DER_OCTET_STRING, der);
}

/* p, q, g, y, x */
static void write_dsa(struct reader numbers, struct writer *w)
{
    size_t algorithm = der_open(w, DER_SEQUENCE), part;
    int i;

    der_write_oid(w, OID_DSA);
    part = der_open(w, DER_SEQUENCE);
    for (i = 0; i < 3; i++) der_write_unsigned(w, der_read_unsigned(&numbers));
    der_close(w, part);
    der_close(w, algorithm);
    der_read_unsigned(&numbers);
    part = der_open(w, DER_OCTET_STRING);
    der_write_unsigned(w, der_read_unsigned(&numbers));
    der_close(w, part);
}

static int write_ec(struct reader inside, struct bytes der, struct writer *w)
{
    struct bytes curve;
    size_t algorithm;

    der_read(&inside, DER_OCTET_STRING);
    if (!der_next_is(&inside, DER_CONTEXT(0))) return 0;
    curve = der_read(&inside, DER_CONTEXT(0));
    if (inside.failed) return 0;
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_EC);
    write_bytes(w, curve.data, curve.size);
    der_close(w, algorithm);
    der_write(w, DER_OCTET_STRING, der);
    return 1;
}

static int write_inside(struct bytes der, struct writer *w)
{
    struct reader inside;

    if (open_older(der, 1, &inside) && der_next_is(&inside, DER_OCTET_STRING)) return write_ec(inside, der, w);
    if (!open_older(der, 0, &inside)) return 0;
    switch (count_integers(inside))
    {
    case 5: write_dsa(inside, w); return 1;
    case 8: write_rsa(der, w); return 1;
    default: return 0;
    }
}

int older_wrap(struct bytes der, struct writer *w)
{
    size_t info = der_open(w, DER_SEQUENCE);
    int known;

    der_write_small(w, 0);
    known = write_inside(der, w);
    der_close(w, info);
    return known;
}
