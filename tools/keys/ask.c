/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Talking with whoever sits at the terminal: passwords, questions, progress. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "keys.h"

#define LINE_MAX_SIZE 8192          /* bytes of a password in UTF-8, and then some */

static volatile sig_atomic_t interrupted;

static void interrupt(int number)
{
    interrupted = number;
}

/* Up to the end of the line; 0 when it is too long or not to be had. */
static int read_line(int fd, char line[LINE_MAX_SIZE])
{
    size_t used = 0;
    ssize_t n;
    char c;

    while (used < LINE_MAX_SIZE - 1)
    {
        n = read(fd, &c, 1);
        if (n < 0 && errno == EINTR && !interrupted) continue;
        if (n < 0) return 0;
        if (!n || c == '\n')
        {
            if (used && line[used - 1] == '\r') used--;
            line[used] = 0;
            return n > 0 || used;
        }
        if (!c) return 0;
        line[used++] = c;
    }
    return 0;
}

/* Echo comes back whatever happens; the signal that ended the reading is then sent once more. */
static int read_hidden(int terminal, const char *prompt, char line[LINE_MAX_SIZE])
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGTSTP};
    struct sigaction old[4], action = {.sa_handler = interrupt};
    struct termios shown, hidden;
    size_t i;
    int good;

    if (tcgetattr(terminal, &shown)) return 0;
    interrupted = 0;
    for (i = 0; i < 4; i++) sigaction(numbers[i], &action, &old[i]);
    hidden = shown;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    hidden.c_lflag |= ECHONL;
    good = !tcsetattr(terminal, TCSAFLUSH, &hidden);
    dprintf(terminal, "%s: ", prompt);
    good = good && read_line(terminal, line);
    tcsetattr(terminal, TCSAFLUSH, &shown);
    for (i = 0; i < 4; i++) sigaction(numbers[i], &old[i], NULL);
    if (interrupted) raise(interrupted);
    return good && !interrupted;
}

static int type_password(const char *prompt, int fresh, char line[LINE_MAX_SIZE])
{
    int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY), result = EXIT_DONE;
    char *again = secret_alloc(LINE_MAX_SIZE);

    if (!again) result = fail(EXIT_FAILED, "out of memory");
    else if (terminal < 0) result = fail(EXIT_PASSWORD, "a password is needed (%s): no terminal, use a password file",
                                           prompt);
    else if (!read_hidden(terminal, prompt, line)) result = fail(EXIT_PASSWORD, "no password given");
    else if (fresh && !read_hidden(terminal, "again", again))
        result = fail(EXIT_PASSWORD, "no password given");
    else if (fresh && strcmp(line, again)) result = fail(EXIT_PASSWORD, "the two passwords differ");
    if (terminal >= 0) close(terminal);
    secret_free(again);
    return result;
}

static int read_from_file(const char *file, int may_be_empty, char line[LINE_MAX_SIZE])
{
    struct stat st;
    int fd, good;

    owner_leave();
    fd = open(file, O_RDONLY | O_CLOEXEC);
    owner_return();
    if (fd < 0) return fail(EXIT_PASSWORD, "%s: %s", file, strerror(errno));
    good = read_line(fd, line);
    if (!good && may_be_empty && !fstat(fd, &st)) good = S_ISREG(st.st_mode) && !st.st_size;
    close(fd);
    return good ? EXIT_DONE : fail(EXIT_PASSWORD, "%s: no password in it", file);
}

static int convert(const char *line, int may_be_empty, struct bytes *password)
{
    struct writer w = {0};

    if (!to_utf16(line, &w) || (w.used <= 2 && !may_be_empty) || w.used - 2 > MAX_PASSWORD_SIZE)
    {
        writer_free(&w);
        return fail(EXIT_PASSWORD, "a password has 1 to %d characters of UTF-8", MAX_PASSWORD_SIZE / 2);
    }
    *password = (struct bytes){w.data, w.used - 2};         /* the NUL stays behind it */
    return EXIT_DONE;
}

int read_password(const char *file, const char *prompt, enum password_kind kind, struct bytes *password)
{
    char *line = secret_alloc(LINE_MAX_SIZE);
    int result;

    if (!line) return fail(EXIT_FAILED, "out of memory");
    result = file ? read_from_file(file, kind == PASSWORD_MAY_BE_EMPTY, line)
                  : type_password(prompt, kind == PASSWORD_FRESH, line);
    if (!result) result = convert(line, kind == PASSWORD_MAY_BE_EMPTY, password);
    secret_free(line);
    return result;
}

int confirm(int yes, const char *format, ...)
{
    char answer[16];
    FILE *terminal;
    va_list args;
    int agreed;

    if (yes) return EXIT_DONE;
    if (!(terminal = fopen("/dev/tty", "r+e")))
        return fail(EXIT_DECLINED, "confirmation needed, but there is no terminal; use --yes");
    va_start(args, format);
    vfprintf(terminal, format, args);
    va_end(args);
    fputs(" [y/N] ", terminal);
    fflush(terminal);
    agreed = fgets(answer, sizeof(answer), terminal) && (!strcasecmp(answer, "y\n") || !strcasecmp(answer, "yes\n"));
    fclose(terminal);
    return agreed ? EXIT_DONE : fail(EXIT_DECLINED, "not confirmed, nothing changed");
}

#define SHOW_AFTER 300              /* milliseconds */
#define SHOW_EVERY 50
#define BAR_WIDTH  30

static int64_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

void progress_start(struct progress *progress, const char *what, size_t all)
{
    *progress = (struct progress){what, all, 0, isatty(2) ? now() : -1, 0};
}

void progress_step(struct progress *progress)
{
    int64_t time;
    size_t filled, i;

    progress->done++;
    if (progress->started < 0 || !progress->all) return;
    time = now();
    if (time - progress->started < SHOW_AFTER) return;
    if (progress->done < progress->all && time - progress->shown < SHOW_EVERY) return;
    progress->shown = time;
    filled = BAR_WIDTH * progress->done / progress->all;
    fprintf(stderr, "\r%s [", progress->what);
    for (i = 0; i < BAR_WIDTH; i++) fputc(i < filled ? '#' : '-', stderr);
    fprintf(stderr, "] %zu/%zu", progress->done, progress->all);
    fflush(stderr);
}

void progress_end(struct progress *progress)
{
    if (progress->shown) fputs("\r\033[K", stderr);
}
