/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Reader of NIST's vectors of symmetric ciphers: blocks of "Name = value" that an empty line ends, and sections
 * "[ENCRYPT]" or "[Name = value, Name = value]". A value stays in force until another one of its name, but for
 * FAIL, a line of its own, which counts for its block alone. Include after vector_file.h. */
#ifndef TESTS_VECTOR_BLOCKS_H
#define TESTS_VECTOR_BLOCKS_H

static inline int vector_assign(char *text)
{
    char *value = strchr(text, '=');

    if (!value) return 0;
    *value++ = 0;
    return vector_set(vector_trim(text), vector_trim(value)) != NULL;
}

static inline void vector_section(char *line)
{
    char *part, *rest = NULL;

    line[strcspn(line, "]")] = 0;
    if (!strchr(line, '=')) vector_set("[", line);
    for (part = strtok_r(line, ",", &rest); part; part = strtok_r(NULL, ",", &rest)) vector_assign(part);
}

/* Calls handler at the end of each block in which count or Count was set. 0: no such file. */
static inline int vector_read_blocks(const char *path, void (*handler)(void))
{
    static char buffer[1 << 16];
    int counted = 0;
    FILE *file;
    char *line;

    if (!(file = fopen(path, "r"))) return 0;
    vector_field_count = 0;
    while (fgets(buffer, sizeof(buffer), file))
    {
        line = vector_trim(buffer);
        if (*line == '#') continue;
        if (*line == '[') vector_section(line + 1);
        else if (!strcmp(line, "FAIL")) vector_set("FAIL", "1");
        else if (*line)
        {
            if (!strncasecmp(line, "count", 5)) counted = 1;
            vector_assign(line);
        }
        else
        {
            if (counted) handler();
            counted = 0;
            vector_set("FAIL", "");
        }
    }
    if (counted) handler();
    fclose(file);
    return 1;
}

#endif
