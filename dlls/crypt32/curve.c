/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Elliptic curves by the names of CNG and by the OIDs of certificates. */
#include "bridge.h"

static const struct
{
    const WCHAR *name;
    const char *oid;
} curves[] =
{
    {L"nistP256", "1.2.840.10045.3.1.7"},
    {L"nistP384", "1.3.132.0.34"},
    {L"nistP521", "1.3.132.0.35"},
    {L"nistP192", "1.2.840.10045.3.1.1"},
    {L"nistP224", "1.3.132.0.33"},
    {L"secP256r1", "1.2.840.10045.3.1.7"},
    {L"secP384r1", "1.3.132.0.34"},
    {L"secP521r1", "1.3.132.0.35"},
    {L"secP192r1", "1.2.840.10045.3.1.1"},
    {L"secP224r1", "1.3.132.0.33"},
    {L"secP160k1", "1.3.132.0.9"},
    {L"secP160r1", "1.3.132.0.8"},
    {L"secP160r2", "1.3.132.0.30"},
    {L"secP192k1", "1.3.132.0.31"},
    {L"secP224k1", "1.3.132.0.32"},
    {L"secP256k1", "1.3.132.0.10"},
    {L"brainpoolP160r1", "1.3.36.3.3.2.8.1.1.1"},
    {L"brainpoolP160t1", "1.3.36.3.3.2.8.1.1.2"},
    {L"brainpoolP192r1", "1.3.36.3.3.2.8.1.1.3"},
    {L"brainpoolP192t1", "1.3.36.3.3.2.8.1.1.4"},
    {L"brainpoolP224r1", "1.3.36.3.3.2.8.1.1.5"},
    {L"brainpoolP224t1", "1.3.36.3.3.2.8.1.1.6"},
    {L"brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7"},
    {L"brainpoolP256t1", "1.3.36.3.3.2.8.1.1.8"},
    {L"brainpoolP320r1", "1.3.36.3.3.2.8.1.1.9"},
    {L"brainpoolP320t1", "1.3.36.3.3.2.8.1.1.10"},
    {L"brainpoolP384r1", "1.3.36.3.3.2.8.1.1.11"},
    {L"brainpoolP384t1", "1.3.36.3.3.2.8.1.1.12"},
    {L"brainpoolP512r1", "1.3.36.3.3.2.8.1.1.13"},
    {L"brainpoolP512t1", "1.3.36.3.3.2.8.1.1.14"},
    {L"ec192wapi", "1.2.156.11235.1.1.2.1"},
    {L"wtls7", "1.3.132.0.30"},
    {L"wtls9", "2.23.43.1.4.9"},
    {L"wtls12", "1.3.132.0.33"},
    {L"x962P192v1", "1.2.840.10045.3.1.1"},
    {L"x962P192v2", "1.2.840.10045.3.1.2"},
    {L"x962P192v3", "1.2.840.10045.3.1.3"},
    {L"x962P239v1", "1.2.840.10045.3.1.4"},
    {L"x962P239v2", "1.2.840.10045.3.1.5"},
    {L"x962P239v3", "1.2.840.10045.3.1.6"},
    {L"x962P256v1", "1.2.840.10045.3.1.7"},
};

const char *curve_oid(const WCHAR *name)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(curves); i++) if (!lstrcmpiW(curves[i].name, name)) return curves[i].oid;
    return NULL;
}

const WCHAR *curve_name(const char *oid)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(curves); i++) if (!lstrcmpA(curves[i].oid, oid)) return curves[i].name;
    return NULL;
}

BOOL curve_at(unsigned int index, const WCHAR **name, const char **oid)
{
    if (index >= ARRAYSIZE(curves)) return FALSE;
    *name = curves[index].name;
    *oid = curves[index].oid;
    return TRUE;
}
