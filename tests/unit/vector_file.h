/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Reader of published test vectors, in the two forms of NIST and RSA Laboratories:
 *
 *     [section]                 # Label:
 *     Name = value              00 11 22 ...
 *                               33 44 ...
 *
 * A value stays in force until another one of its name. */
#ifndef TESTS_VECTOR_FILE_H
#define TESTS_VECTOR_FILE_H

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VECTOR_FIELDS 128
#define VECTOR_VALUE 16384              /* characters; a signature of ML-DSA-87 takes 9254 */

struct vector_field
{
    char name[64];
    char value[VECTOR_VALUE];
};

static struct vector_field vector_fields[VECTOR_FIELDS];
static size_t vector_field_count;

/* The section has the name "[". An empty string when there is no such field. */
static inline const char *vector_text(const char *name)
{
    size_t i;

    for (i = 0; i < vector_field_count; i++)
        if (!strcmp(vector_fields[i].name, name)) return vector_fields[i].value;
    return "";
}

static inline struct vector_field *vector_set(const char *name, const char *value)
{
    struct vector_field *field = vector_fields;
    size_t i;

    if (strlen(name) >= sizeof(field->name) || strlen(value) >= VECTOR_VALUE) return NULL;
    for (i = 0; i < vector_field_count && strcmp(field->name, name); i++) field++;
    if (i == VECTOR_FIELDS) return NULL;
    if (i == vector_field_count) strcpy(vector_fields[vector_field_count++].name, name);
    strcpy(field->value, value);
    return field;
}

/* Cuts blanks (and, of a label, the colon) off both ends. */
static inline char *vector_trim(char *s)
{
    char *end = s + strlen(s);

    while (isspace((unsigned char)*s)) s++;
    while (end > s && (isspace((unsigned char)end[-1]) || end[-1] == ':')) *--end = 0;
    return s;
}

struct vector_reader
{
    const char *trigger;
    void (*handler)(void);
    struct vector_field *open;          /* a label whose value comes on the next lines */
};

static inline void vector_close(struct vector_reader *r)
{
    if (r->open && *r->open->value && !strcmp(r->open->name, r->trigger)) r->handler();
    r->open = NULL;
}

static inline void vector_line(struct vector_reader *r, char *line)
{
    char *p;

    line = vector_trim(line);
    if (*line == '[')
    {
        if ((p = strchr(line, '=')) && p[-1] != ' ')           /* "[PRF=HMAC_SHA1]" is a field */
        {
            *p++ = 0;
            p[strcspn(p, "]")] = 0;
            vector_set(line + 1, p);
        }
        /* "[P-256,SHA-1]", "[EC - SHA256]", "[mod = L=1024, N=160, SHA-1]"; not "[mod = 1024]", "[B.4.2 ...]" */
        else if (line[2] == '-' || line[1] == 'E' || strstr(line, "N=")) vector_set("[", line + 1);
    }
    else if (*line == '#')
    {
        vector_close(r);
        line = vector_trim(line + 1);
        if ((p = strchr(line, ':'))) *p++ = 0;
        if (p) vector_set(line, vector_trim(p));
        else r->open = vector_set(line, "");
    }
    else if ((p = strchr(line, '=')))
    {
        *p++ = 0;
        line = vector_trim(line);
        if (vector_set(line, vector_trim(p)) && !strcmp(line, r->trigger)) r->handler();
    }
    else if (!*line && r->open && *r->open->value) vector_close(r);
    else if (r->open && strlen(r->open->value) + strlen(line) < VECTOR_VALUE) strcat(r->open->value, line);
}

/* Calls handler each time when the value of the field named trigger is complete. 0: no such file. */
static inline int vector_read(const char *path, const char *trigger, void (*handler)(void))
{
    static char line[1 << 16];
    struct vector_reader r = {trigger, handler, NULL};
    FILE *file;

    if (!(file = fopen(path, "r"))) return 0;
    vector_field_count = 0;
    while (fgets(line, sizeof(line), file)) vector_line(&r, line);
    vector_close(&r);
    fclose(file);
    return 1;
}

#endif
