# ncryptprov.dll: the software provider, a PE marked as builtin, and its engine, native code that is linked
# twice: ncryptprov.so for the builtin route, ncryptprov.dll.so for the winelib route (doc/architecture.md).

# --- the Windows half ---

NCRYPTPROV_FILES = \
	%D%/archive.c \
	%D%/bridge.c \
	%D%/certificate_key.c \
	%D%/card_store.c \
	%D%/claim.c \
	%D%/consent.c \
	%D%/consent_dialog.c \
	%D%/curve_names.c \
	%D%/encapsulation.c \
	%D%/endorsement.c \
	%D%/engine_property.c \
	%D%/enumerate.c \
	%D%/folders.c \
	%D%/import_envelope.c \
	%D%/key.c \
	%D%/ksp.c \
	%D%/late_crypt32.c \
	%D%/notify.c \
	%D%/operation.c \
	%D%/parameters.c \
	%D%/probe.c \
	%D%/property.c \
	%D%/secret.c \
	%D%/security.c \
	%D%/token_configuration.c \
	%D%/vector_registers.c \
	%D%/legacy/legacy.c \
	%D%/legacy/legacy_container.c \
	%D%/legacy/legacy_copy.c \
	%D%/legacy/legacy_key.c \
	%D%/legacy/legacy_stored.c \
	%D%/protect/protect.c \
	%D%/protect/protect_answer.c \
	%D%/protect/protect_certificate.c \
	%D%/protect/protect_session.c \
	%D%/protect/protect_stream.c \
	dlls/ncrypt/hold.c \
	dlls/ncrypt/lock.c \
	dlls/ncrypt/trace.c \
	$(NULL)

NCRYPTPROV_LIBS = -lshell32 -lole32 -lntdll

noinst_HEADERS += \
	%D%/archive.h \
	%D%/archive_list.h \
	%D%/certificate_key.h \
	%D%/consent_dialog.h \
	%D%/encapsulation.h \
	%D%/ksp.h \
	%D%/late_crypt32.h \
	%D%/lengths.h \
	%D%/protection.h \
	%D%/shared.h \
	%D%/token_configuration.h \
	%D%/unixlib.h \
	%D%/unixlib_archive.h \
	%D%/unixlib_protect.h \
	%D%/legacy/legacy.h \
	%D%/protect/protect_private.h \
	$(NULL)

EXTRA_DIST += \
	$(NCRYPTPROV_FILES) \
	%D%/ncryptprov.spec \
	$(NULL)

DLLS64 += \
	x86_64-windows/ncryptprov.dll \
	$(NULL)

NCRYPTPROV_OBJECTS64 = $(NCRYPTPROV_FILES:%.c=x86_64-windows/%.o)
PE_OBJECTS += $(NCRYPTPROV_OBJECTS64)

x86_64-windows/ncryptprov.dll: $(NCRYPTPROV_OBJECTS64) x86_64-windows/%D%/ncryptprov.def $(LATE_IMPORTS64)
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@.tmp $^ -ldelayimp $(NCRYPTPROV_LIBS)
	@$(MARK_BUILTIN) of=$@.tmp && mv $@.tmp $@

if BUILD_I386
dlls32_DATA += \
	i386-windows/ncryptprov.dll \
	$(NULL)

NCRYPTPROV_OBJECTS32 = $(NCRYPTPROV_FILES:%.c=i386-windows/%.o)
PE_OBJECTS += $(NCRYPTPROV_OBJECTS32)

i386-windows/ncryptprov.dll: $(NCRYPTPROV_OBJECTS32) i386-windows/%D%/ncryptprov.def
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@.tmp $^ -ladvapi32 $(NCRYPTPROV_LIBS)
	@$(MARK_BUILTIN) of=$@.tmp && mv $@.tmp $@
endif

# --- the engine ---

ENGINE_FILES = \
	%D%/unix/algorithm.c \
	%D%/unix/archive_calls.c \
	%D%/unix/border.c \
	%D%/unix/family.c \
	%D%/unix/operation_calls.c \
	%D%/unix/pkcs8_key.c \
	%D%/unix/set_family.c \
	%D%/unix/unixlib.c \
	%D%/unix/unixlib_protect.c \
	%D%/unix/base/der.c \
	%D%/unix/base/memory.c \
	%D%/unix/base/memory_pool.c \
	%D%/unix/base/module.c \
	%D%/unix/base/property_list.c \
	%D%/unix/base/random.c \
	%D%/unix/base/utf8.c \
	%D%/unix/cipher/cipher.c \
	%D%/unix/cipher/cipher_auth.c \
	%D%/unix/cipher/cipher_blob.c \
	%D%/unix/cipher/cipher_block.c \
	%D%/unix/cipher/cipher_chain.c \
	%D%/unix/cipher/cipher_family.c \
	%D%/unix/cipher/cipher_wrap.c \
	%D%/unix/cms/cms.c \
	%D%/unix/cms/cms_certificate.c \
	%D%/unix/crypto/hash.c \
	%D%/unix/crypto/hmac.c \
	%D%/unix/crypto/kdf.c \
	%D%/unix/crypto/kdf_pbkdf2.c \
	%D%/unix/crypto/kdf_tls.c \
	%D%/unix/crypto/keccak.c \
	%D%/unix/crypto/scrypt.c \
	%D%/unix/crypto/seal.c \
	%D%/unix/crypto/whole_cipher.c \
	%D%/unix/derive/derive.c \
	%D%/unix/derive/derive_key.c \
	%D%/unix/derive/derive_secret.c \
	%D%/unix/derive/hkdf.c \
	%D%/unix/derive/kdf_key.c \
	%D%/unix/dh/dh.c \
	%D%/unix/dh/dh_blob.c \
	%D%/unix/dh/dh_capi.c \
	%D%/unix/dh/dh_family.c \
	%D%/unix/dh/dh_group.c \
	%D%/unix/dsa/dsa.c \
	%D%/unix/dsa/dsa_blob.c \
	%D%/unix/dsa/dsa_capi.c \
	%D%/unix/dsa/dsa_family.c \
	%D%/unix/dsa/dsa_key.c \
	%D%/unix/dsa/pkcs8_dsa.c \
	%D%/unix/ec/ec.c \
	%D%/unix/ec/ec_blob.c \
	%D%/unix/ec/ec_curve.c \
	%D%/unix/ec/ec_curve_brainpool.c \
	%D%/unix/ec/ec_curve_nist.c \
	%D%/unix/ec/ec_curve_secg.c \
	%D%/unix/ec/ec_curve_x962.c \
	%D%/unix/ec/ec_domain.c \
	%D%/unix/ec/ec_explicit.c \
	%D%/unix/ec/ec_family.c \
	%D%/unix/ec/ec_full_blob.c \
	%D%/unix/ec/ec_nettle.c \
	%D%/unix/ec/ec_p256.c \
	%D%/unix/ec/ec_save.c \
	%D%/unix/ec/ec_scalar.c \
	%D%/unix/ec/ec_validate.c \
	%D%/unix/ec/ec_weierstrass.c \
	%D%/unix/ec/ec_x25519.c \
	%D%/unix/ec/p256_field.c \
	%D%/unix/ec/p256_point.c \
	%D%/unix/ec/pkcs8_ec.c \
	%D%/unix/ec/pkcs8_ec_curve.c \
	%D%/unix/ec/weierstrass.c \
	%D%/unix/ec/weierstrass_ecdsa.c \
	%D%/unix/format/capi_blob.c \
	%D%/unix/format/key_blob.c \
	%D%/unix/format/pbe.c \
	%D%/unix/format/pbe_kdf.c \
	%D%/unix/format/pbes2.c \
	%D%/unix/format/pkcs8.c \
	%D%/unix/format/pkcs8_seed.c \
	%D%/unix/format/set_blob.c \
	%D%/unix/key/agreement.c \
	%D%/unix/key/blob_type.c \
	%D%/unix/key/claim.c \
	%D%/unix/key/enumerate.c \
	%D%/unix/key/key.c \
	%D%/unix/key/key_consent.c \
	%D%/unix/key/key_derive.c \
	%D%/unix/key/key_finalize.c \
	%D%/unix/key/key_use.c \
	%D%/unix/key/known_password.c \
	%D%/unix/key/object.c \
	%D%/unix/key/operation.c \
	%D%/unix/key/pq_private_blob.c \
	%D%/unix/key/property.c \
	%D%/unix/key/property_hkdf.c \
	%D%/unix/key/property_key.c \
	%D%/unix/key/property_parameter.c \
	%D%/unix/key/sealing.c \
	%D%/unix/key/transfer.c \
	%D%/unix/key/transport.c \
	%D%/unix/mldsa/mldsa_encode.c \
	%D%/unix/mldsa/mldsa_family.c \
	%D%/unix/mldsa/mldsa_key.c \
	%D%/unix/mldsa/mldsa_message.c \
	%D%/unix/mldsa/mldsa_ntt.c \
	%D%/unix/mldsa/mldsa_round.c \
	%D%/unix/mldsa/mldsa_sample.c \
	%D%/unix/mldsa/mldsa_set.c \
	%D%/unix/mldsa/mldsa_sign.c \
	%D%/unix/mldsa/mldsa_verify.c \
	%D%/unix/mlkem/mlkem_encode.c \
	%D%/unix/mlkem/mlkem_family.c \
	%D%/unix/mlkem/mlkem_kem.c \
	%D%/unix/mlkem/mlkem_ntt.c \
	%D%/unix/mlkem/mlkem_pke.c \
	%D%/unix/mlkem/mlkem_sample.c \
	%D%/unix/number/kernel.c \
	%D%/unix/number/limbs.c \
	%D%/unix/number/modp.c \
	%D%/unix/number/modulus.c \
	%D%/unix/number/montgomery.c \
	%D%/unix/number/montgomery_adx.c \
	%D%/unix/number/powers_ifma.c \
	%D%/unix/number/window.c \
	%D%/unix/pkcs12/ber.c \
	%D%/unix/pkcs12/pkcs12_list.c \
	%D%/unix/pkcs12/pkcs12_mac.c \
	%D%/unix/pkcs12/pkcs12_read.c \
	%D%/unix/pkcs12/pkcs12_write.c \
	%D%/unix/protect/descriptor.c \
	%D%/unix/protect/protect_cms.c \
	%D%/unix/protect/protect_key.c \
	%D%/unix/protect/protect_secret.c \
	%D%/unix/protect/protect_stream.c \
	%D%/unix/protect/protector.c \
	%D%/unix/provider/provider.c \
	%D%/unix/provider/software.c \
	%D%/unix/provider/pkcs11/token_certificate.c \
	%D%/unix/provider/pkcs11/token_class.c \
	%D%/unix/provider/pkcs11/token_ec.c \
	%D%/unix/provider/pkcs11/token_login.c \
	%D%/unix/provider/pkcs11/token_make.c \
	%D%/unix/provider/pkcs11/token_material.c \
	%D%/unix/provider/pkcs11/token_module.c \
	%D%/unix/provider/pkcs11/token_name.c \
	%D%/unix/provider/pkcs11/token_property.c \
	%D%/unix/provider/pkcs11/token_rsa.c \
	%D%/unix/provider/pkcs11/token_vault.c \
	%D%/unix/provider/tpm/tpm_attest.c \
	%D%/unix/provider/tpm/tpm_claim.c \
	%D%/unix/provider/tpm/tpm_claim_verify.c \
	%D%/unix/provider/tpm/tpm_class.c \
	%D%/unix/provider/tpm/tpm_ec.c \
	%D%/unix/provider/tpm/tpm_fact.c \
	%D%/unix/provider/tpm/tpm_identity.c \
	%D%/unix/provider/tpm/tpm_import.c \
	%D%/unix/provider/tpm/tpm_make.c \
	%D%/unix/provider/tpm/tpm_material.c \
	%D%/unix/provider/tpm/tpm_module.c \
	%D%/unix/provider/tpm/tpm_opaque.c \
	%D%/unix/provider/tpm/tpm_property.c \
	%D%/unix/provider/tpm/tpm_rsa.c \
	%D%/unix/provider/tpm/tpm_seal.c \
	%D%/unix/provider/tpm/tpm_seal_key.c \
	%D%/unix/provider/tpm/tpm_transfer.c \
	%D%/unix/provider/tpm/tpm_use.c \
	%D%/unix/provider/tpm/tpm_vault.c \
	%D%/unix/rsa/pkcs8_rsa.c \
	%D%/unix/rsa/rsa.c \
	%D%/unix/rsa/rsa_blind.c \
	%D%/unix/rsa/rsa_blob.c \
	%D%/unix/rsa/rsa_capi.c \
	%D%/unix/rsa/rsa_family.c \
	%D%/unix/rsa/rsa_generate.c \
	%D%/unix/rsa/rsa_key.c \
	%D%/unix/rsa/rsa_pad_crypt.c \
	%D%/unix/rsa/rsa_pad_sign.c \
	%D%/unix/rsa/rsa_prime.c \
	%D%/unix/store/dir_lock.c \
	%D%/unix/store/keeper_secret_service.c \
	%D%/unix/store/key_files.c \
	%D%/unix/store/keyfile.c \
	%D%/unix/store/password_seal.c \
	%D%/unix/store/store.c \
	%D%/unix/store/store_bind.c \
	%D%/unix/store/store_dir.c \
	%D%/unix/store/store_fold.c \
	%D%/unix/store/store_holder.c \
	%D%/unix/store/store_key.c \
	%D%/unix/store/store_list.c \
	%D%/unix/store/store_name.c \
	%D%/unix/store/store_seal.c \
	%D%/unix/store/store_stranger.c \
	%D%/unix/store/store_trust.c \
	$(NULL)

noinst_HEADERS += \
	%D%/unix/archive_calls.h \
	%D%/unix/algorithm.h \
	%D%/unix/border.h \
	%D%/unix/family.h \
	%D%/unix/pkcs8_key.h \
	%D%/unix/set_family.h \
	%D%/unix/unixlib_calls.h \
	%D%/unix/base/constants.h \
	%D%/unix/base/der.h \
	%D%/unix/base/memory.h \
	%D%/unix/base/memory_pool.h \
	%D%/unix/base/module.h \
	%D%/unix/base/oid.h \
	%D%/unix/base/property_list.h \
	%D%/unix/base/random.h \
	%D%/unix/base/status.h \
	%D%/unix/base/utf8.h \
	%D%/unix/cipher/cipher.h \
	%D%/unix/cipher/cipher_key.h \
	%D%/unix/cms/cms.h \
	%D%/unix/crypto/hash.h \
	%D%/unix/crypto/hmac.h \
	%D%/unix/crypto/kdf.h \
	%D%/unix/crypto/keccak.h \
	%D%/unix/crypto/scrypt.h \
	%D%/unix/crypto/seal.h \
	%D%/unix/crypto/whole_cipher.h \
	%D%/unix/derive/derive.h \
	%D%/unix/derive/kdf_key.h \
	%D%/unix/derive/kdf_parameter.h \
	%D%/unix/dh/dh.h \
	%D%/unix/dsa/dsa.h \
	%D%/unix/ec/ec.h \
	%D%/unix/ec/ec_backend.h \
	%D%/unix/ec/ec_curve.h \
	%D%/unix/ec/ec_validate.h \
	%D%/unix/ec/p256.h \
	%D%/unix/ec/pkcs8_ec.h \
	%D%/unix/ec/weierstrass.h \
	%D%/unix/format/capi_blob.h \
	%D%/unix/format/key_blob.h \
	%D%/unix/format/pbe.h \
	%D%/unix/format/pbe_scheme.h \
	%D%/unix/format/pkcs8.h \
	%D%/unix/format/pkcs8_seed.h \
	%D%/unix/format/set_blob.h \
	%D%/unix/key/agreement.h \
	%D%/unix/key/blob_type.h \
	%D%/unix/key/claim.h \
	%D%/unix/key/key.h \
	%D%/unix/key/known_password.h \
	%D%/unix/key/property_row.h \
	%D%/unix/key/property_value.h \
	%D%/unix/key/provider.h \
	%D%/unix/mldsa/mldsa.h \
	%D%/unix/mldsa/mldsa_material.h \
	%D%/unix/mldsa/mldsa_math.h \
	%D%/unix/mlkem/mlkem.h \
	%D%/unix/mlkem/mlkem_key.h \
	%D%/unix/mlkem/mlkem_math.h \
	%D%/unix/number/lanes.h \
	%D%/unix/number/limbs.h \
	%D%/unix/number/modp.h \
	%D%/unix/number/modulus.h \
	%D%/unix/number/montgomery.h \
	%D%/unix/pkcs12/pkcs12.h \
	%D%/unix/protect/protect.h \
	%D%/unix/provider/pkcs11/token.h \
	%D%/unix/provider/pkcs11/token_provider.h \
	%D%/unix/provider/tpm/tpm.h \
	%D%/unix/provider/tpm/tpm_provider.h \
	%D%/unix/provider/tpm/tpm_statement.h \
	%D%/unix/rsa/rsa.h \
	%D%/unix/rsa/rsa_pad.h \
	%D%/unix/rsa/rsa_prime.h \
	%D%/unix/store/password_seal.h \
	%D%/unix/store/store.h \
	%D%/unix/store/store_dir.h \
	%D%/unix/store/store_internal.h \
	%D%/unix/store/store_keeper.h \
	%D%/unix/store/store_key.h \
	%D%/unix/store/vault.h \
	$(NULL)

ENGINE_CPPFLAGS = -I$(srcdir)/%D% -I$(srcdir)/%D%/unix $(ENGINE_CFLAGS)

noinst_LIBRARIES += %D%/unix/libengine.a
%C%_unix_libengine_a_SOURCES = $(ENGINE_FILES)
%C%_unix_libengine_a_SHORTNAME = engine
%C%_unix_libengine_a_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_unix_libengine_a_CFLAGS = $(WARNINGS) -fPIC -fvisibility=hidden
ENGINE_OBJECTS = $(%C%_unix_libengine_a_OBJECTS)

UNIX64 += \
	x86_64-unix/ncryptprov.so \
	$(NULL)

x86_64-unix/ncryptprov.so: $(ENGINE_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -shared $(CFLAGS) $(LDFLAGS) -Wl,-z,defs,-z,now,-z,relro,--as-needed,-soname,ncryptprov.so \
	    -o $@ $^ $(ENGINE_LIBS)

EXTRA_DIST += \
	%D%/unix/ncryptprov_unix.spec \
	$(NULL)

if BUILD_WINELIB
UNIX64 += \
	x86_64-unix/ncryptprov.dll.so \
	$(NULL)

x86_64-unix/ncryptprov.dll.so: %D%/unix/ncryptprov_unix.spec $(ENGINE_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(WINEGCC) -m64 -shared -Wl,-z,now,-z,relro -o $@ $^ $(ENGINE_LIBS)
endif

# --- for the portable build: what the engine calls of GnuTLS, over nettle (tools/portable/local.mk) ---

PORTABLE_FILES = \
	%D%/unix_portable/gmp_stderr.c \
	%D%/unix_portable/gnutls_aead.c \
	%D%/unix_portable/gnutls_ffdhe.c \
	%D%/unix_portable/gnutls_hash.c \
	%D%/unix_portable/gnutls_mac.c \
	%D%/unix_portable/gnutls_rnd.c \
	%D%/unix_portable/gnutls_version.c \
	%D%/unix_portable/gnutls_x509.c \
	$(NULL)

noinst_HEADERS += %D%/unix_portable/portable.h

EXTRA_LIBRARIES += %D%/unix_portable/libportable.a
CLEANFILES += %D%/unix_portable/libportable.a
%C%_unix_portable_libportable_a_SOURCES = $(PORTABLE_FILES)
%C%_unix_portable_libportable_a_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_unix_portable_libportable_a_CFLAGS = $(WARNINGS) -fPIC -fvisibility=hidden
PORTABLE_OBJECTS = $(%C%_unix_portable_libportable_a_OBJECTS)

# --- the engine's way to tokens, a module of its own beside it: so nothing else needs p11-kit ---

PKCS11_FILES = \
	%D%/unix_pkcs11/calls.c \
	%D%/unix_pkcs11/p11_certificate.c \
	%D%/unix_pkcs11/p11_extract.c \
	%D%/unix_pkcs11/p11_found.c \
	%D%/unix_pkcs11/p11_home.c \
	%D%/unix_pkcs11/p11_identity.c \
	%D%/unix_pkcs11/p11_import.c \
	%D%/unix_pkcs11/p11_key.c \
	%D%/unix_pkcs11/p11_known.c \
	%D%/unix_pkcs11/p11_list.c \
	%D%/unix_pkcs11/p11_make.c \
	%D%/unix_pkcs11/p11_mechanism.c \
	%D%/unix_pkcs11/p11_modules.c \
	%D%/unix_pkcs11/p11_object.c \
	%D%/unix_pkcs11/p11_pin.c \
	%D%/unix_pkcs11/p11_pin_source.c \
	%D%/unix_pkcs11/p11_piv.c \
	%D%/unix_pkcs11/p11_remove.c \
	%D%/unix_pkcs11/p11_session.c \
	%D%/unix_pkcs11/p11_status.c \
	%D%/unix_pkcs11/p11_template.c \
	%D%/unix_pkcs11/p11_token.c \
	%D%/unix_pkcs11/p11_uri.c \
	%D%/unix_pkcs11/p11_use.c \
	%D%/unix_pkcs11/p11_wrap.c \
	$(NULL)

noinst_HEADERS += \
	%D%/unix_pkcs11/p11.h \
	%D%/unix_pkcs11/p11_list.h \
	%D%/unix_pkcs11/p11_session.h \
	$(NULL)

EXTRA_LIBRARIES += %D%/unix_pkcs11/libpkcs11.a
CLEANFILES += %D%/unix_pkcs11/libpkcs11.a
%C%_unix_pkcs11_libpkcs11_a_SOURCES = $(PKCS11_FILES)
%C%_unix_pkcs11_libpkcs11_a_CPPFLAGS = -I$(srcdir)/%D% -I$(srcdir)/%D%/unix $(P11_KIT_CFLAGS)
%C%_unix_pkcs11_libpkcs11_a_CFLAGS = $(WARNINGS) -pthread -fPIC -fvisibility=hidden

if BUILD_PKCS11
UNIX64 += x86_64-unix/ncryptprov_pkcs11.so

x86_64-unix/ncryptprov_pkcs11.so: $(%C%_unix_pkcs11_libpkcs11_a_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -shared $(CFLAGS) $(LDFLAGS) \
	    -Wl,-z,defs,-z,now,-z,relro,--as-needed,-soname,ncryptprov_pkcs11.so -o $@ $^ $(P11_KIT_LIBS) -pthread
endif

# --- and its way to the TPM, which needs tpm2-tss ---

TPM_FILES = \
	%D%/unix_tpm/calls.c \
	%D%/unix_tpm/chip.c \
	%D%/unix_tpm/chip_attest.c \
	%D%/unix_tpm/chip_binding.c \
	%D%/unix_tpm/chip_can.c \
	%D%/unix_tpm/chip_certificate.c \
	%D%/unix_tpm/chip_clock.c \
	%D%/unix_tpm/chip_create.c \
	%D%/unix_tpm/chip_device.c \
	%D%/unix_tpm/chip_endorsement.c \
	%D%/unix_tpm/chip_fact.c \
	%D%/unix_tpm/chip_flush.c \
	%D%/unix_tpm/chip_import.c \
	%D%/unix_tpm/chip_link.c \
	%D%/unix_tpm/chip_load.c \
	%D%/unix_tpm/chip_parent.c \
	%D%/unix_tpm/chip_password.c \
	%D%/unix_tpm/chip_public.c \
	%D%/unix_tpm/chip_seal.c \
	%D%/unix_tpm/chip_session.c \
	%D%/unix_tpm/chip_status.c \
	%D%/unix_tpm/chip_template.c \
	%D%/unix_tpm/chip_use.c \
	%D%/unix_tpm/chip_wire.c \
	$(NULL)

noinst_HEADERS += %D%/unix_tpm/chip.h

EXTRA_LIBRARIES += %D%/unix_tpm/libtpm.a
CLEANFILES += %D%/unix_tpm/libtpm.a
%C%_unix_tpm_libtpm_a_SOURCES = $(TPM_FILES)
%C%_unix_tpm_libtpm_a_CPPFLAGS = -I$(srcdir)/%D% -I$(srcdir)/%D%/unix $(TSS2_CFLAGS) $(NETTLE_CFLAGS) -D_GNU_SOURCE
%C%_unix_tpm_libtpm_a_CFLAGS = $(WARNINGS) -pthread -fPIC -fvisibility=hidden

if BUILD_TPM
UNIX64 += x86_64-unix/ncryptprov_tpm.so

x86_64-unix/ncryptprov_tpm.so: $(%C%_unix_tpm_libtpm_a_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -shared $(CFLAGS) $(LDFLAGS) \
	    -Wl,-z,defs,-z,now,-z,relro,--as-needed,-soname,ncryptprov_tpm.so -o $@ $^ $(TSS2_LIBS) $(NETTLE_LIBS) -pthread
endif

# --- the 32-bit engine: the same sources once more, unless this is a 32-bit system ---

if BUILD_I386_ENGINE
if HOST_X86_64
ENGINE32_OBJECTS = $(ENGINE_FILES:%.c=i386-unix/%.o)
PKCS11_32_OBJECTS = $(PKCS11_FILES:%.c=i386-unix/%.o)
ENGINE32_FLAGS = -m32 -I$(srcdir)/%D% -I$(srcdir)/%D%/unix $(ENGINE32_CFLAGS) -pthread $(WARNINGS) -fPIC \
	-fvisibility=hidden

i386-unix/%.o: %.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) $(CPPFLAGS) $(CFLAGS) $(ENGINE32_FLAGS) -MMD -MP -c -o $@ $<

$(PKCS11_32_OBJECTS): ENGINE32_FLAGS += $(P11_KIT32_CFLAGS)
-include $(ENGINE32_OBJECTS:.o=.d) $(PKCS11_32_OBJECTS:.o=.d)
else
ENGINE32_OBJECTS = $(ENGINE_OBJECTS)
PKCS11_32_OBJECTS = $(%C%_unix_pkcs11_libpkcs11_a_OBJECTS)
endif

unix32_DATA += i386-unix/ncryptprov.so

i386-unix/ncryptprov.so: $(ENGINE32_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -m32 -shared $(CFLAGS) $(LDFLAGS) -Wl,-z,defs,-z,now,-z,relro,--as-needed,-soname,ncryptprov.so \
	    -o $@ $^ $(ENGINE32_LIBS)

if BUILD_I386_WINELIB
unix32_DATA += i386-unix/ncryptprov.dll.so

i386-unix/ncryptprov.dll.so: %D%/unix/ncryptprov_unix.spec $(ENGINE32_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(WINEGCC) -m32 -shared -Wl,-z,now,-z,relro -o $@ $^ $(ENGINE32_LIBS)
endif

if BUILD_I386_PKCS11
unix32_DATA += i386-unix/ncryptprov_pkcs11.so

i386-unix/ncryptprov_pkcs11.so: $(PKCS11_32_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) -m32 -shared $(CFLAGS) $(LDFLAGS) \
	    -Wl,-z,defs,-z,now,-z,relro,--as-needed,-soname,ncryptprov_pkcs11.so -o $@ $^ $(P11_KIT32_LIBS) -pthread
endif
endif
