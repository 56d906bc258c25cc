/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A TPM without hardware, swtpm on a socket of the test's own, and the engine's way to it. Include after cmocka.h. */
#ifndef TESTS_TPM_SAMPLE_H
#define TESTS_TPM_SAMPLE_H

#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "key_sample.h"
#include "provider/tpm/tpm_provider.h"

#define SWTPM "/usr/bin/swtpm"

struct swtpm
{
    char root[32];                  /* its state, and its sockets s and s.ctrl */
    pid_t process;
};

/* The module is built where the test runs. */
static inline int find_tpm_module(void)
{
    char cwd[512], path[600];

    if (!getcwd(cwd, sizeof(cwd))) return 0;
    snprintf(path, sizeof(path), "%s/x86_64-unix/ncryptprov_tpm.so", cwd);
    tpm_module_is(path);
    return !access(path, R_OK);
}

static inline void need_tpm(void)
{
    if (find_tpm_module() && !access(SWTPM, X_OK)) return;
    puts("SKIP: no ncryptprov_tpm.so here, or no swtpm");
    exit(77);
}

static inline void run_swtpm(const struct swtpm *tpm)
{
    char state[64], server[64], control[64];

    snprintf(state, sizeof(state), "dir=%s", tpm->root);
    snprintf(server, sizeof(server), "type=unixio,path=%s/s", tpm->root);
    snprintf(control, sizeof(control), "type=unixio,path=%s/s.ctrl", tpm->root);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl(SWTPM, "swtpm", "socket", "--tpm2", "--tpmstate", state, "--server", server, "--ctrl", control, "--flags",
          "not-need-init,startup-clear", (char *)NULL);
    _exit(1);
}

/* Somebody takes connections there: a socket has its name before it does. */
static inline int answers(const char *path)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0), is_there;

    strncpy(address.sun_path, path, sizeof(address.sun_path) - 1);
    is_there = !connect(fd, (struct sockaddr *)&address, sizeof(address));
    close(fd);
    return is_there;
}

/* Ten seconds are enough on a busy machine. */
static inline int await_swtpm(const struct swtpm *tpm)
{
    char server[64], control[64];
    int tries;

    snprintf(server, sizeof(server), "%s/s", tpm->root);
    snprintf(control, sizeof(control), "%s/s.ctrl", tpm->root);
    for (tries = 0; tries < 1000; tries++)
    {
        if (answers(server) && !access(control, F_OK)) return 0;
        usleep(10000);
    }
    return -1;
}

/* Starts with the state that it has, if any; from then on it is the chip. */
static inline int start_swtpm(struct swtpm *tpm)
{
    char name[64];

    if (!*tpm->root && (strcpy(tpm->root, "/tmp/ncrypt-tpm-XXXXXX"), !mkdtemp(tpm->root))) return -1;
    if (!(tpm->process = fork())) run_swtpm(tpm);
    snprintf(name, sizeof(name), "swtpm:path=%s/s", tpm->root);
    setenv("NCRYPT_TPM_TCTI", name, 1);
    return await_swtpm(tpm);
}

static inline void stop_swtpm(struct swtpm *tpm)
{
    char path[64];

    if (!tpm->process) return;
    kill(tpm->process, SIGKILL);
    waitpid(tpm->process, NULL, 0);
    tpm->process = 0;
    snprintf(path, sizeof(path), "%s/s", tpm->root);
    unlink(path);
    strcat(path, ".ctrl");
    unlink(path);
}

static inline nte_status try_tpm_key(const char *alg, const char *name, uint32_t flags, struct key **key)
{
    nte_status status;

    if ((status = key_create(&tpm_provider, wide(alg), named(name), 0, flags, key))) return status;
    if (!(status = key_finalize(*key, 0))) return NTE_SUCCESS;
    key_free(*key);
    return status;
}

static inline struct key *tpm_key(const char *alg, const char *name)
{
    struct key *key = NULL;

    assert_status(try_tpm_key(alg, name, 0, &key), NTE_SUCCESS);
    return key;
}

static inline nte_status open_tpm_key(const char *name, struct key **key)
{
    return key_open(&tpm_provider, named(name), 0, 0, key);
}

static inline int remove_swtpm(struct swtpm *tpm)
{
    stop_swtpm(tpm);
    return *tpm->root ? nftw(tpm->root, remove_one, 8, FTW_DEPTH | FTW_PHYS) : 0;
}

/* --- the chip of a test, which may start others beside it --- */

static struct swtpm tpm;

static inline int set_up_provider(void **state)
{
    const struct provider_class *opened;

    if (attach_stores(state) || start_swtpm(&tpm)) return -1;
    return tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened) ? -1 : 0;
}

static inline int remove_provider(void **state)
{
    return remove_swtpm(&tpm) || remove_stores(state) ? -1 : 0;
}

/* In the directory of the chip. */
static inline void write_beside(const char *name, struct bytes data)
{
    char path[96];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", tpm.root, name);
    assert_non_null(file = fopen(path, "w"));
    assert_int_equal(fwrite(data.data, 1, data.size, file), data.size);
    fclose(file);
}

#endif
