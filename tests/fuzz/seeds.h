/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The parts of make_seeds. Include after fuzz.h. */
#ifndef TESTS_SEEDS_H
#define TESTS_SEEDS_H

/* Writes the file target/name of the corpus. */
void save_seed(const char *target, const char *name, struct bytes seed);

struct sample                       /* a kind of key */
{
    const char *name, *alg, *curve;
    uint32_t bits;
    const char *set;                /* "ParameterSetName" */
};

uint64_t make_key(const struct sample *sample);

/* The other files. */
void save_protected(void);
void save_sequences(void);
void save_derivations(void);
void save_properties(void);
void save_operations(void);
void save_tpm(void);

static inline void write_u16(struct writer *w, uint16_t value)
{
    write_u8(w, value);
    write_u8(w, value >> 8);
}

static inline void write_sized(struct writer *w, const void *data, size_t size)
{
    write_u16(w, size);
    write_bytes(w, data, size);
}

static inline void write_wide(struct writer *w, const char *s)
{
    write_sized(w, wide(s), strlen(s) * sizeof(uint16_t));
}

#endif
