/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The calls that use keys, for the table of unixlib.c. */
#ifndef ENGINE_OPERATION_CALLS_H
#define ENGINE_OPERATION_CALLS_H

#include <stdint.h>

int32_t call_key_sign(void *args);
int32_t call_key_verify(void *args);
int32_t call_key_encrypt(void *args);
int32_t call_key_decrypt(void *args);
int32_t call_secret_agree(void *args);
int32_t call_derive_key(void *args);
int32_t call_key_derivation(void *args);

#endif
