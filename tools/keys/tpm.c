/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The commands for keys of the TPM, where they are not the same as for keys in files. Such keys are files too, with the
 * key as the chip wraps it: they can be listed, shown, and deleted, and their public parts exported, when the chip is
 * not there, or is another one. */
#include "algorithm.h"
#include "keys.h"

/* --- new keys --- */

static int reach(const struct settings *settings)
{
    if (settings->policy) return fail(EXIT_REFUSED, "%s: a key of the TPM never leaves it", settings->name);
    return provider_open_tpm();
}

int tpm_create(const struct settings *settings, struct keystore *keystore)
{
    int result = reach(settings);

    return result ? result : command_create(settings, keystore);
}

int tpm_import(const struct settings *settings, struct keystore *keystore)
{
    int result = reach(settings);

    return result ? result : command_import(settings, keystore);
}

/* --- export --- */

/* The public part is that of a key in a file. */
static nte_status load_public(const struct stored_key *stored, struct material **material)
{
    const struct algorithm *alg = algorithm_find_ascii(stored->algorithm);
    const struct blob_options none = {.algorithms = &all_algorithms};

    if (!alg || !alg->family->load_public) return NTE_NOT_SUPPORTED;
    return alg->family->load_public(stored->public_part, &none, material);
}

static int export_file(const struct settings *settings, const struct key_file *file)
{
    struct material *material;
    nte_status status = file->status;
    int result;

    if (!status) status = load_public(&file->stored, &material);
    if (status) return fail_status(status, "%s", file->unique);
    result = export_public(settings, material);
    material->family->free(material);
    return result;
}

int tpm_export(const struct settings *settings, struct keystore *keystore)
{
    struct key_file file;
    int result;

    if (settings->private) return fail(EXIT_REFUSED, "%s: a key of the TPM never leaves it", settings->argument);
    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    result = export_file(settings, &file);
    key_file_free(&file);
    return result;
}

/* --- delete --- */

static int delete_file(const struct settings *settings, const struct keystore *keystore, const struct key_file *file)
{
    const struct stored_key *stored = &file->stored;
    nte_status status = file->status;
    int result;

    if (status) return fail_status(status, "%s", file->unique);
    if ((result = confirm_delete(settings, stored->name, stored->algorithm, file->unique))) return result;
    status = keystore->provider->vault->remove(keystore->store, file->unique, stored->id, NULL);
    if (status) return fail_status(status, "%s", file->unique);
    print_done(settings, "deleted", file->unique);
    return EXIT_DONE;
}

int tpm_delete(const struct settings *settings, struct keystore *keystore)
{
    struct key_file file;
    int result;

    if ((result = key_file_find(keystore, settings->argument, &file))) return result;
    result = delete_file(settings, keystore, &file);
    key_file_free(&file);
    return result;
}
