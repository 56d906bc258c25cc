/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Random numbers of every level, from the kernel (getrandom(2)); see portable.h. Nothing of them is kept, so a process
 * that forks shares none with its parent. */
#include <errno.h>
#include <sys/random.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

int gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size)
{
    unsigned char *next = data;
    ssize_t got;

    (void)level;
    while (size)
    {
        got = getrandom(next, size, 0);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return GNUTLS_E_RANDOM_DEVICE_ERROR;
        next += got;
        size -= got;
    }
    return 0;
}
