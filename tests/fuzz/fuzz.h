/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the fuzz targets share: choices and runs of bytes taken from the input, the engine attached to a scratch
 * store, its calls as the Windows half makes them, and a few fixed keys that seeds may rely upon. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#define _GNU_SOURCE
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "algorithm.h"
#include "cipher/cipher_key.h"
#include "derive/kdf_key.h"
#include "dh/dh.h"
#include "ec/ec.h"
#include "rsa/rsa.h"
#include "base/der.h"
#include "key/key.h"
#include "format/key_blob.h"
#include "unixlib.h"

static inline _Noreturn void broken(const char *file, int line, const char *condition)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}

#define require(condition) \
    do if (!(condition)) broken(__FILE__, __LINE__, #condition); while (0)

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

/* --- memory that lasts for one run; each block has its exact size, so that one byte too much is seen --- */

struct pool_block
{
    struct pool_block *next;
    uint8_t *data;
};

static struct pool_block *pool_blocks;

static inline uint8_t *pool(size_t size)
{
    struct pool_block *block = malloc(sizeof(*block));

    require(block && (block->data = calloc(1, size ? size : 1)));
    block->next = pool_blocks;
    pool_blocks = block;
    return block->data;
}

static inline struct bytes pool_copy(const void *data, size_t size)
{
    struct bytes copy = {pool(size), size};

    if (size) memcpy((void *)copy.data, data, size);
    return copy;
}

static inline struct bytes pool_written(struct writer *w)
{
    struct bytes copy = pool_copy(w->data, w->used);

    require(!w->failed);
    writer_free(w);
    return copy;
}

static inline void pool_free(void)
{
    struct pool_block *block;

    while ((block = pool_blocks))
    {
        pool_blocks = block->next;
        free(block->data);
        free(block);
    }
}

static inline uint16_t *wide(const char *s)
{
    uint16_t *copy = (uint16_t *)pool((strlen(s) + 1) * sizeof(*copy));

    u16_from_ascii(copy, s);
    return copy;
}

static inline int same_bytes(struct bytes a, struct bytes b)
{
    return a.size == b.size && (!a.size || !memcmp(a.data, b.data, a.size));
}

/* --- the input; past its end everything is zero or empty --- */

static inline struct bytes take_run(struct reader *input, size_t size)
{
    struct bytes bytes = read_bytes(input, size < input->left ? size : input->left);

    return pool_copy(bytes.data, bytes.size);
}

static inline struct bytes take_rest(struct reader *input)
{
    return take_run(input, input->left);
}

static inline uint8_t take_u8(struct reader *input)
{
    return input->left ? read_u8(input) : 0;
}

static inline uint16_t take_u16(struct reader *input)
{
    uint16_t low = take_u8(input);

    return low | take_u8(input) << 8;
}

static inline uint32_t take_u32(struct reader *input)
{
    uint32_t low = take_u16(input);

    return low | (uint32_t)take_u16(input) << 16;
}

/* A run with its size (two bytes) before it. */
static inline struct bytes take_sized(struct reader *input)
{
    return take_run(input, take_u16(input));
}

/* The same as a string: units of so many bytes, ended by NULs. */
static inline struct bytes take_string(struct reader *input, size_t unit)
{
    struct bytes run = take_sized(input), string = {NULL, run.size / unit * unit + unit};
    uint8_t *data = pool(string.size);

    if (run.size >= unit) memcpy(data, run.data, string.size - unit);
    string.data = data;
    return string;
}

/* --- the engine --- */

extern int32_t (*const __wine_unix_call_funcs[])(void *args);

static inline nte_status call(enum unix_call code, void *params)
{
    return __wine_unix_call_funcs[code](params);
}

static inline uint64_t number(const void *pointer)
{
    return (uintptr_t)pointer;
}

static char scratch[256];

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st, (void)type, (void)ftw;
    return remove(path);
}

static inline void remove_scratch(void)
{
    nftw(scratch, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

#define FUZZ_GUID "01234567-89ab-cdef-0123-456789abcdef"

/* Once; the directory is in memory where there is such a place, and gone after a run without a finding. */
static inline void attach(void)
{
    const char *place = getenv("TMPDIR") ? getenv("TMPDIR") : access("/dev/shm", W_OK) ? "/tmp" : "/dev/shm";
    char user[300], machine[300];

    if (*scratch) return;
    snprintf(scratch, sizeof(scratch), "%s/ncrypt-fuzz-XXXXXX", place);
    require(mkdtemp(scratch));
    atexit(remove_scratch);
    snprintf(user, sizeof(user), "%s/user", scratch);
    snprintf(machine, sizeof(machine), "%s/machine", scratch);
    require(!engine_attach(user, machine, FUZZ_GUID));
}

static inline void object_end(uint64_t object)
{
    struct object_params params = {object};

    require(!call(unix_object_free, &params));
}

struct buffers
{
    uint64_t list;                  /* struct unix_buffer [count] */
    uint32_t count;
};

static inline nte_status import(const char *type, struct bytes blob, const struct buffers *buffers, uint64_t with,
                                uint32_t flags, uint64_t *key)
{
    struct key_import_params params = {.import_key = with, .blob_type = number(wide(type)), .flags = flags};
    nte_status status;

    params.data = number(blob.data);
    params.size = blob.size;
    if (buffers)
    {
        params.buffers = buffers->list;
        params.buffer_count = buffers->count;
    }
    status = call(unix_key_import, &params);
    require(!status == !!params.key);
    *key = params.key;
    return status;
}

/* Asks for the size, offers a byte less, then what is needed, and holds the engine to its answers. The size of a
 * blob that is sealed anew each time is still the same. */
static inline nte_status export(uint64_t key, const char *type, const struct buffers *buffers, uint64_t with,
                                uint32_t flags, struct bytes *blob)
{
    struct key_export_params params = {key, with, number(wide(type)), 0, 0, 0, 0, 0, flags};
    nte_status status;

    if (buffers)
    {
        params.buffers = buffers->list;
        params.buffer_count = buffers->count;
    }
    if ((status = call(unix_key_export, &params))) return status;
    blob->size = params.result;
    if (blob->size)
    {
        params.output_size = blob->size - 1;
        params.output = number(pool(params.output_size));
        require(call(unix_key_export, &params) == NTE_BUFFER_TOO_SMALL);
    }
    params.output_size = blob->size;
    params.output = number(blob->data = pool(blob->size));
    params.result = 0;
    require(!call(unix_key_export, &params) && params.result == blob->size);
    return NTE_SUCCESS;
}

static inline nte_status set_property(uint64_t object, const uint16_t *name, struct bytes value, uint32_t flags)
{
    struct property_set_params params = {object, number(name), number(value.data), value.size, flags};

    return call(unix_property_set, &params);
}

/* Likewise in three steps. */
static inline nte_status get_property(uint64_t object, const uint16_t *name, uint32_t flags, struct bytes *value)
{
    struct property_get_params params = {object, number(name), 0, 0, 0, flags, 0};
    nte_status status;

    if ((status = call(unix_property_get, &params))) return status;
    value->size = params.result;
    if (value->size)
    {
        params.output_size = value->size - 1;
        params.output = number(pool(params.output_size));
        require(call(unix_property_get, &params) == NTE_BUFFER_TOO_SMALL && params.result == value->size);
    }
    params.output_size = value->size;
    params.output = number(value->data = pool(value->size));
    require(!call(unix_property_get, &params) && params.result == value->size);
    return NTE_SUCCESS;
}

static inline struct bytes u32_value(uint32_t value)
{
    return pool_copy(&value, sizeof(value));
}

static inline nte_status set_u32(uint64_t key, const char *name, uint32_t value)
{
    return set_property(key, wide(name), u32_value(value), 0);
}

static inline uint32_t get_u32(uint64_t key, const char *name)
{
    struct bytes value;
    uint32_t number;

    require(!get_property(key, wide(name), 0, &value) && value.size == sizeof(number));
    memcpy(&number, value.data, sizeof(number));
    return number;
}

/* --- fixed keys: the RSA key of the unit tests (crypto_sample.h), its certificate, an AES key --- */

#define FIXED_P \
    "d32737e7267ffe1341b2d5c0d150a81b586fb3132bed2f8d5262864a9cb9f30af38be448598d413a172efb802c21acf1" \
    "c11c520c2f26a471dcad212eac7ca39d"
#define FIXED_Q \
    "cc8853d1d54da630fac004f471f281c7b8982d8224a490edbeb33d3e3d5cc93c4765703d1dd791642f1f116a0dd852be" \
    "2419b2af72bfe9a030e860b0288b5d77"
#define FIXED_N \
    "a8b3b284af8eb50b387034a860f146c4919f318763cd6c5598c8ae4811a1e0abc4c7e0b082d693a5e7fced675cf46685" \
    "12772c0cbc64a742c6c630f533c8cc72f62ae833c40bf25842e984bb78bdbf97c0107d55bdb662f5c4e0fab9845cb514" \
    "8ef7392dd3aaff93ae1e6b667bb3d4247616d4f5ba10d4cfd226de88d39f16fb"

static inline void write_hex(struct writer *w, const char *hex)
{
    unsigned int byte;

    for (; *hex; hex += 2)
    {
        require(sscanf(hex, "%2x", &byte) == 1);
        write_u8(w, byte);
    }
}

static inline struct bytes fixed_rsa_blob(void)
{
    struct writer w = {0};

    write_bytes(&w, "RSA2", 4);
    write_u32(&w, 1024);
    write_u32(&w, 3);
    write_u32(&w, 128);
    write_u32(&w, 64);
    write_u32(&w, 64);
    write_hex(&w, "010001" FIXED_N FIXED_P FIXED_Q);
    return pool_written(&w);
}

static inline struct bytes fixed_aes_blob(void)
{
    struct writer w = {0};

    key_blob_write(&w, MAGIC_CIPHER_KEY, "AES", 12 + 16);
    write_bytes(&w, "KDBM", 4);
    write_u32(&w, 1);
    write_u32(&w, 16);
    write_bytes(&w, "the key to wrap!", 16);
    return pool_written(&w);
}

static inline void empty_sequence(struct writer *w)
{
    der_close(w, der_open(w, DER_SEQUENCE));
}

/* Not signed by anybody; what is left out here nobody reads. */
static inline struct bytes fixed_certificate(void)
{
    struct writer w = {0}, n = {0};
    size_t outer = der_open(&w, DER_SEQUENCE), tbs = der_open(&w, DER_SEQUENCE), part, key, numbers;

    write_hex(&n, FIXED_N);
    der_write_small(&w, 77);
    empty_sequence(&w);             /* signature algorithm */
    part = der_open(&w, DER_SEQUENCE);
    der_write(&w, DER_OCTET_STRING, (struct bytes){(const uint8_t *)"issuer", 6});
    der_close(&w, part);
    empty_sequence(&w);             /* validity */
    empty_sequence(&w);             /* subject */
    part = der_open(&w, DER_SEQUENCE);
    key = der_open(&w, DER_SEQUENCE);
    der_write_oid(&w, "1.2.840.113549.1.1.1");
    der_write_null(&w);
    der_close(&w, key);
    key = der_open(&w, DER_BIT_STRING);
    write_u8(&w, 0);
    numbers = der_open(&w, DER_SEQUENCE);
    der_write_unsigned(&w, pool_written(&n));
    der_write_small(&w, 65537);
    der_close(&w, numbers);
    der_close(&w, key);
    der_close(&w, part);
    der_close(&w, tbs);
    der_close(&w, outer);
    return pool_written(&w);
}

static inline uint64_t fixed_key(const char *type, struct bytes blob)
{
    uint64_t key;

    require(!import(type, blob, NULL, 0, 0, &key));
    return key;
}

#define fixed_rsa() fixed_key("RSAPRIVATEBLOB", fixed_rsa_blob())
#define fixed_aes() fixed_key("CipherKeyBlob", fixed_aes_blob())

/* --- the input of fuzz_import --- */

static const struct fuzz_type
{
    const char *name;
    int is_private;
    const char *again;              /* the type to compare in, when this one gives no two same blobs */
}
fuzz_types[] =
{
    {"PKCS8_PRIVATEKEY", 1, NULL},
    {"PKCS7_ENVELOPE", 1, "PKCS8_PRIVATEKEY"},
    {"RSAPUBLICBLOB", 0, NULL},
    {"RSAPRIVATEBLOB", 1, NULL},
    {"RSAFULLPRIVATEBLOB", 1, NULL},
    {"PUBLICBLOB", 0, NULL},
    {"PRIVATEBLOB", 1, NULL},
    {"ECCPUBLICBLOB", 0, NULL},
    {"ECCPRIVATEBLOB", 1, NULL},
    {"ECCFULLPUBLICBLOB", 0, NULL},
    {"ECCFULLPRIVATEBLOB", 1, NULL},
    {"CipherKeyBlob", 1, NULL},
    {"Rfc3565KeyWrapBlob", 1, "CipherKeyBlob"},
    {"KDFKeyBlob", 1, NULL},
    {"DSAPUBLICBLOB", 0, NULL},
    {"DSAPRIVATEBLOB", 1, NULL},
    {"DHPUBLICBLOB", 0, NULL},
    {"DHPRIVATEBLOB", 1, NULL},
    {"CAPIPUBLICBLOB", 0, NULL},
    {"CAPIPRIVATEBLOB", 1, NULL},
    {"CAPIDSAPUBLICBLOB", 0, NULL},
    {"CAPIDSAPRIVATEBLOB", 1, NULL},
    {"V2CAPIDSAPUBLICBLOB", 0, "CAPIDSAPUBLICBLOB"},
    {"V2CAPIDSAPRIVATEBLOB", 1, "CAPIDSAPRIVATEBLOB"},
    {"CAPIDHPUBLICBLOB", 0, NULL},
    {"CAPIDHPRIVATEBLOB", 1, NULL},
    {"PQDSAPUBLICBLOB", 0, NULL},
    {"PQDSAPRIVATEBLOB", 1, NULL},
    {"PQDSAPRIVATESEEDBLOB", 1, NULL},
    {"MLKEMPUBLICBLOB", 0, NULL},
    {"MLKEMPRIVATEBLOB", 1, NULL},
    {"MLKEMPRIVATESEEDBLOB", 1, NULL},
    {"PQPrivateKeyBlob", 1, NULL},
};

#define CERTIFICATE_TYPE 255

/* What to unwrap with. */
enum { WITH_NOTHING, WITH_AES, WITH_RSA, WITH_AES_SEALING, WITH_COUNT };
/* Types of parameters. */
enum { ALG_OID = 41, PKCS_ALG_PARAM = 42, PKCS_SECRET = 46, CERTIFICATE = 47, CURVE_NAME = 60,
       CURVE_PARAMETERS = 61 };

#endif
