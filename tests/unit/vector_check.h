/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the programs over published test vectors share: counting, expectations, fields, the run over a list of
 * files. The files are those of Debian's python3-cryptography-vectors. */
#ifndef TESTS_VECTOR_CHECK_H
#define TESTS_VECTOR_CHECK_H

#include <sys/stat.h>

#include "crypto_sample.h"
#include "number/limbs.h"
#include "vector_file.h"

#define VECTOR_DIRECTORY "/usr/lib/python3/dist-packages/cryptography_vectors"

struct vector_file
{
    const char *path;                   /* below asymmetric/ */
    const char *trigger;                /* field that ends a vector */
    void (*handler)(void);              /* adds to checked, calls expect */
};

static void (*current_handler)(void);
static const char *current_file;
static unsigned int checked, failures;

static inline void expect(const char *what, nte_status got, nte_status expected)
{
    if (got == expected) return;
    failures++;
    printf("FAIL %s, after %u vectors: %s gives %08x, not %08x\n", current_file, checked, what, (unsigned int)got,
           (unsigned int)expected);
}

static inline void expect_bytes(const char *what, struct bytes got, struct bytes expected)
{
    if (got.size == expected.size && (!got.size || !memcmp(got.data, expected.data, got.size))) return;
    failures++;
    printf("FAIL %s, after %u vectors: %s differs\n", current_file, checked, what);
}

static inline struct bytes field(const char *name)
{
    return hex(vector_text(name));
}

static inline int passes(void)
{
    return *vector_text("Result") == 'P';
}

/* Leading zeros so that it has size bytes; vectors sometimes lack them. */
static inline struct bytes widened(struct bytes number, size_t size)
{
    uint8_t *data;

    number = trim_number(number);
    if (number.size >= size) return number;
    data = take(size);
    memcpy(data + size - number.size, number.data, number.size);
    return run(data, size);
}

static inline void handle_vector(void)
{
    sample_used = 0;
    current_handler();
}

static inline void check_file(const char *directory, const struct vector_file *file)
{
    char path[4096];

    current_file = file->path;
    current_handler = file->handler;
    checked = 0;
    snprintf(path, sizeof(path), "%s/asymmetric/%s", directory, file->path);
    if (!vector_read(path, file->trigger, handle_vector)) printf("FAIL cannot read %s\n", path);
    printf("%5u checked: %s\n", checked, file->path);
    if (!checked) failures++;
}

/* What main returns: 77 when there is no directory of vectors (argv[1], or where Debian has it), 1 when a
 * vector fails or a file has none. */
static inline int check_files(int argc, char **argv, const struct vector_file *files, size_t count)
{
    const char *directory = argc > 1 ? argv[1] : VECTOR_DIRECTORY;
    struct stat st;
    size_t i;

    if (stat(directory, &st) || !S_ISDIR(st.st_mode))
    {
        fprintf(stderr, "%s: skipped, no test vectors in %s (Debian: python3-cryptography-vectors)\n", argv[0],
                directory);
        return 77;
    }
    for (i = 0; i < count; i++) check_file(directory, &files[i]);
    printf("%u failures\n", failures);
    return failures != 0;
}

#endif
