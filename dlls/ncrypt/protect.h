/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files about protected data share. */
#ifndef NCRYPT_PROTECT_H
#define NCRYPT_PROTECT_H

#include <ncryptprotect.h>

#include "protection.h"

/* The provider that protects; loaded when the first call needs it. */
SECURITY_STATUS protect_load(const struct protection_table **table);

/* A handle for a descriptor or a stream of the provider; on NTE_NO_MEMORY it is freed. */
SECURITY_STATUS protect_publish(enum object_type type, ULONG_PTR inner, NCRYPT_HANDLE *handle);

/* The same for a stream, whose sink lives as long as it. */
SECURITY_STATUS protect_publish_stream(ULONG_PTR inner, void *sink, NCRYPT_HANDLE *handle);
void protect_free_sink(void *sink);

/* protect_name.c: the rule of a registered name; HeapFree it. */
SECURITY_STATUS protect_find_rule(const WCHAR *name, DWORD flags, WCHAR **rule);

#endif
