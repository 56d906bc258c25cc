/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The application interface of ncrypt.dll: keys in key storage providers.
 *
 * Common to every call, unless its comment says otherwise:
 * - Returns a SECURITY_STATUS: ERROR_SUCCESS (0) or an NTE_* code. The last error is 0 after a success and the
 *   status after a failure.
 * - NTE_INVALID_HANDLE: a handle that is 0, freed or of another kind. NTE_INVALID_PARAMETER: a pointer that the
 *   call needs is NULL. NTE_BAD_FLAGS: a bit in dwFlags that the call does not know. NTE_NO_MEMORY.
 *   NTE_NOT_SUPPORTED: the provider cannot do this.
 * - Strings are UTF-16 and end with a NUL. cb* counts bytes (a string's NUL included), c* counts items.
 * - Output of unknown size: with the buffer NULL, *pcbResult is set to the bytes needed and the call succeeds;
 *   with a buffer too short it is set as well and the status is NTE_BUFFER_TOO_SMALL. The first answer is an
 *   upper bound. On any other failure *pcbResult keeps its value.
 * - A handle belongs to the caller, who ends it with NCryptFreeObject; memory that a call allocates is ended
 *   with NCryptFreeBuffer. A call that yields a handle sets it to 0 when it fails.
 * - NCRYPT_SILENT_FLAG is accepted everywhere: fail with NTE_SILENT_CONTEXT rather than show a dialog. */

/* windows.h may reach this file by way of wincrypt.h: then it is complete when we get here, hence the order. */
#include <windows.h>
#include <wincrypt.h>
#include <bcrypt.h>

#ifndef __NCRYPT_H__
#define __NCRYPT_H__

#ifdef __cplusplus
extern "C"
{
#endif

#ifndef __SECSTATUS_DEFINED__
#define __SECSTATUS_DEFINED__
typedef LONG SECURITY_STATUS;
#endif

/* --- Handles --- */

typedef ULONG_PTR NCRYPT_HANDLE;
typedef ULONG_PTR NCRYPT_PROV_HANDLE;
typedef ULONG_PTR NCRYPT_KEY_HANDLE;
typedef ULONG_PTR NCRYPT_HASH_HANDLE;
typedef ULONG_PTR NCRYPT_SECRET_HANDLE;

#ifndef NTE_VBS_UNAVAILABLE
#define NTE_VBS_UNAVAILABLE                             ((HRESULT)0x80090039)
#endif
#ifndef NTE_VBS_CANNOT_DECRYPT_KEY
#define NTE_VBS_CANNOT_DECRYPT_KEY                      ((HRESULT)0x8009003A)
#endif

/* --- Limits, in characters and bytes --- */

#define NCRYPT_MAX_KEY_NAME_LENGTH                      512
#define NCRYPT_MAX_ALG_ID_LENGTH                        512
#define NCRYPT_MAX_PROPERTY_NAME                        64
#define NCRYPT_MAX_PROPERTY_DATA                        0x100000

/* --- Providers --- */

#define MS_KEY_STORAGE_PROVIDER                         L"Microsoft Software Key Storage Provider"
#define MS_SMART_CARD_KEY_STORAGE_PROVIDER              L"Microsoft Smart Card Key Storage Provider"
#define MS_PLATFORM_KEY_STORAGE_PROVIDER                L"Microsoft Platform Crypto Provider"
#define MS_PLATFORM_CRYPTO_PROVIDER                     MS_PLATFORM_KEY_STORAGE_PROVIDER
#define MS_NGC_KEY_STORAGE_PROVIDER                     L"Microsoft Passport Key Storage Provider"
#define MS_PLUTON_CRYPTO_PROVIDER                       L"Microsoft Pluton Cryptographic Provider"

/* --- Algorithms --- */

#define NCRYPT_RSA_ALGORITHM                            L"RSA"
#define NCRYPT_RSA_SIGN_ALGORITHM                       L"RSA_SIGN"
#define NCRYPT_DH_ALGORITHM                             L"DH"
#define NCRYPT_DSA_ALGORITHM                            L"DSA"
#define NCRYPT_MD2_ALGORITHM                            L"MD2"
#define NCRYPT_MD4_ALGORITHM                            L"MD4"
#define NCRYPT_MD5_ALGORITHM                            L"MD5"
#define NCRYPT_SHA1_ALGORITHM                           L"SHA1"
#define NCRYPT_SHA256_ALGORITHM                         L"SHA256"
#define NCRYPT_SHA384_ALGORITHM                         L"SHA384"
#define NCRYPT_SHA512_ALGORITHM                         L"SHA512"
#define NCRYPT_ECDSA_P256_ALGORITHM                     L"ECDSA_P256"
#define NCRYPT_ECDSA_P384_ALGORITHM                     L"ECDSA_P384"
#define NCRYPT_ECDSA_P521_ALGORITHM                     L"ECDSA_P521"
#define NCRYPT_ECDSA_ALGORITHM                          L"ECDSA"
#define NCRYPT_ECDH_P256_ALGORITHM                      L"ECDH_P256"
#define NCRYPT_ECDH_P384_ALGORITHM                      L"ECDH_P384"
#define NCRYPT_ECDH_P521_ALGORITHM                      L"ECDH_P521"
#define NCRYPT_ECDH_ALGORITHM                           L"ECDH"
#define NCRYPT_AES_ALGORITHM                            L"AES"
#define NCRYPT_RC2_ALGORITHM                            L"RC2"
#define NCRYPT_3DES_ALGORITHM                           L"3DES"
#define NCRYPT_3DES_112_ALGORITHM                       L"3DES_112"
#define NCRYPT_DES_ALGORITHM                            L"DES"
#define NCRYPT_DESX_ALGORITHM                           L"DESX"
#define NCRYPT_SP800108_CTR_HMAC_ALGORITHM              L"SP800_108_CTR_HMAC"
#define NCRYPT_SP80056A_CONCAT_ALGORITHM                L"SP800_56A_CONCAT"
#define NCRYPT_PBKDF2_ALGORITHM                         L"PBKDF2"
#define NCRYPT_CAPI_KDF_ALGORITHM                       L"CAPI_KDF"
#define NCRYPT_HMAC_SHA256_ALGORITHM                    L"HMAC-SHA256"
#define NCRYPT_MLKEM_ALGORITHM                          L"ML-KEM"
#define NCRYPT_MLDSA_ALGORITHM                          L"ML-DSA"
#define NCRYPT_SLHDSA_ALGORITHM                         L"SLH-DSA"
#define NCRYPT_LMS_ALGORITHM                            L"LMS"
#define NCRYPT_XMSS_ALGORITHM                           L"XMSS"
#define NCRYPT_KEY_STORAGE_ALGORITHM                    L"KEY_STORAGE"

#define NCRYPT_RSA_ALGORITHM_GROUP                      NCRYPT_RSA_ALGORITHM
#define NCRYPT_DH_ALGORITHM_GROUP                       NCRYPT_DH_ALGORITHM
#define NCRYPT_DSA_ALGORITHM_GROUP                      NCRYPT_DSA_ALGORITHM
#define NCRYPT_ECDSA_ALGORITHM_GROUP                    L"ECDSA"
#define NCRYPT_ECDH_ALGORITHM_GROUP                     L"ECDH"
#define NCRYPT_AES_ALGORITHM_GROUP                      NCRYPT_AES_ALGORITHM
#define NCRYPT_RC2_ALGORITHM_GROUP                      NCRYPT_RC2_ALGORITHM
#define NCRYPT_DES_ALGORITHM_GROUP                      L"DES"
#define NCRYPT_KEY_DERIVATION_GROUP                     L"KEY_DERIVATION"
#define NCRYPT_MLKEM_ALGORITHM_GROUP                    L"MLKEM"
#define NCRYPT_MLDSA_ALGORITHM_GROUP                    L"MLDSA"
#define NCRYPT_SLHDSA_ALGORITHM_GROUP                   L"SLHDSA"
#define NCRYPT_LMS_ALGORITHM_GROUP                      L"LMS"
#define NCRYPT_XMSS_ALGORITHM_GROUP                     L"XMSS"

/* NCryptAlgorithmName.dwClass */
#define NCRYPT_CIPHER_INTERFACE                         0x00000001
#define NCRYPT_HASH_INTERFACE                           0x00000002
#define NCRYPT_ASYMMETRIC_ENCRYPTION_INTERFACE          0x00000003
#define NCRYPT_SECRET_AGREEMENT_INTERFACE               0x00000004
#define NCRYPT_SIGNATURE_INTERFACE                      0x00000005
#define NCRYPT_RNG_INTERFACE                            0x00000006
#define NCRYPT_KEY_DERIVATION_INTERFACE                 0x00000007
#define NCRYPT_KEY_ENCAPSULATION_INTERFACE              0x00000008
#define NCRYPT_KEY_STORAGE_INTERFACE                    0x00010001
#define NCRYPT_SCHANNEL_INTERFACE                       0x00010002
#define NCRYPT_SCHANNEL_SIGNATURE_INTERFACE             0x00010003
#define NCRYPT_KEY_PROTECTION_INTERFACE                 0x00010004

/* NCryptAlgorithmName.dwAlgOperations and the filter of NCryptEnumAlgorithms */
#define NCRYPT_CIPHER_OPERATION                         0x00000001
#define NCRYPT_HASH_OPERATION                           0x00000002
#define NCRYPT_ASYMMETRIC_ENCRYPTION_OPERATION          0x00000004
#define NCRYPT_SECRET_AGREEMENT_OPERATION               0x00000008
#define NCRYPT_SIGNATURE_OPERATION                      0x00000010
#define NCRYPT_RNG_OPERATION                            0x00000020
#define NCRYPT_KEY_DERIVATION_OPERATION                 0x00000040
#define NCRYPT_KEY_ENCAPSULATION_OPERATION              0x00000080

/* --- Flags (windows-api.md 0 says which call takes which) --- */

#define NCRYPT_NO_PADDING_FLAG                          0x00000001
#define NCRYPT_PAD_PKCS1_FLAG                           0x00000002
#define NCRYPT_PAD_OAEP_FLAG                            0x00000004
#define NCRYPT_PAD_PSS_FLAG                             0x00000008
#define NCRYPT_PAD_CIPHER_FLAG                          0x00000010
#define NCRYPT_PAD_PQDSA_FLAG                           0x00000020
#define NCRYPT_TPM_PAD_PSS_IGNORE_SALT                  0x00000020
#define NCRYPT_ATTESTATION_FLAG                         0x00000020
#define NCRYPT_SEALING_FLAG                             0x00000100

#define NCRYPT_REGISTER_NOTIFY_FLAG                     0x00000001
#define NCRYPT_UNREGISTER_NOTIFY_FLAG                   0x00000002
#define NCRYPT_NO_KEY_VALIDATION                        0x00000008
#define NCRYPT_MACHINE_KEY_FLAG                         0x00000020
#define NCRYPT_SILENT_FLAG                              0x00000040
#define NCRYPT_OVERWRITE_KEY_FLAG                       0x00000080
#define NCRYPT_AUTHORITY_KEY_FLAG                       0x00000100
#define NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG           0x00000200
#define NCRYPT_DO_NOT_FINALIZE_FLAG                     0x00000400
#define NCRYPT_EXPORT_LEGACY_FLAG                       0x00000800
#define NCRYPT_IGNORE_DEVICE_STATE_FLAG                 0x00001000
#define NCRYPT_TREAT_NIST_AS_GENERIC_ECC_FLAG           0x00002000
#define NCRYPT_NO_CACHED_PASSWORD                       0x00004000
#define NCRYPT_PROTECT_TO_LOCAL_SYSTEM                  0x00008000
#define NCRYPT_PREFER_VBS_FLAG                          0x00010000
#define NCRYPT_PREFER_VIRTUAL_ISOLATION_FLAG            NCRYPT_PREFER_VBS_FLAG
#define NCRYPT_REQUIRE_VBS_FLAG                         0x00020000
#define NCRYPT_USE_VIRTUAL_ISOLATION_FLAG               NCRYPT_REQUIRE_VBS_FLAG
#define NCRYPT_USE_RECOVERY_LDAP_PORT                   0x00010000
#define NCRYPT_USE_PER_BOOT_KEY_FLAG                    0x00040000
#define NCRYPT_USE_VBS_PER_BOOT_KEY_FLAG                NCRYPT_USE_PER_BOOT_KEY_FLAG
#define NCRYPT_VBS_RETURN_CLAIM_DETAILS_FLAG            0x00100000
#define NCRYPT_EXTENDED_ERRORS_FLAG                     0x10000000
#define NCRYPT_REQUIRE_KDS_LRPC_BIND_FLAG               0x20000000
#define NCRYPT_PERSIST_ONLY_FLAG                        0x40000000
#define NCRYPT_PERSIST_FLAG                             0x80000000

/* --- Properties (windows-api.md 2: type, object, when it may be set) --- */

#define NCRYPT_NAME_PROPERTY                            L"Name"
#define NCRYPT_EPHEMERAL_NAME_PROPERTY                  L"Ephemeral Name"
#define NCRYPT_UNIQUE_NAME_PROPERTY                     L"Unique Name"
#define NCRYPT_ALGORITHM_PROPERTY                       L"Algorithm Name"
#define NCRYPT_ALGORITHM_GROUP_PROPERTY                 L"Algorithm Group"
#define NCRYPT_LENGTH_PROPERTY                          L"Length"
#define NCRYPT_PUBLIC_LENGTH_PROPERTY                   L"PublicKeyLength"
#define NCRYPT_LENGTHS_PROPERTY                         L"Lengths"
#define NCRYPT_BLOCK_LENGTH_PROPERTY                    L"Block Length"
#define NCRYPT_SIGNATURE_LENGTH_PROPERTY                L"SignatureLength"
#define NCRYPT_EXPORT_POLICY_PROPERTY                   L"Export Policy"
#define NCRYPT_KEY_USAGE_PROPERTY                       L"Key Usage"
#define NCRYPT_KEY_TYPE_PROPERTY                        L"Key Type"
#define NCRYPT_IMPL_TYPE_PROPERTY                       L"Impl Type"
#define NCRYPT_PROVIDER_HANDLE_PROPERTY                 L"Provider Handle"
#define NCRYPT_VERSION_PROPERTY                         L"Version"
#define NCRYPT_MAX_NAME_LENGTH_PROPERTY                 L"Max Name Length"
#define NCRYPT_LAST_MODIFIED_PROPERTY                   L"Modified"
#define NCRYPT_SECURITY_DESCR_SUPPORT_PROPERTY          L"Security Descr Support"
#define NCRYPT_SECURITY_DESCR_PROPERTY                  L"Security Descr"
#define NCRYPT_USE_COUNT_ENABLED_PROPERTY               L"Enabled Use Count"
#define NCRYPT_USE_COUNT_PROPERTY                       L"Use Count"
#define NCRYPT_UI_POLICY_PROPERTY                       L"UI Policy"
#define NCRYPT_WINDOW_HANDLE_PROPERTY                   L"HWND Handle"
#define NCRYPT_USE_CONTEXT_PROPERTY                     L"Use Context"
#define NCRYPT_DH_PARAMETERS_PROPERTY                   L"DHParameters"
#define NCRYPT_CHAINING_MODE_PROPERTY                   L"Chaining Mode"
#define NCRYPT_INITIALIZATION_VECTOR                    L"IV"
#define NCRYPT_AUTH_TAG_LENGTH                          L"AuthTagLength"
#define NCRYPT_KDF_SECRET_VALUE                         L"KDFKeySecret"
#define NCRYPT_ECC_PARAMETERS_PROPERTY                  L"ECCParameters"
#define NCRYPT_ECC_CURVE_NAME_PROPERTY                  L"ECCCurveName"
#define NCRYPT_ECC_CURVE_NAME_LIST_PROPERTY             L"ECCCurveNameList"
#define NCRYPT_USE_VIRTUAL_ISOLATION_PROPERTY           L"Virtual Iso"
#define NCRYPT_USE_PER_BOOT_KEY_PROPERTY                L"Per Boot Key"
#define NCRYPT_VBS_ROOT_PUB_PROPERTY                    L"VBS_ROOT_PUB"
#define NCRYPT_KEY_ACCESS_POLICY_PROPERTY               L"Key Access Policy"
#define NCRYPT_PARAMETER_SET_NAME_PROPERTY              L"ParameterSetName"
#define NCRYPT_KEM_SHARED_SECRET_LENGTH_PROPERTY        L"KEMSharedSecretLength"
#define NCRYPT_KEM_CIPHERTEXT_LENGTH_PROPERTY           L"KEMCiphertextLength"
#define NCRYPT_CERTIFICATE_FROM_NVRAM_PROPERTY          L"KeyCertificateFromTpmNvram"

#define NCRYPT_CERTIFICATE_PROPERTY                     L"SmartCardKeyCertificate"
#define NCRYPT_PIN_PROPERTY                             L"SmartCardPin"
#define NCRYPT_READER_PROPERTY                          L"SmartCardReader"
#define NCRYPT_SMARTCARD_GUID_PROPERTY                  L"SmartCardGuid"
#define NCRYPT_PIN_PROMPT_PROPERTY                      L"SmartCardPinPrompt"
#define NCRYPT_USER_CERTSTORE_PROPERTY                  L"SmartCardUserCertStore"
#define NCRYPT_ROOT_CERTSTORE_PROPERTY                  L"SmartcardRootCertStore"
#define NCRYPT_SECURE_PIN_PROPERTY                      L"SmartCardSecurePin"
#define NCRYPT_ASSOCIATED_ECDH_KEY                      L"SmartCardAssociatedECDHKey"
#define NCRYPT_SCARD_PIN_ID                             L"SmartCardPinId"
#define NCRYPT_SCARD_PIN_INFO                           L"SmartCardPinInfo"
#define NCRYPT_READER_ICON_PROPERTY                     L"SmartCardReaderIcon"
#define NCRYPT_DISMISS_UI_TIMEOUT_SEC_PROPERTY          L"SmartCardDismissUITimeoutSeconds"
#define NCRYPT_SCARD_NGC_KEY_NAME                       L"SmartCardNgcKeyName"

#define NCRYPT_ALTERNATE_KEY_STORAGE_LOCATION_PROPERTY  L"PCP_ALTERNATE_KEY_STORAGE_LOCATION"
#define NCRYPT_CHANGEPASSWORD_PROPERTY                  L"PCP_CHANGEPASSWORD"

/* The PIN cache of the smart card provider */
#define NCRYPT_PIN_CACHE_FREE_APPLICATION_TICKET_PROPERTY L"PinCacheFreeApplicationTicket"
#define NCRYPT_PIN_CACHE_FLAGS_PROPERTY                 L"PinCacheFlags"
#define NCRYPT_PIN_CACHE_APPLICATION_TICKET_PROPERTY    L"PinCacheApplicationTicket"
#define NCRYPT_PIN_CACHE_APPLICATION_IMAGE_PROPERTY     L"PinCacheApplicationImage"
#define NCRYPT_PIN_CACHE_APPLICATION_STATUS_PROPERTY    L"PinCacheApplicationStatus"
#define NCRYPT_PIN_CACHE_PIN_PROPERTY                   L"PinCachePin"
#define NCRYPT_PIN_CACHE_IS_GESTURE_REQUIRED_PROPERTY   L"PinCacheIsGestureRequired"
#define NCRYPT_PIN_CACHE_CLEAR_PROPERTY                 L"PinCacheClear"
#define NCRYPT_PIN_CACHE_APPLICATION_TICKET_BYTE_LENGTH 90
#define NCRYPT_PIN_CACHE_PIN_BYTE_LENGTH                90
#define NCRYPT_PIN_CACHE_DISABLE_DPL_FLAG               0x00000001
#define NCRYPT_PIN_CACHE_REQUIRE_GESTURE_FLAG           0x00000001
#define NCRYPT_PIN_CACHE_CLEAR_FOR_CALLING_PROCESS_OPTION 0x00000001

/* The TPM provider */
#define NCRYPT_PCP_PLATFORM_TYPE_PROPERTY               L"PCP_PLATFORM_TYPE"
#define NCRYPT_PCP_PROVIDER_VERSION_PROPERTY            L"PCP_PROVIDER_VERSION"
#define NCRYPT_PCP_EKPUB_PROPERTY                       L"PCP_EKPUB"
#define NCRYPT_PCP_EKCERT_PROPERTY                      L"PCP_EKCERT"
#define NCRYPT_PCP_EKNVCERT_PROPERTY                    L"PCP_EKNVCERT"
#define NCRYPT_PCP_RSA_EKPUB_PROPERTY                   L"PCP_RSA_EKPUB"
#define NCRYPT_PCP_RSA_EKCERT_PROPERTY                  L"PCP_RSA_EKCERT"
#define NCRYPT_PCP_RSA_EKNVCERT_PROPERTY                L"PCP_RSA_EKNVCERT"
#define NCRYPT_PCP_ECC_EKPUB_PROPERTY                   L"PCP_ECC_EKPUB"
#define NCRYPT_PCP_ECC_EKCERT_PROPERTY                  L"PCP_ECC_EKCERT"
#define NCRYPT_PCP_ECC_EKNVCERT_PROPERTY                L"PCP_ECC_EKNVCERT"
#define NCRYPT_PCP_SRKPUB_PROPERTY                      L"PCP_SRKPUB"
#define NCRYPT_PCP_PCRTABLE_PROPERTY                    L"PCP_PCRTABLE"
#define NCRYPT_PCP_CHANGEPASSWORD_PROPERTY              L"PCP_CHANGEPASSWORD"
#define NCRYPT_PCP_PASSWORD_REQUIRED_PROPERTY           L"PCP_PASSWORD_REQUIRED"
#define NCRYPT_PCP_USAGEAUTH_PROPERTY                   L"PCP_USAGEAUTH"
#define NCRYPT_PCP_MIGRATIONPASSWORD_PROPERTY           L"PCP_MIGRATIONPASSWORD"
#define NCRYPT_PCP_EXPORT_ALLOWED_PROPERTY              L"PCP_EXPORT_ALLOWED"
#define NCRYPT_PCP_STORAGEPARENT_PROPERTY               L"PCP_STORAGEPARENT"
#define NCRYPT_PCP_PROVIDERHANDLE_PROPERTY              L"PCP_PROVIDERMHANDLE"
#define NCRYPT_PCP_PLATFORMHANDLE_PROPERTY              L"PCP_PLATFORMHANDLE"
#define NCRYPT_PCP_PLATFORM_BINDING_PCRMASK_PROPERTY    L"PCP_PLATFORM_BINDING_PCRMASK"
#define NCRYPT_PCP_PLATFORM_BINDING_PCRDIGESTLIST_PROPERTY L"PCP_PLATFORM_BINDING_PCRDIGESTLIST"
#define NCRYPT_PCP_PLATFORM_BINDING_PCRDIGEST_PROPERTY  L"PCP_PLATFORM_BINDING_PCRDIGEST"
#define NCRYPT_PCP_PLATFORM_BINDING_PCRALGID_PROPERTY   L"PCP_PLATFORM_BINDING_PCRALGID"
#define NCRYPT_PCP_KEY_USAGE_POLICY_PROPERTY            L"PCP_KEY_USAGE_POLICY"
#define NCRYPT_PCP_RSA_SCHEME_PROPERTY                  L"PCP_RSA_SCHEME"
#define NCRYPT_PCP_TPM12_IDBINDING_PROPERTY             L"PCP_TPM12_IDBINDING"
#define NCRYPT_PCP_TPM12_IDBINDING_DYNAMIC_PROPERTY     L"PCP_TPM12_IDBINDING_DYNAMIC"
#define NCRYPT_PCP_TPM12_IDACTIVATION_PROPERTY          L"PCP_TPM12_IDACTIVATION"
#define NCRYPT_PCP_KEYATTESTATION_PROPERTY              L"PCP_TPM12_KEYATTESTATION"
#define NCRYPT_PCP_ALTERNATE_KEY_STORAGE_LOCATION_PROPERTY L"PCP_ALTERNATE_KEY_STORAGE_LOCATION"
#define NCRYPT_PCP_HMAC_AUTH_POLICYREF                  L"PCP_HMAC_AUTH_POLICYREF"
#define NCRYPT_PCP_HMAC_AUTH_POLICYINFO                 L"PCP_HMAC_AUTH_POLICYINFO"
#define NCRYPT_PCP_HMAC_AUTH_NONCE                      L"PCP_HMAC_AUTH_NONCE"
#define NCRYPT_PCP_HMAC_AUTH_SIGNATURE                  L"PCP_HMAC_AUTH_SIGNATURE"
#define NCRYPT_PCP_HMAC_AUTH_TICKET                     L"PCP_HMAC_AUTH_TICKET"
#define NCRYPT_PCP_NO_DA_PROTECTION_PROPERTY            L"PCP_NO_DA_PROTECTION"
#define NCRYPT_PCP_TPM_MANUFACTURER_ID_PROPERTY         L"PCP_TPM_MANUFACTURER_ID"
#define NCRYPT_PCP_TPM_FW_VERSION_PROPERTY              L"PCP_TPM_FW_VERSION"
#define NCRYPT_PCP_TPM2BNAME_PROPERTY                   L"PCP_TPM2BNAME"
#define NCRYPT_PCP_TPM_VERSION_PROPERTY                 L"PCP_TPM_VERSION"
#define NCRYPT_PCP_RAW_POLICYDIGEST_PROPERTY            L"PCP_RAW_POLICYDIGEST"
#define NCRYPT_PCP_KEY_CREATIONHASH_PROPERTY            L"PCP_KEY_CREATIONHASH"
#define NCRYPT_PCP_KEY_CREATIONTICKET_PROPERTY          L"PCP_KEY_CREATIONTICKET"
#define NCRYPT_PCP_RSA_SCHEME_HASH_ALG_PROPERTY         L"PCP_RSA_SCHEME_HASH_ALG"
#define NCRYPT_PCP_TPM_IFX_RSA_KEYGEN_PROHIBITED_PROPERTY L"PCP_TPM_IFX_RSA_KEYGEN_PROHIBITED"
#define NCRYPT_PCP_TPM_IFX_RSA_KEYGEN_VULNERABILITY_PROPERTY L"PCP_TPM_IFX_RSA_KEYGEN_VULNERABILITY"
#define NCRYPT_PCP_SESSIONID_PROPERTY                   L"PCP_SESSIONID"
#define NCRYPT_PCP_INTERMEDIATE_CA_EKCERT_PROPERTY      L"PCP_INTERMEDIATE_CA_EKCERT"
#define NCRYPT_PCP_PCRTABLE_ALGORITHM_PROPERTY          L"PCP_PCRTABLE_ALGORITHM"
#define NCRYPT_PCP_SYMMETRIC_KEYBITS_PROPERTY           L"PCP_SYMMETRIC_KEYBITS"
#define NCRYPT_PCP_PSS_SALT_SIZE_PROPERTY               L"PSS Salt Size"
#define NCRYPT_PCP_EKSTORE_PROPERTY                     L"PCP_EKSTORE"
#define NCRYPT_PCP_AIKSTORE_PROPERTY                    L"PCP_AIKSTORE"
#define NCRYPT_PCP_SDDIDK_CONTEXT_PROPERTY              L"PCP_SDDIDK_CONTEXT"

/* The Pluton provider */
#define NCRYPT_PLUTON_EKCERT_PROPERTY                   L"PLUTON_EKCERT"
#define NCRYPT_PLUTON_EKPUB_PROPERTY                    L"PLUTON_EKPUB"
#define NCRYPT_PLUTON_RSA_EKCERT_PROPERTY               L"PLUTON_RSA_EKCERT"
#define NCRYPT_PLUTON_RSA_EKPUB_PROPERTY                L"PLUTON_RSA_EKPUB"
#define NCRYPT_PLUTON_ECC_EKCERT_PROPERTY               L"PLUTON_ECC_EKCERT"
#define NCRYPT_PLUTON_ECC_EKPUB_PROPERTY                L"PLUTON_ECC_EKPUB"
#define NCRYPT_PLUTON_SESSION_ID_PROPERTY               L"PLUTON_SESSION_ID"
#define NCRYPT_PLUTON_KDF_PARENT_KEY_UNIQUE_NAME_PROPERTY L"PlutonKdfParentKeyUniqueName"
#define NCRYPT_PLUTON_KDF_PARAMS_BUFFER_DESC_PROPERTY   L"PlutonKdfParamsBufferDesc"

/* Values: PCP_KEY_USAGE_POLICY */
#define NCRYPT_PCP_SIGNATURE_KEY                        0x00000001
#define NCRYPT_PCP_ENCRYPTION_KEY                       0x00000002
#define NCRYPT_PCP_GENERIC_KEY                          0x00000003
#define NCRYPT_PCP_STORAGE_KEY                          0x00000004
#define NCRYPT_PCP_IDENTITY_KEY                         0x00000008
#define NCRYPT_PCP_HMACVERIFICATION_KEY                 0x00000010
#define NCRYPT_PCP_SDDIDK_KEY                           0x00000020
#define NCRYPT_TPM12_PROVIDER                           0x00010000

/* dwAlgOperations of the TPM provider */
#define NCRYPT_PCP_SDDIDK_OPERATION                     0x10000000

/* Values: PSS Salt Size */
#define NCRYPT_TPM_PSS_SALT_SIZE_UNKNOWN                0x00000000
#define NCRYPT_TPM_PSS_SALT_SIZE_MAXIMUM                0x00000001
#define NCRYPT_TPM_PSS_SALT_SIZE_HASHSIZE               0x00000002

/* Values: PCP_TPM_IFX_RSA_KEYGEN_VULNERABILITY */
#define IFX_RSA_KEYGEN_VUL_NOT_AFFECTED                 0
#define IFX_RSA_KEYGEN_VUL_AFFECTED_LEVEL_1             1
#define IFX_RSA_KEYGEN_VUL_AFFECTED_LEVEL_2             2

/* A key that every TPM provider has, for sealing */
#define TPM_RSA_SRK_SEAL_KEY \
    L"MICROSOFT_PCP_KSP_RSA_SEAL_KEY_3BD1C4BF-004E-4E2F-8A4D-0BF633DCB074"

/* Values: Key Usage */
#define NCRYPT_ALLOW_DECRYPT_FLAG                       0x00000001
#define NCRYPT_ALLOW_SIGNING_FLAG                       0x00000002
#define NCRYPT_ALLOW_KEY_AGREEMENT_FLAG                 0x00000004
#define NCRYPT_ALLOW_KEY_IMPORT_FLAG                    0x00000008
#define NCRYPT_ALLOW_KEY_ENVELOPE_FLAG                  NCRYPT_ALLOW_KEY_IMPORT_FLAG
#define NCRYPT_ALLOW_KEY_ATTESTATION_FLAG               0x00000010
#define NCRYPT_ALLOW_KEY_IMPORT_EPHEMERAL_FLAG          0x00000020
#define NCRYPT_ALLOW_ALL_USAGES                         0x00ffffff

/* Values: Export Policy */
#define NCRYPT_ALLOW_EXPORT_FLAG                        0x00000001
#define NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG              0x00000002
#define NCRYPT_ALLOW_ARCHIVING_FLAG                     0x00000004
#define NCRYPT_ALLOW_PLAINTEXT_ARCHIVING_FLAG           0x00000008
#define NCRYPT_ALLOW_PKCS11_RSA_AES_EXPORT_FLAG         0x00000010

/* Values: Impl Type */
#define NCRYPT_IMPL_HARDWARE_FLAG                       0x00000001
#define NCRYPT_IMPL_SOFTWARE_FLAG                       0x00000002
#define NCRYPT_IMPL_REMOVABLE_FLAG                      0x00000008
#define NCRYPT_IMPL_HARDWARE_RNG_FLAG                   0x00000010
#define NCRYPT_IMPL_VIRTUAL_ISOLATION_FLAG              0x00000020

/* Values: UI Policy, dwVersion and dwFlags */
#define NCRYPT_UI_POLICY_VERSION                        1
#define NCRYPT_UI_PROTECT_KEY_FLAG                      0x00000001
#define NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG            0x00000002
#define NCRYPT_UI_FINGERPRINT_PROTECTION_FLAG           0x00000004
#define NCRYPT_UI_APPCONTAINER_ACCESS_MEDIUM_FLAG       0x00000008

/* Values: Key Access Policy, dwVersion and dwPolicyFlags */
#define NCRYPT_KEY_ACCESS_POLICY_VERSION                1
#define NCRYPT_ALLOW_SILENT_KEY_ACCESS                  0x00000001

/* --- Blob types and magics of this API (the BCRYPT ones are in bcrypt.h) --- */

#define NCRYPT_CIPHER_KEY_BLOB                          L"CipherKeyBlob"
#define NCRYPT_KDF_KEY_BLOB                             L"KDFKeyBlob"
#define NCRYPT_PROTECTED_KEY_BLOB                       L"ProtectedKeyBlob"
#define NCRYPT_TPM_LOADABLE_KEY_BLOB                    L"PcpTpmProtectedKeyBlob"
#define NCRYPT_TPM_PERSISTENT_KEY_BLOB                  L"PcpTpmPersistentKeyBlob"
#define NCRYPT_PKCS7_ENVELOPE_BLOB                      L"PKCS7_ENVELOPE"
#define NCRYPT_PKCS8_PRIVATE_KEY_BLOB                   L"PKCS8_PRIVATEKEY"
#define NCRYPT_OPAQUETRANSPORT_BLOB                     L"OpaqueTransport"
#define NCRYPT_ISOLATED_KEY_ENVELOPE_BLOB               L"ISOLATED_KEY_ENVELOPE"
#define NCRYPT_PQ_PRIVATE_KEY_BLOB                      L"PQPrivateKeyBlob"
#define NCRYPT_PQ_PUBLIC_KEY_BLOB                       BCRYPT_PUBLIC_KEY_BLOB

#define NCRYPT_CIPHER_KEY_BLOB_MAGIC                    0x52485043
#define NCRYPT_KDF_KEY_BLOB_MAGIC                       0x3146444b
#define NCRYPT_PROTECTED_KEY_BLOB_MAGIC                 0x4b545250
#define NCRYPT_TPM_LOADABLE_KEY_BLOB_MAGIC              0x4d54504b
#define NCRYPT_TPM_PERSISTENT_KEY_BLOB_MAGIC            0x4d54504b
#define NCRYPT_PQ_PRIVATE_BLOB_MAGIC                    0x52505150

/* --- Buffer types of NCryptBuffer --- */

#define NCRYPTBUFFER_VERSION                            0

#define NCRYPTBUFFER_EMPTY                              0
#define NCRYPTBUFFER_DATA                               1
#define NCRYPTBUFFER_PROTECTION_DESCRIPTOR_STRING       3
#define NCRYPTBUFFER_PROTECTION_FLAGS                   4
#define NCRYPTBUFFER_SSL_CLIENT_RANDOM                  20
#define NCRYPTBUFFER_SSL_SERVER_RANDOM                  21
#define NCRYPTBUFFER_SSL_HIGHEST_VERSION                22
#define NCRYPTBUFFER_SSL_CLEAR_KEY                      23
#define NCRYPTBUFFER_SSL_KEY_ARG_DATA                   24
#define NCRYPTBUFFER_SSL_SESSION_HASH                   25
#define NCRYPTBUFFER_PKCS_OID                           40
#define NCRYPTBUFFER_PKCS_ALG_OID                       41
#define NCRYPTBUFFER_PKCS_ALG_PARAM                     42
#define NCRYPTBUFFER_PKCS_ALG_ID                        43
#define NCRYPTBUFFER_PKCS_ATTRS                         44
#define NCRYPTBUFFER_PKCS_KEY_NAME                      45
#define NCRYPTBUFFER_PKCS_SECRET                        46
#define NCRYPTBUFFER_CERT_BLOB                          47
#define NCRYPTBUFFER_CLAIM_IDBINDING_NONCE              48
#define NCRYPTBUFFER_CLAIM_KEYATTESTATION_NONCE         49
#define NCRYPTBUFFER_KEY_PROPERTY_FLAGS                 50
#define NCRYPTBUFFER_ATTESTATIONSTATEMENT_BLOB          51
#define NCRYPTBUFFER_ATTESTATION_CLAIM_TYPE             52
#define NCRYPTBUFFER_ATTESTATION_CLAIM_CHALLENGE_REQUIRED 53
#define NCRYPTBUFFER_ECC_CURVE_NAME                     60
#define NCRYPTBUFFER_ECC_PARAMETERS                     61
#define NCRYPTBUFFER_TPM_SEAL_PASSWORD                  70
#define NCRYPTBUFFER_TPM_SEAL_POLICYINFO                71
#define NCRYPTBUFFER_TPM_SEAL_TICKET                    72
#define NCRYPTBUFFER_TPM_SEAL_NO_DA_PROTECTION          73
#define NCRYPTBUFFER_TPM_PLATFORM_CLAIM_PCR_MASK        80
#define NCRYPTBUFFER_TPM_PLATFORM_CLAIM_NONCE           81
#define NCRYPTBUFFER_TPM_PLATFORM_CLAIM_STATIC_CREATE   82
#define NCRYPTBUFFER_ATTESTATION_STATEMENT_NONCE        NCRYPTBUFFER_CLAIM_KEYATTESTATION_NONCE
#define NCRYPTBUFFER_ATTESTATION_STATEMENT_SIGNATURE_HASH 90
#define NCRYPTBUFFER_ATTESTATION_STATEMENT_SIGNATURE_PADDING_SCHEME 91
#define NCRYPTBUFFER_ATTESTATION_STATEMENT_SIGNATURE_PADDING_ALGO 92
#define NCRYPTBUFFER_ATTESTATION_STATEMENT_SIGNATURE_PADDING_SALT_SIZE 93
#define NCRYPTBUFFER_ATTESTATION_STATEMENT_SIGNATURE_PADDING_SALT \
    NCRYPTBUFFER_ATTESTATION_STATEMENT_SIGNATURE_PADDING_SALT_SIZE
#define NCRYPTBUFFER_VBS_ATTESTATION_STATEMENT_ROOT_DETAILS 94
#define NCRYPTBUFFER_VBS_ATTESTATION_STATEMENT_IDENTITY_DETAILS 95
#define NCRYPTBUFFER_PKCS_AES_KEY_BITS                  96
#define NCRYPTBUFFER_PKCS_PADDING_ALGO                  97
#define NCRYPTBUFFER_PKCS_PADDING_LABEL                 98

/* --- Claim types --- */

#define NCRYPT_CLAIM_AUTHORITY_ONLY                     0x00000001
#define NCRYPT_CLAIM_SUBJECT_ONLY                       0x00000002
#define NCRYPT_CLAIM_AUTHORITY_AND_SUBJECT              0x00000003
#define NCRYPT_CLAIM_VBS_KEY_ATTESTATION_STATEMENT      0x00000004
#define NCRYPT_CLAIM_VSM_KEY_ATTESTATION_STATEMENT      NCRYPT_CLAIM_VBS_KEY_ATTESTATION_STATEMENT
#define NCRYPT_CLAIM_VBS_ROOT                           0x00000005
#define NCRYPT_CLAIM_VBS_IDENTITY                       0x00000006
#define NCRYPT_CLAIM_WEB_AUTH_SUBJECT_ONLY              0x00000102
#define NCRYPT_CLAIM_WEB_AUTH_SUBJECT_ONLY_V2           0x00000103
#define NCRYPT_CLAIM_UNKNOWN                            0x00001000
#define NCRYPT_CLAIM_PLATFORM                           0x00010000

/* --- What older bcrypt.h files lack --- */

#ifndef BCRYPT_ECDSA_ALGORITHM
#define BCRYPT_ECDSA_ALGORITHM                          L"ECDSA"
#endif
#ifndef BCRYPT_ECDH_ALGORITHM
#define BCRYPT_ECDH_ALGORITHM                           L"ECDH"
#endif
#ifndef BCRYPT_ECCFULLPUBLIC_BLOB
#define BCRYPT_ECCFULLPUBLIC_BLOB                       L"ECCFULLPUBLICBLOB"
#endif
#ifndef BCRYPT_ECCFULLPRIVATE_BLOB
#define BCRYPT_ECCFULLPRIVATE_BLOB                      L"ECCFULLPRIVATEBLOB"
#endif
#ifndef BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC
#define BCRYPT_ECDH_PUBLIC_GENERIC_MAGIC                0x504b4345
#endif
#ifndef BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC
#define BCRYPT_ECDH_PRIVATE_GENERIC_MAGIC               0x564b4345
#endif
#ifndef BCRYPT_ECDSA_PUBLIC_GENERIC_MAGIC
#define BCRYPT_ECDSA_PUBLIC_GENERIC_MAGIC               0x50444345
#endif
#ifndef BCRYPT_ECDSA_PRIVATE_GENERIC_MAGIC
#define BCRYPT_ECDSA_PRIVATE_GENERIC_MAGIC              0x56444345
#endif
#ifndef BCRYPT_KDF_RAW_SECRET
#define BCRYPT_KDF_RAW_SECRET                           L"TRUNCATE"
#endif
#ifndef BCRYPT_KDF_HKDF
#define BCRYPT_KDF_HKDF                                 L"HKDF"
#endif
#ifndef KDF_HKDF_INFO
#define KDF_HKDF_INFO                                   0x14
#endif

#ifndef BCRYPT_PAD_PQDSA
#define BCRYPT_PAD_PQDSA                                0x00000020
typedef struct _BCRYPT_PQDSA_PADDING_INFO
{
    PUCHAR  pbCtx;
    ULONG   cbCtx;
    LPCWSTR pszPrehashAlgId;
} BCRYPT_PQDSA_PADDING_INFO;
#endif

#ifndef BCRYPT_PQDSA_PUBLIC_BLOB
#define BCRYPT_PQDSA_PUBLIC_BLOB                        L"PQDSAPUBLICBLOB"
#define BCRYPT_PQDSA_PRIVATE_BLOB                       L"PQDSAPRIVATEBLOB"
#define BCRYPT_PQDSA_PRIVATE_SEED_BLOB                  L"PQDSAPRIVATESEEDBLOB"
#define BCRYPT_MLDSA_PUBLIC_MAGIC                       0x4b505344
#define BCRYPT_MLDSA_PRIVATE_MAGIC                      0x4b535344
#define BCRYPT_MLDSA_PRIVATE_SEED_MAGIC                 0x53535344
typedef struct _BCRYPT_PQDSA_KEY_BLOB                   /* then the name of the set with NUL, then the key */
{
    ULONG dwMagic;                                      /* BCRYPT_MLDSA_*_MAGIC */
    ULONG cbParameterSet;                               /* bytes of the name */
    ULONG cbKey;
} BCRYPT_PQDSA_KEY_BLOB, *PBCRYPT_PQDSA_KEY_BLOB;
#endif
#ifndef BCRYPT_MLKEM_PUBLIC_BLOB
#define BCRYPT_MLKEM_PUBLIC_BLOB                        L"MLKEMPUBLICBLOB"
#define BCRYPT_MLKEM_PRIVATE_BLOB                       L"MLKEMPRIVATEBLOB"
#define BCRYPT_MLKEM_PRIVATE_SEED_BLOB                  L"MLKEMPRIVATESEEDBLOB"
#define BCRYPT_MLKEM_ENCAPSULATION_BLOB                 BCRYPT_MLKEM_PUBLIC_BLOB
#define BCRYPT_MLKEM_DECAPSULATION_BLOB                 BCRYPT_MLKEM_PRIVATE_BLOB
#define BCRYPT_MLKEM_PUBLIC_MAGIC                       0x504b4c4d
#define BCRYPT_MLKEM_PRIVATE_MAGIC                      0x524b4c4d
#define BCRYPT_MLKEM_PRIVATE_SEED_MAGIC                 0x534b4c4d
typedef struct _BCRYPT_MLKEM_KEY_BLOB                   /* then the name of the set with NUL, then the key */
{
    ULONG dwMagic;                                      /* BCRYPT_MLKEM_*_MAGIC */
    ULONG cbParameterSet;                               /* bytes of the name */
    ULONG cbKey;
} BCRYPT_MLKEM_KEY_BLOB, *PBCRYPT_MLKEM_KEY_BLOB;
#endif
#ifndef BCRYPT_MLDSA_PARAMETER_SET_44
#define BCRYPT_MLDSA_PARAMETER_SET_44                   L"44"
#define BCRYPT_MLDSA_PARAMETER_SET_65                   L"65"
#define BCRYPT_MLDSA_PARAMETER_SET_87                   L"87"
#define BCRYPT_MLKEM_PARAMETER_SET_512                  L"512"
#define BCRYPT_MLKEM_PARAMETER_SET_768                  L"768"
#define BCRYPT_MLKEM_PARAMETER_SET_1024                 L"1024"
#endif

#ifndef BCRYPT_ECC_PARAMETERS_MAGIC
#define BCRYPT_ECC_PARAMETERS_MAGIC                     0x50434345
typedef enum
{
    BCRYPT_ECC_PRIME_SHORT_WEIERSTRASS_CURVE = 1,
    BCRYPT_ECC_PRIME_TWISTED_EDWARDS_CURVE = 2,
    BCRYPT_ECC_PRIME_MONTGOMERY_CURVE = 3
} ECC_CURVE_TYPE_ENUM;

typedef enum
{
    BCRYPT_NO_CURVE_GENERATION_ALG_ID = 0
} ECC_CURVE_ALG_ID_ENUM;

typedef struct _BCRYPT_ECC_PARAMETER_HEADER             /* then P, A, B, Gx, Gy, n, h, seed: big-endian */
{
    ULONG                 dwVersion;                    /* 1 */
    ECC_CURVE_TYPE_ENUM   dwCurveType;
    ECC_CURVE_ALG_ID_ENUM dwCurveGenerationAlgId;
    ULONG                 cbFieldLength;
    ULONG                 cbSubgroupOrder;
    ULONG                 cbCofactor;
    ULONG                 cbSeed;
} BCRYPT_ECC_PARAMETER_HEADER;

typedef struct _BCRYPT_ECCFULLKEY_BLOB                  /* then the same, Qx, Qy and perhaps d */
{
    ULONG                 dwMagic;
    ULONG                 dwVersion;                    /* 1 */
    ECC_CURVE_TYPE_ENUM   dwCurveType;
    ECC_CURVE_ALG_ID_ENUM dwCurveGenerationAlgId;
    ULONG                 cbFieldLength;
    ULONG                 cbSubgroupOrder;
    ULONG                 cbCofactor;
    ULONG                 cbSeed;
} BCRYPT_ECCFULLKEY_BLOB, *PBCRYPT_ECCFULLKEY_BLOB;
#endif

/* --- Structures (windows-api.md 0) --- */

typedef BCryptBuffer NCryptBuffer, *PNCryptBuffer;
typedef BCryptBufferDesc NCryptBufferDesc, *PNCryptBufferDesc;

typedef LPVOID (WINAPI *PFN_NCRYPT_ALLOC)(SIZE_T cbSize);
typedef VOID (WINAPI *PFN_NCRYPT_FREE)(LPVOID pv);

typedef struct NCRYPT_ALLOC_PARA
{
    DWORD            cbSize;                            /* sizeof(NCRYPT_ALLOC_PARA) */
    PFN_NCRYPT_ALLOC pfnAlloc;
    PFN_NCRYPT_FREE  pfnFree;
} NCRYPT_ALLOC_PARA;

typedef struct _NCryptAlgorithmName
{
    LPWSTR pszName;
    DWORD  dwClass;                                     /* NCRYPT_*_INTERFACE */
    DWORD  dwAlgOperations;                             /* NCRYPT_*_OPERATION bits */
    DWORD  dwFlags;
} NCryptAlgorithmName;

typedef struct NCryptKeyName
{
    LPWSTR pszName;
    LPWSTR pszAlgid;
    DWORD  dwLegacyKeySpec;                             /* AT_KEYEXCHANGE, AT_SIGNATURE or 0 */
    DWORD  dwFlags;                                     /* NCRYPT_MACHINE_KEY_FLAG or 0 */
} NCryptKeyName;

typedef struct NCryptProviderName
{
    LPWSTR pszName;
    LPWSTR pszComment;
} NCryptProviderName;

typedef struct __NCRYPT_SUPPORTED_LENGTHS              /* bits */
{
    DWORD dwMinLength;
    DWORD dwMaxLength;
    DWORD dwIncrement;
    DWORD dwDefaultLength;
} NCRYPT_SUPPORTED_LENGTHS;

typedef struct __NCRYPT_UI_POLICY                      /* a NULL string: the default text */
{
    DWORD   dwVersion;                                  /* NCRYPT_UI_POLICY_VERSION */
    DWORD   dwFlags;                                    /* NCRYPT_UI_*_FLAG */
    LPCWSTR pszCreationTitle;
    LPCWSTR pszFriendlyName;
    LPCWSTR pszDescription;
} NCRYPT_UI_POLICY;

typedef struct _NCRYPT_CIPHER_PADDING_INFO
{
    ULONG  cbSize;
    DWORD  dwFlags;                                     /* 0 none, 1 block padding, 2 other */
    PUCHAR pbIV;                                        /* in and out */
    ULONG  cbIV;
    PUCHAR pbOtherInfo;
    ULONG  cbOtherInfo;
} NCRYPT_CIPHER_PADDING_INFO, *PNCRYPT_CIPHER_PADDING_INFO;

#define NCRYPT_CIPHER_NO_PADDING_FLAG                   0x00000000
#define NCRYPT_CIPHER_BLOCK_PADDING_FLAG                0x00000001
#define NCRYPT_CIPHER_OTHER_PADDING_FLAG                0x00000002

typedef struct _NCRYPT_KEY_BLOB_HEADER                 /* then the algorithm name with NUL, then the key data */
{
    ULONG cbSize;                                       /* sizeof(NCRYPT_KEY_BLOB_HEADER) */
    ULONG dwMagic;                                      /* NCRYPT_*_KEY_BLOB_MAGIC */
    ULONG cbAlgName;
    ULONG cbKeyData;
} NCRYPT_KEY_BLOB_HEADER, *PNCRYPT_KEY_BLOB_HEADER;

typedef struct __NCRYPT_KEY_ACCESS_POLICY_BLOB         /* then the two SIDs */
{
    DWORD dwVersion;                                    /* NCRYPT_KEY_ACCESS_POLICY_VERSION */
    DWORD dwPolicyFlags;                                /* NCRYPT_ALLOW_SILENT_KEY_ACCESS or 0 */
    DWORD cbUserSid;
    DWORD cbApplicationSid;
} NCRYPT_KEY_ACCESS_POLICY_BLOB;

typedef struct _NCRYPT_PQ_BLOB                         /* then the name of the BCRYPT blob type, the BCRYPT blob */
{
    ULONG dwMagic;                                      /* NCRYPT_PQ_PRIVATE_BLOB_MAGIC */
    ULONG cbBCryptType;
    ULONG cbBCryptBlob;
} NCRYPT_PQ_BLOB, *PNCRYPT_PQ_BLOB;

/* --- Structures of TPMs --- */

typedef struct _NCRYPT_TPM_LOADABLE_KEY_BLOB_HEADER    /* then public part, private part, name */
{
    DWORD magic;                                        /* NCRYPT_TPM_LOADABLE_KEY_BLOB_MAGIC */
    DWORD cbHeader;
    DWORD cbPublic;
    DWORD cbPrivate;
    DWORD cbName;
} NCRYPT_TPM_LOADABLE_KEY_BLOB_HEADER, *PNCRYPT_TPM_LOADABLE_KEY_BLOB_HEADER;

typedef struct _NCRYPT_TPM_PERSISTENT_KEY_BLOB_HEADER
{
    DWORD magic;                                        /* NCRYPT_TPM_PERSISTENT_KEY_BLOB_MAGIC */
    DWORD cbHeader;
    DWORD tpmHandle;
} NCRYPT_TPM_PERSISTENT_KEY_BLOB_HEADER, *PNCRYPT_TPM_PERSISTENT_KEY_BLOB_HEADER;

#define NCRYPT_PLATFORM_ATTEST_MAGIC                    0x44504150
#define NCRYPT_KEY_ATTEST_MAGIC                         0x4450414b

typedef struct _NCRYPT_PLATFORM_ATTEST_PADDING_INFO
{
    ULONG magic;                                        /* NCRYPT_PLATFORM_ATTEST_MAGIC */
    ULONG pcrMask;
} NCRYPT_PLATFORM_ATTEST_PADDING_INFO;

typedef struct _NCRYPT_KEY_ATTEST_PADDING_INFO
{
    ULONG  magic;                                       /* NCRYPT_KEY_ATTEST_MAGIC */
    PUCHAR pbKeyBlob;
    ULONG  cbKeyBlob;
    PUCHAR pbKeyAuth;
    ULONG  cbKeyAuth;
} NCRYPT_KEY_ATTEST_PADDING_INFO;

typedef struct _NCRYPT_PCP_HMAC_AUTH_SIGNATURE_INFO
{
    DWORD dwVersion;
    INT32 iExpiration;
    BYTE  pabNonce[32];
    BYTE  pabPolicyRef[32];
    BYTE  pabHMAC[32];
} NCRYPT_PCP_HMAC_AUTH_SIGNATURE_INFO;

typedef struct _NCRYPT_PCP_TPM_FW_VERSION_INFO
{
    UINT16 major1;
    UINT16 major2;
    UINT16 minor1;
    UINT16 minor2;
} NCRYPT_PCP_TPM_FW_VERSION_INFO;

typedef struct _NCRYPT_PCP_RAW_POLICYDIGEST             /* then the digest */
{
    DWORD dwVersion;
    DWORD cbDigest;
} NCRYPT_PCP_RAW_POLICYDIGEST_INFO;

#define NCRYPT_TPM_PLATFORM_ATTESTATION_STATEMENT_V0    0
#define NCRYPT_TPM_PLATFORM_ATTESTATION_STATEMENT_CURRENT_VERSION NCRYPT_TPM_PLATFORM_ATTESTATION_STATEMENT_V0

typedef struct _NCRYPT_TPM_PLATFORM_ATTESTATION_STATEMENT /* then signature, quote, PCRs */
{
    ULONG Magic;
    ULONG Version;
    ULONG pcrAlg;
    ULONG cbSignature;
    ULONG cbQuote;
    ULONG cbPcrs;
} NCRYPT_TPM_PLATFORM_ATTESTATION_STATEMENT, *PNCRYPT_TPM_PLATFORM_ATTESTATION_STATEMENT;

typedef struct _NCRYPT_PCP_TPM_WEB_AUTHN_ATTESTATION_STATEMENT /* then the three parts */
{
    UINT32 Magic;
    UINT32 Version;
    UINT32 HeaderSize;
    UINT32 cbCertifyInfo;
    UINT32 cbSignature;
    UINT32 cbTpmPublic;
} NCRYPT_PCP_TPM_WEB_AUTHN_ATTESTATION_STATEMENT, *PNCRYPT_PCP_TPM_WEB_AUTHN_ATTESTATION_STATEMENT;

/* --- Structures of keys isolated by virtualization (VBS), and claims about them --- */

#define NCRYPT_EXPORTED_ISOLATED_KEY_HEADER_V0          0
#define NCRYPT_EXPORTED_ISOLATED_KEY_HEADER_CURRENT_VERSION NCRYPT_EXPORTED_ISOLATED_KEY_HEADER_V0

typedef struct _NCRYPT_EXPORTED_ISOLATED_KEY_HEADER
{
    ULONG Version;
    ULONG KeyUsage;
    ULONG PerBootKey : 1;
    ULONG Reserved : 31;
    ULONG cbAlgName;
    ULONG cbNonce;
    ULONG cbAuthTag;
    ULONG cbWrappingKey;
    ULONG cbIsolatedKey;
} NCRYPT_EXPORTED_ISOLATED_KEY_HEADER, *PNCRYPT_EXPORTED_ISOLATED_KEY_HEADER;

typedef struct _NCRYPT_EXPORTED_ISOLATED_KEY_ENVELOPE  /* then name, nonce, tag and the two keys */
{
    NCRYPT_EXPORTED_ISOLATED_KEY_HEADER Header;
} NCRYPT_EXPORTED_ISOLATED_KEY_ENVELOPE, *PNCRYPT_EXPORTED_ISOLATED_KEY_ENVELOPE;

#define NCRYPT_ISOLATED_KEY_FLAG_CREATED_IN_ISOLATION   0x00000001
#define NCRYPT_ISOLATED_KEY_FLAG_IMPORT_ONLY            0x00000002
#define NCRYPT_ISOLATED_KEY_FLAG_PER_BOOT_KEY           0x00000004
#define NCRYPT_VBS_KEY_FLAG_CREATED_IN_ISOLATION        NCRYPT_ISOLATED_KEY_FLAG_CREATED_IN_ISOLATION
#define NCRYPT_VBS_KEY_FLAG_IMPORT_ONLY                 NCRYPT_ISOLATED_KEY_FLAG_IMPORT_ONLY
#define NCRYPT_VBS_KEY_FLAG_PER_BOOT_KEY                NCRYPT_ISOLATED_KEY_FLAG_PER_BOOT_KEY
#define NCRYPT_VBS_KEY_FLAG_IMPORT_EPHEMERAL_ONLY       0x00000008

#define NCRYPT_ISOLATED_KEY_ATTESTED_ATTRIBUTES_V0      0
#define NCRYPT_ISOLATED_KEY_ATTESTED_ATTRIBUTES_CURRENT_VERSION NCRYPT_ISOLATED_KEY_ATTESTED_ATTRIBUTES_V0
#define NCRYPT_VBS_KEY_ATTESTED_ATTRIBUTES_CURRENT_VERSION NCRYPT_ISOLATED_KEY_ATTESTED_ATTRIBUTES_V0

typedef struct _NCRYPT_ISOLATED_KEY_ATTESTED_ATTRIBUTES /* then the public key's blob */
{
    ULONG Version;
    ULONG Flags;                                        /* NCRYPT_ISOLATED_KEY_FLAG_* */
    ULONG cbPublicKeyBlob;
} NCRYPT_ISOLATED_KEY_ATTESTED_ATTRIBUTES, *PNCRYPT_ISOLATED_KEY_ATTESTED_ATTRIBUTES;

#define VBS_KEY_ATTESTATION_STATEMENT_MAGIC             0x53414b56
#define VBS_ROOT_ATTESTATION_HEADER_MAGIC               0x48435256
#define VBS_IDENTITY_ATTESTATION_HEADER_MAGIC           0x48434956

#define NCRYPT_VBS_KEY_ATTESTATION_STATEMENT_V1         1
#define NCRYPT_VBS_KEY_ATTESTATION_STATEMENT_V2         2
#define NCRYPT_VBS_KEY_ATTESTATION_STATEMENT_CURRENT_VERSION NCRYPT_VBS_KEY_ATTESTATION_STATEMENT_V2

typedef struct _NCRYPT_VBS_KEY_ATTESTATION_STATEMENT   /* then one of the two headers below */
{
    ULONG Magic;                                        /* VBS_KEY_ATTESTATION_STATEMENT_MAGIC */
    ULONG Version;
    ULONG ClaimType;                                    /* NCRYPT_CLAIM_VBS_ROOT, NCRYPT_CLAIM_VBS_IDENTITY */
} NCRYPT_VBS_KEY_ATTESTATION_STATEMENT, *PNCRYPT_VBS_KEY_ATTESTATION_STATEMENT;

#define NCRYPT_VBS_ROOT_ATTESTATION_HEADER_V0           0
#define NCRYPT_VBS_ROOT_ATTESTATION_HEADER_CURRENT_VERSION NCRYPT_VBS_ROOT_ATTESTATION_HEADER_V0

typedef struct _NCRYPT_VBS_ROOT_ATTESTATION_HEADER     /* then its parts in the order of the sizes */
{
    ULONG Magic;                                        /* VBS_ROOT_ATTESTATION_HEADER_MAGIC */
    ULONG Version;
    ULONG cbAttributes;
    ULONG cbNonce;
    ULONG cbReport;
    ULONG cbSignature;
} NCRYPT_VBS_ROOT_ATTESTATION_HEADER, *PNCRYPT_VBS_ROOT_ATTESTATION_HEADER;

#define NCRYPT_VBS_IDENTITY_ATTESTATION_HEADER_V0       0
#define NCRYPT_VBS_IDENTITY_ATTESTATION_HEADER_CURRENT_VERSION NCRYPT_VBS_IDENTITY_ATTESTATION_HEADER_V0

typedef struct _NCRYPT_VBS_IDENTITY_ATTESTATION_HEADER /* then its parts in the order of the sizes */
{
    ULONG Magic;                                        /* VBS_IDENTITY_ATTESTATION_HEADER_MAGIC */
    ULONG Version;
    ULONG cbAttributes;
    ULONG cbNonce;
    ULONG cbHashAlg;
    ULONG cbPadding;
    ULONG cbSignatureAlg;
    ULONG cbSignature;
} NCRYPT_VBS_IDENTITY_ATTESTATION_HEADER, *PNCRYPT_VBS_IDENTITY_ATTESTATION_HEADER;

#define NCRYPT_VBS_IDENTITY_ATTESTATION_PADDING_V0      0
#define NCRYPT_VBS_IDENTITY_ATTESTATION_PADDING_CURRENT_VERSION NCRYPT_VBS_IDENTITY_ATTESTATION_PADDING_V0

typedef struct _NCRYPT_VBS_IDENTITY_ATTESTATION_PADDING /* then the name of the hash */
{
    ULONG Version;
    ULONG ulPaddingScheme;
    ULONG cbHashAlg;
    ULONG ulSalt;
} NCRYPT_VBS_IDENTITY_ATTESTATION_PADDING, *PNCRYPT_VBS_IDENTITY_ATTESTATION_PADDING;

/* What NCryptVerifyClaim gives back with NCRYPT_VBS_RETURN_CLAIM_DETAILS_FLAG */
typedef struct _NCRYPT_VBS_ROOT_KEY_ATTESTATION_CLAIM_DETAILS
{
    ULONG     ulKeyFlags;                               /* NCRYPT_VBS_KEY_FLAG_* */
    ULONGLONG ullTrustletId;
    ULONG     ulTrustletSecurityVersion;
    ULONG     ulTrustletDebuggable;
} NCRYPT_VBS_ROOT_KEY_ATTESTATION_CLAIM_DETAILS, *PNCRYPT_VBS_ROOT_KEY_ATTESTATION_CLAIM_DETAILS;

typedef struct _NCRYPT_VBS_IDENTITY_KEY_ATTESTATION_CLAIM_DETAILS
{
    ULONG   ulKeyFlags;                                 /* NCRYPT_VBS_KEY_FLAG_* */
    LPCWSTR pszSignatureHashAlg;
    ULONG   ulPaddingScheme;
    LPCWSTR pszPaddingHashAlg;
    ULONG   ulPaddingSalt;
} NCRYPT_VBS_IDENTITY_KEY_ATTESTATION_CLAIM_DETAILS, *PNCRYPT_VBS_IDENTITY_KEY_ATTESTATION_CLAIM_DETAILS;

/* The same of the first SDKs for Windows 11, by the older name of VBS */
#define NCRYPT_VSM_KEY_ATTESTATION_STATEMENT_V0         0
#define NCRYPT_VSM_KEY_ATTESTATION_STATEMENT_CURRENT_VERSION NCRYPT_VSM_KEY_ATTESTATION_STATEMENT_V0
#define NCRYPT_VSM_KEY_ATTESTATION_CLAIM_RESTRICTIONS_V0 0
#define NCRYPT_VSM_KEY_ATTESTATION_CLAIM_RESTRICTIONS_CURRENT_VERSION \
    NCRYPT_VSM_KEY_ATTESTATION_CLAIM_RESTRICTIONS_V0

typedef struct _NCRYPT_VSM_KEY_ATTESTATION_STATEMENT   /* then signature, report, attributes */
{
    ULONG Magic;
    ULONG Version;
    ULONG cbSignature;
    ULONG cbReport;
    ULONG cbAttributes;
} NCRYPT_VSM_KEY_ATTESTATION_STATEMENT, *PNCRYPT_VSM_KEY_ATTESTATION_STATEMENT;

typedef struct _NCRYPT_VSM_KEY_ATTESTATION_CLAIM_RESTRICTIONS
{
    ULONG     Version;
    ULONGLONG TrustletId;
    ULONG     MinSvn;
    ULONG     FlagsMask;
    ULONG     FlagsExpected;
    ULONG     AllowDebugging : 1;
    ULONG     Reserved : 31;
} NCRYPT_VSM_KEY_ATTESTATION_CLAIM_RESTRICTIONS, *PNCRYPT_VSM_KEY_ATTESTATION_CLAIM_RESTRICTIONS;

/* --- Providers: windows-api.md 1.3, windows-behaviour.md A.1 --- */

/* pszProviderName NULL: the software provider. NTE_BAD_PROVIDER: no such provider; NTE_PROVIDER_DLL_FAIL: it is
 * known and cannot be loaded. Flags: NCRYPT_SILENT_FLAG, NCRYPT_IGNORE_DEVICE_STATE_FLAG. */
SECURITY_STATUS WINAPI NCryptOpenStorageProvider(NCRYPT_PROV_HANDLE *phProvider, LPCWSTR pszProviderName,
        DWORD dwFlags);

/* Every provider with a comment; one NCryptFreeBuffer for all. */
SECURITY_STATUS WINAPI NCryptEnumStorageProviders(DWORD *pdwProviderCount, NCryptProviderName **ppProviderList,
        DWORD dwFlags);

/* The algorithms that do one of dwAlgOperations (0: any); one NCryptFreeBuffer for all. */
SECURITY_STATUS WINAPI NCryptEnumAlgorithms(NCRYPT_PROV_HANDLE hProvider, DWORD dwAlgOperations,
        DWORD *pdwAlgCount, NCryptAlgorithmName **ppAlgList, DWORD dwFlags);

/* ERROR_SUCCESS: supported. NTE_NOT_SUPPORTED: not. pszAlgId NULL: 0x800706F4. */
SECURITY_STATUS WINAPI NCryptIsAlgSupported(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszAlgId, DWORD dwFlags);

/* One stored key a call, NTE_NO_MORE_ITEMS after the last. *ppEnumState is NULL at first and must then be passed
 * on; NCryptFreeBuffer ends each *ppKeyName, and the state. pszScope: NULL. Flags: NCRYPT_MACHINE_KEY_FLAG. */
SECURITY_STATUS WINAPI NCryptEnumKeys(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszScope, NCryptKeyName **ppKeyName,
        PVOID *ppEnumState, DWORD dwFlags);

/* pvInput: what one of the calls above allocated. NTE_INVALID_PARAMETER for anything else, NULL included. */
SECURITY_STATUS WINAPI NCryptFreeBuffer(PVOID pvInput);

/* Ends a provider, key or secret. A key not yet finalized is discarded. Keys keep their provider alive. */
SECURITY_STATUS WINAPI NCryptFreeObject(NCRYPT_HANDLE hObject);

/* --- Keys: windows-api.md 1.3, windows-behaviour.md A.3 - A.5 --- */

/* pszKeyName: the name or the unique name, any case. NTE_BAD_KEYSET: no such key. */
SECURITY_STATUS WINAPI NCryptOpenKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey, LPCWSTR pszKeyName,
        DWORD dwLegacyKeySpec, DWORD dwFlags);

/* A key to be given properties and then finalized; nothing is stored before. pszKeyName NULL: never stored.
 * NTE_EXISTS: the name is taken and NCRYPT_OVERWRITE_KEY_FLAG is not given. */
SECURITY_STATUS WINAPI NCryptCreatePersistedKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey,
        LPCWSTR pszAlgId, LPCWSTR pszKeyName, DWORD dwLegacyKeySpec, DWORD dwFlags);

/* Makes the numbers of the key and stores it if it has a name. A second time: NTE_INVALID_HANDLE. */
SECURITY_STATUS WINAPI NCryptFinalizeKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags);

/* Success erases the stored key and ends the handle; after a failure the handle is still the caller's. */
SECURITY_STATUS WINAPI NCryptDeleteKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags);

/* Nonzero for a living key handle and nothing else. */
BOOL WINAPI NCryptIsKeyHandle(NCRYPT_KEY_HANDLE hKey);

/* --- Properties: windows-api.md 2, windows-behaviour.md A.6, A.7 --- */

/* NTE_NOT_SUPPORTED: the object has no such property. NTE_NOT_FOUND: it has, and it was never set.
 * Flags: NCRYPT_PERSIST_ONLY_FLAG (custom properties); for "Security Descr" *_SECURITY_INFORMATION.
 * "Provider Handle" returns a handle that the caller frees. */
SECURITY_STATUS WINAPI NCryptGetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbOutput,
        DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);

/* Flags: NCRYPT_PERSIST_FLAG (keep it with the stored key), NCRYPT_PERSIST_ONLY_FLAG (custom properties). */
SECURITY_STATUS WINAPI NCryptSetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbInput,
        DWORD cbInput, DWORD dwFlags);

/* --- Operations: windows-behaviour.md A.10, A.11. NTE_BAD_KEY_STATE: the key is not finalized --- */

/* dwFlags names the padding; pPaddingInfo is the BCRYPT_*_PADDING_INFO that fits it. pbInput may equal
 * pbOutput. NTE_PERM: the key usage does not allow it. */
SECURITY_STATUS WINAPI NCryptEncrypt(NCRYPT_KEY_HANDLE hKey, PBYTE pbInput, DWORD cbInput, VOID *pPaddingInfo,
        PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptDecrypt(NCRYPT_KEY_HANDLE hKey, PBYTE pbInput, DWORD cbInput, VOID *pPaddingInfo,
        PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);

/* RSA: padding flag and info. ECDSA, DSA: pPaddingInfo NULL, flags 0, signature r||s big-endian. ML-DSA: pbHashValue is
 * the message, of any length; NCRYPT_PAD_PQDSA_FLAG with a BCRYPT_PQDSA_PADDING_INFO, or flags 0 and NULL. */
SECURITY_STATUS WINAPI NCryptSignHash(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue,
        DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD *pcbResult, DWORD dwFlags);

/* NTE_BAD_SIGNATURE: it does not belong to this hash and key. pbHashValue, pbSignature NULL: 0x800706F4. */
SECURITY_STATUS WINAPI NCryptVerifySignature(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue,
        DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD dwFlags);

/* ML-KEM. Both sizes in bytes; both buffers NULL asks for them. */
SECURITY_STATUS WINAPI NCryptEncapsulate(NCRYPT_KEY_HANDLE hKey, PBYTE pbSecretKey, ULONG cbSecretKey,
        ULONG *pcbSecretKey, PBYTE pbCipherText, ULONG cbCipherText, ULONG *pcbCipherText, ULONG dwFlags);
SECURITY_STATUS WINAPI NCryptDecapsulate(NCRYPT_KEY_HANDLE hKey, PBYTE pbCipherText, ULONG cbCipherText,
        PBYTE pbSecretKey, ULONG cbSecretKey, ULONG *pcbSecretKey, ULONG dwFlags);

/* --- Import and export: windows-api.md 4, windows-behaviour.md A.8, A.9 --- */

/* A finalized key, stored if NCRYPTBUFFER_PKCS_KEY_NAME names it; NCRYPT_DO_NOT_FINALIZE_FLAG leaves the last step
 * to NCryptFinalizeKey. NTE_BAD_DATA, NTE_INVALID_PARAMETER: malformed blob. NTE_EXISTS as above. */
SECURITY_STATUS WINAPI NCryptImportKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hImportKey,
        LPCWSTR pszBlobType, NCryptBufferDesc *pParameterList, NCRYPT_KEY_HANDLE *phKey, PBYTE pbData,
        DWORD cbData, DWORD dwFlags);

/* NTE_NOT_SUPPORTED: the export policy forbids it, too. NTE_BAD_TYPE: not a blob type of this key. */
SECURITY_STATUS WINAPI NCryptExportKey(NCRYPT_KEY_HANDLE hKey, NCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType,
        NCryptBufferDesc *pParameterList, PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags);

/* An NCRYPT handle to the key of a legacy CSP. phProvider may be NULL. */
SECURITY_STATUS WINAPI NCryptTranslateHandle(NCRYPT_PROV_HANDLE *phProvider, NCRYPT_KEY_HANDLE *phKey,
        HCRYPTPROV hLegacyProv, HCRYPTKEY hLegacyKey, DWORD dwLegacyKeySpec, DWORD dwFlags);

/* Flags: NCRYPT_REGISTER_NOTIFY_FLAG [| NCRYPT_MACHINE_KEY_FLAG] yields a handle to wait on, which is signalled
 * when a stored key comes, goes or changes; NCRYPT_UNREGISTER_NOTIFY_FLAG ends it. */
SECURITY_STATUS WINAPI NCryptNotifyChangeKey(NCRYPT_PROV_HANDLE hProvider, HANDLE *phEvent, DWORD dwFlags);

/* --- Agreement and derivation: windows-api.md 5 --- */

/* Both keys of one provider. NCryptFreeObject ends the secret. */
SECURITY_STATUS WINAPI NCryptSecretAgreement(NCRYPT_KEY_HANDLE hPrivKey, NCRYPT_KEY_HANDLE hPubKey,
        NCRYPT_SECRET_HANDLE *phAgreedSecret, DWORD dwFlags);

/* pwszKDF: BCRYPT_KDF_*. */
SECURITY_STATUS WINAPI NCryptDeriveKey(NCRYPT_SECRET_HANDLE hSharedSecret, LPCWSTR pwszKDF,
        NCryptBufferDesc *pParameterList, PBYTE pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult,
        ULONG dwFlags);

/* hKey: a key of a KEY_DERIVATION algorithm. pbDerivedKey may not be NULL. */
SECURITY_STATUS WINAPI NCryptKeyDerivation(NCRYPT_KEY_HANDLE hKey, NCryptBufferDesc *pParameterList,
        PUCHAR pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult, ULONG dwFlags);

/* --- Attestation: windows-api.md 6.6 --- */

SECURITY_STATUS WINAPI NCryptCreateClaim(NCRYPT_KEY_HANDLE hSubjectKey, NCRYPT_KEY_HANDLE hAuthorityKey,
        DWORD dwClaimType, NCryptBufferDesc *pParameterList, PBYTE pbClaimBlob, DWORD cbClaimBlob,
        DWORD *pcbResult, DWORD dwFlags);
SECURITY_STATUS WINAPI NCryptVerifyClaim(NCRYPT_KEY_HANDLE hSubjectKey, NCRYPT_KEY_HANDLE hAuthorityKey,
        DWORD dwClaimType, NCryptBufferDesc *pParameterList, PBYTE pbClaimBlob, DWORD cbClaimBlob,
        NCryptBufferDesc *pOutput, DWORD dwFlags);

#ifdef __cplusplus
}
#endif

#endif
