# ncryptprov.dll: the software provider, a PE marked as builtin, and its engine, native code that is linked
# twice: ncryptprov.so for the builtin route, ncryptprov.dll.so for the winelib route (doc/architecture.md).

# --- the Windows half ---

NCRYPTPROV_FILES = \
	dlls/ncrypt/hold.c \
	dlls/ncrypt/lock.c \
	dlls/ncrypt/trace.c \
	%D%/bridge.c \
	%D%/consent.c \
	%D%/consent_dialog.c \
	%D%/curve_names.c \
	%D%/enumerate.c \
	%D%/folders.c \
	%D%/key.c \
	%D%/ksp.c \
	%D%/legacy_container.c \
	%D%/legacy_copy.c \
	%D%/legacy_key.c \
	%D%/legacy_stored.c \
	%D%/notify.c \
	%D%/operation.c \
	%D%/parameters.c \
	%D%/probe.c \
	%D%/property.c \
	%D%/protect.c \
	%D%/protect_answer.c \
	%D%/protect_certificate.c \
	%D%/protect_session.c \
	%D%/protect_stream.c \
	%D%/secret.c \
	%D%/recipient.c \
	%D%/security.c \
	$(NULL)

NCRYPTPROV_LIBS = -ladvapi32 -lshell32 -lole32 -lntdll

noinst_HEADERS += \
	%D%/consent_dialog.h \
	%D%/ksp.h \
	%D%/legacy.h \
	%D%/protect_private.h \
	%D%/protection.h \
	%D%/unixlib.h \
	%D%/unixlib_protect.h \
	$(NULL)

EXTRA_DIST += \
	$(NCRYPTPROV_FILES) \
	%D%/ncryptprov.spec \
	$(NULL)

dlls64_DATA += \
	x86_64-windows/ncryptprov.dll \
	$(NULL)

NCRYPTPROV_OBJECTS64 = $(NCRYPTPROV_FILES:%.c=x86_64-windows/%.o)
PE_OBJECTS += $(NCRYPTPROV_OBJECTS64)

x86_64-windows/ncryptprov.dll: $(NCRYPTPROV_OBJECTS64) x86_64-windows/%D%/ncryptprov.def
	$(AM_V_CCLD)$(X86_64_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@.tmp $^ $(NCRYPTPROV_LIBS)
	@$(MARK_BUILTIN) of=$@.tmp && mv $@.tmp $@

if BUILD_I386
dlls32_DATA += \
	i386-windows/ncryptprov.dll \
	$(NULL)

NCRYPTPROV_OBJECTS32 = $(NCRYPTPROV_FILES:%.c=i386-windows/%.o)
PE_OBJECTS += $(NCRYPTPROV_OBJECTS32)

i386-windows/ncryptprov.dll: $(NCRYPTPROV_OBJECTS32) i386-windows/%D%/ncryptprov.def
	$(AM_V_CCLD)$(I386_CC) -shared $(PE_CFLAGS) $(PE_LINK_FLAGS) -o $@.tmp $^ $(NCRYPTPROV_LIBS)
	@$(MARK_BUILTIN) of=$@.tmp && mv $@.tmp $@
endif

# --- the engine ---

ENGINE_FILES = \
	%D%/unix/algorithm.c \
	%D%/unix/border.c \
	%D%/unix/bulk.c \
	%D%/unix/capi.c \
	%D%/unix/cipher.c \
	%D%/unix/cipher_auth.c \
	%D%/unix/cipher_blob.c \
	%D%/unix/cipher_block.c \
	%D%/unix/cipher_chain.c \
	%D%/unix/cipher_family.c \
	%D%/unix/cipher_wrap.c \
	%D%/unix/cms.c \
	%D%/unix/cms_certificate.c \
	%D%/unix/der.c \
	%D%/unix/descriptor.c \
	%D%/unix/derive.c \
	%D%/unix/derive_key.c \
	%D%/unix/derive_secret.c \
	%D%/unix/dh.c \
	%D%/unix/dh_blob.c \
	%D%/unix/dh_capi.c \
	%D%/unix/dh_family.c \
	%D%/unix/dh_group.c \
	%D%/unix/dsa.c \
	%D%/unix/dsa_blob.c \
	%D%/unix/dsa_capi.c \
	%D%/unix/dsa_family.c \
	%D%/unix/dsa_key.c \
	%D%/unix/ec.c \
	%D%/unix/ec_blob.c \
	%D%/unix/ec_curve.c \
	%D%/unix/ec_curve_brainpool.c \
	%D%/unix/ec_curve_nist.c \
	%D%/unix/ec_curve_secg.c \
	%D%/unix/ec_curve_x962.c \
	%D%/unix/ec_explicit.c \
	%D%/unix/ec_family.c \
	%D%/unix/ec_full_blob.c \
	%D%/unix/ec_group.c \
	%D%/unix/ec_nettle.c \
	%D%/unix/ec_save.c \
	%D%/unix/ec_scalar.c \
	%D%/unix/ec_validate.c \
	%D%/unix/ec_weierstrass.c \
	%D%/unix/ec_x25519.c \
	%D%/unix/enumerate.c \
	%D%/unix/hash.c \
	%D%/unix/hkdf.c \
	%D%/unix/hmac.c \
	%D%/unix/kdf.c \
	%D%/unix/kdf_key.c \
	%D%/unix/kdf_pbkdf2.c \
	%D%/unix/kdf_tls.c \
	%D%/unix/keeper_secret_service.c \
	%D%/unix/key.c \
	%D%/unix/key_blob.c \
	%D%/unix/keyfile.c \
	%D%/unix/known_password.c \
	%D%/unix/limbs.c \
	%D%/unix/lock.c \
	%D%/unix/memory.c \
	%D%/unix/memory_pool.c \
	%D%/unix/modp.c \
	%D%/unix/modulus.c \
	%D%/unix/object.c \
	%D%/unix/operation.c \
	%D%/unix/operation_calls.c \
	%D%/unix/pbe.c \
	%D%/unix/pbe_kdf.c \
	%D%/unix/pbes2.c \
	%D%/unix/pkcs8.c \
	%D%/unix/pkcs8_dsa.c \
	%D%/unix/pkcs8_ec.c \
	%D%/unix/pkcs8_ec_curve.c \
	%D%/unix/pkcs8_rsa.c \
	%D%/unix/property.c \
	%D%/unix/property_key.c \
	%D%/unix/property_list.c \
	%D%/unix/property_parameter.c \
	%D%/unix/protect_calls.c \
	%D%/unix/protect_cms.c \
	%D%/unix/protect_key.c \
	%D%/unix/protect_secret.c \
	%D%/unix/protect_stream.c \
	%D%/unix/protector.c \
	%D%/unix/random.c \
	%D%/unix/rsa.c \
	%D%/unix/rsa_blind.c \
	%D%/unix/rsa_blob.c \
	%D%/unix/rsa_capi.c \
	%D%/unix/rsa_family.c \
	%D%/unix/rsa_key.c \
	%D%/unix/rsa_pad_crypt.c \
	%D%/unix/rsa_pad_sign.c \
	%D%/unix/scrypt.c \
	%D%/unix/seal.c \
	%D%/unix/secret.c \
	%D%/unix/store.c \
	%D%/unix/store_bind.c \
	%D%/unix/store_dir.c \
	%D%/unix/store_fold.c \
	%D%/unix/store_holder.c \
	%D%/unix/store_key.c \
	%D%/unix/store_list.c \
	%D%/unix/store_lock.c \
	%D%/unix/store_name.c \
	%D%/unix/store_seal.c \
	%D%/unix/store_trust.c \
	%D%/unix/store_stranger.c \
	%D%/unix/transfer.c \
	%D%/unix/transport.c \
	%D%/unix/unixlib.c \
	%D%/unix/unlock.c \
	%D%/unix/utf8.c \
	%D%/unix/weierstrass.c \
	%D%/unix/weierstrass_ecdsa.c \
	$(NULL)

noinst_HEADERS += \
	%D%/unix/border.h \
	%D%/unix/bulk.h \
	%D%/unix/capi.h \
	%D%/unix/cipher.h \
	%D%/unix/cipher_key.h \
	%D%/unix/cms.h \
	%D%/unix/der.h \
	%D%/unix/derive.h \
	%D%/unix/dh.h \
	%D%/unix/dsa.h \
	%D%/unix/ec.h \
	%D%/unix/ec_backend.h \
	%D%/unix/ec_curve.h \
	%D%/unix/ec_validate.h \
	%D%/unix/engine.h \
	%D%/unix/hash.h \
	%D%/unix/hmac.h \
	%D%/unix/kdf.h \
	%D%/unix/kdf_key.h \
	%D%/unix/key.h \
	%D%/unix/key_blob.h \
	%D%/unix/known_password.h \
	%D%/unix/limbs.h \
	%D%/unix/lock.h \
	%D%/unix/memory.h \
	%D%/unix/memory_pool.h \
	%D%/unix/modp.h \
	%D%/unix/modulus.h \
	%D%/unix/pbe.h \
	%D%/unix/pbe_scheme.h \
	%D%/unix/pkcs8.h \
	%D%/unix/pkcs8_ec.h \
	%D%/unix/property_list.h \
	%D%/unix/property_value.h \
	%D%/unix/protect.h \
	%D%/unix/operation_calls.h \
	%D%/unix/protect_calls.h \
	%D%/unix/random.h \
	%D%/unix/rsa.h \
	%D%/unix/rsa_pad.h \
	%D%/unix/scrypt.h \
	%D%/unix/seal.h \
	%D%/unix/secret.h \
	%D%/unix/status.h \
	%D%/unix/store.h \
	%D%/unix/store_dir.h \
	%D%/unix/store_internal.h \
	%D%/unix/store_keeper.h \
	%D%/unix/weierstrass.h \
	$(NULL)

ENGINE_CPPFLAGS = -I$(srcdir)/%D% -I$(srcdir)/%D%/unix $(ENGINE_CFLAGS)

noinst_LIBRARIES += %D%/unix/libengine.a
%C%_unix_libengine_a_SOURCES = $(ENGINE_FILES)
%C%_unix_libengine_a_SHORTNAME = engine
%C%_unix_libengine_a_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_unix_libengine_a_CFLAGS = $(WARNINGS) -fPIC -fvisibility=hidden
ENGINE_OBJECTS = $(%C%_unix_libengine_a_OBJECTS)

unix_DATA += \
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
unix_DATA += \
	x86_64-unix/ncryptprov.dll.so \
	$(NULL)

x86_64-unix/ncryptprov.dll.so: %D%/unix/ncryptprov_unix.spec $(ENGINE_OBJECTS)
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(WINEGCC) -m64 -shared -Wl,-z,now,-z,relro -o $@ $^ $(ENGINE_LIBS)
endif

# --- the 32-bit engine: the same sources once more ---

if BUILD_I386_ENGINE
ENGINE32_OBJECTS = $(ENGINE_FILES:%.c=i386-unix/%.o)
ENGINE32_FLAGS = -m32 -I$(srcdir)/%D% -I$(srcdir)/%D%/unix $(ENGINE32_CFLAGS) -pthread $(WARNINGS) -fPIC \
	-fvisibility=hidden

i386-unix/%.o: %.c
	@$(MKDIR_P) $(@D)
	$(AM_V_CC)$(CC) $(CPPFLAGS) $(CFLAGS) $(ENGINE32_FLAGS) -MMD -MP -c -o $@ $<

unix32_DATA += i386-unix/ncryptprov.so

i386-unix/ncryptprov.so: $(ENGINE32_OBJECTS)
	$(AM_V_CCLD)$(CC) -m32 -shared $(CFLAGS) $(LDFLAGS) -Wl,-z,defs,-z,now,-z,relro,--as-needed,-soname,ncryptprov.so \
	    -o $@ $^ $(ENGINE32_LIBS)

if BUILD_I386_WINELIB
unix32_DATA += i386-unix/ncryptprov.dll.so

i386-unix/ncryptprov.dll.so: %D%/unix/ncryptprov_unix.spec $(ENGINE32_OBJECTS)
	$(AM_V_CCLD)$(WINEGCC) -m32 -shared -o $@ $^ $(ENGINE32_LIBS)
endif

-include $(ENGINE32_OBJECTS:.o=.d)
endif
