/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Values of ncrypt.h and bcrypt.h, which the engine cannot include (doc/facts/windows-api.md 0). check-abi compares
 * them. */
#ifndef ENGINE_CONSTANTS_H
#define ENGINE_CONSTANTS_H

#define PAD_NONE                     0x00000001u
#define PAD_PKCS1                    0x00000002u
#define PAD_OAEP                     0x00000004u
#define PAD_PSS                      0x00000008u
#define PAD_CIPHER                   0x00000010u
#define PAD_PQDSA                    0x00000020u    /* for keys that sign messages; of others PAD_IGNORE_SALT */
#define PAD_SCHEMES                  0x0000001fu    /* for all others */

#define PAD_IGNORE_SALT              0x00000020u    /* that one: the provider chooses the salt of PSS */

#define FLAG_SEALING                 0x00000100u    /* of encryption and decryption, for the chip alone */

#define FLAG_NO_KEY_VALIDATION       0x00000008u
#define FLAG_MACHINE_KEY             0x00000020u
#define FLAG_SILENT                  0x00000040u
#define FLAG_OVERWRITE_KEY           0x00000080u
#define FLAG_AUTHORITY_KEY           0x00000100u
#define FLAG_DO_NOT_FINALIZE         0x00000400u
#define FLAG_EXPORT_LEGACY           0x00000800u
#define FLAG_NO_CACHED_PASSWORD      0x00004000u    /* mimikatz passes it for every key (row 5.14) */
#define FLAG_PREFER_VBS              0x00010000u
#define FLAG_REQUIRE_VBS             0x00020000u
#define FLAG_PER_BOOT_KEY            0x00040000u
#define FLAG_EXTENDED_ERRORS         0x10000000u
#define FLAG_PERSIST_ONLY            0x40000000u
#define FLAG_PERSIST                 0x80000000u

#define FLAG_SECRET_AS_HMAC_KEY      0x00000001u    /* of derivations, as the next */
#define FLAG_CAPI_AES                0x00000010u

#define IMPL_HARDWARE                0x00000001u
#define IMPL_SOFTWARE                0x00000002u
#define IMPL_REMOVABLE               0x00000008u

#define UI_PROTECT_KEY               0x00000001u    /* ask for consent, or for the password if there is one */
#define UI_FORCE_HIGH_PROTECTION     0x00000002u    /* the private part is under a password */

#define SECURITY_INFORMATION_FLAGS   0x0000001fu    /* owner, group, DACL, SACL, label */

#define BUFFER_PKCS_ALG_OID          41u
#define BUFFER_PKCS_ALG_PARAM        42u
#define BUFFER_PKCS_SECRET           46u
#define BUFFER_CERTIFICATE           47u
#define BUFFER_KEYATTESTATION_NONCE  49u
#define BUFFER_ECC_CURVE_NAME        60u
#define BUFFER_ECC_PARAMETERS        61u
#define BUFFER_PLATFORM_PCR_MASK     80u
#define BUFFER_PLATFORM_NONCE        81u

#define CLAIM_AUTHORITY_AND_SUBJECT  0x00000003u
#define CLAIM_PLATFORM               0x00010000u

#define ALLOW_EXPORT                 0x00000001u
#define ALLOW_PLAINTEXT_EXPORT       0x00000002u
#define ALLOW_ARCHIVING              0x00000004u
#define ALLOW_PLAINTEXT_ARCHIVING    0x00000008u

#define USAGE_DECRYPT                0x00000001u
#define USAGE_SIGNING                0x00000002u
#define USAGE_KEY_AGREEMENT          0x00000004u
#define USAGE_ALL                    0x00ffffffu

#define INTERFACE_CIPHER             1u
#define INTERFACE_ASYMMETRIC         3u
#define INTERFACE_SECRET_AGREEMENT   4u
#define INTERFACE_SIGNATURE          5u
#define INTERFACE_KEY_DERIVATION     7u
#define INTERFACE_KEY_ENCAPSULATION  8u

#define OPERATION_CIPHER             0x01u
#define OPERATION_ASYMMETRIC         0x04u
#define OPERATION_SECRET_AGREEMENT   0x08u
#define OPERATION_SIGNATURE          0x10u
#define OPERATION_KEY_DERIVATION     0x40u
#define OPERATION_KEY_ENCAPSULATION  0x80u

#endif
