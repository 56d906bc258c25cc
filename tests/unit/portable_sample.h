/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The system's GnuTLS beside what stands for it in the portable build. Include after cmocka.h. */
#ifndef PORTABLE_SAMPLE_H
#define PORTABLE_SAMPLE_H

#include <dlfcn.h>

static void *library;

/* THEIRS(gnutls_x) is GnuTLS's own, of the type of ours. */
#define THEIRS(function) ((__typeof__(&(function)))found(#function))

static void *found(const char *name)
{
    void *address = dlsym(library, name);

    assert_non_null(address);
    return address;
}

static inline int load_gnutls(void **state)
{
    (void)state;
    return (library = dlopen("libgnutls.so.30", RTLD_NOW | RTLD_LOCAL)) ? 0 : -1;
}

#endif
