/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What Wine's crypt32 asks of CryptoAPI (advapi32) when it signs and opens messages, answered for NCRYPT handles. */
#ifndef CRYPT32_CAPI_CALLS_H
#define CRYPT32_CAPI_CALLS_H

#include "bridge.h"

/* Puts the answers into that module's import table, and into no other's. Once. */
void answer_capi_calls(HMODULE wine_crypt32);

#endif
