/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What programs can know of the providers of this folder. */
#ifndef SAMPLEKSP_H
#define SAMPLEKSP_H

/* sampleksp.dll. Each process has keys of its own, which end with it. */
#define SAMPLE_PROVIDER L"Sample Key Storage Provider"

/* Properties of the provider, DWORDs: memory and handles of this process that have not come back. */
#define SAMPLE_BUFFERS  L"Sample Buffers"
#define SAMPLE_HANDLES  L"Sample Handles"

/* Property of the provider, text: the name that OpenProvider was given. */
#define SAMPLE_OPENED_AS L"Sample Opened As"

/* Property of a key, DWORD: the flags that the last property was set with. */
#define SAMPLE_LAST_FLAGS L"Sample Last Flags"

/* oddksp.dll: the name of the provider says what is odd about it. */
#define ODD_VERSION_1     L"Odd: version 1"             /* tables as old as that, with rubbish behind their end */
#define ODD_VERSION_2     L"Odd: version 2"
#define ODD_VERSION_3     L"Odd: version 3"
#define ODD_VERSION_4     L"Odd: version 4"             /* a table longer than the one that we know */
#define ODD_VERSION_0     L"Odd: version 0"
#define ODD_NO_TABLE      L"Odd: no table"
#define ODD_NO_FREEBUFFER L"Odd: no FreeBuffer"
#define ODD_NO_OPTIONAL   L"Odd: nothing that may be missing"
#define ODD_ENTRY_FAILS   L"Odd: GetKeyStorageInterface fails"
#define ODD_OPEN_FAILS    L"Odd: OpenProvider fails"    /* with NTE_DEVICE_NOT_READY */

/* With this variable in its environment oddksp.dll refuses to be loaded. */
#define ODD_REFUSES       L"ODDKSP_REFUSES"

/* waitksp.dll. This variable holds the address, in hex, of a function of the program: it is called wherever the
 * provider is, with the name of the place, and its status is what the provider answers. */
#define WAIT_PROVIDER L"Waiting Key Storage Provider"
#define WAIT_CALLBACK "WAITKSP_CALLBACK"
typedef SECURITY_STATUS wait_callback(const char *where);

#endif
