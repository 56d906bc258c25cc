/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keeps Wine's session going until its standard input ends (hold_session in tests/wine.sh). Says when it is there. */
#include <windows.h>
#include <stdio.h>

int main(void)
{
    char buffer[16];
    DWORD size;

    printf("ready\n");
    fflush(stdout);
    while (ReadFile(GetStdHandle(STD_INPUT_HANDLE), buffer, sizeof(buffer), &size, NULL) && size);
    return 0;
}
