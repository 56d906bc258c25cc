/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which chip it is: the kernel's device, or what NCRYPT_TPM_TCTI names, in the words of tpm2-tss (row T.56), or "none".
 * Nothing else is tried: the guesses of tpm2-tss go as far as the network. */
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tss2/tss2_tctildr.h>

#include "chip.h"

#define MOST_LINE 512

/* Once, however often programs try. */
static void tell_once(const char *line)
{
    static int told;

    if (!__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED)) engine.tell(line);
}

void chip_link_silent(void)
{
    tell_once("no keys in the TPM: what is there does not answer as a TPM 2.0");
}

void chip_link_refused(void)
{
    static int told;

    if (__atomic_exchange_n(&told, 1, __ATOMIC_RELAXED)) return;
    engine.tell("the owner hierarchy of the TPM has a password: keys that were made without one cannot be used until "
                "it is taken away (tpm2_changeauth -c owner -p PASSWORD)");
}

/* The group that the device belongs to: the one to join. */
static int find_group(const char *path, char name[64])
{
    struct group group, *found = NULL;
    char memory[1024];
    struct stat st;

    if (stat(path, &st) || !(st.st_mode & S_IWGRP) || !st.st_gid) return 0;
    if (getgrgid_r(st.st_gid, &group, memory, sizeof(memory), &found) || !found) return 0;
    return snprintf(name, 64, "%s", group.gr_name) < 64;
}

static nte_status unusable(const char *path, int error)
{
    char line[MOST_LINE], group[64];

    if ((error == EACCES || error == EPERM) && find_group(path, group))
        snprintf(line, sizeof(line), "no keys in the TPM: %.200s is for members of the group %s; add yourself to it "
                 "(usermod -a -G %s USER, as root) and log in again", path, group, group);
    else snprintf(line, sizeof(line), "no keys in the TPM: %.200s: %s", path, strerror(error));
    tell_once(line);
    return error == ENOMEM ? NTE_NO_MEMORY : NTE_DEVICE_NOT_READY;
}

static nte_status open_wire(const char *path, int is_socket, TSS2_TCTI_CONTEXT **tcti)
{
    int error = chip_wire_open(path, is_socket, tcti);

    return error ? unusable(path, error) : NTE_SUCCESS;
}

/* What we have no words for ourselves: "tabrmd" and the like. */
static nte_status open_other(const char *name, TSS2_TCTI_CONTEXT **tcti)
{
    char line[MOST_LINE];

    if (!Tss2_TctiLdr_Initialize(name, tcti)) return NTE_SUCCESS;
    snprintf(line, sizeof(line), "no keys in the TPM: NCRYPT_TPM_TCTI is %.200s, and nobody answers there", name);
    tell_once(line);
    return NTE_DEVICE_NOT_READY;
}

/* What follows prefix in name; NULL: something else. */
static const char *after(const char *name, const char *prefix)
{
    size_t length = strlen(prefix);

    return strncmp(name, prefix, length) ? NULL : name + length;
}

static int has_manager(const char *name)
{
    return strstr(name, "tpmrm") || after(name, "tabrmd");
}

nte_status chip_link_open(TSS2_TCTI_CONTEXT **tcti, int *managed)
{
    const char *name = getenv("NCRYPT_TPM_TCTI"), *path;

    if (!name || !*name) name = "device:" CHIP_DEVICE;
    if (!strcmp(name, "none")) return NTE_DEVICE_NOT_READY;
    *managed = has_manager(name);
    if ((path = after(name, "device:"))) return open_wire(path, 0, tcti);
    if ((path = after(name, "swtpm:path="))) return open_wire(path, 1, tcti);
    return open_other(name, tcti);
}

static int is_wire(const TSS2_TCTI_CONTEXT *tcti)
{
    return TSS2_TCTI_VERSION(tcti) == 2 && ((const TSS2_TCTI_CONTEXT_COMMON_V1 *)tcti)->magic == CHIP_WIRE_MAGIC;
}

void chip_link_close(TSS2_TCTI_CONTEXT *tcti)
{
    if (!is_wire(tcti))
    {
        Tss2_TctiLdr_Finalize(&tcti);
        return;
    }
    Tss2_Tcti_Finalize(tcti);
    engine.free(tcti);
}
