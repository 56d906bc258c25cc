# Windows-style tests of the API: topics (tests/local.mk).

TOPIC_FILES += \
	%D%/abuse.c \
	%D%/abuse_random.c \
	%D%/abuse_threads.c \
	%D%/agree.c \
	%D%/agree_published.c \
	%D%/algorithm.c \
	%D%/capi_blob.c \
	%D%/cipher.c \
	%D%/cipher_blob.c \
	%D%/cipher_padding.c \
	%D%/clients.c \
	%D%/clients_import.c \
	%D%/consent.c \
	%D%/coverage.c \
	%D%/create.c \
	%D%/crypt.c \
	%D%/dh.c \
	%D%/dsa.c \
	%D%/ec_generic.c \
	%D%/ec_import.c \
	%D%/derive.c \
	%D%/enum.c \
	%D%/export.c \
	%D%/exports.c \
	%D%/finalize.c \
	%D%/handle.c \
	%D%/import.c \
	%D%/import_named.c \
	%D%/kdf_key.c \
	%D%/ksp.c \
	%D%/ksp_odd.c \
	%D%/lasterror.c \
	%D%/key_derivation.c \
	%D%/legacy.c \
	%D%/legacy_copy.c \
	%D%/legacy_translate.c \
	%D%/mldsa.c \
	%D%/mlkem.c \
	%D%/notify.c \
	%D%/open_delete.c \
	%D%/pkcs7.c \
	%D%/pkcs8.c \
	%D%/process.c \
	%D%/property_get.c \
	%D%/property_named.c \
	%D%/property_set.c \
	%D%/protect.c \
	%D%/protect_certificate.c \
	%D%/protect_stream.c \
	%D%/provider.c \
	%D%/sign.c \
	%D%/sign_ec.c \
	%D%/threads.c \
	%D%/transport.c \
	%D%/waits.c \
	%D%/waits_end.c \
	%D%/wine_callers.c \
	%D%/x25519.c \
	%D%/wiped.c \
	$(NULL)

noinst_HEADERS += \
	%D%/abuse_calls.h \
	%D%/abuse_one.h \
	%D%/cipher_test.h \
	%D%/agree_sample.h \
	%D%/legacy.h \
	%D%/ksp_test.h \
	%D%/ncrypt_test.h \
	%D%/pkcs8_old_vectors.h \
	%D%/pkcs8_vectors.h \
	%D%/pq_test.h \
	%D%/vectors.h \
	%D%/waits.h \
	$(NULL)

# These load providers of tests/ksp.
$(filter %/ksp.topic %/ksp_odd.topic %/waits.topic %/waits_end.topic,$(TOPICS)): $(KSP_DLLS64)
