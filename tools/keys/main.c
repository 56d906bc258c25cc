/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ncrypt-keys: the command line. See doc/man/ncrypt-keys.1. */
#include <getopt.h>
#include <locale.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "keys.h"
#include "format/pkcs8.h"

#define COUNT(table) (sizeof(table) / sizeof(*(table)))

static const struct command
{
    const char *name;
    const char *argument;           /* NULL: it takes none; in brackets: it may be left out */
    const char *help;
    int (*run)(const struct settings *settings, struct keystore *keystore);
    /* With --provider; NULL: for keys in files only. */
    int (*on_token)(const struct settings *settings, const struct provider_class *provider);
    int (*on_tpm)(const struct settings *settings, struct keystore *keystore);
} commands[] =
{
    {"list", NULL, "list all keys", command_list, token_list, command_list},
    {"show", "NAME", "show everything about one key", command_show, token_show, command_show},
    {"export", "NAME", "write its public key, or with --private an encrypted PKCS #8", command_export, token_export,
     tpm_export},
    {"create", NULL, "make a new key", command_create, token_create, tpm_create},
    {"import", "FILE", "import a private key: PEM, PKCS #8, PKCS #12, OpenSSH", command_import, token_import,
     tpm_import},
    {"delete", "NAME", "delete a key permanently", command_delete, token_delete, tpm_delete},
    {"check", NULL, "open and verify every key file", command_check, NULL, NULL},
    {"adopt", "[NAME]", "make keys of another MachineGuid reachable", command_adopt, NULL, NULL},
    {"backup", "FILE", "write all keys into one encrypted archive", command_backup, NULL, NULL},
    {"restore", "FILE", "replace all keys with those of an archive", command_restore, NULL, NULL},
};

/* What an option does to the member of struct settings. */
enum effect
{
    KEEPS_TEXT,                     /* const char *: the value itself */
    SWITCHES_ON,                    /* int: 1 */
    ADDS_BITS,                      /* uint32_t */
    KEEPS_NUMBER,                   /* size_t: from 1 on; 0 for anything else */
    KEEPS_PURPOSE,                  /* uint32_t: PKCS8_*; 0 for anything else */
    HELPS,
    TELLS_VERSION,
};

#define TOKEN_COMMANDS "list show export create import delete"

#define SETS(what, which) .effect = what, .member = offsetof(struct settings, which)

static const struct rule
{
    const char *name;
    const char *value;              /* as --help calls it; NULL: it takes none */
    const char *commands;           /* the names of those that it means something to; NULL: all */
    const char *help;
    enum effect effect;
    size_t member;
    uint32_t bits;
    int needed;                     /* by those commands */
    const char *mistake;            /* said of a value that is none */
} rules[] =
{
    {"prefix", "DIR", NULL, "the Wine prefix (default: $WINEPREFIX, else ~/.wine)", SETS(KEEPS_TEXT, prefix)},
    {"user", "USER", NULL, "whose keys (default: the user of the prefix)", SETS(KEEPS_TEXT, user)},
    {"provider", "NAME", NULL, "keys on the tokens that this provider stands for, or those of the TPM (tpm)",
     SETS(KEEPS_TEXT, provider)},
    {"machine", NULL, NULL, "use machine keys instead", SETS(ADDS_BITS, flags), .bits = FLAG_MACHINE_KEY},
    {"json", NULL, NULL, "print one JSON value, for programs", SETS(SWITCHES_ON, json)},
    {"yes", NULL, NULL, "do not ask", SETS(SWITCHES_ON, yes)},
    {"private", NULL, "export", "export the private key", SETS(SWITCHES_ON, private)},
    {"out", "FILE", "export", "write there, not to standard output", SETS(KEEPS_TEXT, output)},
    {"password-file", "FILE", "export import backup restore", "read the password from its first line",
     SETS(KEEPS_TEXT, password_file)},
    {"key-password-file", "FILE", "export", "the same, for a key under a password",
     SETS(KEEPS_TEXT, key_password_file)},
    {"pin-file", "FILE", TOKEN_COMMANDS, "with --provider, the same for the PIN of the token, or the new key",
     SETS(KEEPS_TEXT, pin_file)},
    {"name", "NAME", "create import", "the name of the new key", SETS(KEEPS_TEXT, name), .needed = 1},
    {"algorithm", "ALG", "create", "RSA, ECDSA_P256, ECDH_P384, ...", SETS(KEEPS_TEXT, algorithm), .needed = 1},
    {"length", "BITS", "create", "its length, where the algorithm leaves it open", SETS(KEEPS_NUMBER, bits),
     .mistake = "--length takes a number of bits"},
    {"key", "N", "import", "which key of a file with several", SETS(KEEPS_NUMBER, key_number),
     .mistake = "--key takes a number, 1 for the first key"},
    {"purpose", "sign|agree", "import", "what an elliptic key is for", SETS(KEEPS_PURPOSE, purpose),
     .mistake = "--purpose must be sign or agree"},
    {"protect", NULL, "create import", "with --provider tpm, give the new key a password", SETS(SWITCHES_ON, protect)},
    {"overwrite", NULL, "create import", "replace an existing key of that name", SETS(SWITCHES_ON, overwrite)},
    {"exportable", NULL, "create import", "allow encrypted export later", SETS(ADDS_BITS, policy),
     .bits = ALLOW_EXPORT},
    {"plaintext-exportable", NULL, "create import", "allow any export later", SETS(ADDS_BITS, policy),
     .bits = ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT},
    {"help", NULL, NULL, "print this help and exit", .effect = HELPS},
    {"version", NULL, NULL, "print the version and exit", .effect = TELLS_VERSION},
};

/* --- help --- */

static void help_line(const char *prefix, const char *name, const char *value, const char *commands, const char *help)
{
    int width = printf("  %s%s%s%s", prefix, name, value ? " " : "", value ? value : "");

    printf("%*s%s%s%s%s\n", width < 28 ? 28 - width : 1, "", help, commands ? " (" : "", commands ? commands : "",
           commands ? ")" : "");
}

static void help(void)
{
    size_t i;

    puts("Usage: ncrypt-keys COMMAND [OPTION...]\n"
         "Manages the keys that programs keep in a Wine prefix with ncrypt.dll.\n\nCommands:");
    for (i = 0; i < COUNT(commands); i++) help_line("", commands[i].name, commands[i].argument, NULL, commands[i].help);
    puts("\nOptions, with the commands they apply to:");
    for (i = 0; i < COUNT(rules); i++)
        help_line("--", rules[i].name, rules[i].value, rules[i].commands, rules[i].help);
    puts("\nSee ncrypt-keys(1).");
}

/* --- options --- */

/* What an elliptic key is for; 0: no such purpose. */
static uint32_t purpose(const char *value)
{
    if (!strcmp(value, "sign")) return PKCS8_DIGITAL_SIGNATURE;
    return strcmp(value, "agree") ? 0 : PKCS8_KEY_AGREEMENT;
}

/* 0: no number from 1 on. */
static size_t number(const char *value)
{
    char *end;
    unsigned long parsed = strtoul(value, &end, 10);

    return *end || *value < '0' || *value > '9' ? 0 : parsed;
}

/* 0 when the value is none for this option. */
static int apply(const struct rule *rule, const char *value, struct settings *settings)
{
    void *member = (char *)settings + rule->member;

    switch (rule->effect)
    {
    case KEEPS_TEXT: *(const char **)member = value; break;
    case SWITCHES_ON: *(int *)member = 1; break;
    case ADDS_BITS: *(uint32_t *)member |= rule->bits; break;
    case KEEPS_NUMBER: return (*(size_t *)member = number(value)) != 0;
    case KEEPS_PURPOSE: return (*(uint32_t *)member = purpose(value)) != 0;
    case HELPS: help(); exit(EXIT_DONE);
    case TELLS_VERSION: puts("ncrypt-keys " TOOL_VERSION); exit(EXIT_DONE);
    }
    return 1;
}

/* The options on the command line; given has one byte for each rule. The arguments are then from optind on. */
static int read_options(int argc, char **argv, struct settings *settings, char *given)
{
    struct option options[COUNT(rules) + 1] = {0};
    int i;

    for (i = 0; i < (int)COUNT(rules); i++)
        options[i] = (struct option){rules[i].name, rules[i].value ? required_argument : no_argument, NULL, i};
    while ((i = getopt_long(argc, argv, "", options, NULL)) != -1)
    {
        if (i == '?') return EXIT_USAGE;
        if (!apply(&rules[i], optarg, settings)) return fail(EXIT_USAGE, "%s", rules[i].mistake);
        given[i] = 1;
    }
    return EXIT_DONE;
}

/* --- commands --- */

static const struct command *find_command(const char *name)
{
    size_t i;

    for (i = 0; i < COUNT(commands); i++)
        if (!strcmp(commands[i].name, name)) return &commands[i];
    return NULL;
}

/* Whether the option means something to the command. */
static int concerns(const struct rule *rule, const struct command *command)
{
    size_t size = strlen(command->name);
    const char *names;

    for (names = rule->commands; names && *names; names += strcspn(names, " "), names += *names == ' ')
        if (strcspn(names, " ") == size && !strncmp(names, command->name, size)) return 1;
    return !names;
}

/* An option that would do nothing is a mistake of the one who wrote it. */
static int check_options(const struct command *command, const struct settings *settings, const char *given)
{
    size_t i;

    for (i = 0; i < COUNT(rules); i++)
    {
        if (given[i] && !concerns(&rules[i], command))
            return fail(EXIT_USAGE, "--%s means nothing to %s", rules[i].name, command->name);
        if (!given[i] && rules[i].needed && concerns(&rules[i], command))
            return fail(EXIT_USAGE, "%s needs --%s", command->name, rules[i].name);
    }
    if (settings->provider && !command->on_token)
        return fail(EXIT_USAGE, "%s is for keys in files; --provider means nothing to it", command->name);
    if (!settings->private && settings->password_file && command->run == command_export)
        return fail(EXIT_USAGE, "--password-file is for export --private; a public key is not encrypted");
    return EXIT_DONE;
}

static int check_argument(const struct command *command, int count)
{
    if (!command->argument && count) return fail(EXIT_USAGE, "%s takes no argument", command->name);
    if (command->argument && count != 1 && (count || *command->argument != '['))
        return fail(EXIT_USAGE, "%s takes one argument, %s", command->name, command->argument);
    return EXIT_DONE;
}

static int run_on_files(const struct command *command, const struct settings *settings, const struct prefix *prefix,
                        const struct provider_class *provider)
{
    struct keystore keystore;
    int result;

    if ((result = keystore_open(settings, prefix, provider, &keystore))) return result;
    result = provider == &tpm_provider ? command->on_tpm(settings, &keystore) : command->run(settings, &keystore);
    keystore_close(&keystore);
    return result;
}

/* Which of them have a PIN, and keys with a password of their own. */
static int check_secrets(const struct command *command, const struct settings *settings,
                         const struct provider_class *provider)
{
    int is_tpm = provider == &tpm_provider, makes_key = command->on_tpm == tpm_create || command->on_tpm == tpm_import;

    if (settings->protect && !is_tpm) return fail(EXIT_USAGE, "--protect is for new keys of the TPM");
    if (settings->pin_file && is_tpm && !makes_key)
        return fail(EXIT_USAGE, "--pin-file means nothing to %s: the TPM itself has no PIN", command->name);
    if (settings->pin_file && provider == &software_provider)
        return fail(EXIT_USAGE, "--pin-file: keys in files have no PIN");
    return EXIT_DONE;
}

static int run_on(const struct command *command, const struct settings *settings, const struct prefix *prefix,
                  const struct provider_class *provider)
{
    int result = check_secrets(command, settings, provider);

    if (result) return result;
    if (provider == &software_provider || provider == &tpm_provider)
        return run_on_files(command, settings, prefix, provider);
    return command->on_token(settings, provider);
}

static int run(const struct command *command, const struct settings *settings)
{
    const struct provider_class *provider;
    struct prefix prefix;
    int result;

    if ((result = prefix_find(settings, &prefix))) return result;
    if (!(result = provider_choose(settings, &prefix, &provider)))
        result = run_on(command, settings, &prefix, provider);
    prefix_free(&prefix);
    if (fflush(stdout) || ferror(stdout)) return fail(EXIT_FAILED, "standard output cannot be written");
    return result;
}

int main(int argc, char **argv)
{
    const struct command *command;
    struct settings settings = {0};
    char given[COUNT(rules)] = {0};

    setlocale(LC_CTYPE, "");
    umask(077);
    if (read_options(argc, argv, &settings, given)) return EXIT_USAGE;
    if (optind == argc) return fail(EXIT_USAGE, "no command; ncrypt-keys --help lists them");
    if (!(command = find_command(argv[optind]))) return fail(EXIT_USAGE, "%s: no such command", argv[optind]);
    settings.argument = argv[optind + 1];
    if (check_options(command, &settings, given)) return EXIT_USAGE;
    if (check_argument(command, argc - optind - 1)) return EXIT_USAGE;
    return run(command, &settings);
}
