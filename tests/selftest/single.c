/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A program of one test, for tests/check-wine-test-header. */
#define STANDALONE
#include <wine/test.h>

START_TEST(single)
{
    char **argv;
    int argc = winetest_get_mainargs(&argv);

    ok(argc == 1, "%d arguments\n", argc);
}
