/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where a prefix keeps its keys: the same answers as dlls/ncryptprov/folders.c gets from a running Wine, out of the
 * registry files and the drives of the prefix. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys.h"
#include "registry.h"

#define SHELL_FOLDERS "Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders"
#define CRYPTOGRAPHY  "Software\\Microsoft\\Cryptography"
#define KEYS          "\\Microsoft\\Crypto\\Keys"
#define PATH_SIZE     1024          /* bytes of a Windows path as UTF-8 */

static char *join(const char *format, const char *a, const char *b)
{
    char *joined;

    return asprintf(&joined, format, a, b) < 0 ? NULL : joined;
}

static int is_directory(const char *path)
{
    struct stat st;

    return path && !stat(path, &st) && S_ISDIR(st.st_mode);
}

/* Wine finds files in whatever case they are; so the entry of dir that name means, if there is one. */
static char *find_entry(const char *dir, const char *name)
{
    char *path = join("%s/%s", dir, name);
    struct dirent *entry;
    DIR *entries;

    if (!path || !faccessat(AT_FDCWD, path, F_OK, AT_EACCESS) || !(entries = opendir(dir))) return path;
    while ((entry = readdir(entries)))
    {
        if (strcasecmp(entry->d_name, name)) continue;
        free(path);
        path = join("%s/%s", dir, entry->d_name);
        break;
    }
    closedir(entries);
    return path;
}

/* "C:\users\me", by way of dosdevices. NULL: no such drive, no absolute path, or no memory. */
static char *unix_path(const char *prefix, char *windows)
{
    char *path, *dir, *name, *rest, drive[3] = {0};

    if (!windows[0] || windows[1] != ':' || windows[2] != '\\') return NULL;
    drive[0] = windows[0] | 0x20;
    drive[1] = ':';
    if (drive[0] < 'a' || drive[0] > 'z' || strchr(windows, '/')) return NULL;
    if (!(dir = join("%s/dosdevices/%s", prefix, drive))) return NULL;
    if (!(path = realpath(dir, NULL)))
    {
        free(dir);
        return NULL;
    }
    free(dir);
    for (name = strtok_r(windows + 2, "\\", &rest); name && path; name = strtok_r(NULL, "\\", &rest))
    {
        dir = path;
        path = strcmp(name, ".") && strcmp(name, "..") ? find_entry(dir, name) : NULL;
        free(dir);
    }
    return path;
}

static int read_value(const char *prefix, const char *file, const char *key, const char *value, char *text,
                      size_t size)
{
    char *path = join("%s/%s", prefix, file);
    enum registry_result found = REGISTRY_MISSING;
    struct bytes data;
    int result;

    *text = 0;
    if (!path) return fail(EXIT_FAILED, "out of memory");
    if (!(result = file_read_in_prefix(path, &data)))
    {
        found = registry_read(data, key, value, text, size);
        bytes_free(&data);
    }
    if (found == REGISTRY_MALFORMED)
        result = fail(EXIT_FAILED, "%s: not a registry file of Wine, or damaged", path);
    if (found != REGISTRY_FOUND) *text = 0;
    free(path);
    return result;
}

int prefix_value(const struct prefix *prefix, const char *key, const char *value, char *text, size_t size)
{
    return read_value(prefix->dir, "system.reg", key, value, text, size);
}

static int user_base(const struct settings *settings, const char *prefix, char *windows, size_t size)
{
    const char *user = settings->user;
    char *home;
    int result;

    if (!user)
    {
        if ((result = read_value(prefix, "user.reg", SHELL_FOLDERS, "AppData", windows, size))) return result;
        if (*windows) return EXIT_DONE;
        user = owner_name();
    }
    if (strpbrk(user, "/\\") || *user == '.' || strlen(user) > 200)
        return fail(EXIT_USAGE, "%s: not a user name", user);
    home = join("%s/drive_c/users/%s", prefix, user);
    result = is_directory(home) ? EXIT_DONE : fail(EXIT_NOT_FOUND, "%s: no such user in this prefix", user);
    free(home);
    snprintf(windows, size, "C:\\users\\%s\\AppData\\Roaming", user);
    return result;
}

static int find_folder(const char *prefix, char *windows, char **folder)
{
    if (strlen(windows) + sizeof(KEYS) > PATH_SIZE) return fail(EXIT_FAILED, "%s: too long", windows);
    strcat(windows, KEYS);
    if ((*folder = unix_path(prefix, windows))) return EXIT_DONE;
    return fail(EXIT_FAILED, "%s: the prefix has no drive for its folder of keys", windows);
}

static int find_folders(const struct settings *settings, const char *dir, struct prefix *prefix)
{
    char windows[PATH_SIZE];
    int result;

    if ((result = read_value(dir, "system.reg", CRYPTOGRAPHY, "MachineGuid", prefix->machine_guid,
                             sizeof(prefix->machine_guid)))) return result;
    if ((result = user_base(settings, dir, windows, sizeof(windows)))) return result;
    if ((result = find_folder(dir, windows, &prefix->user_dir))) return result;
    if ((result = read_value(dir, "system.reg", SHELL_FOLDERS, "Common AppData", windows, sizeof(windows))))
        return result;
    if (!*windows) strcpy(windows, "C:\\ProgramData");
    return find_folder(dir, windows, &prefix->machine_dir);
}

static char *prefix_dir(const struct settings *settings)
{
    const char *named = settings->prefix ? settings->prefix : getenv("WINEPREFIX"), *home = getenv("HOME");

    if (named && *named) return strdup(named);
    return home ? join("%s/%s", home, ".wine") : NULL;
}

int prefix_find(const struct settings *settings, struct prefix *prefix)
{
    char *named = prefix_dir(settings), *dir, *registry;
    int result;

    memset(prefix, 0, sizeof(*prefix));
    if (!named) return fail(EXIT_NOT_FOUND, "no prefix given: set --prefix, WINEPREFIX or HOME");
    dir = realpath(named, NULL);
    registry = dir ? join("%s/%s", dir, "system.reg") : NULL;
    if (registry && !access(registry, F_OK))
    {
        if (!(result = owner_become(dir))) result = find_folders(settings, dir, prefix);
    }
    else result = fail(EXIT_NOT_FOUND, "%s: not a Wine prefix", named);
    prefix->dir = dir;
    if (result) prefix_free(prefix);
    free(registry);
    free(named);
    return result;
}

void prefix_free(struct prefix *prefix)
{
    free(prefix->dir);
    free(prefix->user_dir);
    free(prefix->machine_dir);
    memset(prefix, 0, sizeof(*prefix));
}
