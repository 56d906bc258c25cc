# Native tests of the engine, under the address and undefined-behaviour sanitizers. A row is all that a test
# needs: the source is the program's name with .c, and the flags below are automake's defaults for programs.

UNIT_TESTS = \
	%D%/test_agree \
	%D%/test_capi \
	%D%/test_cipher \
	%D%/test_cipher_auth \
	%D%/test_cipher_key \
	%D%/test_cms \
	%D%/test_consent \
	%D%/test_der \
	%D%/test_descriptor \
	%D%/test_dh \
	%D%/test_dsa \
	%D%/test_ec \
	%D%/test_ec_blob \
	%D%/test_ec_coincide \
	%D%/test_ec_explicit \
	%D%/test_ec_generic \
	%D%/test_ec_key \
	%D%/test_hash \
	%D%/test_kdf \
	%D%/test_kdf_key \
	%D%/test_key \
	%D%/test_key_threads \
	%D%/test_keccak \
	%D%/test_keyfile \
	%D%/test_keyfile_damage \
	%D%/test_keys_archive \
	%D%/test_keys_backup \
	%D%/test_keys_registry \
	%D%/test_keys_restore_plain \
	%D%/test_keys_source \
	%D%/test_lock \
	%D%/test_memory \
	%D%/test_mldsa \
	%D%/test_mlkem \
	%D%/test_montgomery \
	%D%/test_operation \
	%D%/test_p256 \
	%D%/test_pbe \
	%D%/test_pkcs11 \
	%D%/test_pkcs11_faults \
	%D%/test_pkcs11_halfway \
	%D%/test_pkcs11_identity \
	%D%/test_pkcs11_lies \
	%D%/test_pkcs11_login \
	%D%/test_pkcs11_making \
	%D%/test_pkcs11_module \
	%D%/test_pkcs11_pin \
	%D%/test_pkcs11_sessions \
	%D%/test_pkcs11_slots \
	%D%/test_pkcs12 \
	%D%/test_pkcs8 \
	%D%/test_pkcs8_dsa \
	%D%/test_pkcs8_ec \
	%D%/test_pkcs8_ec_curve \
	%D%/test_portable \
	%D%/test_portable_x509 \
	%D%/test_pq_blob \
	%D%/test_pq_key \
	%D%/test_pq_memory \
	%D%/test_pq_use \
	%D%/test_property \
	%D%/test_property_list \
	%D%/test_protect \
	%D%/test_protect_stream \
	%D%/test_random \
	%D%/test_randomness \
	%D%/test_rsa \
	%D%/test_rsa_blind \
	%D%/test_rsa_blob \
	%D%/test_rsa_crypt \
	%D%/test_rsa_family \
	%D%/test_rsa_generate \
	%D%/test_rsa_key \
	%D%/test_rsa_pad \
	%D%/test_rsa_pad_crypt \
	%D%/test_store \
	%D%/test_store_bind \
	%D%/test_store_damage \
	%D%/test_store_keeper \
	%D%/test_store_lock \
	%D%/test_store_processes \
	%D%/test_store_stranger \
	%D%/test_store_trouble \
	%D%/test_store_trust \
	%D%/test_tpm \
	%D%/test_tpm_answers \
	%D%/test_tpm_auth \
	%D%/test_tpm_certificate \
	%D%/test_tpm_chip \
	%D%/test_tpm_claim \
	%D%/test_tpm_claim_platform \
	%D%/test_tpm_device \
	%D%/test_tpm_forged \
	%D%/test_tpm_forged_key \
	%D%/test_tpm_identity \
	%D%/test_tpm_late \
	%D%/test_tpm_module \
	%D%/test_tpm_policy \
	%D%/test_tpm_owner \
	%D%/test_tpm_password \
	%D%/test_tpm_salt \
	%D%/test_tpm_seal \
	%D%/test_tpm_seal_key \
	%D%/test_tpm_transfer \
	%D%/test_transfer \
	%D%/test_transport \
	%D%/test_vanish \
	%D%/test_vectors_mldsa \
	%D%/test_vectors_mlkem \
	%D%/test_weierstrass \
	$(NULL)

# Their argument is a directory, which check-vectors finds.
VECTOR_TESTS = \
	%D%/test_vectors_cipher \
	%D%/test_vectors_dh \
	%D%/test_vectors_dsa \
	%D%/test_vectors_ec \
	%D%/test_vectors_kdf \
	%D%/test_vectors_pkcs8 \
	%D%/test_vectors_rsa \
	$(NULL)

# What depends on the kernel, which check-each-kernel runs with every kernel.
KERNEL_TESTS = $(filter %D%/test_montgomery %D%/test_rsa% %D%/test_ec%,$(UNIT_TESTS))

vector-tests: $(VECTOR_TESTS)
.PHONY: vector-tests

noinst_HEADERS += \
	%D%/cipher_sample.h \
	%D%/crypto_sample.h \
	%D%/ec_sample.h \
	%D%/key_sample.h \
	%D%/old_files.h \
	%D%/pin_sample.h \
	%D%/pkcs8_ec_sample.h \
	%D%/pkcs8_sample.h \
	%D%/portable_sample.h \
	%D%/powers_in_c.h \
	%D%/pq_sample.h \
	%D%/pq_vectors.h \
	%D%/protect_sample.h \
	%D%/rsa_sample.h \
	%D%/store_sample.h \
	%D%/store_scratch.h \
	%D%/mock_sample.h \
	%D%/token_sample.h \
	%D%/tpm_forge.h \
	%D%/tpm_between.h \
	%D%/tpm_claim_sample.h \
	%D%/tpm_raw.h \
	%D%/tpm_sample.h \
	%D%/vanish.h \
	%D%/vector_blocks.h \
	%D%/vector_check.h \
	%D%/vector_file.h \
	%D%/wiped_keys.h \
	%D%/wiped_pq.h \
	%D%/wiped_search.h \
	$(NULL)

AM_CPPFLAGS = $(ENGINE_CPPFLAGS) $(CMOCKA_CFLAGS)
AM_CFLAGS = $(WARNINGS) $(SANITIZE)
LDADD = %D%/libengine.a $(CMOCKA_LIBS) $(ENGINE_LIBS)

SANITIZE = -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer

EXTRA_PROGRAMS += $(UNIT_TESTS) $(VECTOR_TESTS)
# What the commands backup and restore are made of.
KEYS_PARTS = \
	tools/keys/archive.c \
	tools/keys/ask.c \
	tools/keys/backup.c \
	tools/keys/examine.c \
	tools/keys/key_files.c \
	tools/keys/leftover.c \
	tools/keys/owner.c \
	tools/keys/read_file.c \
	tools/keys/restore.c \
	tools/keys/text.c \
	$(NULL)
# Answers that are kept here.
%C%_test_vectors_mldsa_CPPFLAGS = $(AM_CPPFLAGS) -DPQ_VECTORS='"$(abs_srcdir)/%D%/mldsa.vectors"'
%C%_test_vectors_mlkem_CPPFLAGS = $(AM_CPPFLAGS) -DPQ_VECTORS='"$(abs_srcdir)/%D%/mlkem.vectors"'
%C%_test_keys_archive_SOURCES = %D%/test_keys_archive.c tools/keys/archive.c
%C%_test_pq_memory_LDFLAGS = -Wl,--wrap=pool_alloc,--wrap=malloc
%C%_test_rsa_blind_LDFLAGS = -Wl,--wrap=montgomery_powers
%C%_test_rsa_key_LDFLAGS = -Wl,--wrap=pool_alloc
%C%_test_rsa_generate_LDFLAGS = -Wl,--wrap=pthread_create,--wrap=pthread_join
%C%_test_store_lock_LDFLAGS = -Wl,--wrap=flock,--wrap=fcntl,--wrap=inotify_init1
%C%_test_keys_backup_SOURCES = %D%/test_keys_backup.c $(KEYS_PARTS)
%C%_test_keys_backup_LDFLAGS = -Wl,--wrap=examine_image,--wrap=file_write,--wrap=read_password
%C%_test_keys_restore_plain_SOURCES = %D%/test_keys_restore_plain.c $(KEYS_PARTS)
%C%_test_keys_restore_plain_LDFLAGS = -Wl,--wrap=examine_image,--wrap=read_password,--wrap=renameat2
%C%_test_keys_registry_SOURCES = %D%/test_keys_registry.c tools/keys/registry.c
%C%_test_keys_source_SOURCES = %D%/test_keys_source.c tools/keys/source.c tools/keys/source_older.c \
	tools/keys/source_openssh.c tools/keys/source_pem.c tools/keys/source_pkcs12.c tools/keys/source_purpose.c \
	tools/keys/text.c
EXTRA_DIST += \
	%D%/check-each-kernel \
	%D%/check-kernels \
	%D%/check-portable-engine \
	%D%/check-secret-flow \
	%D%/check-threads \
	%D%/check-valgrind \
	%D%/check-vectors \
	%D%/check-wiped \
	%D%/mask_flow.awk \
	%D%/mldsa.vectors \
	%D%/mlkem.vectors \
	%D%/secret_flow.supp \
	%D%/test_races.c \
	$(NULL)
EXTRA_LIBRARIES += %D%/libengine.a
CLEANFILES += %D%/libengine.a
%C%_libengine_a_SOURCES = $(ENGINE_FILES)
%C%_libengine_a_SHORTNAME = sanitized
%C%_libengine_a_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libengine_a_CFLAGS = $(WARNINGS) $(SANITIZE)

EXTRA_PROGRAMS += %D%/secret_flow
%C%_secret_flow_SOURCES = %D%/secret_flow.c %D%/secret_gmp.c
%C%_secret_flow_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_secret_flow_CFLAGS = $(WARNINGS)
%C%_secret_flow_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

check_PROGRAMS += %D%/kernel_in_use
%C%_kernel_in_use_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_kernel_in_use_CFLAGS = $(WARNINGS)
%C%_kernel_in_use_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

# Tests that are quick enough under valgrind, built without sanitizers and with the heap in place of the pool.
VALGRIND_TESTS = \
	%D%/plain/test_cipher \
	%D%/plain/test_cipher_auth \
	%D%/plain/test_cipher_key \
	%D%/plain/test_der \
	%D%/plain/test_descriptor \
	%D%/plain/test_ec_blob \
	%D%/plain/test_ec_key \
	%D%/plain/test_kdf \
	%D%/plain/test_kdf_key \
	%D%/plain/test_key \
	%D%/plain/test_keyfile \
	%D%/plain/test_keyfile_damage \
	%D%/plain/test_memory \
	%D%/plain/test_montgomery \
	%D%/plain/test_pbe \
	%D%/plain/test_pkcs8_ec \
	%D%/plain/test_property_list \
	%D%/plain/test_random \
	%D%/plain/test_rsa_pad \
	%D%/plain/test_rsa_pad_crypt \
	%D%/plain/test_store \
	%D%/plain/test_store_damage \
	%D%/plain/test_store_keeper \
	%D%/plain/test_store_trouble \
	$(NULL)
CLEANFILES += $(VALGRIND_TESTS)

UNPOOLED = $(srcdir)/dlls/ncryptprov/unix/base/memory.c $(srcdir)/dlls/ncryptprov/unix/base/memory_pool.c

%D%/plain/%: %D%/%.c dlls/ncryptprov/unix/libengine.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(ENGINE_CPPFLAGS) $(CMOCKA_CFLAGS) $(WARNINGS) $(CFLAGS) -DNO_MEMORY_POOL -o $@ $< $(UNPOOLED) \
	    dlls/ncryptprov/unix/libengine.a $(CMOCKA_LIBS) $(ENGINE_LIBS)

# What stands for GnuTLS in the portable build, beside GnuTLS; then tests of what uses it, linked with it alone.
EXTRA_LIBRARIES += %D%/libportable.a
CLEANFILES += %D%/libportable.a
%C%_libportable_a_SOURCES = $(PORTABLE_FILES)
%C%_libportable_a_SHORTNAME = sanitized
%C%_libportable_a_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libportable_a_CFLAGS = $(WARNINGS) $(SANITIZE)
PORTABLE_ENGINE = %D%/libengine.a %D%/libportable.a %D%/libengine.a
%C%_test_portable_LDADD = $(PORTABLE_ENGINE) $(CMOCKA_LIBS) $(NUMBER_LIBS) -ldl
%C%_test_portable_x509_LDADD = $(PORTABLE_ENGINE) $(CMOCKA_LIBS) $(NUMBER_LIBS) -ldl

PORTABLE_TESTS = \
	%D%/portable/test_agree \
	%D%/portable/test_dh \
	%D%/portable/test_kdf \
	%D%/portable/test_kdf_key \
	%D%/portable/test_key \
	%D%/portable/test_keyfile \
	%D%/portable/test_pbe \
	%D%/portable/test_protect \
	%D%/portable/test_protect_stream \
	%D%/portable/test_rsa_pad \
	%D%/portable/test_rsa_pad_crypt \
	%D%/portable/test_store \
	%D%/portable/test_store_bind \
	%D%/portable/test_transport \
	$(NULL)
CLEANFILES += $(PORTABLE_TESTS)

%D%/portable/%: %D%/%.c %D%/libengine.a %D%/libportable.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(ENGINE_CPPFLAGS) $(CMOCKA_CFLAGS) $(WARNINGS) $(CFLAGS) $(SANITIZE) -o $@ $< \
	    $(PORTABLE_ENGINE) $(CMOCKA_LIBS) $(NUMBER_LIBS) -ldl

# Tests with threads, once more under the thread sanitizer. With the heap in place of the pool, whose lock would put an
# order between threads that have none.
THREAD_TESTS = \
	%D%/threads/test_key_threads \
	%D%/threads/test_races \
	%D%/threads/test_store_processes \
	%D%/threads/test_transport \
	$(NULL)
CLEANFILES += $(THREAD_TESTS) %D%/libengine_threads.a
SANITIZE_THREADS = -fsanitize=thread -fno-omit-frame-pointer -DNO_MEMORY_POOL

EXTRA_LIBRARIES += %D%/libengine_threads.a
%C%_libengine_threads_a_SOURCES = $(ENGINE_FILES)
%C%_libengine_threads_a_SHORTNAME = threads
%C%_libengine_threads_a_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_libengine_threads_a_CFLAGS = $(WARNINGS) $(SANITIZE_THREADS)

%D%/threads/%: %D%/%.c %D%/libengine_threads.a
	@$(MKDIR_P) $(@D)
	$(AM_V_CCLD)$(CC) $(ENGINE_CPPFLAGS) $(CMOCKA_CFLAGS) $(WARNINGS) $(CFLAGS) $(SANITIZE_THREADS) -o $@ $< \
	    %D%/libengine_threads.a $(CMOCKA_LIBS) $(ENGINE_LIBS)

EXTRA_PROGRAMS += %D%/wiped
%C%_wiped_CPPFLAGS = $(ENGINE_CPPFLAGS)
%C%_wiped_CFLAGS = $(WARNINGS)
# As the engine is linked: resolving a function when it is first called puts registers on the stack.
%C%_wiped_LDFLAGS = -Wl,-z,now
%C%_wiped_LDADD = dlls/ncryptprov/unix/libengine.a $(ENGINE_LIBS)

if BUILD_UNIT_TESTS
check_PROGRAMS += %D%/secret_flow %D%/wiped
check_DATA += $(VALGRIND_TESTS) $(THREAD_TESTS) $(PORTABLE_TESTS)
TESTS += %D%/check-kernels %D%/check-portable-engine %D%/check-secret-flow %D%/check-threads
TESTS += %D%/check-valgrind %D%/check-wiped
check_PROGRAMS += $(UNIT_TESTS) $(VECTOR_TESTS)
TESTS += $(UNIT_TESTS) %D%/check-vectors %D%/check-each-kernel
endif
