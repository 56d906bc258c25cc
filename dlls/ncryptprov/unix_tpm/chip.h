/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of ncryptprov_tpm.so share. Rows T.n are of doc/facts/tpm.md; TPM2_Name stands for the command of the
 * TPM 2.0 Library Specification, part 3. */
#ifndef TPM_CHIP_H
#define TPM_CHIP_H

#include <tss2/tss2_esys.h>

#include "provider/tpm/tpm.h"

/* calls.c */
extern struct engine_services engine;

#define CHIP_MOST_ANSWER 4096       /* bytes, as TPM2_MAX_RESPONSE_SIZE */

/* --- chip_link.c: bytes to the chip and back --- */

#define CHIP_DEVICE "/dev/tpmrm0"   /* of the kernel's resource manager (row T.55) */

/* Opens the way that the environment names, else CHIP_DEVICE (row T.56); *managed: it has a resource manager, so that
 * nobody else's objects are in the way. NTE_DEVICE_NOT_READY, after a line that says why. */
nte_status chip_link_open(TSS2_TCTI_CONTEXT **tcti, int *managed);
void chip_link_close(TSS2_TCTI_CONTEXT *tcti);
/* Says that whatever is there does not answer as a chip does. */
void chip_link_silent(void);
/* Says that the keys of the primary cannot be reached. */
void chip_link_refused(void);

/* --- chip_wire.c: a device or a Unix socket as a TCTI that does not wait for ever --- */

#define CHIP_WIRE_MAGIC 0x4e435249706d3277ull  /* of such a one */

/* path: of the device, or of the data socket of swtpm. errno of a failure. */
int chip_wire_open(const char *path, int is_socket, TSS2_TCTI_CONTEXT **tcti);
/* How long the answer is that begins so; 0: too few bytes to tell; SIZE_MAX: none that a chip gives. */
size_t chip_wire_size(const uint8_t *answer, size_t have);

/* --- chip_device.c: a device, and a thread that waits for it --- */

struct chip_device;

/* errno of a failure. */
int chip_device_open(const char *path, struct chip_device **device);
/* 0: the command does not get there. Else receive, once. */
int chip_device_send(struct chip_device *device, const uint8_t *command, size_t size);
/* Bytes written to answer, which has room for CHIP_MOST_ANSWER; 0: nothing came back, or not until the end of the call.
 * Then close is all that is left to do. */
size_t chip_device_receive(struct chip_device *device, uint8_t *answer);
void chip_device_close(struct chip_device *device);

/* --- chip_clock.c: milliseconds --- */

/* When a call that begins now has to end, and the same for pthread_mutex_timedlock. */
int64_t chip_clock_deadline(void);
struct timespec chip_clock_real(int64_t deadline);
/* That of the call that has the turn, and how much of it is left; 0: nothing is to be begun any more. */
void chip_clock_start(int64_t deadline);
int chip_clock_left(void);
/* As struct tpm_calls has it. */
void chip_most_wait(uint32_t milliseconds);

/* --- chip.c: one connection, and one command after the other --- */

#define CHIP_MOST_HELD 4
#define CHIP_MOST_LEFT (CHIP_MOST_HELD + 1)

struct chip
{
    ESYS_CONTEXT *esys;             /* NULL: not connected */
    TSS2_TCTI_CONTEXT *tcti;
    int managed;
    ESYS_TR parent;                 /* kept between calls if managed; ESYS_TR_NONE: to be made */
    int other_parent;               /* the key of this call is under the persistent one (chip_parent.c): */
    ESYS_TR root;                   /* that; ESYS_TR_NONE: not asked for yet */
    TSS2_RC refused;                /* what the chip said in this call when the primary was to be made: NTE_PERM; 0 */
    ESYS_TR held[CHIP_MOST_HELD];   /* objects and sessions of this call */
    size_t held_count;
    TPM2_HANDLE left[CHIP_MOST_LEFT];   /* what an earlier call had no time to flush */
    size_t left_count;
    int spent;                      /* a password has gone to the chip in this call: it goes there once */
};

/* What a call does with the chip, once more from the start when the chip had no room or had forgotten what it held. */
typedef TSS2_RC chip_body(struct chip *chip, void *context);

/* Statuses: tpm.h. What the body holds is flushed afterwards. */
nte_status chip_run(chip_body *body, void *context);

/* Flushes the object or session at the end of the call. */
void chip_hold(struct chip *chip, ESYS_TR handle);
/* Flushes it now. */
void chip_release(struct chip *chip, ESYS_TR handle);

/* --- chip_flush.c --- */

/* All that the call holds and the parent, as far as the way to the chip still works; ESYS need not. What there was no
 * time for stays in left. An object whose answer came too late has no known handle, and stays. */
void chip_flush(struct chip *chip);
void chip_flush_left(struct chip *chip);

/* --- chip_parent.c, chip_load.c --- */

/* The key under which ours are wrapped: a primary of the owner's, the same each time, or the persistent SRK (T.58).
 * NTE_PERM: the owner has a password, and there is no other. */
TSS2_RC chip_parent(struct chip *chip, ESYS_TR *parent);
/* Takes no place in the chip any more. */
void chip_parent_forget(struct chip *chip);

/* TPM2_Load; the key has its authValue. */
TSS2_RC chip_load(struct chip *chip, const struct tpm_use *use, ESYS_TR *key);
TSS2_RC chip_set_auth(struct chip *chip, ESYS_TR key, struct bytes value);

/* --- chip_session.c --- */

#define CHIP_SECRET_IN  TPMA_SESSION_DECRYPT    /* the first parameter of the command does not cross in clear */
#define CHIP_SECRET_OUT TPMA_SESSION_ENCRYPT    /* that of the answer */

/* How a key with that authValue is used: in clear, if nothing of this call is secret. TPM2_RC_AUTH_FAIL, without asking
 * the chip: the authValue was wrong before. */
TSS2_RC chip_session(struct chip *chip, const struct tpm_use *use, TPMA_SESSION secrets, ESYS_TR *session);

/* --- chip_password.c: while the call has its turn --- */

/* TPM2_RC_AUTH_FAIL: this authValue was wrong for this key before. */
TSS2_RC chip_may_try(const struct tpm_use *use);
/* Returns rc, the answer to a command whose session of that number (1, 2) was the key's; remembers the authValue if it
 * says that this one was wrong (part 2 of the specification, 6.6.2: 0x98E is of session 1, 0xA8E of session 2). */
TSS2_RC chip_judge(const struct tpm_use *use, unsigned int number, TSS2_RC rc);

/* --- chip_status.c --- */

/* The code of the chip without the number of the parameter, handle or session; 0: not of the chip. */
TSS2_RC chip_code(TSS2_RC rc);
/* Not the chip's answer, nor its manager's: ESYS may be in a state in which it takes no command any more. */
int chip_is_broken(TSS2_RC rc);
int chip_is_lost(TSS2_RC rc);       /* broken by what came back from the chip, or did not */
int chip_is_full(TSS2_RC rc);       /* no room: others' objects may go soon */
int chip_forgot(TSS2_RC rc);        /* a handle is none of the chip's: it was reset */
nte_status chip_status(TSS2_RC rc);

/* --- chip_public.c --- */

nte_status chip_read_public(struct bytes public, struct tpm_public *numbers);

/* Of the curve with that many bits; TPM2_ECC_NONE: none. */
TPM2_ECC_CURVE chip_curve(uint32_t bits);

/* --- chip_can.c --- */

/* Once per connection. */
TSS2_RC chip_ask(struct chip *chip);
int chip_can(enum tpm_kind kind, uint32_t bits);

/* --- chip_template.c --- */

TPM2B_PUBLIC chip_template(const struct tpm_new *new);

/* --- chip_import.c: the part of chip_create for keys that are there already --- */

nte_status chip_import(const struct tpm_new *new, struct writer *public, struct writer *private);

/* --- chip_create.c: what the chip makes, and wraps under the parent of this call --- */

struct chip_creation
{
    TPM2B_PUBLIC template;
    struct bytes auth, data;        /* empty: no password; nothing to seal */
    struct writer *public, *private;
};

nte_status chip_create_object(const struct chip_creation *creation);

/* --- chip_create.c, chip_binding.c, chip_use.c: as struct tpm_calls has them --- */

nte_status chip_create(const struct tpm_new *new, struct writer *public, struct writer *private);
TSS2_RC chip_write_public(const TPM2B_PUBLIC *public, struct writer *w);
TSS2_RC chip_write_private(const TPM2B_PRIVATE *private, struct writer *w);
nte_status chip_identity(const struct tpm_new *new, struct writer *public, struct writer *private,
                         struct writer *binding);
nte_status chip_check(const struct tpm_blob *blob);
nte_status chip_rsa(const struct tpm_use *use, int is_secret, struct bytes input, uint8_t *output);
nte_status chip_ecdsa(const struct tpm_use *use, struct bytes digest, uint32_t field, uint8_t *signature);
nte_status chip_ecdh(const struct tpm_use *use, const uint8_t *x, const uint8_t *y, uint32_t field, uint8_t *z);

/* --- chip_fact.c, chip_endorsement.c, chip_attest.c: the same --- */

nte_status chip_version(struct tpm_version *version);
nte_status chip_pcrs(uint16_t hash, struct writer *w);
nte_status chip_endorsement(enum tpm_kind kind, struct writer *public);
nte_status chip_root(struct writer *public);
nte_status chip_attest(struct tpm_attest *request);
nte_status chip_activate(const struct tpm_use *identity, struct bytes request, struct writer *secret);

/* Held until the end of the call. */
TSS2_RC chip_endorsement_load(struct chip *chip, enum tpm_kind kind, ESYS_TR *key);

/* --- chip_certificate.c, chip_seal.c: the same --- */

nte_status chip_certificate(enum tpm_kind kind, struct writer *der);

nte_status chip_seal(const struct tpm_secret *secret, struct writer *public, struct writer *private);
nte_status chip_unseal(const struct tpm_use *use, struct writer *clear);

#endif
