/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How long names and results can be, for the Windows half and the engine: each limit once, with its reason. */
#ifndef NCRYPTPROV_LENGTHS_H
#define NCRYPTPROV_LENGTHS_H

/* The name of a key, in characters without the NUL. */
#define MAX_NAME_LENGTH 260         /* of a program: MAX_PATH (row 3.25); also "Max Name Length" */
#define MAX_STORED_NAME 512         /* in a key file, which could hold as much as NCRYPT_MAX_KEY_NAME_LENGTH */

/* What is signed, in bytes, unless the key signs messages. */
#define LONGEST_HASH    0x10000

/* Results, in bytes. What a caller says of its memory beyond that does not matter. */
#define MOST_SIGNATURE  0x10000     /* of any family: RSA has 2048, ML-DSA 4627, SLH-DSA 49856 */
#define MOST_RSA        0x1000      /* a signature, a ciphertext or a modulus of RSA; 2048 today */
#define MOST_ENCAPSULATED 0x1000    /* a shared secret, or the ciphertext of one; ML-KEM has 1568 */
#define MOST_AGREED     0x1000      /* what two keys agree upon, or a digest of it; DH has 512 */
#define MAX_DERIVED     0x100000    /* in one call of NCryptDeriveKey or NCryptKeyDerivation */

#endif
