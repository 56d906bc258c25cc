/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Calls of unixlib.h and unixlib_protect.h that have files of their own, for the table of unixlib.c. */
#ifndef ENGINE_UNIXLIB_CALLS_H
#define ENGINE_UNIXLIB_CALLS_H

#include "base/memory.h"
#include "base/status.h"

/* For calls with a result of any size: hands what was written over to the Windows half, which fetches it with
 * result_take; after a failure, which it gives back, it frees it. */
nte_status give_result(nte_status status, struct writer *w, uint64_t *result, uint64_t *size);

/* operation_calls.c: calls that use keys */
int32_t call_key_sign(void *args);
int32_t call_key_verify(void *args);
int32_t call_key_encrypt(void *args);
int32_t call_key_decrypt(void *args);
int32_t call_key_encapsulate(void *args);
int32_t call_key_decapsulate(void *args);
int32_t call_secret_agree(void *args);
int32_t call_derive_key(void *args);
int32_t call_key_derivation(void *args);
int32_t call_claim_create(void *args);
int32_t call_claim_verify(void *args);

/* unixlib_protect.c */
int32_t call_descriptor_create(void *args);
int32_t call_descriptor_free(void *args);
int32_t call_descriptor_text(void *args);
int32_t call_protector_get(void *args);
int32_t call_result_take(void *args);
int32_t call_protect(void *args);
int32_t call_envelope_open(void *args);
int32_t call_envelope_free(void *args);
int32_t call_unprotect(void *args);
int32_t call_stream_open(void *args);
int32_t call_stream_update(void *args);
int32_t call_stream_unlock(void *args);
int32_t call_stream_free(void *args);

#endif
