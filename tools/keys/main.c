/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ncrypt-keys: the command line. See doc/man/ncrypt-keys.1. */
#include <getopt.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "keys.h"
#include "format/pkcs8.h"

static const struct command
{
    const char *name;
    const char *argument;           /* NULL: it takes none; in brackets: it may be left out */
    const char *options;            /* letters of the options below that mean something to it */
    int (*run)(const struct settings *settings, struct keystore *keystore);
} commands[] =
{
    {"list", NULL, "", command_list},
    {"show", "NAME", "", command_show},
    {"export", "NAME", "xowk", command_export},
    {"import", "FILE", "nwveliq", command_import},
    {"delete", "NAME", "", command_delete},
    {"check", NULL, "", command_check},
    {"adopt", "[NAME]", "", command_adopt},
    {"backup", "FILE", "w", command_backup},
    {"restore", "FILE", "w", command_restore},
};

static const char everywhere[] = "pumjy";

static const struct option options[] =
{
    {"prefix", required_argument, NULL, 'p'},
    {"user", required_argument, NULL, 'u'},
    {"machine", no_argument, NULL, 'm'},
    {"json", no_argument, NULL, 'j'},
    {"yes", no_argument, NULL, 'y'},
    {"private", no_argument, NULL, 'x'},
    {"out", required_argument, NULL, 'o'},
    {"password-file", required_argument, NULL, 'w'},
    {"key-password-file", required_argument, NULL, 'k'},
    {"name", required_argument, NULL, 'n'},
    {"overwrite", no_argument, NULL, 'v'},
    {"exportable", no_argument, NULL, 'e'},
    {"plaintext-exportable", no_argument, NULL, 'l'},
    {"key", required_argument, NULL, 'i'},
    {"purpose", required_argument, NULL, 'q'},
    {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'V'},
    {NULL, 0, NULL, 0},
};

static void help(void)
{
    puts("Usage: ncrypt-keys COMMAND [OPTION...]\n"
         "The keys of a Wine prefix that programs keep with ncrypt.dll.\n\n"
         "  list                    all keys\n"
         "  show NAME               everything that is known of one\n"
         "  export NAME             its public part as PEM; --private: encrypted PKCS #8, if its policy allows\n"
         "  import FILE --name NAME a private key from PEM, PKCS #8, PKCS #12 or OpenSSH\n"
         "  delete NAME\n"
         "  check                   opens and proves every key file\n"
         "  adopt [NAME]            makes keys reachable that are there under another MachineGuid\n"
         "  backup FILE             all keys into one encrypted archive\n"
         "  restore FILE            and back\n\n"
         "  --prefix DIR  --user USER  --machine  --json  --yes\n"
         "  --out FILE  --password-file FILE  --key-password-file FILE            (export)\n"
         "  --key N  --purpose sign|agree  --overwrite  --exportable  --plaintext-exportable\n"
         "  --password-file FILE                                                  (import)\n\n"
         "See ncrypt-keys(1).");
}

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

static void set_option(struct settings *settings, int letter, const char *value)
{
    switch (letter)
    {
    case 'p': settings->prefix = value; break;
    case 'u': settings->user = value; break;
    case 'm': settings->flags = FLAG_MACHINE_KEY; break;
    case 'j': settings->json = 1; break;
    case 'y': settings->yes = 1; break;
    case 'x': settings->private = 1; break;
    case 'o': settings->output = value; break;
    case 'w': settings->password_file = value; break;
    case 'k': settings->key_password_file = value; break;
    case 'n': settings->name = value; break;
    case 'v': settings->overwrite = 1; break;
    case 'i': settings->key_number = number(value); break;
    case 'q': settings->purpose = purpose(value); break;
    case 'e': settings->policy |= ALLOW_EXPORT; break;
    case 'l': settings->policy |= ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT; break;
    }
}

static const struct command *find_command(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(commands) / sizeof(*commands); i++)
        if (!strcmp(commands[i].name, name)) return &commands[i];
    return NULL;
}

static const char *option_name(int letter)
{
    const struct option *option = options;

    while (option->val != letter) option++;
    return option->name;
}

/* An option that would do nothing is a mistake of the one who wrote it. */
static int check_usage(const struct command *command, const struct settings *settings, const char *given, int rest)
{
    if (strchr(given, 'i') && !settings->key_number)
        return fail(EXIT_USAGE, "--key takes a number, 1 for the first key");
    if (strchr(given, 'q') && !settings->purpose) return fail(EXIT_USAGE, "--purpose is sign or agree");
    for (; *given; given++)
        if (!strchr(everywhere, *given) && !strchr(command->options, *given))
            return fail(EXIT_USAGE, "--%s means nothing to %s", option_name(*given), command->name);
    if (!command->argument && rest) return fail(EXIT_USAGE, "%s takes no argument", command->name);
    if (command->argument && rest != 1 && (rest || *command->argument != '['))
        return fail(EXIT_USAGE, "%s takes one argument, %s", command->name, command->argument);
    if (command->run == command_import && !settings->name) return fail(EXIT_USAGE, "import needs --name");
    if (!settings->private && settings->password_file && command->run == command_export)
        return fail(EXIT_USAGE, "--password-file is for export --private; a public key is not encrypted");
    return EXIT_DONE;
}

static int run(const struct command *command, const struct settings *settings)
{
    struct keystore keystore;
    struct prefix prefix;
    int result;

    if ((result = prefix_find(settings, &prefix))) return result;
    if (!(result = keystore_open(settings, &prefix, &keystore)))
    {
        result = command->run(settings, &keystore);
        keystore_close(&keystore);
    }
    prefix_free(&prefix);
    if (fflush(stdout) || ferror(stdout)) return fail(EXIT_FAILED, "standard output cannot be written");
    return result;
}

int main(int argc, char **argv)
{
    const struct command *command;
    struct settings settings = {0};
    char given[sizeof(options) / sizeof(*options)] = "";
    size_t count = 0;
    int letter;

    setlocale(LC_CTYPE, "");
    umask(077);
    while ((letter = getopt_long(argc, argv, "", options, NULL)) != -1)
    {
        if (letter == '?') return EXIT_USAGE;
        if (letter == 'h' || letter == 'V')
        {
            if (letter == 'h') help();
            else puts("ncrypt-keys " TOOL_VERSION);
            return EXIT_DONE;
        }
        set_option(&settings, letter, optarg);
        if (!strchr(given, letter)) given[count++] = letter;
    }
    if (optind == argc)
    {
        fail(EXIT_USAGE, "no command; ncrypt-keys --help lists them");
        return EXIT_USAGE;
    }
    if (!(command = find_command(argv[optind]))) return fail(EXIT_USAGE, "%s: no such command", argv[optind]);
    settings.argument = argv[optind + 1];
    if (check_usage(command, &settings, given, argc - optind - 1)) return EXIT_USAGE;
    return run(command, &settings);
}
