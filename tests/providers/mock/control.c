/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The mock module's rules and its log. */
#include "control.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAX_RULES 64
#define MAX_WORD  80

struct rule
{
    char what[MAX_WORD], value[MAX_WORD];
    unsigned long number, count;            /* of the value's second and third word */
    unsigned long used;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;   /* of what follows */
static struct rule rules[MAX_RULES];
static size_t rule_count;
static struct stat read_at;

static void read_rule(char *line)
{
    struct rule *rule = &rules[rule_count];
    char *value = strchr(line, ' '), *rest;

    line[strcspn(line, "\n")] = 0;
    if (!*line || rule_count == MAX_RULES) return;
    memset(rule, 0, sizeof(*rule));
    rule->count = ~0ul;
    if (value) *value++ = 0;
    snprintf(rule->what, sizeof(rule->what), "%s", line);
    snprintf(rule->value, sizeof(rule->value), "%s", value ? value : "");
    rule_count++;
    if (strcmp(line, "fail") && strcmp(line, "block")) return;
    if (!(rest = strchr(rule->value, ' '))) return;
    *rest++ = 0;
    rule->number = strtoul(rest, &rest, 0);
    if (*rest == ' ') rule->count = strtoul(rest, NULL, 0);
}

static bool is_same_file(const struct stat *a, const struct stat *b)
{
    return a->st_ino == b->st_ino && a->st_size == b->st_size && a->st_mtim.tv_sec == b->st_mtim.tv_sec &&
           a->st_mtim.tv_nsec == b->st_mtim.tv_nsec;
}

/* With the mutex held. */
static void refresh(void)
{
    const char *path = getenv("MOCK_PKCS11_RULES");
    char line[MAX_WORD];
    struct stat now;
    FILE *file;

    if (!path || stat(path, &now) || is_same_file(&now, &read_at) || !(file = fopen(path, "r"))) return;
    read_at = now;
    rule_count = 0;
    while (fgets(line, sizeof(line), file)) read_rule(line);
    fclose(file);
}

static struct rule *find_rule(const char *what, const char *value)
{
    size_t i;

    refresh();
    for (i = 0; i < rule_count; i++)
        if (!strcmp(rules[i].what, what) && (!value || !strcmp(rules[i].value, value))) return &rules[i];
    return NULL;
}

bool control_value(const char *what, char *value, size_t size)
{
    struct rule *rule;

    pthread_mutex_lock(&mutex);
    if ((rule = find_rule(what, NULL))) snprintf(value, size, "%s", rule->value);
    pthread_mutex_unlock(&mutex);
    return rule != NULL;
}

bool control_has(const char *what, const char *value)
{
    bool found;

    pthread_mutex_lock(&mutex);
    found = find_rule(what, value) != NULL;
    pthread_mutex_unlock(&mutex);
    return found;
}

static void log_line(const char *line)
{
    const char *path = getenv("MOCK_PKCS11_LOG");
    int fd = path ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;

    if (fd == -1) return;
    if (write(fd, line, strlen(line)) == -1) perror(path);
    close(fd);
}

CK_RV control_leave(const char *call, CK_RV answer)
{
    char line[2 * MAX_WORD];

    snprintf(line, sizeof(line), "%s 0x%lx\n", call, answer);
    log_line(line);
    return answer;
}

CK_RV control_leave_login(CK_USER_TYPE user, CK_ULONG pin_bytes, CK_RV answer)
{
    char line[2 * MAX_WORD];

    snprintf(line, sizeof(line), "C_Login 0x%lx user %lu, %lu bytes\n", answer, user, pin_bytes);
    log_line(line);
    return answer;
}

CK_RV control_enter(const char *call)
{
    unsigned long seconds = 0;
    CK_RV answer = CKR_OK;
    struct rule *rule;

    pthread_mutex_lock(&mutex);
    if ((rule = find_rule("block", call)) && rule->used++ < rule->count) seconds = rule->number;
    if ((rule = find_rule("fail", call)) && rule->used++ < rule->count) answer = rule->number;
    rule = find_rule("die", call);
    pthread_mutex_unlock(&mutex);
    if (rule)
    {
        log_line("died\n");
        _exit(1);
    }
    if (seconds)
    {
        log_line("blocked\n");
        sleep(seconds);
    }
    return answer ? control_leave(call, answer) : CKR_OK;
}
