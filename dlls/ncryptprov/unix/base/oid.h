/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Object identifiers. Curves have theirs in their rows (ec_curve_*.c). */
#ifndef ENGINE_OID_H
#define ENGINE_OID_H

/* keys */
#define OID_RSA              "1.2.840.113549.1.1.1"       /* rsaEncryption */
#define OID_RSASSA_PSS       "1.2.840.113549.1.1.10"
#define OID_DSA              "1.2.840.10040.4.1"
#define OID_DH               "1.2.840.113549.1.3.1"
#define OID_EC               "1.2.840.10045.2.1"          /* id-ecPublicKey */
#define OID_X25519           "1.3.101.110"
#define OID_MLDSA_44         "2.16.840.1.101.3.4.3.17"
#define OID_MLDSA_65         "2.16.840.1.101.3.4.3.18"
#define OID_MLDSA_87         "2.16.840.1.101.3.4.3.19"
#define OID_MLKEM_512        "2.16.840.1.101.3.4.4.1"
#define OID_MLKEM_768        "2.16.840.1.101.3.4.4.2"
#define OID_MLKEM_1024       "2.16.840.1.101.3.4.4.3"

/* EC domains */
#define OID_PRIME_FIELD      "1.2.840.10045.1.1"
#define OID_P256             "1.2.840.10045.3.1.7"
#define OID_P384             "1.3.132.0.34"
#define OID_P521             "1.3.132.0.35"

/* PKCS #5, PKCS #12 */
#define OID_PBES1_MD5_DES    "1.2.840.113549.1.5.3"
#define OID_PBES1_MD5_RC2    "1.2.840.113549.1.5.6"
#define OID_PBES1_SHA1_DES   "1.2.840.113549.1.5.10"
#define OID_PBES1_SHA1_RC2   "1.2.840.113549.1.5.11"
#define OID_PBES2            "1.2.840.113549.1.5.13"
#define OID_PBKDF2           "1.2.840.113549.1.5.12"
#define OID_SCRYPT           "1.3.6.1.4.1.11591.4.11"
#define OID_PKCS12_RC4_128   "1.2.840.113549.1.12.1.1"
#define OID_PKCS12_RC4_40    "1.2.840.113549.1.12.1.2"
#define OID_PKCS12_3DES      "1.2.840.113549.1.12.1.3"
#define OID_PKCS12_3DES_112  "1.2.840.113549.1.12.1.4"
#define OID_PKCS12_RC2_128   "1.2.840.113549.1.12.1.5"
#define OID_PKCS12_RC2_40    "1.2.840.113549.1.12.1.6"

/* HMAC */
#define OID_HMAC_SHA1        "1.2.840.113549.2.7"
#define OID_HMAC_SHA224      "1.2.840.113549.2.8"
#define OID_HMAC_SHA256      "1.2.840.113549.2.9"
#define OID_HMAC_SHA384      "1.2.840.113549.2.10"
#define OID_HMAC_SHA512      "1.2.840.113549.2.11"

/* ciphers */
#define OID_DES_CBC          "1.3.14.3.2.7"
#define OID_RC2_CBC          "1.2.840.113549.3.2"
#define OID_3DES_CBC         "1.2.840.113549.3.7"
#define OID_AES128_CBC       "2.16.840.1.101.3.4.1.2"
#define OID_AES192_CBC       "2.16.840.1.101.3.4.1.22"
#define OID_AES256_CBC       "2.16.840.1.101.3.4.1.42"
#define OID_AES256_WRAP      "2.16.840.1.101.3.4.1.45"
#define OID_AES256_GCM       "2.16.840.1.101.3.4.1.46"

/* messages, certificates */
#define OID_DATA             "1.2.840.113549.1.7.1"
#define OID_ENVELOPED_DATA   "1.2.840.113549.1.7.3"
#define OID_KEY_USAGE        "2.5.29.15"
#define OID_PROTECTION       "1.3.6.1.4.1.311.74.1"       /* protectors of DPAPI-NG are below it */

#endif
